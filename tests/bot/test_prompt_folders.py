"""The folders of prompts, one before the other."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import make_answerer, make_prompts, make_wording
from bot.config import Settings
from bot.errors import PromptError
from bot.prompt_folders import ENGLISH, Prompts, find_prompts, languages
from bot.prompts import digests, load_prompt
from bot.terminal import answer_lines
from bot.types import Answer
from index import PassageIndex

PROMPTS = Path(__file__).parents[2] / "prompts"
CHAT = (PROMPTS / "chat.md").read_text(encoding="utf-8")


def own(folder: Path, text: str, name: str = "chat") -> Prompts:
    """Return the prompts with a file of one's own."""
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return find_prompts(str(folder))


def test_without_settings_the_texts_are_the_package_s_english_ones() -> None:
    assert make_prompts(Settings()) == Prompts() == find_prompts()
    for name in Prompts().names():
        assert Prompts().load(name) == load_prompt(name)
    assert ENGLISH in languages()


def test_a_file_of_one_s_own_comes_before_the_package_s(tmp_path: Path) -> None:
    prompts = own(tmp_path, CHAT.replace("Bye.", "So long."))
    assert prompts.load("chat").render("goodbye") == "So long."
    assert prompts.load("chat").place == str(tmp_path / "chat.md")
    assert prompts.load("refusal") == load_prompt("refusal")


@pytest.mark.parametrize("language", sorted({*languages()} - {ENGLISH}))
def test_every_file_of_a_language_stands_in_for_the_english_one(language: str) -> None:
    prompts = find_prompts(None, language)
    for path in (PROMPTS / language).iterdir():
        prompt = prompts.load(path.stem)
        assert prompt.place.endswith(f"{language}/{path.name}")
        assert list(prompt.texts) == list(load_prompt(path.stem).texts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CHAT.replace("## goodbye", "## farewell"), "lacks the text ## goodbye, which is used"),
        (CHAT + "\n## hello\n\nHello.\n", "has a text ## hello, which nothing uses"),
        (
            CHAT.replace("variables: []", "variables: [name]").replace("Bye.", "Bye $name."),
            r"uses \$name in goodbye, which has no value there",
        ),
        (CHAT.replace("Bye.", "Bye $name."), r"uses \$name, which is not among its variables"),
    ],
)
def test_a_file_that_can_t_stand_in_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(PromptError, match=said) as error:
        own(tmp_path, text).load("chat")
    assert str(tmp_path / "chat.md") in str(error.value)


def test_variables_that_a_text_is_given_are_declared(tmp_path: Path) -> None:
    text = (PROMPTS / "greeting.md").read_text(encoding="utf-8")
    text = text.replace("[articles, passages]", "[articles]").replace("$passages", "all")
    with pytest.raises(PromptError, match="add passages to its variables"):
        own(tmp_path, text, "greeting").load("greeting")


def test_a_file_of_no_prompts_and_a_folder_that_is_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"greetings\.md is none of the prompts; there are "):
        own(tmp_path, CHAT, "greetings")
    with pytest.raises(PromptError, match="nowhere is no folder of prompts"):
        find_prompts(str(tmp_path / "nowhere"))
    with pytest.raises(PromptError, match=r"has no language xx; there are .*en"):
        find_prompts(None, "xx")
    with pytest.raises(PromptError, match="there are no prompts jokes; there are "):
        Prompts().load("jokes")


def test_digests_are_those_of_the_files() -> None:
    digest = hashlib.sha256((PROMPTS / "chat.md").read_bytes()).hexdigest()
    assert load_prompt("chat").digest == digest
    assert digests(load_prompt("chat")) == {"chat": digest[:12]}


def test_a_refusal_records_the_digest_of_its_texts(
    samples_index: PassageIndex, tmp_path: Path
) -> None:
    text = (PROMPTS / "refusal.md").read_text(encoding="utf-8")
    (tmp_path / "refusal.md").write_text(text.replace("There is no question", "No question"))
    answer = make_answerer(Settings(prompts_dir=str(tmp_path)), samples_index).ask("???")
    assert (answer.reason or "").startswith("No question in that.")
    used = find_prompts(str(tmp_path)).load("refusal")
    assert answer.trace.prompts == digests(used) != digests(load_prompt("refusal"))


# Read by a language model, or asked of the articles, whose language is their own.
NOT_FOR_PEOPLE = {"answer", "rewrite", "suggestions"}


@pytest.mark.parametrize("language", sorted({*languages()} - {ENGLISH}))
def test_a_language_has_every_text_that_people_read(language: str) -> None:
    names = {path.stem for path in (PROMPTS / language).iterdir()}
    assert names == set(Prompts().names()) - NOT_FOR_PEOPLE


def test_files_that_a_language_lacks_are_the_english_ones() -> None:
    german = find_prompts(None, "de")
    assert german.load("suggestions") == load_prompt("suggestions")
    assert german.load("chat").render("goodbye") == "Auf Wiedersehen."


def test_one_s_own_file_comes_before_that_of_a_language(tmp_path: Path) -> None:
    (tmp_path / "chat.md").write_text(CHAT.replace("Bye.", "So long."), encoding="utf-8")
    prompts = find_prompts(str(tmp_path), "de")
    assert prompts.load("chat").render("goodbye") == "So long."
    assert prompts.load("greeting").render("pane").startswith("Fragen Sie")


@pytest.mark.parametrize(
    ("language", "counts", "sureness"),
    [
        ("en", ["0 passages", "1 passage", "2 passages"], "I am not quite sure (0.50)."),
        ("de", ["0 Stellen", "1 Stelle", "2 Stellen"], "Ich bin mir nicht ganz sicher (0,50)."),
    ],
)
def test_plurals_and_numbers_are_those_of_the_language(
    answered: Answer, language: str, counts: list[str], sureness: str
) -> None:
    wording = make_wording(Settings(language=language))
    assert [wording.counted("passages", number) for number in (0, 1, 2)] == counts
    assert wording.sureness(answered) == sureness


def test_an_answer_and_a_refusal_are_told_in_german(
    answered: Answer, samples_index: PassageIndex
) -> None:
    settings = Settings(language="de", reader="none")
    wording = make_wording(settings)
    unsure = replace(answered, tentative=True)
    assert answer_lines(unsure, wording)[0] == "Am nächsten kommt dem: „The plant is in Turin.“ [1]"
    refused = answer_lines(
        make_answerer(settings, samples_index).ask("Why is the sky blue?"), wording
    )
    assert refused[0].startswith("Das weiß ich nicht: ")
    assert "Die nächstliegenden Stellen:" in refused
