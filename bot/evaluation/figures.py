"""The figures of a run: what each is, what it is made of, and its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bot.evaluation.intervals import Estimate, Numbers, Statistic, estimate, mean_of
from bot.evaluation.metrics import exact_match, f1
from bot.evaluation.outcome import Outcome
from bot.evaluation.retrieval import MEASURES, retrieval_figures

BINS = 10
Better = Literal["more", "less", ""]
# Column by column, the values of one question; None if the figure says nothing of it.
Values = Callable[[Outcome], tuple[float, ...] | None]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Parameters
    ----------
    name : str
        For programs.
    label : str
        For people.
    better : {"more", "less", ""}
    values : callable
        What a question contributes.
    statistic : callable
        Makes the figure of them.
    unit : str
        ``ms`` or nothing.
    """

    name: str
    label: str
    better: Better
    values: Values
    statistic: Statistic = mean_of
    unit: str = ""


def area_under_risk(confidence: Numbers, right: Numbers, axis: int = -1) -> Any:
    """Return the area under the risk–coverage curve, in [0, 1]; less is better.

    The mean, over every share of the questions that could be answered, the surest first, of the
    share of wrong ones among them (Geifman and El-Yaniv 2017, arXiv:1705.08500).
    """
    order = np.argsort(-confidence, axis=axis, kind="stable")
    wrong = 1 - np.take_along_axis(right, order, axis=axis)
    return (np.cumsum(wrong, axis=axis) / np.arange(1, wrong.shape[axis] + 1)).mean(axis=axis)


def calibration_error(confidence: Numbers, right: Numbers, axis: int = -1) -> Any:
    """Return the expected calibration error, ten bins of equal width, in [0, 1].

    Guo et al. 2017, arXiv:1706.04599.
    """
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = right - confidence
    bins = [np.abs(np.where(place == b, gaps, 0).sum(axis=axis)) for b in range(BINS)]
    return np.sum(bins, axis=0) / gaps.shape[axis]


def quantile_of(share: float) -> Statistic:
    """Return what takes a quantile."""
    return lambda values, axis=-1: np.quantile(values, share, axis=axis)


def _when(condition: bool, value: float) -> tuple[float] | None:
    return (float(value),) if condition else None


def _share(found: Sequence[bool]) -> float:
    return sum(found) / max(1, len(found))


def _gold(outcome: Outcome) -> list[str]:
    """Return the answers; as SQuAD 2 has it, the empty text where there is none."""
    return outcome.answers if outcome.answerable else [""]


def _asked(outcome: Outcome) -> bool:
    return outcome.status != "searched"


def _answered(outcome: Outcome) -> bool:
    return outcome.status == "answered"


def _citing(outcome: Outcome) -> bool:
    return _answered(outcome) and outcome.places > 0


def _met(outcome: Outcome) -> int:
    return len({place for each in outcome.citations for place in each.places})


def _compared(outcome: Outcome) -> bool:
    return _asked(outcome) and bool(_gold(outcome))


def _seconds(stage: str) -> Values:
    def milliseconds(outcome: Outcome) -> tuple[float] | None:
        return _when(stage == "search" or _asked(outcome), 1000 * getattr(outcome.seconds, stage))

    return milliseconds


def _sure(outcome: Outcome) -> tuple[float, ...] | None:
    return (outcome.confidence, float(outcome.best_right)) if _asked(outcome) else None


FIGURES: tuple[Figure, ...] = (
    Figure(
        "correct",
        "answered rightly, or rightly refused",
        "more",
        lambda o: _when(_asked(o), o.right),
    ),
    Figure("em", "exact match", "more", lambda o: _when(
        _compared(o), exact_match(o.answer, _gold(o)))),
    Figure("f1", "F1 of the words", "more", lambda o: _when(_compared(o), f1(o.answer, _gold(o)))),
    Figure("em_answerable", "exact match, answerable", "more", lambda o: _when(
        _compared(o) and o.answerable, exact_match(o.answer, _gold(o)))),
    Figure("f1_answerable", "F1, answerable", "more", lambda o: _when(
        _compared(o) and o.answerable, f1(o.answer, _gold(o)))),
    Figure("verbatim", "citations letter for letter", "more", lambda o: _when(
        bool(o.citations), _share([each.verbatim for each in o.citations]))),
    Figure("citation_precision", "citations that meet a gold quote", "more", lambda o: _when(
        _citing(o), _share([bool(each.places) for each in o.citations]))),
    Figure("citation_recall", "gold places that are cited", "more", lambda o: _when(
        _citing(o), _met(o) / max(1, o.places))),
    Figure("answered", "answered", "", lambda o: _when(_asked(o), _answered(o))),
    Figure("precision", "right among the answered", "more", lambda o: _when(
        _answered(o), o.right)),
    Figure("false_answers", "unanswerable, and answered", "less", lambda o: _when(
        _asked(o) and not o.answerable, _answered(o))),
    Figure("false_refusals", "answerable, and refused", "less", lambda o: _when(
        _asked(o) and o.answerable, not _answered(o))),
    Figure("aurc", "area under risk–coverage", "less", _sure, area_under_risk),
    Figure("ece", "calibration error", "less", _sure, calibration_error),
    *(
        Figure(f"{name}_{part}_ms", f"{label}, p{part[1:]}", "less", _seconds(stage),
               quantile_of(share), "ms")
        for name, label, stage in (
            ("search", "search", "search"), ("read", "reading", "read"), ("all", "all", "all"),
        )
        for part, share in (("p50", 0.5), ("p95", 0.95))
    ),
)  # fmt: skip
RETRIEVAL_LABELS = {
    "recall@1": "gold places in the first passage",
    "recall@5": "… in the first 5",
    "recall@10": "… in the first 10",
    "mrr": "reciprocal rank of the first",
    "ndcg@10": "nDCG of the first 10",
}
# In the order in which they are shown: search, answers, citations, refusals, latency.
LABELS: Mapping[str, str] = {**RETRIEVAL_LABELS, **{each.name: each.label for each in FIGURES}}
BETTER: Mapping[str, Better] = {
    **dict.fromkeys(MEASURES, "more"),
    **{each.name: each.better for each in FIGURES},
}
UNITS: Mapping[str, str] = {each.name: each.unit for each in FIGURES if each.unit}
# Shown for each tag.
SLICED = ("correct", "f1", "recall@5")


def columns_of(outcomes: Sequence[Outcome]) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return what every question contributes to every figure, by figure and id."""
    found: dict[str, dict[str, tuple[float, ...]]] = {
        name: {id: (value,) for id, value in values.items()}
        for name, values in retrieval_figures(outcomes).items()
    }
    for figure in FIGURES:
        values = ((each.id, figure.values(each)) for each in outcomes)
        found[figure.name] = {id: value for id, value in values if value is not None}
    return found


def figures(outcomes: Sequence[Outcome], names: Sequence[str] = ()) -> dict[str, Estimate]:
    """Return the figures of a run, each with its 95 % interval.

    Parameters
    ----------
    outcomes : sequence of Outcome
    names : sequence of str
        By default all.

    Returns
    -------
    dict of str to Estimate
        Without those that no question contributes to.
    """
    statistics = {each.name: each.statistic for each in FIGURES}
    return {
        name: estimate(list(zip(*values.values(), strict=True)), statistics.get(name, mean_of))
        for name, values in columns_of(outcomes).items()
        if values and (not names or name in names)
    }


def sliced(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Estimate]]:
    """Return some of the figures for each tag, in order of name."""
    tags = sorted({tag for each in outcomes for tag in each.tags})
    return {tag: figures([each for each in outcomes if tag in each.tags], SLICED) for tag in tags}


def curve(outcomes: Sequence[Outcome]) -> list[tuple[float, float, float]]:
    """Return coverage, risk and confidence, for every share of the questions that are asked."""
    asked = sorted((each for each in outcomes if _asked(each)), key=lambda each: -each.confidence)
    points, wrong = [], 0
    for answered, each in enumerate(asked, 1):
        wrong += not each.best_right
        points.append((answered / len(asked), wrong / answered, each.confidence))
    return points


def diagram(outcomes: Sequence[Outcome]) -> list[tuple[float, float, int]]:
    """Return mean confidence, share of right answers and number for each bin that is not empty."""
    asked = [each for each in outcomes if _asked(each)]
    bins: list[list[Outcome]] = [[] for _ in range(BINS)]
    for each in asked:
        bins[min(int(each.confidence * BINS), BINS - 1)].append(each)
    return [
        (
            sum(each.confidence for each in bin) / len(bin),
            sum(each.best_right for each in bin) / len(bin),
            len(bin),
        )
        for bin in bins
        if bin
    ]
