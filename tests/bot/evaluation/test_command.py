"""`footnote eval` on the samples' gold set."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from bot.config import Settings
from bot.evaluation.command import Wanted, run_eval
from bot.evaluation.saved import load_run
from index import EVERYTHING, Hit, PassageIndex, Scope

Run = Callable[..., Result]
GOLD = Path(__file__).parents[2] / "data" / "samples.jsonl"
LINES = GOLD.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Return a gold set of three answerable and two other questions, and a line that is none."""
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join([*LINES[26:29], *LINES[55:57], "{"]), encoding="utf-8")
    return path


def test_every_question_is_asked_and_counted(run: Run, indexed: Path, few: Path) -> None:
    shown = run("eval", str(few))
    assert shown.exit_code == 0
    assert "Of 3 answerable questions" in shown.stdout
    assert "Of 2 unanswerable questions 2 were refused, 0 answered." in shown.stdout
    assert "recall@5 " in shown.stdout
    assert f"{few}, line 6: it is no JSON" in shown.stderr
    found = json.loads(run("eval", str(few), "--json").stdout)
    assert found["answerable"] == 3
    assert found["answered_right"] + found["answered_wrong"] + found["refused_wrongly"] == 3
    assert found["refused_rightly"] == 2
    assert [case["id"] for case in found["cases"]] == ["s27", "s28", "s29", "s56", "s57"]
    assert found["figures"]["correct"]["n"] == 5
    assert sum(found["failures"].values()) == sum(not case["right"] for case in found["cases"])


def test_a_run_is_kept_and_compared(run: Run, indexed: Path, few: Path) -> None:
    assert run("eval", str(few), "--save", "a.run").exit_code == 0
    made, outcomes = load_run(indexed.parent / "a.run")
    assert (made.questions, len(outcomes)) == (5, 5)
    same = run("eval", str(few), "--baseline", "a.run", "--markdown", "--html", "a.html")
    assert same.exit_code == 0
    assert "0 fixed, 0 broken, 5 unchanged" in same.stdout
    assert "| change | p |" in same.stdout
    assert (indexed.parent / "a.html").stat().st_size > 10_000
    (indexed.parent / "footnote.toml").write_text("threshold = 1.0\n")
    other = run("eval", str(few), "--baseline", "a.run", "--json")
    comparison = json.loads(other.stdout)["comparison"]
    assert comparison["notes"][0] == "Changed since the baseline: settings."
    assert set(comparison["broken"]) == {each.id for each in outcomes if each.cites and each.right}


def test_quotes_that_stand_nowhere_are_told(run: Run, indexed: Path, few: Path) -> None:
    few.write_text(LINES[26].replace('"quote": "', '"quote": "never said: '), encoding="utf-8")
    shown = run("eval", str(few), "--search-only")
    assert "1 gold quote found in no article; footnote gold check names them." in shown.stderr
    assert "Wrong: 1 not indexed." in shown.stdout


@pytest.fixture
def two_animals(run: Run, workplace: Path) -> Path:
    """Index an article in each of two collections; return a gold set that asks for the second."""
    for name, animal in (("one", "wombat"), ("two", "walrus")):
        (workplace / name).mkdir()
        (workplace / name / f"{animal}.txt").write_text(f"The {animal} lives in the far {name}.")
        run("index", name, "--collection", name)
    path = workplace / "gold.jsonl"
    path.write_text(
        '{"question": "Where does the walrus live?", "answers": ["far two"], "answerable": true, '
        '"sources": [{"article": "walrus", "quote": "lives in the far two"}]}\n'
    )
    return path


@pytest.mark.parametrize("reader", ["default", "none"])
def test_only_the_collection_named_is_asked(run: Run, two_animals: Path, reader: str) -> None:
    Path("footnote.toml").write_text(f'reader = "{reader}"\n')
    for option in ((), ("--search-only",)):
        for name, articles in (("one", {"wombat"}), ("two", {"walrus"})):
            words = ("eval", "gold.jsonl", "--collection", name, *option, "--json")
            (case,) = json.loads(run(*words).stdout)["cases"]
            assert {hit["article"] for hit in case["hits"]} == articles
            assert {cited["article"] for cited in case["citations"]} <= articles
        (case,) = json.loads(run("eval", "gold.jsonl", *option, "--json").stdout)["cases"]
        assert {hit["article"] for hit in case["hits"]} == {"wombat", "walrus"}


def test_a_run_knows_what_it_was_limited_to(run: Run, two_animals: Path) -> None:
    words = ("eval", "gold.jsonl", "--search-only", "--json", "--collection")
    assert run(*words, "two", "--save", "a.run").exit_code == 0
    notes = json.loads(run(*words, "two", "--baseline", "a.run").stdout)["comparison"]["notes"]
    assert not any("Changed" in note for note in notes)
    notes = json.loads(run(*words, "one", "--baseline", "a.run").stdout)["comparison"]["notes"]
    assert notes[0] == "Changed since the baseline: scope."
    missing = run("eval", "gold.jsonl", "--collection", "three")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "no article is in the collection three" in missing.stderr
    calibrated = run("eval", "gold.jsonl", "--calibrate", "--collection", "three")
    assert "no article is in the collection three" in calibrated.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--save", "gold.jsonl"), "--save gold.jsonl is a gold set; name another file."),
        (("--html", "gold.jsonl"), "--html gold.jsonl is a gold set; name another file."),
        (("--save", "a", "--html", "a"), "--html a is the run that --save writes; name another"),
        (("--html", "no/x.html"), "--html no/x.html can't be a file; name one in a folder that"),
        (("--save", "."), "--save . can't be a file; name one in a folder that exists."),
    ],
)
def test_nothing_is_asked_that_could_not_be_written_or_would_overwrite(
    run: Run, indexed: Path, options: tuple[str, ...], said: str
) -> None:
    gold = indexed.parent / "gold.jsonl"
    gold.write_text(LINES[26])
    result = run("eval", "gold.jsonl", *options)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Asking" not in result.stderr
    assert gold.read_text() == LINES[26]


def test_a_floor_that_is_not_reached_is_exit_status_1(run: Run, indexed: Path, few: Path) -> None:
    words = ("eval", str(few), "--search-only", "--fail-under")
    assert run(*words, "recall@10=0.1").exit_code == 0
    failed = run(*words, "recall@10=1.1", "--json")
    assert failed.exit_code == 1
    assert "Failed: recall@10 is " in failed.stderr
    assert run(*words, "search_p95_ms=0").exit_code == 1
    absent = run(*words, "f1=0.5")
    assert (absent.exit_code, "no question says anything of f1" in absent.stdout) == (1, True)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--fail-under", "fame=1"), "there is no figure fame; there are recall@1"),
        (("--fail-under", "f1"), "f1 has no number; write f1=0.9"),
        (("--fail-under", "f1=nan"), "f1=nan has no number; write f1=0.9"),
        (
            ("--calibrate", "--search-only"),
            "--calibrate goes with --json, --precision and what limits",
        ),
    ],
)
def test_a_wrong_command_line_is_told(
    run: Run, indexed: Path, few: Path, option: tuple[str, ...], said: str
) -> None:
    result = run("eval", str(few), *option)
    assert (result.exit_code, said in result.stderr) == (2, True)


class Interrupted(PassageIndex):
    """An index at whose second question somebody presses Ctrl-C."""

    asked = 0

    def search(self, query: str, k: int = 5, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """Search, once."""
        self.asked += 1
        if self.asked == 2:
            raise KeyboardInterrupt
        return super().search(query, k, scope=scope)


def test_what_was_done_before_an_interruption_is_kept(
    run: Run, indexed: Path, few: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Interrupted(indexed)
    wanted = Wanted(save=Path("a.run"))
    assert run_eval(Settings(), [few], wanted, index) == 130
    assert "Stopped after 1 of 5 questions; run it again to go on." in capsys.readouterr().err
    assert not Path("a.run").exists()
    again = run("eval", str(few), "--save", "a.run")
    assert "Going on after 1 question." in again.stderr
    assert len(load_run(Path("a.run"))[1]) == 5
    index.asked = 0
    assert run_eval(Settings(), [few], replace(wanted, save=None), index) == 130
    assert "with --save RUN it would go on from there" in capsys.readouterr().err
    index.asked = 1
    with pytest.raises(KeyboardInterrupt):
        run_eval(Settings(), [few], Wanted(), index)
    index.close()


def test_calibrating_writes_a_file_that_is_heeded_from_then_on(run: Run, indexed: Path) -> None:
    gold = indexed.parent / "half.jsonl"
    gold.write_text("\n".join(LINES[::2]), encoding="utf-8")
    before = json.loads(run("ask", "Where will the Piva be built?", "--json").stdout)
    fitted = run("eval", "half.jsonl", "--calibrate", "--precision", "0.7")
    assert fitted.exit_code == 0, fitted.output
    path = indexed.parent / "footnote-calibration.json"
    record = json.loads(path.read_text())
    assert (record["reader"], record["questions"], record["precision"]) == ("default", 30, 0.7)
    assert fitted.stdout.startswith("footnote-calibration.json: of 30 questions ")
    after = json.loads(run("ask", "Where will the Piva be built?", "--json", "--explain").stdout)
    assert after["confidence"] != before["confidence"]
    assert after["trace"]["threshold"] == record["threshold"]

    cases = json.loads(run("eval", "half.jsonl", "--json").stdout)["cases"]
    answered = [case for case in cases if case["status"] == "answered"]
    assert sum(case["cites"] for case in answered) >= 0.7 * len(answered)

    (indexed.parent / "footnote.toml").write_text('reader = "none"\n')
    refused = run("ask", "Where?")
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "was fitted for the reader default, not none; run footnote eval" in refused.stderr


def test_options_that_would_be_passed_over_are_refused(run: Run, indexed: Path) -> None:
    both = run("eval", "half.jsonl", "--json", "--markdown")
    assert (both.exit_code, "--json and --markdown exclude each other" in both.stderr) == (2, True)
    alone = run("eval", "half.jsonl", "--precision", "0.7")
    assert (alone.exit_code, "--precision goes with --calibrate" in alone.stderr) == (2, True)


def test_bad_gold_is_one_sentence(run: Run, indexed: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text('{"question": "Where?"}\n')
    result = run("eval", str(few), "--calibrate")
    assert result.exit_code == 1
    assert "1 questions are too few to calibrate on; write 20 or more." in result.stderr
    missing = run("eval", "nowhere.jsonl")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "nowhere.jsonl can't be read" in missing.stderr
    html = run("eval", str(few), "--html", "nowhere/a.html")
    assert (html.exit_code, "nowhere/a.html can't be a file" in html.stderr) == (1, True)
    baseline = run("eval", str(few), "--baseline", "nowhere.run")
    assert (baseline.exit_code, "can't be read as a run" in baseline.stderr) == (1, True)
