"""Word and PowerPoint files to articles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.sources.archive import check_archive
from index.sources.word_notes import WordNotes
from index.sources.writing import BlockWriter
from index.types import Article

HEADING = re.compile(r"(?:Heading|heading) (\d)")


def parse_docx(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a Word file: headings, paragraphs, lists, tables and notes, in order.

    Raises
    ------
    UnreadableError
        If it is locked, damaged, or swells to too much.
    """
    check_archive(path)
    from docx import Document
    from docx.table import Table

    document = Document(str(path))
    writer = BlockWriter()
    notes = WordNotes(document.part)
    items: list[str] = []
    for part in document.iter_inner_content():
        style = "" if isinstance(part, Table) else str(part.style.name if part.style else "")
        if not isinstance(part, Table) and _is_item(part, style):
            items.append(f"- {notes.text_of(part)}" if part.text.strip() else "")
            continue
        writer.block("list", "\n".join(filter(None, items)))
        items = []
        if isinstance(part, Table):
            writer.table([[notes.text_of_cell(cell) for cell in row.cells] for row in part.rows])
        elif style == "Title":
            writer.block("heading", " ".join(notes.text_of(part).split()), 1)
        elif found := HEADING.match(style):
            writer.block("heading", " ".join(notes.text_of(part).split()), int(found[1]))
        else:
            writer.block("paragraph", notes.text_of(part))
    writer.block("list", "\n".join(filter(None, items)))
    return [_article(writer, document.core_properties, "docx", id, title)]


def parse_pptx(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a PowerPoint file: each slide's title, texts, tables and notes.

    Raises
    ------
    UnreadableError
        If it is locked, damaged, or swells to too much.
    """
    check_archive(path)
    from pptx import Presentation

    slides = Presentation(str(path))
    writer = BlockWriter()
    for number, slide in enumerate(slides.slides, start=1):
        writer.at(f"slide={number}")
        heading = slide.shapes.title
        writer.block("heading", " ".join(heading.text_frame.text.split()) if heading else "", 2)
        for shape in slide.shapes:
            if heading is not None and shape.shape_id == heading.shape_id:
                continue
            if shape.has_text_frame:
                _write_frame(shape.text_frame, writer)
            elif shape.has_table:
                writer.table([[cell.text for cell in row.cells] for row in shape.table.rows])
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            writer.block("paragraph", slide.notes_slide.notes_text_frame.text)
    return [_article(writer, slides.core_properties, "pptx", id, title)]


def _write_frame(frame: Any, writer: BlockWriter) -> None:
    lines = [paragraph.text.replace("\v", " ") for paragraph in frame.paragraphs]
    lines = [line for line in lines if line.strip()]
    if len(lines) > 1:
        writer.block("list", "\n".join(f"- {line}" for line in lines))
    else:
        writer.block("paragraph", "\n".join(lines))


def _top(writer: BlockWriter) -> str:
    """Return the first heading of level 1; empty if there is none."""
    tops = (b.span.of(writer.text) for b in writer.blocks if b.kind == "heading" and b.level == 1)
    return next(tops, "")


def _is_item(paragraph: Any, style: str) -> bool:
    properties = paragraph._p.pPr
    return style.startswith("List") or (properties is not None and properties.numPr is not None)


def _article(writer: BlockWriter, facts: Any, kind: str, id: str, title: str) -> Article:
    if not writer.text:
        raise UnreadableError("holds no text")
    return Article(
        id=id,
        title=" ".join((facts.title or "").split()) or _top(writer) or title,
        text=writer.text,
        published=facts.created.date().isoformat() if facts.created else None,
        blocks=writer.blocks,
        author=facts.author or None,
        kind=kind,
        language=(facts.language or "")[:2].lower(),
        places=writer.places,
    )
