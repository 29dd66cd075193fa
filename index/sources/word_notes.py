"""The footnotes and endnotes of a Word file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.sources.notes import noted

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}s"
KINDS = ("footnote", "endnote")


class WordNotes:
    """Sets notes where a file's paragraphs refer to them, numbered in the order of the text.

    Parameters
    ----------
    part : docx.parts.document.DocumentPart
    """

    def __init__(self, part: Any) -> None:
        self._texts = {
            (kind, note.get(f"{WORD}id")): "".join(_texts(note)).strip()
            for kind in KINDS
            for note in _notes(part, kind)
        }
        self._numbers: dict[tuple[str, str | None], int] = {}

    def text_of(self, paragraph: Any) -> str:
        """Return a paragraph's text, its notes hidden behind their marks."""
        if not self._texts:
            return str(paragraph.text)
        return "".join(self._pieces(paragraph))

    def text_of_cell(self, cell: Any) -> str:
        """Return the text of a table's cell likewise."""
        return "\n".join(map(self.text_of, cell.paragraphs))

    def _pieces(self, paragraph: Any) -> Iterator[str]:
        for part in paragraph.iter_inner_content():
            yield part.text
            for kind in KINDS:
                for reference in part._element.iter(f"{WORD}{kind}Reference"):
                    yield self._mark((kind, reference.get(f"{WORD}id")))

    def _mark(self, note: tuple[str, str | None]) -> str:
        text = self._texts.get(note)
        if not text:
            return ""
        if note in self._numbers:
            return f"[{self._numbers[note]}]"
        self._numbers[note] = len(self._numbers) + 1
        return noted(str(self._numbers[note]), text)


def _notes(part: Any, kind: str) -> Iterator[Any]:
    from docx.oxml.parser import parse_xml

    for relation in part.rels.values():
        if relation.reltype == RELATION.format(kind) and not relation.is_external:
            for note in parse_xml(relation.target_part.blob).iter(f"{WORD}{kind}"):
                # Those of a type are the lines between the text and the notes.
                if note.get(f"{WORD}type") in (None, "normal"):
                    yield note


def _texts(note: Any) -> Iterator[str]:
    for element in note.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br", f"{WORD}p"):
        yield (element.text or "") if element.tag == f"{WORD}t" else " "
