"""Questions asked of the samples, and judged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config import Settings
from bot.evaluation.gold import GoldCase, GoldSource
from bot.evaluation.outcome import Outcome
from bot.evaluation.run import Examiner, count
from index import PassageIndex

QUOTE = "The test takes an hour and costs 89 euros."
ASKED = GoldCase(
    "battery",
    "How much does the test of a used battery cost?",
    ("89 euros",),
    True,
    (GoldSource("used-electric-car-prices", QUOTE),),
)
UNKNOWN = GoldCase("pope", "Who painted the ceiling of the Sistine Chapel?", (), False)


@pytest.fixture
def examiner(samples_index: PassageIndex) -> Examiner:
    """Return what asks questions of the samples."""
    return Examiner(samples_index, Settings(calibration=""))


def test_a_right_answer_and_a_right_refusal_are_right(examiner: Examiner) -> None:
    asked, unknown = examiner.ask_all([ASKED, UNKNOWN])
    assert (asked.status, asked.answer, asked.right, asked.failure) == (
        "answered", "89 euros", True, ""
    )  # fmt: skip
    assert [each.verbatim for each in asked.citations] == [True]
    assert asked.citations[0].places == [0]
    assert len(asked.hits) == 10
    mark = next(hit for hit in asked.hits if hit.places)
    ((start, end),) = mark.marks
    assert mark.text[start:end] == QUOTE
    assert (unknown.status, unknown.right, unknown.best_right) == ("refused", True, False)
    assert unknown.seconds.all >= unknown.seconds.search + unknown.seconds.read > 0
    assert Outcome.of(asked.record()) == asked


def test_the_same_answers_come_as_from_the_answerer_itself(
    examiner: Examiner, samples_index: PassageIndex
) -> None:
    from bot.bootstrap import make_answerer

    alone = make_answerer(Settings(calibration=""), samples_index).ask(ASKED.question)
    watched = examiner.ask(ASKED)
    assert (watched.answer, watched.confidence) == (alone.text, alone.confidence)


def test_what_comes_before_in_a_conversation_is_asked_before(examiner: Examiner) -> None:
    follow_up = replace(ASKED, question="And how long does it take?", answers=("an hour",))
    alone, after = examiner.ask_all([follow_up, replace(follow_up, history=(ASKED.question,))])
    assert not alone.cites
    assert after.cites


def test_wrong_outcomes_say_where_they_went_wrong(samples_index: PassageIndex) -> None:
    strict = Examiner(samples_index, Settings(calibration="", threshold=1.0))
    refused = strict.ask(ASKED)
    assert (refused.failure, refused.best, refused.best_right) == (
        "wrongly refused", "89 euros", True
    )  # fmt: skip
    gone = replace(ASKED, sources=(GoldSource("used-electric-car-prices", "is not there"),))
    assert strict.ask(gone).failure == "not indexed"
    lax = Examiner(samples_index, Settings(calibration="", threshold=0.0))
    answered = lax.ask(replace(ASKED, answerable=False, answers=(), sources=()))
    assert answered.failure == "wrongly answered"
    other = lax.ask(replace(ASKED, answers=("1,150 euros",)))
    assert (other.failure, other.cites, other.right) == ("wrong span", True, False)
    assert count([refused, answered, other]).answered_wrong == 1


def test_without_a_reader_searches_are_made_together_and_find_the_same(
    samples_index: PassageIndex, examiner: Examiner
) -> None:
    cases = [ASKED, UNKNOWN, replace(ASKED, history=("Where is Turin?",))]
    quick = list(Examiner(samples_index, Settings(calibration="", reader="none")).ask_all(cases))
    slow = list(examiner.ask_all(cases))
    found = list(examiner.search_all(cases[:2]))
    for one, other in zip(quick[:2], slow[:2], strict=True):
        assert [hit.start for hit in one.hits] == [hit.start for hit in other.hits]
    assert [each.status for each in found] == ["searched", "searched"]
    assert [hit.text for hit in found[0].hits] == [hit.text for hit in slow[0].hits]
    assert all(each.right for each in found)
