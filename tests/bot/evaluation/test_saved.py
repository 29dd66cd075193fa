"""Runs are kept, go on where they were interrupted, and know what made them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Settings
from bot.errors import GoldError
from bot.evaluation.gold import GoldCase
from bot.evaluation.outcome import Outcome
from bot.evaluation.saved import Made, Save, load_run
from index import PassageIndex, Scope

Make = Callable[..., Outcome]
CASES = [GoldCase("a", "Where?", ("Turin",), True)]


@pytest.fixture
def made(samples_index: PassageIndex) -> Made:
    """Return what a run on the samples is made with."""
    return Made.of(samples_index, Settings(calibration=""), CASES, search=False)


def test_what_was_interrupted_goes_on_and_what_is_whole_is_put_in_place(
    tmp_path: Path, made: Made, outcome: Make, wrong: Make
) -> None:
    path = tmp_path / "a.run"
    first = Save(path, made)
    first.add(outcome("a"))
    first.stop()
    with (tmp_path / "a.run.part").open("a") as file:
        file.write('{"id": "cut sho')
    second = Save(path, made)
    assert second.done == [outcome("a")]
    assert not path.exists()
    second.add(wrong("b"))
    second.finish()
    assert load_run(path) == (made, [outcome("a"), wrong("b")])
    assert not (tmp_path / "a.run.part").exists()
    third = Save(path, made)
    assert third.done == []
    third.stop()


def test_a_run_of_something_else_is_not_gone_on_with(
    tmp_path: Path, made: Made, outcome: Make
) -> None:
    first = Save(tmp_path / "a.run", made)
    first.add(outcome("a"))
    first.stop()
    other = Save(tmp_path / "a.run", replace(made, gold="other"))
    assert other.done == []
    other.stop()


def test_what_changed_is_known(samples_index: PassageIndex, made: Made, tmp_path: Path) -> None:
    other = Settings(calibration="", reader="none", passages=3)
    changed = Made.of(samples_index, other, CASES, search=False)
    assert changed.changed(made) == ["reader", "settings"]
    assert made.changed(made) == []
    scope = Scope(authors=frozenset({"Ada"}))
    limited = Made.of(samples_index, Settings(calibration=""), CASES, search=False, scope=scope)
    assert limited.changed(made) == ["scope"]
    own = tmp_path / "own.json"
    own.write_text("{}")
    fitted = Made.of(samples_index, Settings(calibration=str(own)), CASES, search=False)
    assert fitted.changed(made) == ["reader"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"footnote run": 99}', '{"footnote run": 1, "made": {}}',
     '{"footnote run": 1, "made": {"digests": {}, "questions": 1, "gold": ""}}\n{}\n'],
)  # fmt: skip
def test_what_is_no_run_is_told_in_words(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.run"
    path.write_text(text)
    said = "its format is 99, not 1" if "99" in text else "it is damaged, or none"
    with pytest.raises(GoldError, match=rf"a\.run can't be read as a run \({said}\); make a run"):
        load_run(path)
    with pytest.raises(GoldError, match=r"can't be read as a run \(No such file or directory\)"):
        load_run(tmp_path / "missing.run")
