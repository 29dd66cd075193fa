"""What a question asks for, and what a sentence holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.question import asked_type, type_fit


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many cars were built?", "number"),
        ("What is the price of the Piva?", "number"),
        ("When does it open?", "time"),
        ("In which year was it founded?", "time"),
        ("Who leads Torvane?", "person"),
        ("Where is the plant?", "place"),
        ("In which country is it sold?", "place"),
        ("Why was it put off?", "reason"),
        ("Is it red?", None),
        ("", None),
    ],
)
def test_the_words_of_a_question_say_what_it_asks_for(question: str, kind: str | None) -> None:
    assert asked_type(question) == kind


def test_how_long_asks_for_a_number_though_it_sounds_like_a_time() -> None:
    assert asked_type("How long does it take, and when does it end?") == "number"


def test_of_several_questions_the_last_that_says_what_it_asks_for_counts() -> None:
    assert asked_type("When was it founded? And where?") == "place"
    assert asked_type("Where is it? Can you tell me?") == "place"


@pytest.mark.parametrize(
    ("question", "fitting", "unfitting"),
    [
        ("How many?", "There are twelve of them.", "There are some of them."),
        ("When?", "It opens on 3 May.", "It opens soon enough."),
        ("Who?", "It is led by Anna Smith.", "It is led by somebody."),
        ("Where?", "It stands in Turin.", "It stands somewhere."),
        ("Why?", "It was late because of rain.", "It was late."),
    ],
)
def test_a_sentence_fits_if_it_holds_something_of_the_asked_type(
    question: str, fitting: str, unfitting: str
) -> None:
    assert type_fit(question, fitting) == 1.0
    assert type_fit(question, unfitting) == 0.0


def test_every_sentence_fits_half_where_no_type_is_asked_for() -> None:
    assert type_fit("Is it red?", "It is.") == 0.5


@given(st.text(), st.text())
def test_any_text_can_be_asked_and_read(question: str, sentence: str) -> None:
    assert type_fit(question, sentence) in {0.0, 0.5, 1.0}


@pytest.mark.parametrize("question", ["Who?", "Where?", "When?", "How many?", "Why?"])
@pytest.mark.parametrize("unbroken", ["A" * 300_000, "in " * 100_000, "A. " * 100_000])
def test_an_unbroken_line_of_a_file_costs_no_more_than_its_length(
    question: str, unbroken: str
) -> None:
    started = time.perf_counter()
    type_fit(question, unbroken)
    assert time.perf_counter() - started < 5  # a pattern that starts over takes minutes
