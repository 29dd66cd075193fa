"""Whether an answer is right."""

from __future__ import annotations

from bot.citations import find_quote
from bot.evaluation.gold import GoldCase
from bot.evaluation.metrics import f1
from bot.types import Answer
from index import PassageIndex, Span

# An answer that shares so much with a gold one, F1 of their words, is the same in other words.
LIKE_ENOUGH = 0.5


def is_right(case: GoldCase, answer: Answer, index: PassageIndex) -> bool:
    """Say whether an answered question was answered rightly.

    With gold sources, a citation must overlap one of them; without, the answer must share enough
    words with a gold one. An answer to what is not answerable is wrong.
    """
    if answer.status != "answered" or not case.answerable:
        return False
    spans = [
        span for source in case.sources for span in _spans(source.article, source.quote, index)
    ]
    if not spans:
        return f1(answer.text, case.answers) >= LIKE_ENOUGH
    return any(
        citation.article_id == article and citation.span.meets(span)
        for citation in answer.citations
        for article, span in spans
    )


def _spans(article: str, quote: str, index: PassageIndex) -> list[tuple[str, Span]]:
    try:
        text = index.article(article).text
    except KeyError:
        return []
    span = find_quote(quote, text)
    return [(article, span)] if span else []
