"""A model's quote, found in the passage it is of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quotes import find_in, plain, sentences_of, to_words
from index import Passage, Span

TEXT = (
    "The “plant”\u00a0will  open\nin 2027 — it costs €1.2\u202fbn, café included. "
    "Nobody el\u00adse was asked."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("it costs", "it costs"),
        ('The "plant" will open in 2027', "The “plant”\u00a0will  open\nin 2027"),
        ("IN 2027 - IT COSTS €1.2 BN", "in 2027 — it costs €1.2\u202fbn"),
        ("cafe included", "café included"),
        ("“Nobody else was asked.”", "Nobody el\u00adse was asked."),
        ("nobody else was aske", "Nobody el\u00adse was asked"),
        ("The plants will open in 2027", "The “plant”\u00a0will  open\nin 2027"),
        ("it cost 1.2 bn, café included", "it costs €1.2\u202fbn, café included"),
    ],
)
def test_a_quote_is_found_for_all_that_copying_changes(quote: str, found: str) -> None:
    span = find_in(quote, TEXT)
    assert span is not None
    assert span.of(TEXT) == found


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "…",
        "“”",
        "ab",
        "in 2028",  # too short to be nearly anything
        "The plant will open in Turin next spring",
        "it costs €1.2 bn, café included, and a golden roof for everybody in the whole town",
        TEXT + " And more that the passage does not have, for another forty characters.",
    ],
)
def test_what_the_passage_does_not_say_is_not_found(quote: str) -> None:
    assert find_in(quote, TEXT) is None


def test_a_quote_of_which_only_a_part_is_there_is_not_found() -> None:
    text = "The new plant will open in 2027."
    assert find_in("The new plant will open in 2027. It was a gift of the king.", text) is None


def test_an_accent_that_stands_as_a_character_of_its_own_is_part_of_the_quote() -> None:
    text = "A cafe\u0301 opens."
    span = find_in("café", text)
    assert span is not None
    assert span.of(text) == "cafe\u0301"


def test_a_span_is_widened_to_whole_words() -> None:
    assert to_words(Span(5, 9), "The plants open").of("The plants open") == "plants"
    assert to_words(Span(0, 3), "The plants open") == Span(0, 3)


@given(st.text(max_size=80), st.data())
def test_whatever_stands_in_a_text_is_found_and_covers_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    span = find_in(quote, text)
    if span is not None:
        assert 0 <= span.start < span.end <= len(text)
        assert plain(quote.strip("'\"")).text.strip(" '") in plain(span.of(text)).text + " "


@given(st.text(max_size=60))
def test_plain_characters_know_where_they_stand(text: str) -> None:
    made = plain(text)
    assert len(made.text) == len(made.starts) == len(made.ends)
    assert list(made.starts) == sorted(made.starts)
    assert all(start < end <= len(text) for start, end in zip(made.starts, made.ends, strict=True))


def passage(text: str, *sentences: Span, at: int = 0) -> Passage:
    """Return a passage that begins at a character of its article."""
    placed = tuple(Span(at + each.start, at + each.end) for each in sentences)
    return Passage("p", "a", "", text, Span(at, at + len(text)), placed)


def test_a_quote_is_widened_to_the_sentences_it_touches() -> None:
    text = "It rains. The plant is in Turin. It is new."
    made = passage(text, Span(0, 9), Span(10, 32), Span(33, 43), at=100)
    assert sentences_of(Span(14, 19), made).of(text) == "The plant is in Turin."
    assert sentences_of(Span(25, 36), made).of(text) == "The plant is in Turin. It is new."


def test_a_quote_in_a_passage_without_sentences_stays_as_it_is() -> None:
    assert sentences_of(Span(3, 8), passage("It rains.")) == Span(3, 8)
