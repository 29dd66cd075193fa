"""`footnote gold`: cases written and checked with a person at the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bot.evaluation.gold import GoldCase, GoldSource, read_gold
from bot.evaluation.suggest import drafts
from index import Article

Run = Callable[..., Result]
QUOTE = "The test takes an hour and costs 89 euros."
ARTICLE = "used-electric-car-prices"
QUESTION = "How much does the test of a used battery cost?"


def read(path: Path) -> list[GoldCase]:
    """Return the cases of a gold set without a fault."""
    cases, problems = read_gold([path])
    assert problems == []
    return cases


def number_of(shown: str, quote: str) -> str:
    """Return the number that a sentence was offered under."""
    return next(line.split()[0] for line in shown.splitlines() if quote in line)


def test_the_samples_have_no_fault_and_others_are_found(run: Run, indexed: Path) -> None:
    samples = Path(__file__).parents[2] / "data" / "samples.jsonl"
    good = run("gold", "check", str(samples))
    assert (good.exit_code, good.stdout) == (0, "60 questions, no fault.\n")
    bad = indexed.parent / "bad.jsonl"
    bad.write_text('{"question": "Where?", "answers": ["x"]}\n{}\n')
    result = run("gold", "check", "bad.jsonl")
    assert (result.exit_code, result.stderr) == (1, "1 question, 2 faults.\n")
    assert "bad.jsonl, line 2: question is missing; left out." in result.stdout
    assert "bad-1: it has no source" in result.stdout


def test_a_case_is_written_with_the_sentence_chosen(run: Run, indexed: Path) -> None:
    path = indexed.parent / "gold.jsonl"
    path.write_text('{"question": "Who?"}')  # without an end of line
    first = run("gold", "add", "gold.jsonl", lines=f"{QUESTION}\n")
    number = number_of(first.stdout, QUOTE)
    assert len(read(path)) == 1
    answers = ["99", number, "a fortune", "89 euros | costs 89 euros", "price, battery"]
    lines = [QUESTION, *answers, "Who won?", "", "Why?", "not there", "takes an hour", "an hour"]
    shown = run("gold", "add", "gold.jsonl", lines="\n".join([*lines, "", ""]) + "\n")
    assert shown.stdout.count("No article has those words.") == 2
    assert "Those words are in none of the quotes" in shown.stdout
    assert read(path)[1:] == [
        GoldCase("gold-2", QUESTION, ("89 euros", "costs 89 euros"), True,
                 (GoldSource(ARTICLE, QUOTE),), ("price", "battery")),
        GoldCase("gold-3", "Who won?", (), False),
        GoldCase("gold-4", "Why?", ("an hour",), True, (GoldSource(ARTICLE, "takes an hour"),)),
    ]  # fmt: skip


def test_drafts_are_kept_mended_or_dropped(run: Run, indexed: Path) -> None:
    path = indexed.parent / "gold.jsonl"
    shown = run("gold", "suggest", "gold.jsonl", ARTICLE, "-n", "3", lines="k\nd\nu\n")
    assert "2 questions kept in gold.jsonl." in shown.stdout
    kept, no = read(path)
    assert kept.answers[0] in kept.sources[0].quote
    assert (kept.tags, no.answerable) == ((), False)
    again = run("gold", "suggest", "gold.jsonl", ARTICLE, lines=f"e\n{QUESTION}\n\n\nq\n")
    assert kept.question not in again.stdout
    assert read(path)[2].question == QUESTION
    unknown = run("gold", "suggest", "gold.jsonl", "nowhere")
    assert (unknown.exit_code, "no article is called nowhere" in unknown.stderr) == (1, True)


def test_feedback_becomes_reviewed_cases(run: Run, indexed: Path) -> None:
    good = {
        "id": "f1",
        "question": QUESTION,
        "answers": ["89 euros"],
        "answerable": True,
        "sources": [{"article": ARTICLE, "quote": QUOTE}],
        "tags": ["feedback", "useful"],
    }
    bad = {"id": "f2", "question": "Who won?", "answers": [], "answerable": True, "sources": [],
           "tags": ["feedback"], "given": "Torvane", "note": "it was not"}  # fmt: skip
    export = indexed.parent / "export.jsonl"
    export.write_text("\n".join(["{", json.dumps(good), "", json.dumps(bad), "[]"]))
    words = ("gold", "from-feedback", "export.jsonl", "gold.jsonl")
    shown = run(*words, lines="k\nk\n")
    assert "given: Torvane" in shown.stdout
    assert "note: it was not" in shown.stdout
    assert "export.jsonl, line 1: it is no JSON" in shown.stderr
    assert [case.id for case in read(indexed.parent / "gold.jsonl")] == ["f1"]
    again = run("gold", "from-feedback", "-", "gold.jsonl", lines="")
    assert again.exit_code == 0
    rest = run(*words, lines="u\n")
    assert QUESTION not in rest.stdout
    assert [case.answerable for case in read(indexed.parent / "gold.jsonl")] == [True, False]
    missing = run("gold", "from-feedback", "nowhere.jsonl", "gold.jsonl")
    assert (missing.exit_code, "nowhere.jsonl can't be read" in missing.stderr) == (1, True)


@pytest.mark.parametrize("words", [["add"], ["suggest"], ["from-feedback", "-"]])
def test_a_place_that_can_not_be_written_is_told_before_anything_is_typed(
    run: Run, indexed: Path, words: list[str]
) -> None:
    (indexed.parent / "folder").mkdir()
    for place, said in (
        ("folder", "folder is a folder; name a file"),
        ("nowhere/gold.jsonl", "there is no folder nowhere; name a file"),
    ):
        result = run("gold", *words, place, lines=f"{QUESTION}\n")
        assert (result.exit_code, said in result.stderr) == (1, True)
        assert result.stdout == ""


def test_an_export_without_a_candidate_is_an_error(run: Run, indexed: Path) -> None:
    result = run("gold", "from-feedback", "-", "gold.jsonl", lines="{}\nno JSON\n")
    assert result.exit_code == 1
    assert "- holds no candidate; give the lines that footnote feedback export" in result.stderr


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("The plant at the river was closed in 1998 after forty years.",
         "The plant at the river was closed in which year after forty years?", "1998"),
        ("The new plant will open on 12 May 2026 in Turin.",
         "The new plant will open on when in Turin?", "12 May 2026"),
        ("Building the new plant will cost 715 m euros in all.",
         "Building the new plant will cost how much in all?", "715 m euros"),
        ("Some 61 per cent of the value is from here.",
         "Some what share of the value is from here?", "61 per cent"),
        ("In all 780 people who work at the plant have 260 rooms.",
         "In all 780 people who work at the plant have how many rooms?", "260"),
        ("Katja Brandis chose the port over a larger one.",
         "Who or what chose the port over a larger one?", "Katja Brandis"),
    ],
)  # fmt: skip
def test_a_draft_asks_for_what_stands_in_the_sentence(
    sentence: str, question: str, answer: str
) -> None:
    (draft,) = drafts(Article("plant", "The plant", sentence))
    assert (draft.question, draft.answers) == (question, (answer,))
    assert draft.sources == (GoldSource("plant", sentence),)


def test_sentences_that_lean_on_others_or_say_nothing_to_ask_for_give_no_draft() -> None:
    text = "It opened in 1998 after more than forty years. There was rain and more rain at last."
    assert list(drafts(Article("plant", "The plant", text))) == []
