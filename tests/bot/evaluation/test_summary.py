"""A run in words, for people and for pull requests."""

from __future__ import annotations

import json
from collections.abc import Callable

from bot.evaluation.compare import compare
from bot.evaluation.outcome import Outcome
from bot.evaluation.summary import json_record, markdown, summarise, text_lines

Make = Callable[..., Outcome]


def test_a_run_in_words_names_the_wrong_the_worse_and_the_tags(outcome: Make, wrong: Make) -> None:
    ids = [f"q{number}" for number in range(14)]
    after = [wrong(id, tags=["x"], question="Where\x1b is it?") for id in ids] + [outcome("good")]
    before = [outcome(each.id, tags=each.tags, question=each.question) for each in after]
    comparison = compare(before, after)
    lines = list(text_lines(summarise(after, comparison=comparison)))
    assert lines[0] == (
        "Of 15 answerable questions 1 were answered rightly, 14 wrongly, 0 refused."
    )
    assert any(line.startswith("x ") and "correct 0.000" in line for line in lines)
    assert "Wrong: 14 wrong sentence." in lines
    assert "  q0 Where\ufffd is it? – wrong sentence: it cites “Rome”." in lines
    assert "  and 4 more; --html FILE shows them all." in lines
    assert "Since the baseline 0 fixed, 14 broken, 1 unchanged." in lines
    assert f"Broken: {', '.join(ids)}." in lines
    assert lines[-1].startswith("Failed: f1 is significantly worse than in the baseline, by 0.933")


def test_markdown_mentions_nobody_and_tells_ten_of_the_broken(outcome: Make, wrong: Make) -> None:
    after = [wrong(f"q{i}", question="Is @here *it*?") for i in range(12)]
    comparison = compare([outcome(each.id, question=each.question) for each in after], after)
    shown = markdown(summarise(after, comparison=comparison))
    assert "\n- Is @\u200bhere \\*it\\*? (q0): wrong sentence; it cites “Rome”.\n" in shown
    assert shown.endswith("\n- and 2 more")
    assert "| wrong sentence | 12 |" in shown
    assert "**Failed: correct is significantly worse" in shown
    alone = markdown(summarise([outcome()]))
    assert "| figure |  | questions |" in alone
    assert "Passed" not in alone


def test_programs_get_everything_but_the_passages(outcome: Make, wrong: Make) -> None:
    asked = [outcome("a"), wrong("b")]
    record = json.loads(json.dumps(json_record(summarise(asked, problems=["none"]))))
    assert (record["failures"], record["problems"]) == ({"wrong sentence": 1}, ["none"])
    assert record["figures"]["correct"]["value"] == 0.5
    assert record["cases"][1]["evidence"] == "it cites “Rome”."
    assert record["comparison"] is None
