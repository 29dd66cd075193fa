"""The texts that people who don't program may edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import PromptError
from bot.prompts import load_prompt

FOLDER = Path(__file__).parents[2] / "prompts"
FRONT = "---\nname: hello\nversion: 1\nvariables: [who]\nused_by: tests\n---\n"


def prompt_file(folder: Path, text: str) -> Path:
    """Write ``hello.md`` and return its folder."""
    (folder / "hello.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_every_file_of_prompts_loads_and_has_texts(path: Path) -> None:
    prompt = load_prompt(path.stem)
    assert prompt.name == path.stem
    assert all(text.strip() for text in prompt.texts.values())


def test_every_kind_of_refusal_has_a_text() -> None:
    refusals = load_prompt("refusal")
    for kind in ("empty", "no-articles", "off-subject", "not-stated"):
        assert refusals.render(kind)


def test_variables_are_filled_in(tmp_path: Path) -> None:
    prompt = load_prompt("hello", prompt_file(tmp_path, FRONT + "\n## hi\n\nHi $who, ${who}!\n"))
    assert prompt.render("hi", who="Anna") == "Hi Anna, Anna!"


def test_a_value_is_never_read_for_variables_itself(tmp_path: Path) -> None:
    prompt = load_prompt("hello", prompt_file(tmp_path, FRONT + "## hi\n$who costs $$5\n"))
    assert prompt.render("hi", who="$who ${x} $") == "$who ${x} $ costs $5"


def test_windows_line_ends_and_byte_order_marks_are_no_matter(tmp_path: Path) -> None:
    text = "\ufeff" + (FRONT + "## hi\n\nHi $who\n").replace("\n", "\r\n")
    (tmp_path / "hello.md").write_bytes(text.encode())
    assert load_prompt("hello", tmp_path).render("hi", who="Anna") == "Hi Anna"


def test_a_missing_value_is_named(tmp_path: Path) -> None:
    prompt = load_prompt("hello", prompt_file(tmp_path, FRONT + "## hi\n$who\n"))
    with pytest.raises(PromptError, match=r"hello\.md uses \$who in hi, which has no value"):
        prompt.render("hi")


def test_a_value_that_no_variable_is_declared_for_is_named(tmp_path: Path) -> None:
    prompt = load_prompt("hello", prompt_file(tmp_path, FRONT + "## hi\n$who\n"))
    with pytest.raises(PromptError, match="knows no variable age"):
        prompt.render("hi", who="Anna", age=3)


def test_a_missing_text_is_named(tmp_path: Path) -> None:
    prompt = load_prompt("hello", prompt_file(tmp_path, FRONT + "## hi\n$who\n"))
    with pytest.raises(PromptError, match="has no text headed ## bye; add it"):
        prompt.render("bye")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("## hi\n", "must begin with front matter"),
        ("---\n- a\n- b\n---\n## hi\n", "must begin with front matter"),
        ("---\na: [\n---\n## hi\nx\n", "its front matter is not YAML"),
        (FRONT.replace("version: 1\n", "") + "## hi\nx\n", "its front matter lacks version"),
        (FRONT.replace("1", "[1]") + "## hi\nx\n", "version must be a word or a number"),
        (FRONT.replace("tests", "") + "## hi\nx\n", "used_by must be a word or a number"),
        (FRONT + "## hi\nx\n## hi\ny\n", "has two texts ## hi; take one out"),
        (FRONT + "## hi\n\n## bye\ny\n", "has nothing under ## hi; write its text there"),
        (FRONT.replace("[who]", "who") + "## hi\nx\n", "variables must be a list of names"),
        (FRONT.replace("[who]", "[{a: 1}]") + "## hi\nx\n", "variables must be a list of names"),
        (FRONT.replace("hello", "other") + "## hi\nx\n", "name must be hello"),
        (FRONT, "has no text"),
        (FRONT + "## hi\n$whom\n", "uses $whom, which is not among its variables"),
        (FRONT + "## hi\n5 $ a piece\n", "write $$ for a dollar sign"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named_in_one_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(PromptError) as error:
        load_prompt("hello", prompt_file(tmp_path, text))
    assert "prompts/hello.md" in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"prompts/hello\.md can't be read"):
        load_prompt("hello", tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "hello.md").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(PromptError, match=r"prompts/hello\.md can't be read"):
        load_prompt("hello", tmp_path)
