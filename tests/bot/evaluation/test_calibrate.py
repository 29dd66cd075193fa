"""Probabilities and thresholds fitted to a gold set."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.errors import GoldError, ReaderError
from bot.evaluation.calibrate import LEAST_QUESTIONS, refit
from bot.reader.calibration import sigmoid
from bot.reader.refit import Refit, logit

SOME = Refit("default", 1.5, -0.5, 0.4, 0.6, 40, 0.9)


def drawn(count: int, scale: float, shift: float) -> tuple[list[float], list[bool]]:
    """Return probabilities, and outcomes that come as often as a logit made of them says."""
    chooser = np.random.default_rng(5)
    likely = chooser.uniform(0.02, 0.98, count).tolist()
    return likely, [bool(chooser.random() < sigmoid(scale * logit(p) + shift)) for p in likely]


def test_what_was_too_sure_is_made_less_sure() -> None:
    likely, right = drawn(4_000, 0.5, -1.0)
    found = refit(likely, right, "default", 0.9)
    assert found.scale == pytest.approx(0.5, abs=0.1)
    assert found.shift == pytest.approx(-1.0, abs=0.15)
    assert found.probability(0.9) < 0.6


def test_the_threshold_reaches_the_precision_and_refuses_no_more_than_it_must() -> None:
    likely, right = drawn(2_000, 1.0, 0.0)
    for precision in (0.6, 0.8, 0.95):
        found = refit(likely, right, "default", precision)
        new = np.array([found.probability(p) for p in likely])
        kept = np.array(right)[new >= found.threshold]
        assert kept.mean() >= precision
        lower = np.array(right)[new >= found.threshold - 0.03]
        assert lower.mean() < precision + 0.01
        assert found.sure >= found.threshold


def test_few_questions_bend_little() -> None:
    likely = [0.4, 0.6] * (LEAST_QUESTIONS // 2)
    right = [p > 0.5 for p in likely]
    assert 1 < refit(likely, right, "default", 0.9).scale < 6


def test_a_precision_out_of_reach_refuses_everything() -> None:
    likely = [0.9, 0.1] * LEAST_QUESTIONS
    found = refit(likely, [False, True] * LEAST_QUESTIONS, "default", 1.0)
    assert all(found.probability(p) < found.threshold for p in likely)


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ([True, False] * 9, "18 questions are too few to calibrate on; write 20 or more"),
        ([True] * 30, "every answer is right, .* add questions that the articles do not answer"),
        ([False] * 30, "every answer is wrong, .* add questions that the articles answer"),
    ],
)
def test_what_can_not_be_fitted_is_told(right: list[bool], said: str) -> None:
    with pytest.raises(GoldError, match=said):
        refit([0.5] * len(right), right, "default", 0.9)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    SOME.save(tmp_path / "c.json")
    assert Refit.load(tmp_path / "c.json") == SOME


@pytest.mark.parametrize("change", [{"scale": "x"}, {"shift": float("nan")}, {"reader": None}])
def test_a_damaged_file_is_named(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "c.json"
    SOME.save(path)
    record = json.loads(path.read_text()) | change
    if change.get("reader", "") is None:
        del record["reader"]
    path.write_text(json.dumps(record))
    with pytest.raises(ReaderError, match=r"c\.json can't be read .*--calibrate again"):
        Refit.load(path)
