"""Footnotes, put behind the words that refer to them: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.formats import MAX_WORDS
from index.sentences import count_words, split_sentences
from index.types import Block, BlockKind, Span

# Two of the code points that Unicode keeps from texts, around a note that is not in its place yet.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
HIDDEN = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")


def noted(label: str, note: str) -> str:
    """Return what a text has where it refers to a note: the mark, and the note hidden behind it.

    ``BlockWriter.block`` takes the note out, and sets it behind what refers to it.
    """
    return f"[{label}]{OPEN}[{label}] {' '.join(note.split())}{CLOSE}"


def unfold(kind: BlockKind, text: str) -> Iterator[tuple[BlockKind, str]]:
    """Set the hidden notes of a block behind what refers to them.

    Parameters
    ----------
    kind : str
    text : str

    Yields
    ------
    (kind, text)
        A paragraph has its notes below it; one that is longer than a passage is cut, so that each
        note stands in one passage with its sentence. In lists, tables and code, notes stand below
        their lines, those of a heading in a paragraph below it.
    """
    if kind == "heading":
        yield kind, HIDDEN.sub("", text)
        yield "paragraph", "\n".join(HIDDEN.findall(text))
    elif kind == "paragraph":
        yield from (("paragraph", part) for part in _paragraphs(text))
    else:
        lines = text.split("\n")
        yield kind, "\n".join(_below(line, HIDDEN.findall(line)) for line in lines)


def _below(text: str, notes: list[str]) -> str:
    return "\n".join([HIDDEN.sub("", text), *notes])


def _paragraphs(text: str) -> Iterator[str]:
    bare = HIDDEN.sub("", text).strip()
    notes = HIDDEN.findall(text)
    if not bare or count_words(bare) + sum(map(count_words, notes)) <= MAX_WORDS:
        yield _below(text, notes)
        return
    start, size, held = 0, 0, list[str]()
    for span, own in _sentences(text, bare):
        words = count_words(span.of(bare)) + sum(map(count_words, own))
        if size and size + words > MAX_WORDS:
            yield _below(bare[start : span.start].strip(), held)
            start, size, held = span.start, 0, []
        size, held = size + words, [*held, *own]
    yield _below(bare[start:], held)


def _sentences(text: str, bare: str) -> Iterator[tuple[Span, list[str]]]:
    """Yield the sentences of the bare text, each with the notes that it refers to."""
    lost = len(text) - len(text.lstrip())
    places: list[tuple[int, str]] = []
    for match in HIDDEN.finditer(text):
        places.append((match.start() - lost, match[1]))
        lost += len(match.group())
    for span in split_sentences(bare, Block("paragraph", Span(0, len(bare)))):
        yield span, [note for at, note in places if span.start < at <= span.end]
