"""How far figures could lie from the truth: bootstrap intervals and paired tests, by scipy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

SEED = 0
RESAMPLES = 1_000
PERMUTATIONS = 1_999
CONFIDENCE = 0.95
# Resamples drawn at a time, times questions: bounds the memory.
CELLS = 2_000_000

Numbers = NDArray[np.float64]
Statistic = Callable[..., Any]


class Estimate(NamedTuple):
    """A figure, its 95 % interval, and how many values it was made of."""

    value: float
    low: float
    high: float
    n: int


class Difference(NamedTuple):
    """How much a figure changed, the 95 % interval of that, and the p-value of no change."""

    value: float
    low: float
    high: float
    p: float
    n: int


def mean_of(values: Numbers, axis: int = -1) -> Any:
    """Return means along an axis."""
    return np.mean(values, axis=axis)


def estimate(columns: Sequence[Sequence[float]], statistic: Statistic) -> Estimate:
    """Return a figure with its bootstrap interval.

    Parameters
    ----------
    columns : sequence of sequence of float
        One value a question each, in the same order; not empty.
    statistic : callable
        Takes the columns as arrays, and the ``axis`` that questions lie along.

    Returns
    -------
    Estimate
        By the percentiles of 1,000 resamples of questions (Efron and Tibshirani 1993). Where
        every question has the same value, 0 or 1, resamples can't vary: then the exact interval
        of a share (Clopper and Pearson 1934).
    """
    data = tuple(np.asarray(column, np.float64) for column in columns)
    n, value = len(data[0]), float(statistic(*data, axis=-1))
    if len(data) == 1 and data[0].min() == data[0].max() and value in (0.0, 1.0):
        exact = stats.binomtest(round(value * n), n).proportion_ci(CONFIDENCE)
        return Estimate(value, float(exact.low), float(exact.high), n)
    if n < 2:
        return Estimate(value, value, value, n)
    low, high = _bootstrap(data, statistic)
    return Estimate(value, low, high, n)


def difference(before: Sequence[float], after: Sequence[float]) -> Difference:
    """Compare the values of the same questions before and after a change.

    Returns
    -------
    Difference
        ``p`` is two-sided: exact where a question is right or wrong (McNemar 1947), else by
        exchanging before and after at random, 1,999 times or in every way (Fisher 1935).
    """
    one, other = np.asarray(before, np.float64), np.asarray(after, np.float64)
    change = other - one
    value = float(change.mean())
    if not change.any():
        return Difference(0.0, 0.0, 0.0, 1.0, len(change))
    low, high = _bootstrap((change,), mean_of) if len(change) > 1 else (value, value)
    if np.isin(change, (-1.0, 0.0, 1.0)).all():
        better, worse = int((change > 0).sum()), int((change < 0).sum())
        p = float(stats.binomtest(better, better + worse, 0.5).pvalue)
    else:
        p = _permutation(change)
    return Difference(value, low, high, p, len(change))


def _bootstrap(data: tuple[Numbers, ...], statistic: Statistic) -> tuple[float, float]:
    found = stats.bootstrap(
        data,
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, CELLS // len(data[0])),
        vectorized=True,
        paired=len(data) > 1,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(found.low), float(found.high)


def _permutation(change: Numbers) -> float:
    moved = change[change != 0]
    if len(moved) < 2:
        return 1.0
    found = stats.permutation_test(
        (moved, np.zeros_like(moved)),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=max(1, CELLS // len(moved)),
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)
