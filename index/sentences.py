"""A text's sentences and words: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.types import Block, Span

# Chinese, Japanese and Korean count by character. Others that put no spaces between words (Thai,
# Khmer, Burmese) come apart at their vowel signs, and no word is longer than forty letters.
BY_CHARACTER = (
    "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
WORD = re.compile(rf"[{BY_CHARACTER}]|[^\W{BY_CHARACTER}]{{1,40}}")
QUOTES = re.compile('["“”„«»]')
CLOSERS = "\"”»’')]"
# Where quotations are written „so“ or »so«, what closes one opens it elsewhere.
LOW_QUOTES = frozenset({"bg", "cs", "de", "et", "is", "lt", "mk", "sk", "sl", "sr"})
# "…the factory.The plant…": a space lost on the way from a web page.
LOST_SPACE = re.compile(r"(?<=[^\W\d_]{3}[.!?])(?=[A-Z][a-z]*\s)")
# A note set behind its paragraph begins a line of its own.
NOTE = re.compile(r"\n(?=\[[^\]\n]{1,20}\] )")
NOTE_MARK = re.compile(r"\n\[[^\]\n]{1,20}\]\s*\Z")
# "M. Dupont": one letter alone is no sentence.
INITIAL = re.compile(r"\s*[^\W\d_]\.\s*")
# On some texts the sentence splitter takes time quadratic in their length, so it sees this much
# at once; what it says of the last characters depends on what comes next, and is asked again.
WINDOW_CHARACTERS = 4_000
WINDOW_MARGIN = 200
# The rules for sentences where the language is not known.
LANGUAGE = "en"


def split_sentences(text: str, block: Block, language: str = LANGUAGE) -> tuple[Span, ...]:
    """Split a block into sentences; the lines of a list, a table or a piece of code count as such.

    Parameters
    ----------
    text : str
        The article's text.
    block : Block
    language : str
        ISO 639-1 code: what is an abbreviation is a matter of language.

    Returns
    -------
    tuple of Span
        Offsets into ``text``, in order, without white space at their ends.
    """
    if block.kind == "paragraph":
        spans = _paragraph_sentences(text, block.span, language)
    else:
        spans = _pieces(text, block.span, [m.end() for m in re.finditer("\n", block.span.of(text))])
    return tuple(_join_fragments(text, spans))


def count_words(text: str) -> int:
    """Count words; every character of Chinese, Japanese and Korean counts as one."""
    return sum(1 for _ in WORD.finditer(text))


def _paragraph_sentences(text: str, span: Span, language: str) -> Iterator[Span]:
    # A quotation counts as one sentence to the library. Here each of its sentences is to be cited
    # by itself, so quotation marks are hidden, character for character.
    body = span.of(text)
    closers = CLOSERS + "“«" if language in LOW_QUOTES else CLOSERS
    ends = [
        _behind_closers(body, end, closers) for end in _boundaries(QUOTES.sub(" ", body), language)
    ]
    ends.extend(match.start() for match in LOST_SPACE.finditer(body))
    ends.extend(match.end() for match in NOTE.finditer(body))
    yield from _pieces(text, span, sorted(set(ends)))


def _boundaries(text: str, language: str) -> Iterator[int]:
    """Yield the offsets at which sentences end."""
    # Imported late: `--help` needs none of it.
    from sentencex import get_sentence_boundaries

    start, size, held = 0, WINDOW_CHARACTERS, 0
    while start < len(text):
        last = start + size >= len(text)
        sure = size if last else size - WINDOW_MARGIN
        found = get_sentence_boundaries(language, text[start : start + size])
        ends = [end for end in (int(each["end_index"]) for each in found) if 0 < end <= sure]
        for end in ends:
            stop = start + end
            if INITIAL.fullmatch(text, held, stop) or NOTE_MARK.search(text, stop - 30, stop):
                continue
            yield stop
            held = stop
        if last:
            return
        start, size = (start + ends[-1], WINDOW_CHARACTERS) if ends else (start, size * 2)


def _behind_closers(text: str, end: int, closers: str) -> int:
    """Move a boundary so that the marks closing a sentence stay with it, and openers do not."""
    stop = end
    while stop > 0 and (text[stop - 1].isspace() or text[stop - 1] in '"“„«»”'):
        stop -= 1
    while stop < len(text) and text[stop] in closers:
        stop += 1
    return stop


def _pieces(text: str, span: Span, ends: Sequence[int]) -> Iterator[Span]:
    """Yield what lies between the ends (offsets into the span), stripped, nothing empty."""
    start = span.start
    for end in [*(span.start + end for end in ends), span.end]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            yield Span(begin, begin + len(stripped))
        start = max(start, end)


def _join_fragments(text: str, spans: Iterator[Span]) -> Iterator[Span]:
    """Join what holds no letter or digit to the sentence before it."""
    held: Span | None = None
    held_tells = False
    for span in spans:
        tells = any(map(str.isalnum, span.of(text)))
        if held is None:
            held, held_tells = span, tells
        elif tells and held_tells:
            yield held
            held = span
        else:
            held, held_tells = Span(held.start, span.end), tells or held_tells
    if held is not None:
        yield held
