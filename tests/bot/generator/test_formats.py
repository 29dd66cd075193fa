"""Claims as JSON and in lines, read while they are written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import GeneratorError, NoStructureError
from bot.generator.formats import FIELDS, JSON, LINES, SCHEMA, Claim, read_json, read_lines
from tests.bot.fake_model import claims, lines

ONE, TWO = ("a1", "It is “new”.", "New."), ("a2", "It rains, {heavily}.", "Rain [x].")
TEXTS = st.lists(st.tuples(*[st.text(st.characters(categories=["L", "N", "P"]), min_size=1)] * 3))


def test_json_gives_its_claims() -> None:
    assert read_json(claims(ONE, TWO), True) == [Claim(*ONE), Claim(*TWO)]
    assert read_json(claims(), True) == []


@pytest.mark.parametrize("form", [JSON, LINES])
def test_a_claim_is_given_once_it_is_whole(form: object) -> None:
    text = claims(ONE, TWO) if form is JSON else lines(ONE, TWO)
    counts = [len(form.read(text[:end], False)) for end in range(len(text))]  # type: ignore[attr-defined]
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts.index(1) >= text.index(ONE[2])
    assert counts[-1] in {1, 2}
    assert len(form.read(text, True)) == 2  # type: ignore[attr-defined]


def test_what_stands_around_json_is_no_matter() -> None:
    text = f"Sure!\n```json\n{claims(ONE)}\n```\nAnything else?"
    assert read_json(text, True) == [Claim(*ONE)]


def test_claims_without_all_fields_or_of_other_kinds_are_passed_over() -> None:
    text = json.dumps({"claims": [{"passage": "a"}, 3, None, ["x"], dict.fromkeys(FIELDS, 1)]})
    assert read_json(text, True) == []


@pytest.mark.parametrize("text", ["", "I can't.", "[]", '{"answer": "yes"}', "{", "null"])
def test_a_reply_that_is_no_such_json_is_told_once_it_has_ended(text: str) -> None:
    assert read_json(text, False) == []
    with pytest.raises(NoStructureError, match="no form that was asked for"):
        read_json(text, True)


def test_json_that_breaks_off_keeps_its_whole_claims() -> None:
    text = claims(ONE, TWO)
    assert read_json(text[:-20], True) == [Claim(*ONE)]
    with pytest.raises(GeneratorError, match="broke off"):
        read_json(text[:30], True)


def test_json_that_is_nested_too_deep_breaks_off() -> None:
    text = claims(ONE)[:-2] + ", " + "[" * 100_000
    assert read_json(text, True) == [Claim(*ONE)]


def test_lines_give_their_claims_however_they_are_dressed() -> None:
    text = "**Passage:** a1\n> Quote: It is “new”.\n- SENTENCE: New.\n\nThat's all."
    assert read_lines(text, True) == [Claim(*ONE)]


@pytest.mark.parametrize("text", ["NONE", "none.\n", "PASSAGE: a\nNONE"])
def test_lines_may_say_that_there_is_none(text: str) -> None:
    assert read_lines(text, True) == []


@pytest.mark.parametrize(
    "text", ["", "I can't.", "QUOTE: x\nSENTENCE: y", "PASSAGE: a\nSENTENCE: y"]
)
def test_lines_without_a_whole_claim_are_no_reply(text: str) -> None:
    with pytest.raises(NoStructureError):
        read_lines(text, True)


@given(TEXTS)
def test_both_forms_give_back_what_was_written(found: list[tuple[str, str, str]]) -> None:
    assert read_json(claims(*found), True) == [Claim(*each) for each in found]


def test_the_schema_forbids_everything_else() -> None:
    assert SCHEMA["additionalProperties"] is False
    assert JSON.schema is SCHEMA
    assert LINES.schema is None
