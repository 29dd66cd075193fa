"""reStructuredText to articles whose text is what a reader sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.sources.decode import decode
from index.sources.notes import noted
from index.sources.writing import INDENT, LIST_ITEM, BlockWriter
from index.types import Article, BlockKind

# Nothing is fetched, included or run; what can't be understood is left as it stands.
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "_disable_config": True,
    "syntax_highlight": "none",
    "smart_quotes": False,
}
LISTS = frozenset({"bullet_list", "enumerated_list", "definition_list", "field_list"})
LEAVES: dict[str, BlockKind] = {
    "literal_block": "code",
    "doctest_block": "code",
    "paragraph": "paragraph",
    "#text": "paragraph",
    "line_block": "paragraph",
}
NOTES = frozenset({"footnote", "citation"})
INVISIBLE = frozenset(
    {"comment", "substitution_definition", "target", "docinfo", "raw", "image", "system_message"}
)


def parse_rest(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a text in reStructuredText; its places are lines, where docutils knows them."""
    from docutils.core import publish_doctree

    text, encoding = decode(path.read_bytes())
    tree = publish_doctree(text, settings_overrides=SETTINGS)
    _place_notes(tree)
    writer = BlockWriter()
    _write(tree, writer, 1)
    if not writer.text:
        raise UnreadableError("holds no text outside its markup")
    facts = {
        str(node.tagname): node.astext()
        for info in tree.findall()
        for node in (info.children if getattr(info, "tagname", "") == "docinfo" else ())
    }
    return [
        Article(
            id=id,
            title=tree.get("title") or title,
            text=writer.text,
            published=facts.get("date"),
            encoding=encoding,
            blocks=writer.blocks,
            author=facts.get("author"),
            kind="rest",
            places=writer.places,
        )
    ]


def _write(parent: Any, writer: BlockWriter, level: int) -> None:
    for node in parent.children:
        name = getattr(node, "tagname", "#text")
        if getattr(node, "line", None):
            writer.at(f"L{node.line}")
        if name in INVISIBLE:
            continue
        if name in {"title", "subtitle", "rubric"}:
            writer.block("heading", " ".join(node.astext().split()), level)
        elif name == "section":
            _write(node, writer, level + 1)
        elif name in LISTS:
            writer.block("list", "\n".join(_items(node, 0)))
        elif name == "table":
            writer.table(_rows(node))
        elif name in LEAVES:
            writer.block(LEAVES[name], node.astext())
        elif name in NOTES:
            writer.block("paragraph", node.astext().replace("\n\n", " ", 1))
        else:
            _write(node, writer, level)


def _place_notes(tree: Any) -> None:
    """Hide each note behind the first words that refer to it."""
    from docutils.nodes import Text

    notes = {
        id: node
        for node in tree.findall()
        if getattr(node, "tagname", "") in NOTES
        for id in node["ids"]
    }
    for node in list(tree.findall()):
        if getattr(node, "tagname", "") not in {"footnote_reference", "citation_reference"}:
            continue
        label = node.astext()
        note = notes.pop(node.get("refid"), None)
        if note is None:
            node.parent.replace(node, Text(f"[{label}]"))
            continue
        text = " ".join(part.astext() for part in note.children if part.tagname != "label")
        node.parent.replace(node, Text(noted(label, text)))
        note.parent.remove(note)


def _rows(table: Any) -> list[list[str]]:
    rows = (node for node in table.findall() if getattr(node, "tagname", "") == "row")
    return [[entry.astext() for entry in row.children] for row in rows]


def _items(node: Any, depth: int) -> list[str]:
    lines = []
    for number, item in enumerate(node.children, start=int(node.get("start", 1))):
        mark = f"{number}. " if node.tagname == "enumerated_list" else LIST_ITEM
        for child in item.children:
            if child.tagname in LISTS:
                lines += _items(child, depth + 1)
            else:
                lines.append(INDENT * depth + mark + " ".join(child.astext().split()))
                mark = INDENT
    return lines
