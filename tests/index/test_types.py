"""The records."""

import dataclasses

import pytest

from index import Article, Block, Span


def test_span_gives_its_characters() -> None:
    assert Span(4, 7).of("The car.") == "car"


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (4, 3), (-1, 2)])
def test_span_that_is_empty_or_before_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"{start} to {end}"):
        Span(start, end)


def test_span_covers_itself_and_what_is_inside() -> None:
    assert Span(2, 9).covers(Span(2, 9))
    assert Span(2, 9).covers(Span(3, 4))
    assert not Span(2, 9).covers(Span(1, 4))
    assert not Span(2, 9).covers(Span(8, 10))


def test_spans_meet_that_share_a_character() -> None:
    assert Span(2, 5).meets(Span(4, 9))
    assert Span(2, 5).meets(Span(3, 4))
    assert not Span(2, 5).meets(Span(5, 9))
    assert not Span(5, 9).meets(Span(2, 5))


def test_spans_sort_by_place() -> None:
    assert sorted([Span(5, 6), Span(0, 9), Span(0, 2)]) == [Span(0, 2), Span(0, 9), Span(5, 6)]


def test_records_do_not_change() -> None:
    article = Article("a", "A", "Text.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        article.text = "Other."  # type: ignore[misc]
    assert Block("paragraph", Span(0, 1)).level == 0
