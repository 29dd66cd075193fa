"""Intervals and tests say what is known of them."""

from __future__ import annotations

import numpy as np
import pytest

from bot.evaluation.figures import area_under_risk, calibration_error
from bot.evaluation.intervals import difference, estimate, mean_of


def test_the_interval_of_a_share_is_about_that_of_the_normal_distribution() -> None:
    values = [1.0] * 60 + [0.0] * 40
    found = estimate([values], mean_of)
    half = 1.96 * (0.6 * 0.4 / 100) ** 0.5
    assert found.value == 0.6
    assert (found.low, found.high) == pytest.approx((0.6 - half, 0.6 + half), abs=0.02)
    assert found == estimate([values], mean_of)


def test_where_all_are_right_the_interval_is_still_honest() -> None:
    found = estimate([[1.0] * 8], mean_of)
    # Clopper and Pearson: the lower bound is 0.025 ** (1 / 8).
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.025 ** (1 / 8))
    assert estimate([[0.4]], mean_of) == (0.4, 0.4, 0.4, 1)


def test_questions_right_before_or_after_are_compared_as_mcnemar_does() -> None:
    before = [1.0] * 8 + [0.0] * 12
    after = [0.0] * 7 + [1.0] * 1 + [1.0] + [0.0] * 11
    found = difference(before, after)
    # 7 broken, 1 fixed: twice the chance of at most one head in eight tosses.
    assert found.p == pytest.approx(2 * (1 + 8) / 2**8)
    assert found.value == pytest.approx(-6 / 20)
    assert found.low < found.value < found.high < 0
    assert difference(before, before) == (0.0, 0.0, 0.0, 1.0, 20)


def test_other_values_are_compared_by_exchanging_them() -> None:
    # In 2 of the 32 ways to exchange five pairs, all changes have one sign.
    found = difference([0.1, 0.2, 0.3, 0.4, 0.5], [0.3, 0.3, 0.4, 0.6, 0.55])
    assert found.p == pytest.approx(2 / 32)
    one = difference([0.25], [0.75])
    assert (one.value, one.low, one.high, one.p) == (0.5, 0.5, 0.5, 1.0)


def test_risk_and_calibration_can_be_computed_by_hand() -> None:
    confidence, right = np.array([0.25, 0.95, 0.85]), np.array([1.0, 1.0, 0.0])
    # The surest first: none of one wrong, one of two, one of three.
    assert area_under_risk(confidence, right) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert calibration_error(confidence, right) == pytest.approx((0.75 + 0.05 + 0.85) / 3)
    twice = np.stack([confidence, confidence]), np.stack([right, 1 - right])
    assert area_under_risk(*twice, axis=-1)[1] == pytest.approx((1 + 1 / 2 + 2 / 3) / 3)
