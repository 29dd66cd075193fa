"""Articles to passages of whole sentences: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.formats import MAX_WORDS, OVERLAP_SENTENCES
from index.layout import text_blocks
from index.types import Article, Block, Passage, Span

HEADING_SEPARATOR = " › "

# Scripts that put no spaces between words count by character.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
QUOTES = re.compile('["“”„«»]')
CLOSERS = "\"”»’')]"
# "…the factory.The plant…": a space lost on the way from a web page.
LOST_SPACE = re.compile(r"(?<=[^\W\d_]{3}[.!?])(?=[A-Z][a-z]*\s)")
SPACE = re.compile(r"\s*")
# On some texts the sentence splitter takes time quadratic in their length, so it sees this much
# at once; what it says of the last characters depends on what comes next, and is asked again.
WINDOW_CHARACTERS = 4_000
WINDOW_MARGIN = 200
CLAUSE_END = re.compile(r"[;:,，、；：]\s*|\s[–—-]\s|\s+")


def split_article(
    article: Article, *, max_words: int = MAX_WORDS, overlap: int = OVERLAP_SENTENCES
) -> tuple[Passage, ...]:
    """Split an article into passages.

    A passage is made of whole sentences of one paragraph, list, table or piece of code; it starts
    with the last ``overlap`` sentences of the one before it, where both are of one paragraph. A
    sentence longer than ``max_words`` is cut at its clauses.

    Parameters
    ----------
    article : Article
        Without blocks, its layout is read off its text.
    max_words : int
        At least 1.
    overlap : int
        Not negative.

    Returns
    -------
    tuple of Passage
        In order of their place in the text. Every character outside headings that is not white
        space is in a passage.

    Raises
    ------
    ValueError
        If ``max_words < 1`` or ``overlap < 0``.
    """
    if max_words < 1 or overlap < 0:
        raise ValueError(f"max_words {max_words} must be positive, overlap {overlap} not negative")
    passages: list[Passage] = []
    path: list[Block] = []
    for block in article.blocks or text_blocks(article.text):
        if block.kind == "heading":
            path = [*(above for above in path if above.level < block.level), block]
            continue
        heading = _heading(article, path)
        sentences = _cut_long(article.text, split_sentences(article.text, block), max_words)
        for group in _windows(article.text, sentences, max_words, overlap):
            span = Span(group[0].start, group[-1].end)
            passages.append(
                Passage(
                    id=f"{article.id}:{len(passages)}",
                    article_id=article.id,
                    heading=heading,
                    text=span.of(article.text),
                    span=span,
                    sentences=group,
                )
            )
    return tuple(passages)


def split_sentences(text: str, block: Block) -> tuple[Span, ...]:
    """Split a block into sentences; the lines of a list, a table or a piece of code count as such.

    Parameters
    ----------
    text : str
        The article's text.
    block : Block

    Returns
    -------
    tuple of Span
        Offsets into ``text``, in order, without white space at their ends.
    """
    if block.kind == "paragraph":
        spans = _paragraph_sentences(text, block.span)
    else:
        spans = _pieces(text, block.span, [m.end() for m in re.finditer("\n", block.span.of(text))])
    return tuple(_join_fragments(text, spans))


def count_words(text: str) -> int:
    """Count words; every character of Chinese and Japanese counts as one."""
    return sum(1 for _ in WORD.finditer(text))


def _heading(article: Article, path: Sequence[Block]) -> str:
    headings = [" ".join(block.span.of(article.text).split()) for block in path]
    if headings and headings[0] == article.title:
        headings = headings[1:]
    return HEADING_SEPARATOR.join(headings)


def _paragraph_sentences(text: str, span: Span) -> Iterator[Span]:
    # A quotation counts as one sentence to the library. Here each of its sentences is to be cited
    # by itself, so quotation marks are hidden, character for character.
    body = span.of(text)
    ends = [_behind_closers(body, end) for end in _boundaries(QUOTES.sub(" ", body))]
    ends.extend(match.start() for match in LOST_SPACE.finditer(body))
    yield from _pieces(text, span, sorted(set(ends)))


def _boundaries(text: str) -> Iterator[int]:
    """Yield the offsets at which sentences end."""
    # Imported late: `--help` needs none of it.
    from sentencex import get_sentence_boundaries

    start, size = 0, WINDOW_CHARACTERS
    while start < len(text):
        last = start + size >= len(text)
        sure = size if last else size - WINDOW_MARGIN
        found = get_sentence_boundaries("en", text[start : start + size])
        ends = [end for end in (int(each["end_index"]) for each in found) if 0 < end <= sure]
        yield from (start + end for end in ends)
        if last:
            return
        start, size = (start + ends[-1], WINDOW_CHARACTERS) if ends else (start, size * 2)


def _behind_closers(text: str, end: int) -> int:
    """Move a boundary so that the marks closing a sentence stay with it, and openers do not."""
    stop = end
    while stop > 0 and (text[stop - 1].isspace() or text[stop - 1] in '"“„«»”'):
        stop -= 1
    while stop < len(text) and text[stop] in CLOSERS:
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


def _cut_long(text: str, spans: Sequence[Span], max_words: int) -> list[Span]:
    return [piece for span in spans for piece in _cut(text, span, max_words)]


def _cut(text: str, span: Span, max_words: int) -> Iterator[Span]:
    words = [match.span() for match in WORD.finditer(text, span.start, span.end)]
    start = span.start
    first = 0
    while len(words) - first > max_words:
        # At the last clause in the second half of what fits, else at the last word that fits.
        low, high = words[first + max_words // 2][0], words[first + max_words][0]
        clauses = [m.end() for m in CLAUSE_END.finditer(text, low, high) if m.group().strip()]
        end = max((c for c in clauses if start < c <= high), default=high)
        yield Span(start, start + len(text[start:end].rstrip()))
        start = SPACE.match(text, end).end()  # type: ignore[union-attr]  # it matches anywhere
        first = next(i for i in range(first, len(words)) if words[i][1] > start)
    yield Span(start, span.end)


def _windows(
    text: str, sentences: Sequence[Span], max_words: int, overlap: int
) -> Iterator[tuple[Span, ...]]:
    sizes = [count_words(span.of(text)) for span in sentences]
    start = 0
    while start < len(sentences):
        end = start + 1
        while end < len(sentences) and sum(sizes[start : end + 1]) <= max_words:
            end += 1
        yield tuple(sentences[start:end])
        if end == len(sentences):
            return
        # As much overlap as leaves room for a new sentence, so that every passage brings one.
        start = end
        while start > end - overlap and sum(sizes[start - 1 : end + 1]) <= max_words:
            start -= 1
