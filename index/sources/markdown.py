"""Markdown to an article whose text is what a reader sees, without the marks: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.sources.writing import CELL_SEPARATOR, INDENT, LIST_ITEM, BlockWriter
from index.types import Article

if TYPE_CHECKING:
    from markdown_it.token import Token

TAG = re.compile(r"<(?:[/?]?([a-zA-Z][a-zA-Z0-9]*)|!)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
# These tags end a paragraph, a line or a word; all others stand inside words, too.
PARAGRAPH_TAGS = [
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tr", "ul",
]  # fmt: skip
TAG_TEXT = {**dict.fromkeys(PARAGRAPH_TAGS, "\n\n"), "br": "\n", "td": " ", "th": " "}
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
INVISIBLE_HTML = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$\n?", re.S | re.M)
MAX_FRONT_MATTER_CHARACTERS = 50_000
# How deep lists and quotations may lie in each other; what lies deeper is not read.
MAX_NESTING = 60


def parse_markdown(source: str, *, id: str, title: str) -> Article:
    """Read a Markdown text.

    Parameters
    ----------
    source : str
        CommonMark with tables, strike-through, footnotes and YAML front matter: ``title``; ``url``,
        ``link``, ``canonical_url``, ``permalink`` or ``slug``; ``date`` or ``published``;
        ``author``; ``lang``; ``description`` or ``summary``, which goes before a text that does
        not hold it.
    id : str
    title : str
        Used when neither front matter nor a heading of level 1 names one.

    Returns
    -------
    Article
        Its text has no marks, no HTML and no front matter; line breaks inside a paragraph stand
        as they stood, so that a quotation is found again in the file. A footnote stands behind
        the paragraph that refers to it.
    """
    # Imported late: a question needs none of it.
    from markdown_it import MarkdownIt
    from mdit_py_plugins.footnote import footnote_plugin

    from index.sources.markdown_notes import place_notes

    matter, body = _front_matter(source)
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"]).use(footnote_plugin, move_to_end=False)
    found: dict[str, Any] = {}
    tokens = parser.parse(body, found)
    tokens = place_notes(tokens, found.get("footnotes", {}).get("list", {}))
    first_line = source.count("\n", 0, len(source) - len(body)) + 1
    written = _render(tokens, first_line, _first(matter, "description", "summary") or "")
    text = written.text
    top = next(
        (block for block in written.blocks if block.kind == "heading" and block.level == 1), None
    )
    return Article(
        id=id,
        title=_first(matter, "title") or (top.span.of(text) if top else title),
        text=text,
        url=_first(matter, "url", "link", "canonical_url", "permalink", "slug"),
        published=_first(matter, "date", "published"),
        blocks=written.blocks,
        author=_first(matter, "author", "authors"),
        kind="markdown",
        language=(_first(matter, "lang", "language") or "")[:2].lower(),
        places=written.places,
    )


def _front_matter(source: str) -> tuple[dict[str, Any], str]:
    """Return the front matter, and the text behind it; a rule at the top begins none."""
    found = FRONT_MATTER.match(source)
    if not found or len(found.group()) > MAX_FRONT_MATTER_CHARACTERS:
        return {}, source
    import yaml

    content = found.group(1)
    try:
        # The loader that leaves every value as it was written: no dates, numbers or truths are
        # made of titles, and no merged keys multiply.
        matter = yaml.load(content, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        # An unquoted colon in a title is the usual slip, and no reason to lose the title.
        matter = _plain_pairs(content)
    if matter and not isinstance(matter, dict):
        return {}, source
    return {str(k).lower(): v for k, v in (matter or {}).items()}, source[found.end() :]


def _plain_pairs(content: str) -> dict[str, str] | str:
    """Read lines of a name, a colon and a value; return the content itself if there are none."""
    parts = [line.partition(": ") for line in content.split("\n")]
    pairs = {name: value.strip().strip("'\"") for name, _, value in parts if name.isidentifier()}
    return pairs or content


def _first(matter: dict[str, Any], *names: str) -> str | None:
    for name in names:
        value = matter.get(name)
        if isinstance(value, str) and value.strip() and value not in {"~", "null"}:
            # Characters written as escapes may be halves of a pair, or what can't be stored.
            whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return " ".join(whole.replace("\0", "\ufffd").split())
    return None


def _render(tokens: Sequence[Token], first_line: int, description: str) -> BlockWriter:
    writer = BlockWriter()
    if not any(description in token.content for token in tokens):
        writer.at("L1")
        writer.block("paragraph", description)
    position = 0
    while position < len(tokens):
        token = tokens[position]
        end = _closing(tokens, position) if token.nesting == 1 else position
        inside = tokens[position + 1 : end]
        if token.map:
            writer.at(f"L{first_line + token.map[0]}")
        if token.type == "heading_open":
            writer.block("heading", " ".join(_inline(inside).split()), int(token.tag[1:]))
        elif token.type == "paragraph_open":
            writer.block("paragraph", _inline(inside))
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            writer.block("list", "\n".join(_list_lines(tokens[position : end + 1], 0)))
        elif token.type == "table_open":
            writer.block("table", "\n".join(_table_lines(inside)))
        elif token.content:
            _write_content(token, writer)
        elif token.nesting == 1:  # a quotation: what it holds counts as if it stood free
            position += 1
            continue
        position = end + 1
    return writer


def _write_content(token: Token, writer: BlockWriter) -> None:
    if token.type in {"fence", "code_block"}:
        writer.block("code", token.content)
    elif token.type == "html_block":
        for paragraph in re.split(r"\n\s*\n", _without_tags(token.content)):
            writer.block("paragraph", paragraph)


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
    number = int(tokens[0].attrs.get("start", 1)) if tokens[0].tag == "ol" else None
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
            text = _inline(tokens[position : end + 1]) or (
                token.content if token.tag == "code" else _without_tags(token.content)
            )
            yield from (line for line in text.split("\n") if line.strip())
        position = end + 1


def _table_lines(tokens: Sequence[Token]) -> Iterator[str]:
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(" ".join(_inline_text(token).split()))
        elif token.type == "tr_close":
            yield CELL_SEPARATOR.join(cells)
            cells = []


def _without_tags(html: str) -> str:
    from html import unescape

    visible = INVISIBLE_HTML.sub("", COMMENT.sub("", html))
    return unescape(TAG.sub(lambda tag: TAG_TEXT.get((tag[1] or "").lower(), ""), visible)).strip()
