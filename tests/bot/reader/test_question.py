"""What a question asks for, and what a sentence holds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reader.question import asked_type, fits, type_fit, wants_sentence


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


@pytest.mark.parametrize(
    ("question", "answer", "fit"),
    [
        ("How many cars were sold?", "1,200", True),
        ("How many cars were sold?", "twelve", True),
        ("How many cars were sold?", "in Turin", False),
        ("When was it closed?", "in the coming weeks", True),
        ("When was it closed?", "after the war", True),
        ("When was it closed?", "Stellantis", False),
        ("In which year was it closed?", "2009", True),
        ("Who closed it?", "anything", True),
        ("How many were sold? And who bought them?", "a bank", True),
        ("", "anything", True),
    ],
)
def test_an_answer_of_another_kind_than_asked_for_is_none(
    question: str, answer: str, fit: bool
) -> None:
    assert fits(question, answer, f"It was {answer}.") == fit


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "fit"),
    [
        ("Who runs Kalvessa?", "battery maker", "Anna Prell runs the battery maker.", False),
        ("Who runs Kalvessa?", "Anna Prell", "Anna Prell runs the battery maker.", True),
        ("Who now leads it?", "anna prell", "it is led by anna prell.", True),
        ("Who runs it? And where?", "in town", "Anna runs it in town.", True),
        ("Who uses it?", "teachers", "It is used by teachers in Kestrup.", True),
        ("Who built the church?", "monks", "In 1322 monks built it.", True),
    ],
)
def test_who_leads_something_has_a_name(
    question: str, answer: str, sentence: str, fit: bool
) -> None:
    assert fits(question, answer, sentence) == fit


@pytest.mark.parametrize(
    ("question", "answer", "fit"),
    [
        ("What was absorbed into the language of the Normans?", "the language", False),
        ("What was absorbed into the language of the Normans?", "the old language", True),
        ("Is the plant in Kestrup or in Lind?", "Kestrup", True),
        ("Was the plant in Kestrup closed?", "closed", True),
        ("What is it?", "it is", True),
    ],
)
def test_the_words_of_the_question_are_no_answer_to_it(
    question: str, answer: str, fit: bool
) -> None:
    assert fits(question, answer, f"It was {answer}.") == fit


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "fit"),
    [
        ("What is the range of the Lir?", "100%", "The Lir is 100% electric.", False),
        ("What is the range of the Lir?", "long-range", "A long-range Lir is new.", False),
        ("What is the range of the Lir?", "405", "The Lir drives 405 km.", True),
        ("What's the normal range?", "4 to 8", "It ranges from 4 to 8.", True),
        ("How far does it go?", "405", "It goes for 405 of them.", False),
        ("What is the price?", "22,900 euros", "It costs 22,900 euros.", True),
        ("How much will it cost?", "40", "It has 40 doors.", False),
        ("What does the Piva 52 cost?", "52.3 kWh", "It has 52.3 kWh for 26,400 euros.", False),
        ("What does the Piva 52 cost?", "26,400", "It has 52.3 kWh for 26,400 euros.", True),
        ("How big is the Piva 52?", "small", "The Piva 40 is small.", False),
        ("How big is the Piva 52?", "small", "The Piva 40 and the Piva 52 are small.", True),
        ("How big is the Piva 52?", "small", "It is small.", True),
        ("What happened on May 3?", "a storm", "A storm came on May 5.", True),
        ("What percentage was lost?", "31 %", "They lost 31 %.", True),
        ("What percentage was lost?", "31", "They lost 31 cells.", False),
    ],
)
def test_a_quantity_is_told_with_its_unit(
    question: str, answer: str, sentence: str, fit: bool
) -> None:
    assert fits(question, answer, sentence) == fit


@pytest.mark.parametrize(
    ("question", "sentence", "answer", "wanted"),
    [
        ("Will it be built from scratch?", "It won't be built from scratch.", "scratch", True),
        ("And is it new?", "It is new.", "new", True),
        ("Who is Ada Lind?", "Ada Lind leads Torvane.", "Torvane", True),
        ("Who is the mayor?", "Ada Lind is the mayor.", "Ada Lind", False),
        ("Who was Ada Lind married to?", "Ada Lind married Bo.", "Bo", False),
        ("What are the colours?", "It comes in red, blue and white.", "red", True),
        ("What are the colours?", "It comes in red, blue and white.", "red, blue and white", False),
        ("What is the colour?", "It comes in red, blue and white.", "red", False),
        ("Where is it?", "It is here.", "here", False),
    ],
)
def test_some_questions_are_answered_by_the_sentence(
    question: str, sentence: str, answer: str, wanted: bool
) -> None:
    assert wants_sentence(question, sentence, answer) == wanted


@pytest.mark.parametrize(
    "question",
    [
        "Which is cheaper, the Piva 40 or the Piva 52?",
        "Which is cheaper: Piva 40, Piva 52?",
        "Which of Piva 40 and Piva 52 is cheaper?",
    ],
)
def test_what_a_question_offers_to_choose_from_is_an_answer(question: str) -> None:
    assert fits(question, "Piva 40", "The Piva 40 is cheaper.")


def test_a_follow_up_for_yes_or_no_is_answered_by_the_sentence() -> None:
    sentence = "LFP is cheaper."
    assert fits("lfp Is it cheaper?", "cheaper", sentence)
    assert wants_sentence("lfp Is it cheaper?", sentence, "cheaper")
    assert not wants_sentence("Who is it that Will met?", "Ada met Will.", "Ada")
