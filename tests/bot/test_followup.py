"""What a follow-up leans on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followup import NEARER, Asked, leans_back, resolve
from bot.types import Answer, Citation, Trace, Turn
from index import Hit, Span

LIST = (
    "Three branches close:\n\n1. Thornley Road, in March\n2. Castle Wharf, in May\n3. Kilbrannick\n"
)


def told(question: str, text: str, quote: str = "") -> Turn:
    """Return an exchange in which a question was answered."""
    quote = quote or f"{text}."
    cited = Citation(1, "plant", "The plant", None, "/p.md", "", Span(0, len(quote)), quote)
    trace = Trace(question, 0.25, "none")
    return Turn(
        question,
        Answer(question, "answered", text, (cited,), 0.5, None, None, (), trace, 0.0),
    )


def refused(question: str, *hits: Hit) -> Turn:
    """Return an exchange in which a question was refused."""
    trace = Trace(question, 0.25, "none")
    return Turn(
        question,
        Answer(question, "refused", "", (), 0.1, "not-stated", "I don't know.", hits, trace, 0.0),
    )


def by_length(text: str) -> Mapping[str, float]:
    """Call a word rare that is long; words of three letters tell nothing."""
    return {word: len(word) for word in text.lower().strip("?").split() if len(word) > 3}


def searched(question: str, *history: Turn, text: str = "") -> str:
    """Return what is searched for a question."""
    return resolve(question, history, by_length, lambda id: text).query


@pytest.mark.parametrize(
    "question",
    [
        "And when?",
        "Why?",
        "Why so late?",
        "Who?",
        "How much?",
        "At what interest rate?",
        "For how long?",
        "What about Spain?",
        "How about the second shift?",
        "Where is it?",
        "Who runs it?",
        "How many people work there?",
        "What does she say?",
        "Is that certain?",
        "",
    ],
)
def test_a_question_without_a_subject_of_its_own_leans_back(question: str) -> None:
    assert leans_back(question)


@pytest.mark.parametrize(
    "question",
    [
        "Where will Torvane build its new factory?",
        "Who is the mayor of Brennholt?",
        "What does the Piva cost?",
        "Does it rain in Turin?",
        "Why do used electric cars lose their value so fast?",
        "How many cars were sold in 2024?",
        "Why is the sky blue?",
        "parking permits",
        "Is there a bike shed?",
    ],
)
def test_a_question_with_a_subject_stands_by_itself(question: str) -> None:
    assert not leans_back(question)


@pytest.mark.parametrize(
    ("before", "question", "wanted"),
    [
        ("Where is the plant?", "And when?", "When is the plant?"),
        ("When will it open?", "Why so late?", "Why so late will it open?"),
        ("What is a plant?", "Why?", "What is a plant? Why?"),
        ("How many plants are there?", "Which ones?", "Which plants are there?"),
    ],
)
def test_a_bare_question_word_asks_the_question_before_anew(
    before: str, question: str, wanted: str
) -> None:
    assert searched(question, refused(before)) == wanted


def test_who_does_something_is_a_sentence_of_its_own_on_the_same_subject() -> None:
    before = refused("Where is Piva built?")
    assert searched("Who leads the design?", before) == "Where Piva built Who leads the design?"


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("Who leads the works council?", True),
        ("At what interest rate?", True),
        ("Who leads it?", False),
        ("What did it cost to build?", False),
        ("And the second shift?", False),
        ("How much?", False),
    ],
)
def test_a_question_that_names_something_without_pointing_may_be_asked_alone(
    question: str, alone: bool
) -> None:
    asked = resolve(question, [refused("Where is Piva built?")], by_length, lambda id: "")
    assert asked.alone == alone


def test_a_pronoun_is_no_year_and_no_place_that_a_person_came_from() -> None:
    opened = told("Who opened it? When?", "2016")
    assert "2016" not in searched("What had she been?", opened)
    came = told("Where did Bruno come from?", "Riga", "He came from Riga. Entrance is free.")
    assert "Riga" not in searched("How old is he?", came)


def test_the_subject_stays_that_of_the_last_question_of_its_own() -> None:
    turns = [refused("Which batteries does the Piva have?"), refused("and how far does it go?")]
    topic = "Which batteries does Piva have"
    assert searched("where is it built?", *turns) == f"{topic} where is it built?"


@pytest.mark.parametrize(
    ("before", "question", "wanted"),
    [
        ("How big is the plant in Turin?", "And in Rome?", "How big is the plant in Rome?"),
        ("What does the Piva 40 cost?", "What about the Piva 52?", "What does the Piva 52 cost?"),
        ("Does Ada work in Turin?", "And in Rome?", "Does Ada work in Rome?"),
        ("How big is the plant in Turin?", "In Rome?", "How big is the plant in Rome?"),
        ("What is the capital of Spain?", "And of France?", "What is the capital of France?"),
        ("How long is the No. 2 line?", "And the No. 3 line?", "How long is the No. 3 line?"),
        ("Does Ada know Bert?", "And Carla?", "Does Ada know Bert? Carla?"),
        ("How long do cars stand there?", "And vans?", "How long do cars stand there? vans?"),
    ],
)
def test_another_name_takes_the_place_of_the_one_it_is_parallel_to(
    before: str, question: str, wanted: str
) -> None:
    assert searched(question, refused(before)) == wanted


@pytest.mark.parametrize(
    ("before", "answer", "question", "wanted"),
    [
        ("Who leads it?", "Ada Lind", "Where did she study?", "Where did Ada Lind study?"),
        ("Who leads it?", "Ada Lind", "What is her plan?", "What is Ada Lind’s plan?"),
        ("Who leads it?", "Bo Lind", "What is his plan?", "What is Bo Lind’s plan?"),
        ("Where is the plant?", "Turin", "Who works there?", "Who works in Turin?"),
        ("Who leads it?", "Ada Lind", "Who works with her?", "Who works with Ada Lind?"),
        ("Which car is it?", "Lir", "What does it cost?", "What does Lir cost?"),
    ],
)
def test_a_pronoun_stands_for_the_name_that_was_the_answer(
    before: str, answer: str, question: str, wanted: str
) -> None:
    assert searched(question, told(before, answer)) == wanted


def test_a_thing_keeps_the_article_it_had_in_the_quote() -> None:
    turn = told("Which car is made?", "Lir", "They make the Lir.")
    assert searched("What does it cost?", turn) == "What does the Lir cost?"


def test_she_is_whom_a_passage_calls_by_a_word_of_the_question(hit: Hit) -> None:
    text = "A promise that mayor Ulrike Sandmann made."
    shown = replace(hit, passage=replace(hit.passage, text=text))
    turn = refused("Who is the mayor?", shown)
    assert searched("What did she promise?", turn) == "What did Ulrike Sandmann promise?"
    assert searched("What did she promise?", refused("Who?", shown)) == "What did she promise?"


@pytest.mark.parametrize("answer", ["a glassworks", "Ada " * 7])
def test_what_is_no_name_is_put_in_for_no_pronoun(answer: str) -> None:
    query = searched("What does she say?", told("Who is the mayor?", answer.strip()))
    assert query == "mayor What does she say?"


def test_an_unsure_answer_is_put_in_for_no_pronoun() -> None:
    turn = told("Who is the mayor?", "Ada Lind")
    turn = replace(turn, answer=replace(turn.answer, tentative=True))
    assert searched("What does she say?", turn) == "mayor What does she say?"


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("When does the second one close?", "When does Castle Wharf close?"),
        ("When does the last of them close?", "When does Kilbrannick close?"),
        ("And the first?", "Which branches close? And Thornley Road?"),
        ("When does the fifth one close?", "which branches When does the fifth one close?"),
    ],
)
def test_the_second_one_is_the_second_of_the_list_that_was_shown(
    question: str, wanted: str
) -> None:
    turn = told("Which branches close?", "Three branches close:", "Three branches close:")
    assert searched(question, turn, text=LIST).lower() == wanted.lower()


def test_a_long_item_comes_before_the_question_that_counts_it_off() -> None:
    text = "- Cars have become much cheaper of late\n- Nobody wants them\n"
    turn = told("Why?", "Cars", "- Cars have")
    wanted = "Cars have become much cheaper of late. Is the first one true?"
    assert searched("Is the first one true?", turn, text=text) == wanted


def test_a_single_item_is_no_list() -> None:
    turn = told("Which close?", "One:")
    assert "Castle" not in searched("When does the first close?", turn, text="One:\n\n- Castle\n")


def test_else_the_rarest_words_of_what_was_searched_before_come_first() -> None:
    before = "Where exactly will Torvane Motors ever build that very impressive factory complex"
    wanted = "exactly Torvane Motors impressive factory complex How much does it cost?"
    assert searched("How much does it cost?", refused(before)) == wanted


def test_what_a_follow_up_was_searched_as_is_what_the_next_one_leans_on() -> None:
    first = told("Which car is made?", "Lir")
    asked = searched("How long is it?", first)
    second = told("How long is it?", "4 metres")
    second = replace(second, answer=replace(second.answer, trace=Trace(asked, 0.25, "none")))
    assert searched("And how wide?", first, second) == "How long is Lir? And how wide?"


def test_passages_of_the_articles_talked_about_come_nearer(hit: Hit) -> None:
    passage = replace(hit.passage, article_id="other")
    other = replace(hit, passage=passage, score=hit.score + NEARER / 2)
    plain = replace(other, rank=1), replace(hit, rank=2)
    assert Asked("Why?").nearer(plain) == list(plain)
    first, second = Asked("Why?", frozenset({"plant"})).nearer(plain)
    assert (first.passage, first.rank, first.score) == (hit.passage, 1, hit.score + NEARER)
    assert first.why["thread"] == NEARER
    assert (second.passage, second.rank) == (passage, 2)


def test_a_follow_up_is_near_the_articles_of_the_last_answer(hit: Hit) -> None:
    for turn in (told("Where?", "Turin"), refused("Where?", hit)):
        assert resolve("Why?", [turn], by_length, str).near == {"plant"}
    assert resolve("Why?", [refused("Where?")], by_length, str).near == set()


@given(st.text())
def test_without_a_history_any_question_is_unchanged(question: str) -> None:
    assert resolve(question, [], by_length, str) == Asked(question)


@given(st.text(), st.text(), st.text())
def test_after_any_history_something_is_searched(question: str, earlier: str, text: str) -> None:
    history: Sequence[Turn] = [told(earlier, text, text or "x"), refused(earlier)]
    for turns in (history, history[::-1]):
        query = resolve(question, turns, by_length, lambda id: text).query
        assert any(map(str.isalnum, query)) or not any(map(str.isalnum, question))
