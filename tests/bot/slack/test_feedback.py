"""Feedback as gold candidates, and answers run again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from bot.answer import Answerer
from bot.evaluation.gold import read_gold
from bot.slack.app import make_desk
from bot.slack.feedback import export_lines, gold_candidates, list_lines, nameless
from bot.slack.record import history_of, made_record, recalled, remembered
from bot.slack.replay import difference_lines, replayed
from bot.slack.state import Feedback, Given, State
from bot.slack.types import Question
from bot.types import Answer, Note, Turn
from tests.bot.slack.conftest import Bot
from tests.bot.slack.test_desk import ANSWER, QUESTION, UNKNOWN

Run = Callable[..., Result]


def given_of(bot: Bot, question: str) -> Given:
    """Ask, and return the answer as it is kept."""
    bot.asked(question)
    (row,) = bot.desk.state._rows("SELECT id FROM answer ORDER BY at DESC LIMIT 1")
    return bot.desk.state.given(row[0])


def test_a_record_gives_the_answer_back(bot: Bot, quick_answerer: Answerer) -> None:
    answer = quick_answerer.ask(QUESTION)
    provenance = bot.desk._provenance()
    record = json.loads(json.dumps(made_record(answer, [remembered("Before?")], provenance)))
    slim = tuple(replace(hit, sentences=()) for hit in answer.hits)
    assert recalled(record) == replace(answer, hits=slim)
    assert record["history"] == ["Before?"]
    made_with = record["provenance"]
    assert made_with["generation"]
    assert len(made_with["model_digest"]) == len(made_with["prompts"]["slack"]) == 64


def test_a_record_of_sentences_gives_them_back(bot: Bot, written: Answer) -> None:
    record = json.loads(json.dumps(made_record(written, [], bot.desk._provenance())))
    slim = tuple(replace(hit, sentences=()) for hit in written.hits)
    assert recalled(record) == replace(written, hits=slim)


def test_notes_are_kept_and_records_of_earlier_versions_have_none(
    bot: Bot, answered: Answer
) -> None:
    noted = replace(answered, notes=(Note("age", "This is of 2023."),))
    record = json.loads(json.dumps(made_record(noted, [], bot.desk._provenance())))
    assert recalled(record).notes == noted.notes
    del record["answer"]["notes"], record["answer"]["trace"]["prompts"]
    assert recalled(record).notes == ()


def test_a_follow_up_leans_on_an_answer_given_back_as_on_the_answer(
    bot: Bot, quick_answerer: Answerer
) -> None:
    first = quick_answerer.ask("Which branches is Pellworth closing?")
    second = quick_answerer.ask("When does the second one close?", [Turn(first.question, first)])
    assert "Castle Wharf" in second.trace.query
    provenance = bot.desk._provenance()
    kept = json.loads(json.dumps(made_record(first, [], provenance)))
    again = quick_answerer.ask(second.question, [Turn(first.question, recalled(kept))])
    assert (again.text, again.trace) == (second.text, second.trace)
    record = made_record(second, [Turn(first.question, first)], provenance)
    (turn,) = history_of(json.loads(json.dumps(record)))
    assert quick_answerer.ask(second.question, [turn]).trace == second.trace
    assert history_of({"history": ["Why?"]}) == [remembered("Why?")]
    assert history_of({"history": [], "before": None}) == []


def test_useful_answers_are_gold_and_refusals_unanswerable(bot: Bot) -> None:
    answered, refused = given_of(bot, QUESTION), given_of(bot, UNKNOWN)
    gold = gold_candidates(
        [
            (answered, [Feedback(answered.id, "U", "up", 1.0)]),
            (refused, [Feedback(refused.id, "U", "up", 1.0)]),
        ]
    )
    assert gold[0]["answers"] == [ANSWER]
    assert gold[0]["answerable"] is True
    assert gold[0]["sources"] == [{"article": "used-electric-car-prices", "quote": ANSWER}]
    assert (gold[1]["answers"], gold[1]["answerable"]) == ([], False)


def test_answers_found_wrong_wait_for_a_person(bot: Bot) -> None:
    given = given_of(bot, QUESTION)
    wrong = Feedback(given.id, "U", "down", 1.0, ("wrong",), "Ask @maria or a@example.com")
    (gold,) = gold_candidates([(given, [wrong, Feedback(given.id, "V", "up", 1.0)])])
    assert (gold["answers"], gold["answerable"], gold["given"]) == ([], True, ANSWER)
    assert gold["tags"] == ["feedback", "not-useful", "wrong"]
    assert gold["note"] == "Ask … or …"
    refusable = replace(wrong, reasons=("should-have-refused",))
    assert gold_candidates([(given, [refusable])])[0]["answerable"] is False


def test_what_is_exported_is_reviewed_into_a_gold_set(bot: Bot, run: Run, indexed: Path) -> None:
    useful, refused = given_of(bot, QUESTION), given_of(bot, UNKNOWN)
    wrong = given_of(bot, "How long does the test of a used battery take?")
    down = Feedback(wrong.id, "U", "down", 2.0, ("wrong",), "It takes an hour.")
    judged = [
        (useful, [Feedback(useful.id, "U", "up", 1.0)]),
        (wrong, [down]),
        (refused, [Feedback(refused.id, "U", "up", 3.0)]),
    ]
    Path("export.jsonl").write_text("\n".join(export_lines(judged)))
    mended = ["e", "", "takes an hour", "an hour", ""]
    words = ("gold", "from-feedback", "export.jsonl", "gold.jsonl")
    shown = run(*words, lines="\n".join(["k", *mended, "k", ""]))
    assert "3 questions kept in gold.jsonl." in shown.stdout
    assert f"given: {recalled(wrong.record).text}" in shown.stdout
    assert "note: It takes an hour." in shown.stdout
    cases, problems = read_gold([Path("gold.jsonl")])
    assert problems == []
    assert [case.id for case in cases] == [useful.id, wrong.id, refused.id]
    assert [case.answers for case in cases] == [(ANSWER,), ("an hour",), ()]
    assert cases[1].tags == ("feedback", "not-useful", "wrong")
    assert run("gold", "check", "gold.jsonl").stdout == "3 questions, no fault.\n"
    assert run(*words).stdout == "0 questions kept in gold.jsonl.\n"


def test_names_and_ids_are_removed() -> None:
    assert nameless("Ask <@U012AB3CD>, U012AB3CD or @maria (a.b@example.com) in C012AB3CD") == (
        "Ask …, … or … (…) in …"
    )
    assert nameless("UNESCO and the U2 of 1998") == "UNESCO and the U2 of 1998"


def test_the_list_tells_who_many_and_why(bot: Bot) -> None:
    given = given_of(bot, QUESTION)
    down = Feedback(given.id, "U", "down", 1.0, ("wrong",), "No.")
    lines = list_lines([(given, [down, Feedback(given.id, "V", "up", 1.0)])])
    assert lines[0].startswith(f"{given.id}  ")
    assert lines[0].endswith(f"+1 -1  {QUESTION}")
    assert lines[1:] == [f"    {ANSWER}", "    wrong: No."]
    assert list_lines([]) == ["Nobody has judged an answer yet."]


def test_a_replay_of_an_unchanged_answer_is_the_same(bot: Bot, quick_answerer: Answerer) -> None:
    given = given_of(bot, QUESTION)
    now = replayed(given, quick_answerer)
    assert difference_lines(given, now, bot.desk._provenance()) == [
        f"question     {QUESTION}",
        f"the same     {ANSWER}",
        "made with    the same index, models, texts and settings",
    ]


def test_a_replay_shows_what_differs(bot: Bot, quick_answerer: Answerer, refused: Answer) -> None:
    given = given_of(bot, QUESTION)
    provenance = replace(bot.desk._provenance(), generation="77", prompts={"slack": "x"})
    lines = difference_lines(given, replace(refused, question=QUESTION), provenance)
    assert "status       - answered" in lines
    assert "             + refused" in lines
    assert any(line.startswith("  generation - ") for line in lines)
    assert any(line.startswith("confidence   - 0.") for line in lines)


@pytest.fixture
def judged(indexed: Path, quick_answerer: Answerer) -> str:
    """Leave a judged answer in the workplace; return its id."""
    from bot.config import Settings

    state = State(Path("footnote-slack.sqlite"))
    settings = Settings()
    desk = make_desk(settings, quick_answerer, quick_answerer.corpus, state)  # type: ignore[arg-type]
    question = Question("T:C:1.0", "mention", "T", "C", "U", QUESTION, "1.0", "1.0")
    state.claim(question, 1.0)
    record = made_record(quick_answerer.ask(QUESTION), [], desk._provenance())
    state.store(
        Given("0123456789ab", question, "2.0", 1.0, record), status="answered", generation="1"
    )
    state.judge(Feedback("0123456789ab", "U", "up", 1.0))
    desk.close(10)
    state.close()
    return "0123456789ab"


def test_feedback_is_listed_and_exported_for_eval(run: Run, judged: str, tmp_path: Path) -> None:
    assert judged in run("feedback", "list").stdout
    gold = tmp_path / "gold.jsonl"
    gold.write_text(run("feedback", "export").stdout)
    cases, problems = read_gold([gold])
    assert (len(cases), problems) == (1, [])
    assert cases[0].answers == (ANSWER,)


def test_an_answer_is_replayed_by_its_id(run: Run, judged: str) -> None:
    result = run("replay", judged)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"question     {QUESTION}\n")


def test_without_the_apps_memory_commands_say_where_it_is_looked_for(
    run: Run, workplace: Path
) -> None:
    for words in (("feedback", "list"), ("replay", "123")):
        result = run(*words)
        assert result.exit_code == 1
        assert "there is no footnote-slack.sqlite" in result.stderr
