"""PDF files to articles, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from index.errors import UnreadableError
from index.layout import text_blocks
from index.sources.writing import BlockWriter
from index.types import Article

# Lines further apart than this many of the usual distance belong to different paragraphs.
PARAGRAPH_GAP = 1.25
# What pdfium writes for a hyphen at the end of a line.
SOFT_HYPHEN = re.compile("[\x02\ufffe\u00ad]\n?")
CREATED = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
LISTED_PAGES = 5


def parse_pdf(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a PDF.

    Parameters
    ----------
    path : Path
    id : str
    title : str
        Used when the file names none.

    Returns
    -------
    list of Article
        One; its places are pages, ``page=1`` for the first.

    Raises
    ------
    UnreadableError
        If it is damaged, locked by a password, or no page holds text.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError("is locked by a password; save it without one") from error
        raise UnreadableError("is damaged, or no PDF") from error
    writer = BlockWriter()
    empty = []
    for number in range(len(document)):
        writer.at(f"page={number + 1}")
        text = _page_text(document[number].get_textpage())
        if not text.strip():
            empty.append(number + 1)
        for block in text_blocks(text):
            writer.block(block.kind, block.span.of(text), block.level and 2)
    if not writer.text:
        pages = "1 page" if len(document) == 1 else f"{len(document)} pages"
        raise UnreadableError(f"is scanned: its {pages} hold no text; recognise it (OCR) first")
    facts = document.get_metadata_dict(skip_empty=True)
    created = CREATED.match(facts.get("CreationDate", ""))
    return [
        Article(
            id=id,
            title=" ".join(facts.get("Title", "").replace("\0", "").split()) or title,
            text=writer.text,
            published="-".join(created.groups()) if created else None,
            blocks=writer.blocks,
            author=" ".join(facts.get("Author", "").replace("\0", "").split()) or None,
            kind="pdf",
            problem=_problem(empty),
            places=writer.places,
        )
    ]


def _problem(empty: list[int]) -> str | None:
    if not empty:
        return None
    listed = ", ".join(map(str, empty[:LISTED_PAGES])) + (", …" if empty[LISTED_PAGES:] else "")
    return f"no text on page{'s' if len(empty) > 1 else ''} {listed}: scanned or a picture"


def _page_text(page: Any) -> str:
    """Return a page's text with blank lines where lines stand further apart."""
    lines = list(_lines(page))
    if not lines:
        return ""
    gaps = [above - below for (_, above), (_, below) in pairwise(lines)]
    usual = median([gap for gap in gaps if gap > 0] or [0.0])
    pieces = []
    for (text, _), gap in zip(lines, [*gaps, 0.0], strict=True):
        apart = gap > PARAGRAPH_GAP * usual or gap < 0  # below zero: the next column
        pieces.append(text + ("\n\n" if apart else "\n"))
    return SOFT_HYPHEN.sub("", "".join(pieces))


def _lines(page: Any) -> Iterator[tuple[str, float]]:
    """Yield the lines that hold text, and how high each stands on its page, in points."""
    text = page.get_text_range()
    for match in re.finditer(r"[^\r\n]+", text):
        if match.group().strip():
            first = match.start() + len(match.group()) - len(match.group().lstrip())
            if first < page.count_chars():
                yield match.group().strip(" "), page.get_charbox(first, loose=True)[1]
