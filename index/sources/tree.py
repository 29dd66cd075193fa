"""The elements of a page, as HTML or trafilatura names them, to blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.sources.writing import INDENT, LIST_ITEM, BlockWriter

HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "list", "dl"})
ITEMS = frozenset({"li", "item", "dt", "dd"})
CODE = frozenset({"pre", "code"})
BREAKS = frozenset({"br", "lb"})
INVISIBLE = frozenset({"script", "style", "template", "head_", "title", "svg", "noscript"})
# These end a paragraph; all others stand inside one.
PARTS = frozenset(
    {*HEADINGS, *LISTS, *ITEMS, "head", "p", "div", "section", "article", "blockquote", "quote",
     "pre", "table", "body", "main", "aside", "figure", "figcaption", "header", "footer", "nav"}
)  # fmt: skip
# How deep elements may lie in each other; what lies deeper is not read.
MAX_DEPTH = 200


def write_tree(root: Any, writer: BlockWriter) -> None:
    """Write what a reader of a page sees.

    Parameters
    ----------
    root : lxml element
    writer : BlockWriter
    """
    _write_parts(root, writer, 0)


def _write_parts(element: Any, writer: BlockWriter, depth: int) -> None:
    """Write an element's parts; text between them makes paragraphs of its own."""
    run = [element.text or ""]
    for child in element:
        name = _name(child)
        if name in PARTS and depth < MAX_DEPTH:
            writer.block("paragraph", _lines("".join(run)))
            run = []
            _write_part(child, name, writer, depth + 1)
        elif name not in INVISIBLE:
            run.append(_inline(child))
        run.append(child.tail or "")
    writer.block("paragraph", _lines("".join(run)))


def _write_part(element: Any, name: str, writer: BlockWriter, depth: int) -> None:
    if name in HEADINGS or (name == "head" and element.get("rend")):
        level = HEADINGS.get(name) or HEADINGS.get(element.get("rend"), 2)
        writer.block("heading", " ".join(_inline(element).split()), level)
    elif name in LISTS:
        writer.block("list", "\n".join(_items(element, 0)))
    elif name == "table":
        writer.table(list(_rows(element)))
    elif name in CODE:
        writer.block("code", _inline(element))
    elif name not in INVISIBLE and name != "head":
        _write_parts(element, writer, depth)


def _items(element: Any, depth: int) -> Iterator[str]:
    numbered = _name(element) == "ol" or element.get("rend") == "ol"
    number = 0
    for child in element:
        if _name(child) not in ITEMS:
            continue
        number += 1
        nested = [each for each in child.iter() if each is not child and _name(each) in LISTS]
        own = _lines(_inline(child, without=LISTS)).replace("\n", " ")
        if own:
            yield INDENT * depth + (f"{number}. " if numbered else LIST_ITEM) + own
        if depth < MAX_DEPTH:
            for each in nested:
                if next(each.iterancestors(*LISTS)) is element:
                    yield from _items(each, depth + 1)


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter("tr", "row"):
        yield [_inline(cell) for cell in row if _name(cell) in {"td", "th", "cell"}]


def _inline(element: Any, without: frozenset[str] = frozenset()) -> str:
    """Return an element's text, breaks as line feeds; iteratively, since pages may be deep."""
    pieces: list[str] = []
    stack: list[Any] = [element]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            pieces.append(each)
            continue
        name = _name(each)
        if name in INVISIBLE or name in without or not name:
            continue
        if name in BREAKS:
            pieces.append("\n")
        if name in PARTS and each is not element:
            pieces.append(" ")
        for child in reversed(each):
            stack.append(child.tail or "")
            stack.append(child)
        stack.append(each.text or "")
    return "".join(pieces)


def _lines(text: str) -> str:
    """Return a paragraph with its own white space, as pages show it."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in re.split(r"\n", text))))


def _name(element: Any) -> str:
    """Return an element's name without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
