"""E-mail to articles, one a message."""

from __future__ import annotations

import hashlib
import mailbox
from contextlib import closing
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.layout import text_blocks
from index.sources.tree import write_tree
from index.sources.writing import BlockWriter
from index.types import Article


def parse_eml(path: Path, *, id: str, title: str) -> list[Article]:
    """Read one message; attachments are left out, and named as a problem."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    if not message.keys():
        raise UnreadableError("is no e-mail: it has no header")
    return [_article(message, id, title, "")]


def parse_mbox(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a mailbox, an article for each message that holds text."""
    articles = []
    parser = BytesParser(policy=policy.default)
    with closing(mailbox.mbox(path, create=False)) as box:
        for number, key in enumerate(box.keys(), start=1):
            message = parser.parsebytes(box.get_bytes(key))
            name = str(message.get("Message-ID", "")).strip() or str(number)
            mark = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:12]
            try:
                articles.append(_article(message, f"{id}/{mark}", title, mark))
            except UnreadableError:
                continue
    if not articles:
        raise UnreadableError("holds no message with text in it")
    return articles


def _article(message: EmailMessage[Any, Any], id: str, title: str, place: str) -> Article:
    subject = " ".join(str(message.get("Subject", "")).split())
    writer = BlockWriter()
    writer.at(place)
    writer.block("heading", subject, 1)
    body = message.get_body(("plain", "html"))
    if body is not None:
        _write(body, writer)
    if not writer.text:
        raise UnreadableError("holds no text")
    name, address = parseaddr(str(message.get("From", "")))
    date = message.get("Date")
    moment = getattr(date, "datetime", None)
    left = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    return Article(
        id=id,
        title=subject or title,
        text=writer.text,
        published=moment.isoformat() if moment else None,
        blocks=writer.blocks,
        author=name or address or None,
        kind="mail",
        problem=f"attachments are left out: {', '.join(left)}" if left else None,
        places=writer.places,
    )


def _write(body: MIMEPart[Any, Any], writer: BlockWriter) -> None:
    try:
        text = str(body.get_content())
    except (LookupError, ValueError):  # a charset that nobody knows
        text = (body.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
    text = text.replace("\r\n", "\n").encode(errors="replace").decode()
    if body.get_content_subtype() == "html":
        from lxml import html

        if text.strip():
            write_tree(
                html.document_fromstring(text.encode(), html.HTMLParser(encoding="utf-8")), writer
            )
        return
    for block in text_blocks(text):
        writer.block(block.kind, block.span.of(text), block.level and 2)
