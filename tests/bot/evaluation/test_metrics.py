"""Answers are compared as SQuAD compares them."""

from __future__ import annotations

import pytest

from bot.evaluation.metrics import exact_match, f1, words


def test_case_punctuation_and_articles_count_for_nothing() -> None:
    assert words("The Plant, in a Town!") == ["plant", "in", "town"]
    assert exact_match("the plant", ["A plant."]) == 1
    assert exact_match("the plants", ["A plant."]) == 0


@pytest.mark.parametrize(
    ("answer", "gold", "wanted"),
    [
        ("in Turin", ["Turin"], 2 / 3),
        ("Turin", ["Rome", "Turin"], 1),
        ("red red", ["red"], 2 / 3),
        ("", ["the"], 1),
        ("Turin", ["the"], 0),
        ("Turin", [], 0),
    ],
)
def test_f1_is_that_of_the_best_gold_answer(answer: str, gold: list[str], wanted: float) -> None:
    assert f1(answer, gold) == pytest.approx(wanted)
