"""Gold sets are read as they are written, and what is wrong in them is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import GoldError
from bot.evaluation.gold import GoldCase, GoldSource, case_line, read_gold


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
        ('{"question": "x", "sources": "a"}', "sources is no list"),
        ('{"question": "x", "history": [1]}', "history is no list of texts"),
        ('{"question": "x", "answer": "y"}', "there is no field answer; answers may be meant"),
    ],
)
def test_a_malformed_line_is_named_and_the_rest_is_read(
    tmp_path: Path, line: str, said: str
) -> None:
    path = gold(tmp_path, line, '{"question": "Where?", "answers": ["here"]}')
    cases, (problem,) = read_gold([path])
    assert [case.question for case in cases] == ["Where?"]
    assert str(problem) == f"{path}, line 1: {said}; left out."


def test_half_a_character_is_named_with_its_line(tmp_path: Path) -> None:
    path = gold(tmp_path, '{"question": "Why?"}', '{"question": "\\ud800?"}')
    cases, problems = read_gold([path])
    assert [case.question for case in cases] == ["Why?"]
    assert "line 2: it holds half a character" in str(problems[0])


def test_a_set_without_questions_or_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"there is no question in .*gold\.jsonl"):
        read_gold([gold(tmp_path, "")])
    (tmp_path / "old.jsonl").write_bytes(b'\n{"question": "O\xf9?"}')
    with pytest.raises(GoldError, match=r"old\.jsonl is not UTF-8 in line 2; save it as UTF-8"):
        read_gold([tmp_path / "old.jsonl"])
    with pytest.raises(GoldError, match=r"nowhere\.jsonl can't be read .*check the path"):
        read_gold([tmp_path / "nowhere.jsonl"])


def test_a_field_that_is_not_known_is_named_and_passed_over(tmp_path: Path) -> None:
    path = gold(tmp_path, '{"question": "Where?", "note": "mine"}')
    cases, (problem,) = read_gold([path])
    assert [case.question for case in cases] == ["Where?"]
    assert problem.said.startswith("the field note is passed over; there are id, question, ")


def test_an_id_given_twice_is_named_and_both_questions_are_asked(tmp_path: Path) -> None:
    path = gold(tmp_path, *['{"id": "a", "question": "Where?"}'] * 2, '{"question": "Who?"}')
    cases, problems = read_gold([path, path])
    assert [case.id for case in cases] == [
        "a",
        "gold-2",
        "gold-3",
        "gold-1",
        "gold-2-2",
        "gold-3-2",
    ]
    assert str(problems[0]) == f"{path}, line 2: the id a is taken; it goes as gold-2."


def test_a_case_is_written_as_it_is_read(tmp_path: Path) -> None:
    case = GoldCase(
        "a", "Où ?", ("Turin",), True, (GoldSource("plant", "in Turin"),), ("x",), ("Who?",)
    )
    assert read_gold([gold(tmp_path, case_line(case))]) == ([case], [])
    no = GoldCase("b", "Why?", (), False)
    assert case_line(no) == ('{"id": "b", "question": "Why?", "answers": [], "answerable": false}')


def test_a_set_whose_lines_are_all_malformed_says_what_is_wrong_with_the_first(
    tmp_path: Path,
) -> None:
    with pytest.raises(GoldError, match=r"no question in .* \(.*line 1: it is no JSON object"):
        read_gold([gold(tmp_path, "[1]")])
