"""Gold sets as tests: pytest run on them, alone and with workers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import PassageIndex

pytest_plugins = ["pytester"]
LINES = (Path(__file__).parents[2] / "data" / "samples.jsonl").read_text("utf-8").splitlines()
QUOTE = "The test takes an hour and costs 89 euros."
RIGHT = json.dumps(
    {
        "id": "right",
        "question": "How much does the test of a used battery cost?",
        "answers": ["89 euros"],
        "sources": [{"article": "used-electric-car-prices", "quote": QUOTE}],
        "tags": ["price"],
    }
)
WRONG = json.dumps({**json.loads(RIGHT), "id": "wrong", "answers": ["1 euro"]})
Ask = Callable[..., pytest.RunResult]


@pytest.fixture
def ask(pytester: pytest.Pytester, samples_index: PassageIndex) -> Ask:
    """Run pytest on a gold set, asked of the samples."""

    def run(*options: str, lines: tuple[str, ...] = (RIGHT, WRONG)) -> pytest.RunResult:
        pytester.makefile(".jsonl", gold="\n".join(lines))
        index = f"--footnote-index={samples_index.folder}"
        return pytester.runpytest_inprocess(index, *options)

    return run


def test_each_question_is_a_test_and_a_wrong_one_says_why(ask: Ask) -> None:
    result = ask(lines=(RIGHT, WRONG, "{"))
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*line 3: it is no JSON*",
            "How much does the test of a used battery cost?",
            "*wanted*1 euro",
            "*came*89 euros*",
            "*wrong span: it cites the right words and says “89 euros”.",
            f"*gold*{QUOTE}*used-electric-car-prices*",
            "*passage 1*",
            "*= Footnote =*",
            "Of 2 answerable questions 1 were answered rightly, 1 wrongly, 0 refused.",
        ]
    )


def test_a_question_is_chosen_by_its_id_or_tag(ask: Ask) -> None:
    ask("-k", "right").assert_outcomes(passed=1, deselected=1)
    ask("gold.jsonl::wrong").assert_outcomes(failed=1)


def test_with_a_floor_only_the_figures_fail(ask: Ask) -> None:
    passed = ask("--footnote-fail-under=correct=0.5")
    passed.assert_outcomes(passed=1, xfailed=1)
    assert passed.ret == 0
    failed = ask("--footnote-fail-under=correct=0.6")
    failed.assert_outcomes(passed=1, xfailed=1)
    assert failed.ret == 1
    failed.stdout.fnmatch_lines(["Failed: correct is 0.5, below 0.6."])


def test_with_a_baseline_what_was_wrong_before_does_not_fail(
    ask: Ask, pytester: pytest.Pytester, samples_index: PassageIndex
) -> None:
    from click.testing import CliRunner

    from bot.cli import main

    pytester.makefile(".jsonl", gold=f"{RIGHT}\n{WRONG}")
    words = ["eval", "gold.jsonl", "--save", "a.run", "--index", str(samples_index.folder)]
    assert CliRunner().invoke(main, words).exit_code == 0
    same = ask("--footnote-baseline=a.run")
    same.assert_outcomes(passed=1, xfailed=1)
    same.stdout.fnmatch_lines(["Since the baseline 0 fixed, 0 broken, 2 unchanged."])
    run = Path("a.run").read_text("utf-8").replace('"right": false', '"right": true')
    Path("a.run").write_text(run)
    ask("--footnote-baseline=a.run").assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--footnote-baseline=nowhere.run", "*nowhere.run can't be read as a run*"),
        ("--footnote-fail-under=fame=1", "*there is no figure fame*"),
    ],
)
def test_a_wrong_option_is_a_sentence(ask: Ask, option: str, said: str) -> None:
    result = ask(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_an_index_or_a_gold_set_that_is_not_there_is_a_sentence(pytester: pytest.Pytester) -> None:
    pytester.makefile(".jsonl", gold=RIGHT, empty="")
    nowhere = pytester.runpytest_inprocess("gold.jsonl", "--footnote-index=nowhere")
    nowhere.assert_outcomes(failed=1)
    nowhere.stdout.fnmatch_lines(["*there is no index in nowhere*"])
    pytester.runpytest_inprocess("empty.jsonl").stdout.fnmatch_lines(["*there is no question in*"])


def test_other_files_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makefile(".jsonl", gold=RIGHT)
    pytester.makefile(".json", other="{}")
    assert pytester.runpytest_inprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_fixtures_give_the_index_and_the_answerer(ask: Ask, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_own="""
        def test_own(footnote_index, answerer):
            assert len(footnote_index.articles()) == 9
            assert answerer.ask("How much does the test of a used battery cost?").text == "89 euros"
        """
    )
    ask("test_own.py").assert_outcomes(passed=1)


def test_workers_of_xdist_share_the_questions_and_one_summary(
    pytester: pytest.Pytester, samples_index: PassageIndex
) -> None:
    pytester.makefile(".jsonl", gold="\n".join([RIGHT, WRONG, *LINES[55:57]]))
    words = [f"--footnote-index={samples_index.folder}", "-n2", "-p", "no:cacheprovider"]
    floor = "--footnote-fail-under=correct=0.8"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "gold.jsonl", *words, floor],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "3 passed, 1 xfailed" in done.stdout
    assert "Failed: correct is 0.75, below 0.8." in done.stdout
