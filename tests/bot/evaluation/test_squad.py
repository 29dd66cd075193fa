"""SQuAD's JSON is read as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.evaluation.gold import GoldCase, GoldSource, read_gold

CONTEXT = "It rains. The plant is in Turin. It is new. The plant is in Turin."


def squad(path: Path, *questions: Any, **paragraph: Any) -> Path:
    """Write a file of one paragraph, and of two articles that are none."""
    paragraphs = [{"context": CONTEXT, "qas": questions, **paragraph}, {"qas": []}]
    entries = [{"title": "The_plant", "paragraphs": paragraphs}, {"title": "none"}]
    path.write_text(json.dumps({"version": "2", "data": entries}, indent=1))
    return path


def question(id: str, *answers: tuple[str, int], **more: Any) -> dict[str, Any]:
    """Return a question as SQuAD has it."""
    found = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": id, "question": " Where? ", "answers": found, **more}


def test_the_sentence_around_an_answer_is_its_source_and_what_is_wrong_is_named(
    tmp_path: Path,
) -> None:
    path = squad(
        tmp_path / "squad.json",
        question("a", ("Turin", 26), ("in Turin", 23), ("Turin", 26)),
        question("b", ("Turin", 26), is_impossible=True),
        question("c", ("Rome", 26)),
        question("d", ("", 0)),
        {"id": "e"},
    )
    cases, problems = read_gold([path])
    source = GoldSource("The plant", "The plant is in Turin.")
    assert cases == [
        GoldCase("a", "Where?", ("Turin", "in Turin"), True, (source,)),
        GoldCase("b", "Where?", (), False),
        GoldCase("d", "Where?", (), False),
    ]
    assert [each.said for each in problems] == [
        "The plant, paragraph 1, question 3: ValueError 'Rome' does not stand at character 26; "
        "left out.",
        "The plant, paragraph 1, question 5: KeyError 'question'; left out.",
        "The plant, paragraph 2 has no context; left out.",
        "article 2 has no paragraphs; left out.",
    ]
