"""A quote that a language model gives, found in its passage: pure.

A model copies almost letter for letter. What it gives is only looked for; what is shown and cited
are the article's own words at the place that is found.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from index import Passage, Span

# Likeness, of 100, from which a stretch of the passage is the quote (Levenshtein, normalised).
ALIKE = 90.0
# Shorter quotes are like too much; they are found as they are, or not at all.
LEAST_FUZZY = 16
LEAST_LETTERS = 3
DASHES = frozenset("‐‑‒–—―−﹘﹣－")
MARKS = frozenset("'\"‘’‚‛“”„‟‹›«»`´′″＇＂")
# Characters that show nothing: soft hyphens, joiners, marks of direction, variations and tags.
UNSEEN = frozenset({"Cf", "Cc", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without what copies differ in, and where each of its characters stands.

    ``starts[i]`` and ``ends[i]`` are characters of the text that ``text[i]`` was made of.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where characters of the plain text stand in the text it was made of."""
        return Span(self.starts[start], self.ends[end - 1])


def plain(text: str) -> Plain:
    """Return a text in lower case, spaces, quote marks and dashes alike, accents and unseen off."""
    kept: list[tuple[str, int]] = []
    for at, character in enumerate(text):
        for each in _forms(character):
            if each != " " or (kept and kept[-1][0] != " "):
                kept.append((each, at))
    while kept and kept[-1][0] == " ":
        kept.pop()
    places = [at for _, at in kept]
    ends = [_end(text, at) for at in places]
    return Plain("".join(each for each, _ in kept), tuple(places), tuple(ends))


def find_in(quote: str, text: str) -> Span | None:
    """Return where a quote stands in a text: exactly, else normalised, else nearly.

    Parameters
    ----------
    quote : str
        As a model gave it; marks of quotation around it are none of it.
    text : str

    Returns
    -------
    Span or None
        Of whole words; None if no stretch of the text is like it.

    References
    ----------
    Nearly: the best partial alignment of RapidFuzz, at least 90 of 100, over the quote's length.
    """
    quote = quote.strip().strip("".join(MARKS)).strip()
    wanted = plain(quote)
    if sum(map(str.isalnum, wanted.text)) < LEAST_LETTERS:
        return None
    start = text.find(quote)
    if start >= 0:
        return to_words(Span(start, start + len(quote)), text)
    held = plain(text)
    start = held.text.find(wanted.text)
    if start >= 0:
        return to_words(held.span(start, start + len(wanted.text)), text)
    return _nearly(wanted, held, text)


def sentences_of(span: Span, passage: Passage) -> Span:
    """Widen a span of a passage's text to the sentences that it touches.

    Half a sentence can say what the whole denies: claims are held against whole ones. Spans are
    characters of the passage's text, not of its article's.
    """
    base = passage.span.start
    touched = [
        each for each in passage.sentences
        if each.start - base < span.end and span.start < each.end - base
    ]  # fmt: skip
    if not touched:
        return span
    start = min(touched[0].start - base, span.start)
    return Span(start, max(touched[-1].end - base, span.end))


def to_words(span: Span, text: str) -> Span:
    """Widen a span to whole words."""
    start, end = span.start, span.end
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return Span(start, end)


def _nearly(wanted: Plain, held: Plain, text: str) -> Span | None:
    if not LEAST_FUZZY <= len(wanted.text) <= len(held.text):
        return None
    from rapidfuzz import fuzz  # late: part of the extra llm

    found = fuzz.partial_ratio_alignment(wanted.text, held.text, score_cutoff=ALIKE)
    if found is None:
        return None
    span = to_words(held.span(found.dest_start, found.dest_end), text)
    # The alignment may be of a part of the quote; the whole of it must be there.
    if fuzz.ratio(wanted.text, plain(span.of(text)).text) < ALIKE:
        return None
    return span


@lru_cache(maxsize=4_096)
def _forms(character: str) -> str:
    if character in DASHES:
        return "-"
    if character in MARKS:
        return "'"
    if character.isspace():
        return " "
    return "".join(
        " " if each.isspace() else each
        for each in unicodedata.normalize("NFKD", character).casefold()
        if unicodedata.category(each) not in UNSEEN
    )


def _end(text: str, at: int) -> int:
    """Return where a character ends: after the accents that stand as characters of their own."""
    end = at + 1
    while end < len(text) and not _forms(text[end]):
        end += 1
    return end
