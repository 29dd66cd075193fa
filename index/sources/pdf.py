"""PDF files to articles, page by page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from index.errors import UnreadableError
from index.layout import text_blocks
from index.sources.writing import BlockWriter
from index.types import Article

# Lines further apart than this many of the usual distance, or of that of the lines around them,
# belong to different paragraphs; what stands closer than half of the usual is no line of its own.
PARAGRAPH_GAP = 1.25
LEAST_GAP = 0.5
# What pdfium writes for a hyphen at the end of a line.
SOFT_HYPHEN = re.compile("[\x02\ufffe\u00ad]\n?")
CREATED = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
LISTED_PAGES = 5
# A line in the uppermost or lowest tenth of so many pages is their running head or foot; their
# numbers may stand at its ends.
EDGE = 0.1
RUNNING_PAGES = 3
PAGE = r"(?:\b(?:page|p|seite|página|pagina)\b\W*)?"
NUMBER = PAGE + r"\b(?:\d+|[ivxlc]+)(?: ?(?:/|of|von|de|di|sur) ?\d+)?\b"
PAGE_NUMBER = re.compile(rf"^\W*{NUMBER}\W*|\W*{NUMBER}\W*$", re.I)

Line = tuple[str, float]


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
    read = [list(_lines(page.get_textpage(), page.get_height())) for page in document]
    for number, lines in enumerate(_without_running(read)):
        writer.at(f"page={number + 1}")
        text = _page_text(lines)
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


def _without_running(pages: Sequence[list[Line]]) -> Iterator[list[Line]]:
    """Yield pages without running heads and feet; the first of each stays, if it has words."""
    counts = Counter(mark for lines in pages for mark in {_mark(line) for line in lines} - {None})
    running = {
        mark for mark, count in counts.items() if mark is not None and count >= RUNNING_PAGES
    }
    seen = {""} if len(pages) >= RUNNING_PAGES else set()
    for lines in pages:
        yield [line for line in lines if _mark(line) not in seen]
        seen |= {mark for mark in map(_mark, lines) if mark is not None} & running


def _mark(line: Line) -> str | None:
    """Return a line at a page's edge without its page number, None for any other."""
    text, height = line
    if EDGE < height < 1 - EDGE:
        return None
    return PAGE_NUMBER.sub("", " ".join(text.split()))


def _page_text(lines: Sequence[Line]) -> str:
    """Return a page's text with blank lines where lines stand further apart."""
    if not lines:
        return ""
    gaps = [above - below for (_, above), (_, below) in pairwise(lines)]
    usual = median([gap for gap in gaps if gap > 0] or [0.0])
    pieces = []
    for (text, _), gap, near in zip(lines, [*gaps, 0.0], _around(gaps), strict=True):
        least = min([usual, *(each for each in near if each > LEAST_GAP * usual)])
        apart = gap > PARAGRAPH_GAP * least or gap < 0  # below zero: the next column
        pieces.append(text + ("\n\n" if apart else "\n"))
    return SOFT_HYPHEN.sub("", "".join(pieces))


def _around(gaps: Sequence[float]) -> Iterator[tuple[float, float]]:
    """Yield the gaps before and behind each, and one more."""
    padded = [0.0, *gaps, 0.0, 0.0]
    yield from zip(padded, padded[2:], strict=False)


def _lines(page: Any, height: float) -> Iterator[Line]:
    """Yield the lines that hold text, and how high each stands on its page, from 0 to 1.

    That is the height of the base line: boxes differ with the fonts of a line.
    """
    from ctypes import c_double

    from pypdfium2.raw import FPDFText_GetCharOrigin

    across, up = c_double(), c_double()
    text = page.get_text_range()
    for match in re.finditer(r"[^\r\n]+", text):
        if match.group().strip():
            first = match.start() + len(match.group()) - len(match.group().lstrip())
            if first < page.count_chars():
                FPDFText_GetCharOrigin(page, first, across, up)
                yield match.group().strip(" "), up.value / height
