"""Markdown to an article whose text is what a reader sees, without the marks: pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.types import Article, Block, BlockKind, Span

if TYPE_CHECKING:
    from markdown_it.token import Token

TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
INVISIBLE_HTML = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
PLAIN_PAIR = re.compile(r"^(\w+):[ \t]+['\"]?(\S.*?)['\"]?[ \t]*$", re.M)
LIST_ITEM = "- "
INDENT = "  "


def parse_markdown(source: str, *, id: str, title: str) -> Article:
    """Read a Markdown text.

    Parameters
    ----------
    source : str
        CommonMark with tables, strike-through and YAML front matter (``title``, ``url`` or
        ``link`` or ``canonical_url``, ``date`` or ``published``).
    id : str
    title : str
        Used when neither front matter nor a heading of level 1 names one.

    Returns
    -------
    Article
        Its text has no marks, no HTML and no front matter; line breaks inside a paragraph stand
        as they stood, so that a quotation is found again in the file.
    """
    # Imported late: a question needs none of it.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(front_matter_plugin)
    tokens = parser.parse(source)
    matter = _front_matter(tokens)
    text, blocks = _render(tokens)
    top = next((block for block in blocks if block.kind == "heading" and block.level == 1), None)
    return Article(
        id=id,
        title=_first(matter, "title") or (top.span.of(text) if top else title),
        text=text,
        url=_first(matter, "url", "link", "canonical_url"),
        published=_first(matter, "date", "published"),
        blocks=_settle(blocks),
    )


def _front_matter(tokens: Sequence[Token]) -> dict[str, Any]:
    if not tokens or tokens[0].type != "front_matter":
        return {}
    import yaml

    try:
        matter = yaml.safe_load(tokens[0].content)
    except (yaml.YAMLError, ValueError, RecursionError):
        # An unquoted colon in a title is the usual slip, and no reason to lose the title.
        matter = dict(PLAIN_PAIR.findall(tokens[0].content))
    return {str(k).lower(): v for k, v in matter.items()} if isinstance(matter, dict) else {}


def _first(matter: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = matter.get(name)
        if isinstance(value, datetime.date | datetime.datetime):
            return value.isoformat()
        if isinstance(value, str | int | float) and str(value).strip():
            return " ".join(str(value).split())
    return None


class _Writer:
    """Collects the visible text and the blocks in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.blocks: list[Block] = []

    def block(self, kind: BlockKind, text: str, level: int = 0) -> None:
        text = text.strip("\n").rstrip()
        stripped = text.lstrip()
        if not stripped:
            return
        if self.pieces:
            self._write("\n\n")
        start = self.length + len(text) - len(stripped)
        self._write(text)
        self.blocks.append(Block(kind, Span(start, self.length), level))

    def _write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


def _render(tokens: Sequence[Token]) -> tuple[str, list[Block]]:
    writer = _Writer()
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _closing(tokens, position) if token.nesting == 1 else position
        inside = tokens[position + 1 : end]
        if token.type == "heading_open":
            writer.block("heading", " ".join(_inline(inside).split()), int(token.tag[1:]))
        elif token.type == "paragraph_open":
            writer.block("paragraph", _inline(inside))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            writer.block("list", "\n".join(_list_lines(tokens[position : end + 1], 0)))
        elif token.type == "table_open":
            writer.block("table", "\n".join(_table_lines(inside)))
        elif token.type in {"fence", "code_block"}:
            writer.block("code", token.content)
        elif token.type == "html_block":
            writer.block("paragraph", _without_tags(token.content))
        elif token.nesting == 1:  # a quotation: what it holds counts as if it stood free
            position += 1
            continue
        position = end + 1
    return "".join(writer.pieces), writer.blocks


def _closing(tokens: Sequence[Token], opening: int) -> int:
    level = tokens[opening].level
    return next(
        position
        for position in range(opening + 1, len(tokens))
        if tokens[position].nesting == -1 and tokens[position].level == level
    )


def _inline(tokens: Sequence[Token]) -> str:
    return "\n".join(_inline_text(token) for token in tokens if token.type == "inline")


def _inline_text(token: Token) -> str:
    pieces = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "image"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"} or (
            child.type == "html_inline" and re.match(r"<br\b", child.content, re.I)
        ):
            pieces.append("\n")
    return "".join(pieces)


def _list_lines(tokens: Sequence[Token], depth: int) -> Iterator[str]:
    """Yield the items of one list, each a line or several, nested lists indented."""
    number = int(tokens[0].attrGet("start") or 1) if tokens[0].tag == "ol" else None
    position = 1
    while position < len(tokens) - 1:
        end = _closing(tokens, position)
        mark = LIST_ITEM if number is None else f"{number}. "
        for line in _item_lines(tokens[position + 1 : end], depth):
            yield INDENT * depth + mark + line.lstrip() if mark else line
            mark = ""
        number = None if number is None else number + 1
        position = end + 1


def _item_lines(tokens: Sequence[Token], depth: int) -> Iterator[str]:
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _closing(tokens, position) if token.nesting == 1 else position
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            yield from _list_lines(tokens[position : end + 1], depth + 1)
        elif token.type == "table_open":
            yield from _table_lines(tokens[position + 1 : end])
        elif token.nesting == 1 and token.type not in {"paragraph_open", "heading_open"}:
            yield from _item_lines(tokens[position + 1 : end], depth)
        else:
            text = _inline(tokens[position : end + 1]) or _without_tags(token.content)
            yield from (line for line in text.split("\n") if line.strip())
        position = end + 1


def _table_lines(tokens: Sequence[Token]) -> Iterator[str]:
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(" ".join(_inline_text(token).split()))
        elif token.type == "tr_close":
            yield " | ".join(cells)
            cells = []


def _without_tags(html: str) -> str:
    from html import unescape

    return unescape(TAG.sub("", INVISIBLE_HTML.sub("", COMMENT.sub("", html)))).strip()


def _settle(blocks: list[Block]) -> tuple[Block, ...]:
    """Make an article of headings alone answerable: with no body, headings are the body."""
    if any(block.kind != "heading" for block in blocks):
        return tuple(blocks)
    return tuple(replace(block, kind="paragraph", level=0) for block in blocks)
