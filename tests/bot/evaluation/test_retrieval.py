"""Retrieval figures are those of the definitions."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from bot.evaluation.outcome import Found, Outcome
from bot.evaluation.retrieval import retrieval_figures

Make = Callable[..., Outcome]


def test_figures_can_be_computed_by_hand(outcome: Make, found: Callable[..., Found]) -> None:
    # Two places: the second is met in rank 2, again in rank 3, the first in rank 6.
    hits = [found(), found(1), found(1), found(), found(), found(0), found()]
    figures = retrieval_figures([outcome("a", places=2, hits=hits)])
    ideal = 1 + 1 / math.log2(3)
    assert {name: values["a"] for name, values in figures.items()} == pytest.approx(
        {
            "recall@1": 0.0,
            "recall@5": 0.5,
            "recall@10": 1.0,
            "mrr": 1 / 2,
            "ndcg@10": (1 / math.log2(3) + 1 / math.log2(7)) / ideal,
        },
        abs=1e-6,
    )


def test_a_question_that_finds_nothing_counts_as_zero_and_one_without_a_place_not_at_all(
    outcome: Make, found: Callable[..., Found]
) -> None:
    figures = retrieval_figures(
        [
            outcome("none", hits=[]),
            outcome("other", hits=[found()]),
            outcome("free", places=0, hits=[found()]),
        ]
    )
    assert all(values == {"none": 0, "other": 0} for values in figures.values())
    assert not any(retrieval_figures([outcome(places=0)]).values())
