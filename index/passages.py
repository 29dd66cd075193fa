"""Articles to passages of whole sentences: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.formats import MAX_WORDS, OVERLAP_SENTENCES
from index.layout import text_blocks
from index.sentences import LANGUAGE, WORD, count_words, split_sentences
from index.types import Article, Block, Passage, Span

HEADING_SEPARATOR = " › "
SPACE = re.compile(r"\s*")
COLONS = (":", "：")
# How long what announces a list or heads a table may be, in words, to stand above its parts.
LEAD_WORDS = 30
# Code is left whole up to so many words: cut, it says less than a sentence does.
CODE_WORDS = 200
CLAUSE_END = re.compile(r"[;:,，、；：]\s*|\s[–—-]\s|\s+")


def split_article(
    article: Article, *, max_words: int = MAX_WORDS, overlap: int = OVERLAP_SENTENCES
) -> tuple[Passage, ...]:
    """Split an article into passages.

    A passage is made of whole sentences of one paragraph, list, table or piece of code; it starts
    with the last ``overlap`` sentences of the one before it, where both are of one paragraph. A
    sentence longer than ``max_words`` is cut at its clauses. Above the passages of a list, a table
    or code stands the sentence that announces it with a colon, above those of a table that don't
    begin with it, its first row.

    Parameters
    ----------
    article : Article
        Without blocks, its layout is read off its text.
    max_words : int
        At least 1; of code, a passage has up to 200.
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
    language = article.language or LANGUAGE
    before: Block | None = None
    for block in article.blocks or text_blocks(article.text):
        if block.kind == "heading":
            path = [*(above for above in path if above.level < block.level), block]
            before = None
            continue
        above = [*_headings(article, path), *_announcement(article.text, before, block, language)]
        before = block
        limit = max(max_words, CODE_WORDS) if block.kind == "code" else max_words
        lines = split_sentences(article.text, block, language)
        sentences = _cut_long(article.text, lines, limit)
        for group in _windows(article.text, sentences, limit, overlap):
            span = Span(group[0].start, group[-1].end)
            head = _table_head(article.text, block, lines) if span.start > block.span.start else []
            passages.append(
                Passage(
                    id=f"{article.id}:{len(passages)}",
                    article_id=article.id,
                    heading=HEADING_SEPARATOR.join([*above, *head]),
                    text=span.of(article.text),
                    span=span,
                    sentences=group,
                )
            )
    return tuple(passages)


def _headings(article: Article, path: Sequence[Block]) -> list[str]:
    headings = [" ".join(block.span.of(article.text).split()) for block in path]
    if headings and headings[0] == article.title:
        headings = headings[1:]
    return headings


def _announcement(text: str, before: Block | None, block: Block, language: str) -> list[str]:
    """Return the sentence before a list, a table or code, where it announces it with a colon."""
    if before is None or before.kind != "paragraph" or block.kind == "paragraph":
        return []
    if not before.span.of(text).endswith(COLONS):
        return []
    return _lead(split_sentences(text, before, language)[-1].of(text))


def _table_head(text: str, block: Block, lines: Sequence[Span]) -> list[str]:
    return _lead(lines[0].of(text)) if block.kind == "table" and len(lines) > 1 else []


def _lead(line: str) -> list[str]:
    return [" ".join(line.split())] if count_words(line) <= LEAD_WORDS else []


def _cut_long(text: str, spans: Sequence[Span], max_words: int) -> list[Span]:
    return [piece for span in spans for piece in _cut(text, span, max_words)]


def _cut(text: str, span: Span, max_words: int) -> Iterator[Span]:
    words = [match.span() for match in WORD.finditer(text, span.start, span.end)]
    start = span.start
    first = 0
    while len(words) - first > max_words:
        # At the last clause in the second half of what fits, else at the last word that fits.
        low, high = words[first + max_words // 2][0], words[first + max_words][0]
        found = list(CLAUSE_END.finditer(text, low, high))
        clauses = [m.end() for m in found if m.group().strip()] or [m.end() for m in found]
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
