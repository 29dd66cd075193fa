"""What each question contributes to each figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.evaluation.figures import columns_of, curve, diagram, figures, sliced
from bot.evaluation.outcome import Cited, Outcome

Make = Callable[..., Outcome]


def cited(*places: int, verbatim: bool = True) -> Cited:
    """Return a citation."""
    return Cited("plant", "The plant", None, 0, 5, "quote", verbatim, list(places))


def test_every_figure_is_a_mean_over_the_questions_it_concerns(outcome: Make, wrong: Make) -> None:
    no = {"answerable": False, "answers": [], "places": 0, "sources": []}
    refused = {"status": "refused", "answer": ""}
    asked = [
        outcome("right", answer="in Turin", places=2, citations=[cited(0), cited()]),
        wrong("wrong", citations=[cited(verbatim=False)]),
        wrong("refused", **refused),
        outcome("rightly refused", **no, **refused),
        wrong("wrongly answered", **no),
    ]
    found = {name: (value.value, value.n) for name, value in figures(asked).items()}
    wanted = {
        "correct": (2 / 5, 5),
        "em": (1 / 5, 5),
        "f1": ((2 / 3 + 1) / 5, 5),
        "f1_answerable": ((2 / 3) / 3, 3),
        "verbatim": (1 / 2, 2),
        "citation_precision": (1 / 4, 2),
        "citation_recall": (1 / 4, 2),
        "answered": (3 / 5, 5),
        "precision": (1 / 3, 3),
        "false_answers": (1 / 2, 2),
        "false_refusals": (1 / 3, 3),
        "all_p50_ms": (30, 5),
    }
    assert {name: found[name] for name in wanted} == {
        name: (pytest.approx(value), n) for name, (value, n) in wanted.items()
    }
    assert all(value.low <= value.value <= value.high for value in figures(asked).values())


def test_what_was_only_searched_for_has_no_figures_of_answers(outcome: Make) -> None:
    found = columns_of([outcome(status="searched")])
    assert {name for name, values in found.items() if values} == {
        "recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "search_p50_ms", "search_p95_ms",
    }  # fmt: skip


def test_tags_have_figures_of_their_own(outcome: Make, wrong: Make) -> None:
    found = sliced([outcome("a", tags=["x"]), wrong("b", tags=["x", "y"])])
    assert {tag: value["correct"].value for tag, value in found.items()} == {"x": 0.5, "y": 0.0}


def test_curve_and_diagram_hold_every_answer(outcome: Make, wrong: Make) -> None:
    asked = [outcome("a", confidence=0.5), wrong("b", confidence=0.95), wrong("c", confidence=1.0)]
    assert curve(asked) == [
        (pytest.approx(1 / 3), 1.0, 1.0),
        (pytest.approx(2 / 3), 1.0, 0.95),
        (1.0, pytest.approx(2 / 3), 0.5),
    ]
    assert diagram(asked) == [(0.5, 1.0, 1), (pytest.approx(0.975), 0.0, 2)]
