"""What counts as right."""

from __future__ import annotations

from dataclasses import replace

from bot.evaluation.gold import GoldCase, GoldSource
from bot.evaluation.judge import is_right
from bot.evaluation.run import Result, count
from bot.types import Answer, Citation
from index import PassageIndex, Span

QUOTE = "The test takes an hour and costs 89 euros."
ARTICLE = "used-electric-car-prices"


def case(**changes: object) -> GoldCase:
    """Return a question on the samples."""
    sources = (GoldSource(ARTICLE, QUOTE),)
    return replace(GoldCase("a", "How much?", ("89 euros",), True, sources), **changes)  # type: ignore[arg-type]


def answer_citing(answered: Answer, citation: Citation, index: PassageIndex, quote: str) -> Answer:
    """Return an answer that cites words of the article."""
    start = index.article(ARTICLE).text.index(quote)
    cited = replace(citation, article_id=ARTICLE, span=Span(start, start + len(quote)), quote=quote)
    return replace(answered, text="89 euros", citations=(cited,))


def test_a_citation_must_meet_a_gold_source(
    answered: Answer, citation: Citation, samples_index: PassageIndex
) -> None:
    right = answer_citing(answered, citation, samples_index, "costs 89 euros")
    assert is_right(case(), right, samples_index)
    wrong = answer_citing(answered, citation, samples_index, "The")
    assert not is_right(case(), wrong, samples_index)


def test_without_a_source_words_must_be_shared(
    answered: Answer, samples_index: PassageIndex
) -> None:
    for sources in ((), (GoldSource("nowhere", QUOTE),), (GoldSource(ARTICLE, "not there"),)):
        assert is_right(case(sources=sources), replace(answered, text="89 euros"), samples_index)
        assert not is_right(case(sources=sources), replace(answered, text="1921"), samples_index)


def test_refusals_and_answers_to_what_is_not_answerable_are_not_right(
    answered: Answer, refused: Answer, samples_index: PassageIndex
) -> None:
    assert not is_right(case(), refused, samples_index)
    assert not is_right(case(answerable=False, sources=()), answered, samples_index)


def test_every_question_is_counted_once(answered: Answer, refused: Answer) -> None:
    no = case(answerable=False)
    results = [
        Result(case(), answered, True),
        Result(case(), answered, False),
        Result(case(), refused, False),
        Result(no, answered, False),
        Result(no, refused, False),
    ]
    counts = count(results)
    assert (counts.answerable, counts.unanswerable) == (3, 2)
    assert (counts.answered_right, counts.answered_wrong, counts.refused_wrongly) == (1, 1, 1)
    assert (counts.refused_rightly, counts.answered_falsely) == (1, 1)
