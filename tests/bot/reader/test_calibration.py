"""From scores to probabilities."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import ReaderError
from bot.reader.calibration import Calibration, Logistic, sigmoid
from bot.reader.model import CALIBRATION

SOME = Calibration(Logistic({"a": 2.0, "b": -1.0}, 0.5), Logistic({"a": 1.0}, 0.0), 0.9, 0.25, 0.5)


def test_a_logit_is_the_weighted_sum_and_the_bias() -> None:
    assert SOME.choice.logit({"a": 1.0, "b": 3.0, "other": 9.0}) == -0.5
    assert SOME.probability({"a": 0.0}) == 0.5


@pytest.mark.parametrize(("logit", "wanted"), [(0, 0.5), (800, 1), (-800, 0), (1, 0.7310586)])
def test_any_logit_has_a_probability(logit: float, wanted: float) -> None:
    assert sigmoid(logit) == pytest.approx(wanted)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    SOME.save(tmp_path / "c.json")
    assert Calibration.load(tmp_path / "c.json") == SOME


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"choice": 1}', '{"choice": {"weights": 3}}'])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text)
    with pytest.raises(ReaderError, match=r"c\.json can't be read"):
        Calibration.load(path)


def test_what_is_shipped_refuses_below_what_it_is_sure_of() -> None:
    shipped = Calibration.load(CALIBRATION)
    assert 0 < shipped.threshold < shipped.sure < shipped.enough <= 1
    assert shipped.choice.weights["odds"] > 0
    assert shipped.right.weights["odds"] > 0
