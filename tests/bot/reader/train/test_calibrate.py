"""Fitting probabilities, on cases whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from bot.reader.calibration import sigmoid
from bot.reader.protocol import Reading
from bot.reader.train.calibrate import FALSE_ANSWERS, Case, expected_error, fit, report
from index import Hit, Passage, Span

PASSAGE = Passage("a:0", "a", "", "It rains.", Span(0, 9), (Span(0, 9),))
HIT = Hit(PASSAGE, "A", None, 1.0, 1, {})


def reading(odds: float, passage: float) -> Reading:
    """Return a reading with two parts."""
    why = {"odds": odds, "passage": passage}
    return Reading(HIT, Span(0, 2), Span(0, 9), 0.0, 0.0, why)


@pytest.fixture(scope="module")
def found() -> list[Case]:
    """Return cases in which odds tell the truth and passages nothing."""
    chooser = np.random.default_rng(3)
    cases = []
    for n in range(3_000):
        kind = ("answerable", "absent", "near miss")[n % 3] + ", small" * (n % 2)
        readings, right = [], []
        for _ in range(3):
            odds = float(chooser.normal(1.5 if kind.startswith("answerable") else -2.0, 1.5))
            readings.append(reading(odds, float(chooser.normal())))
            true = chooser.random() < sigmoid(1.2 * odds - 0.5)
            right.append(bool(true and kind.startswith("answerable")))
        cases.append(Case(kind, tuple(readings), tuple(right), 1.0))
    cases.append(Case("absent", (), (), 1.0))
    return cases


def test_what_tells_the_truth_gets_the_weight(found: list[Case]) -> None:
    fitted = fit(found)
    assert fitted.choice.weights["odds"] > 0.5
    assert abs(fitted.choice.weights["passage"]) < 0.1
    assert 0 < fitted.threshold < 1
    assert 0.3 <= fitted.enough <= 1


def test_the_report_says_how_well_it_does(found: list[Case]) -> None:
    fitted = fit(found)
    figures = report(found, fitted)
    assert figures["absent answered"] == pytest.approx(FALSE_ANSWERS, abs=0.01)
    assert figures["absent AUROC"] > 0.9
    assert figures["right"] > 0.6
    assert figures["ECE"] < 0.05


def test_the_expected_error_is_the_weighted_gap_between_likely_and_right() -> None:
    probability = np.array([0.1, 0.1, 0.9, 0.9])
    right = np.array([False, False, True, False])
    even = np.ones(4)
    # In the first bin 0.1 too much, in the last 0.9 for a half: (2 * 0.1 + 2 * 0.4) / 4.
    assert expected_error(probability, right, even) == pytest.approx(0.25)
    weighted = np.array([0.0, 0.0, 1.0, 1.0])
    assert expected_error(probability, right, weighted) == pytest.approx(0.4)
