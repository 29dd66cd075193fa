"""Fits a reader's probabilities and threshold to a user's gold set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot.errors import GoldError
from bot.reader.refit import Refit, logit

LEAST_QUESTIONS = 20
# How strongly few questions are kept from bending the probabilities: like so many questions.
PRIOR = 5.0
LEAST_SCALE = 0.05
STEPS = 50


def refit(
    probabilities: Sequence[float], right: Sequence[bool], reader: str, precision: float
) -> Refit:
    """Fit scale, shift and threshold.

    Parameters
    ----------
    probabilities : sequence of float
        Of the answers, as the reader gives them, 0 where it found none.
    right : sequence of bool
    reader : str
        Its name.
    precision : float
        The wanted share of right ones among the answers, in (0, 1].

    Returns
    -------
    Refit
        With the least threshold that reaches the precision; where none does, one above every
        probability seen.

    Raises
    ------
    GoldError
        If there are fewer than 20 questions, or all answers are right, or all wrong.
    """
    if len(right) < LEAST_QUESTIONS:
        raise GoldError(
            f"{len(right)} questions are too few to calibrate on; write {LEAST_QUESTIONS} or more."
        )
    if len(set(right)) < 2:
        which = "right" if right[0] else "wrong"
        raise GoldError(
            f"every answer is {which}, which leaves nothing to tell apart; add questions that the "
            f"articles {'do not answer' if right[0] else 'answer'}."
        )
    logits, truth = np.array([logit(p) for p in probabilities]), np.array(right, np.float64)
    scale, shift = _platt(logits, truth)
    fitted = Refit(reader, scale, shift, 1.0, 1.0, len(right), precision)
    new = np.array([fitted.probability(p) for p in probabilities])
    threshold = _threshold(new, truth, precision)
    return Refit(reader, scale, shift, threshold, max(threshold, 0.5), len(right), precision)


def _platt(logits: NDArray[np.float64], truth: NDArray[np.float64]) -> tuple[float, float]:
    """Return scale and shift, drawn towards 1 and 0; surer stays surer."""
    ones = np.ones_like(logits)
    scale, shift = _newton(np.stack([logits, ones], 1), truth, np.array([1.0, 0.0]), 0 * ones)
    if scale < LEAST_SCALE:
        scale = LEAST_SCALE
        (shift,) = _newton(ones[:, None], truth, np.zeros(1), scale * logits)
    return round(float(scale), 6), round(float(shift), 6)


def _newton(
    table: NDArray[np.float64],
    truth: NDArray[np.float64],
    start: NDArray[np.float64],
    offset: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Fit a logistic regression by Newton's method, drawn towards ``start``."""
    weights = start.copy()
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-np.clip(table @ weights + offset, -30, 30)))
        slope = table.T @ (likely - truth) + PRIOR * (weights - start)
        curve = (table * (likely * (1 - likely))[:, None]).T @ table
        step = np.linalg.solve(curve + PRIOR * np.eye(len(start)), slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def _threshold(likely: NDArray[np.float64], truth: NDArray[np.float64], precision: float) -> float:
    order = np.argsort(-likely, kind="stable")
    shares = np.cumsum(truth[order]) / np.arange(1, len(order) + 1)
    # Equal probabilities are answered together, or not at all.
    last = np.append(np.diff(likely[order]) != 0, True)
    reached = np.flatnonzero((shares >= precision) & last)
    if not len(reached):
        return min(1.0, round(float(likely.max()) + 1e-4, 6))
    place = int(reached[-1])
    below = likely[order][place + 1] if place + 1 < len(order) else 0.0
    return round(float((likely[order][place] + below) / 2), 6)
