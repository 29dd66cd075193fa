"""`footnote eval` on the samples' gold set."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

Run = Callable[..., Result]
GOLD = Path(__file__).parents[2] / "data" / "samples.jsonl"


def test_every_question_is_asked_and_counted(run: Run, indexed: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    lines = GOLD.read_text(encoding="utf-8").splitlines()
    gold.write_text("\n".join([*lines[26:29], *lines[55:57], "{"]))
    shown = run("eval", str(gold))
    assert (shown.exit_code, shown.stdout.count("\n")) == (0, 2)
    assert "Of 3 answerable questions" in shown.stdout
    assert "Of 2 unanswerable questions 2 were refused, 0 answered." in shown.stdout
    assert f"{gold}, line 6: it is no JSON" in shown.stderr
    counts = json.loads(run("eval", str(gold), "--json").stdout)
    assert counts["answerable"] == 3
    assert counts["answered_right"] + counts["answered_wrong"] + counts["refused_wrongly"] == 3
    assert counts["refused_rightly"] == 2


def test_calibrating_writes_a_file_that_is_heeded_from_then_on(run: Run, indexed: Path) -> None:
    before = json.loads(run("ask", "Where will the Piva be built?", "--json").stdout)
    fitted = run("eval", str(GOLD), "--calibrate", "--precision", "0.7")
    assert fitted.exit_code == 0, fitted.output
    path = indexed.parent / "footnote-calibration.json"
    record = json.loads(path.read_text())
    assert (record["reader"], record["questions"], record["precision"]) == ("default", 60, 0.7)
    assert fitted.stdout.startswith("footnote-calibration.json: of 60 questions ")
    after = json.loads(run("ask", "Where will the Piva be built?", "--json", "--explain").stdout)
    assert after["confidence"] != before["confidence"]
    assert after["trace"]["threshold"] == record["threshold"]

    counts = json.loads(run("eval", str(GOLD), "--json").stdout)
    answered = counts["answered_right"] + counts["answered_wrong"] + counts["answered_falsely"]
    assert counts["answered_right"] >= 0.7 * answered

    (indexed.parent / "footnote.toml").write_text('reader = "none"\n')
    refused = run("ask", "Where?")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "was fitted for the reader default, not none; run footnote eval" in refused.stderr


def test_bad_gold_is_one_sentence(run: Run, indexed: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text('{"question": "Where?"}\n')
    result = run("eval", str(few), "--calibrate")
    assert result.exit_code == 1
    assert "1 questions are too few to calibrate on; write 20 or more." in result.stderr
    missing = run("eval", "nowhere.jsonl")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "nowhere.jsonl can't be read" in missing.stderr
