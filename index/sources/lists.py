"""Feeds and sitemaps: what they list, each an article, without text where that stands elsewhere."""

from __future__ import annotations

from calendar import timegm
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.layout import text_blocks
from index.sources.tree import write_tree
from index.sources.writing import BlockWriter
from index.types import Article

# An entry with so many words of content is taken for whole; of others, the page is read.
WHOLE_WORDS = 100
INDEX = "sitemap"
PAGE = "page"


def parse_feed(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a feed of RSS or Atom, of any version.

    Parameters
    ----------
    path : Path
    id : str
    title : str
        Unused: entries have titles of their own.

    Returns
    -------
    list of Article
        One an entry, its url as it stands there; its text is empty where the entry has only a
        part of it.

    Raises
    ------
    UnreadableError
        If it is no feed.
    """
    import feedparser

    # A stream: feedparser would fetch what looks like an address.
    feed = feedparser.parse(BytesIO(path.read_bytes()), sanitize_html=False)
    if not feed.get("version") and not feed.entries:
        raise UnreadableError("is no feed that can be read")
    language = str(feed.feed.get("language") or "")[:2].lower()
    return [_entry(entry, f"{id}/{number}", language) for number, entry in enumerate(feed.entries)]


def _entry(entry: Any, id: str, language: str) -> Article:
    title = _plain(str(entry.get("title") or ""))
    contents = [each for each in entry.get("content", ()) if str(each.get("value") or "").strip()]
    writer = BlockWriter()
    if contents:
        writer.block("heading", title, 1)
        _write(max(contents, key=lambda each: len(each.value)), writer)
    whole = len(writer.text.split()) >= WHOLE_WORDS
    return Article(
        id=id,
        title=title,
        text=writer.text if whole else "",
        url=_place(entry),
        published=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        blocks=writer.blocks if whole else (),
        author="; ".join(filter(None, map(_name, entry.get("authors", ())))) or None,
        kind="html",
        language=language,
    )


def _moment(read: Any) -> str | None:
    """Return a date as it is kept; one such as 0000-00-00 is none."""
    try:
        return datetime.fromtimestamp(timegm(read), UTC).isoformat() if read else None
    except (ValueError, OverflowError, OSError):
        return None


def _place(entry: Any) -> str:
    """Return an entry's address; an id that is none is marked, since it stands nowhere."""
    id = str(entry.get("id") or "")
    return str(entry.get("link") or (id if "://" in id else f"id:{id}"))


def _name(author: Any) -> str:
    return " ".join(str(author.get("name") or author.get("email") or "").split())


def _write(content: Any, writer: BlockWriter) -> None:
    text = str(content.value).encode(errors="replace").decode()
    if content.get("type") == "text/plain":
        for block in text_blocks(text):
            writer.block(block.kind, block.span.of(text), block.level and 2)
        return
    write_tree(_tree(text), writer)


def _plain(markup: str) -> str:
    """Return a title, which may be HTML, as words."""
    if "<" in markup:
        markup = str(_tree(markup).text_content())
    return " ".join(markup.split())


def _tree(text: str) -> Any:
    from lxml import html

    return html.document_fromstring(
        f"<div>{text}</div>".encode(), html.HTMLParser(encoding="utf-8")
    )


def parse_sitemap(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a sitemap, or an index of sitemaps.

    Returns
    -------
    list of Article
        One an address, in their order; its kind says whether a page or a sitemap stands there.

    Raises
    ------
    UnreadableError
        If it is damaged, or defines entities, which no sitemap needs.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(f"is a damaged sitemap (line {error.lineno or 1})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableError("is a sitemap that defines entities, which are not read")
    kind = INDEX if etree.QName(root).localname == "sitemapindex" else PAGE
    places = root.xpath("./*/*[local-name()='loc']")
    addresses = [" ".join((place.text or "").split()) for place in places]
    return [
        Article(id=f"{id}/{number}", title="", text="", url=address, kind=kind)
        for number, address in enumerate(filter(None, addresses))
    ]
