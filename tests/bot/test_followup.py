"""What a follow-up leans on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.followup import leans_back, standalone
from bot.types import Answer, Turn


def said(answer: Answer, *questions: str) -> Sequence[Turn]:
    """Return a conversation in which these were asked."""
    return [Turn(question, answer) for question in questions]


@pytest.mark.parametrize(
    "question",
    [
        "And when?",
        "Why?",
        "Who?",
        "How much?",
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
    ],
)
def test_a_question_with_a_subject_stands_by_itself(question: str) -> None:
    assert not leans_back(question)


def test_a_follow_up_goes_with_the_question_before_it(answered: Answer) -> None:
    history = said(answered, "Where is the plant?")
    assert standalone("And when?", history) == "Where is the plant? And when?"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands(answered: Answer) -> None:
    history = said(answered, "Who leads Ostrelle?", "Where is the Torvane plant?", "And why?")
    assert standalone("And when?", history) == "Where is the Torvane plant? And why? And when?"


def test_no_more_than_two_earlier_questions_are_put_before_a_follow_up(answered: Answer) -> None:
    history = said(answered, "Where is the Torvane plant?", "And why?", "And who?")
    assert standalone("And when?", history) == "And why? And who? And when?"


@pytest.mark.parametrize(
    ("before", "question", "searched"),
    [
        (
            "How big is the Torvane plant?",
            "And when does it open?",
            "Torvane And when does it open?",
        ),
        ("Where does the wombat live?", "And what does it eat?", "wombat And what does it eat?"),
        ("What is a greenfield factory?", "Who wants one?", "greenfield factory Who wants one?"),
    ],
)
def test_a_follow_up_that_asks_something_else_goes_with_the_subject_alone(
    answered: Answer, before: str, question: str, searched: str
) -> None:
    assert standalone(question, said(answered, before)) == searched


@given(st.text())
def test_without_a_history_any_question_is_unchanged(question: str) -> None:
    assert standalone(question, []) == question


@given(st.text(), st.text())
def test_with_any_history_the_question_comes_last(question: str, earlier: str) -> None:
    history = [Turn(earlier, None)]  # type: ignore[arg-type]
    assert standalone(question, history).endswith(question)
