"""Gold sets are read as they are written, and what is wrong in them is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import GoldError
from bot.evaluation.gold import GoldCase, GoldSource, read_gold


def gold(folder: Path, *lines: str) -> Path:
    """Write a gold set."""
    path = folder / "gold.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_line_is_a_case(tmp_path: Path) -> None:
    path = gold(
        tmp_path,
        '{"id": "a", "question": "Where?", "answers": ["Turin"], "answerable": true, '
        '"sources": [{"article": "plant", "quote": "in Turin"}], "tags": ["place"]}',
        "",
        '{"question": "Why?"}',
    )
    assert read_gold([path]) == (
        [
            GoldCase(
                "a", "Where?", ("Turin",), True, (GoldSource("plant", "in Turin"),), ("place",)
            ),
            GoldCase("gold-3", "Why?", (), False),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "it is no JSON (Expecting property name enclosed in double quotes, column 2)"),
        ("[1]", "it is no JSON object"),
        ('{"answers": []}', "question is missing"),
        ('{"question": " "}', "question is no text"),
        ('{"question": "x", "answers": "y"}', "answers is no list of texts"),
        ('{"question": "x", "answerable": "yes"}', "answerable is neither true nor false"),
        ('{"question": "x", "sources": [{"article": "a"}]}', "quote is missing"),
    ],
)
def test_a_malformed_line_is_named_and_the_rest_is_read(
    tmp_path: Path, line: str, said: str
) -> None:
    path = gold(tmp_path, line, '{"question": "Where?", "answers": ["here"]}')
    cases, (problem,) = read_gold([path])
    assert [case.question for case in cases] == ["Where?"]
    assert problem == f"{path}, line 1: {said}; left out."


def test_a_set_without_questions_or_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"there is no question in .*gold\.jsonl"):
        read_gold([gold(tmp_path, "")])
    with pytest.raises(GoldError, match=r"nowhere\.jsonl can't be read .*check the path"):
        read_gold([tmp_path / "nowhere.jsonl"])
