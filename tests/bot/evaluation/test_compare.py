"""A run is compared with another question by question."""

from __future__ import annotations

from collections.abc import Callable

from bot.evaluation.compare import compare
from bot.evaluation.outcome import Outcome

Make = Callable[..., Outcome]


def test_what_was_fixed_and_broken_is_named(outcome: Make, wrong: Make) -> None:
    before = [outcome("a"), wrong("b"), outcome("c"), outcome("gone")]
    after = [wrong("a"), outcome("b"), outcome("c"), outcome("new")]
    found = compare(before, after, ["index", "reader"])
    assert (found.fixed, found.broken, found.unchanged) == (["b"], ["a"], 1)
    assert found.before == {"a": "Turin", "b": "Rome"}
    assert found.notes[:3] == [
        "Changed since the baseline: index, reader.",
        "1 question is new since the baseline, and left out.",
        "1 question is in the baseline only, and left out.",
    ]
    assert "2 of 3 questions changed; below 6" in found.notes[3]
    assert found.worse == []


def test_questions_whose_gold_answers_changed_are_not_compared(outcome: Make) -> None:
    found = compare([outcome("a")], [outcome("a", answers=["Rome"])])
    assert found.unchanged == 0
    assert found.notes == [
        "1 question is other in text or gold answers than in the baseline, and left out.",
        "No question is in both: nothing can be compared.",
    ]


def test_a_loss_that_chance_does_not_explain_counts_as_worse(outcome: Make, wrong: Make) -> None:
    ids = [str(number) for number in range(40)]
    before = [outcome(id) for id in ids]
    few = [wrong(id) if int(id) < 6 else outcome(id) for id in ids]
    many = [wrong(id) if int(id) < 12 else outcome(id) for id in ids]
    assert compare(before, few).worse == []
    found = compare(before, many)
    assert found.worse == ["correct", "f1"]
    assert found.differences["correct"].p == 2 / 2**12
    assert "a change of" in found.notes[-1]
    assert compare(many, before).worse == []
