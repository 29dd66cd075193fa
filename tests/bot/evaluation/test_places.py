"""Quotes are found again, however the articles were split or named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evaluation.check import faults
from bot.evaluation.gold import GoldCase, GoldSource
from bot.evaluation.places import Library, occurrences
from index import Article, PassageIndex, Span

TEXT = "The plant is in Turin.\nIt is new. It rains.\n\nThe plant  is\nin Turin."


@pytest.fixture
def library(tmp_path: Path, hash_encoder: object) -> Iterator[Library]:
    """Yield two articles."""
    index = PassageIndex(tmp_path / "index", hash_encoder)  # type: ignore[arg-type]
    index.add([Article("plant", "The Plant", TEXT), Article("other", "Other", "Rome is old.")])
    yield Library(index)
    index.close()


def case(*quotes: tuple[str, str], **changes: object) -> GoldCase:
    """Return a case with sources."""
    sources = tuple(GoldSource(*quote) for quote in quotes)
    return GoldCase(**{"id": "a", "question": "Where?", "answers": ("Turin",), "answerable": True,
                       "sources": sources, **changes})  # type: ignore[arg-type]  # fmt: skip


def test_every_occurrence_counts_and_white_space_is_alike() -> None:
    assert occurrences("plant is in Turin", TEXT) == [Span(4, 21), Span(49, 67)]
    assert occurrences("", TEXT) == occurrences("Milan", TEXT) == []


def test_an_article_goes_by_its_id_its_title_or_any_that_has_the_words(library: Library) -> None:
    for name in ("plant", "The_Plant", "the plant", "renamed"):
        assert list(library.find(GoldSource(name, "It is new."))) == [("plant", Span(23, 33))]
    assert list(library.find(GoldSource("plant", "Rome is old."))) == [("other", Span(0, 12))]
    assert list(library.find(GoldSource("plant", "nowhere"))) == []


def test_quotes_of_one_paragraph_are_one_place(library: Library) -> None:
    near = library.places(case(("plant", "It is new."), ("plant", "It rains.")))
    assert [place.spans for place in near] == [(Span(23, 33), Span(34, 43))]
    apart = library.places(case(("plant", "It rains."), ("other", "Rome is old."), ("x", "gone")))
    assert [place.article for place in apart] == ["plant", "other"]


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (case(("plant", "The plant is in Turin.")), []),
        (case(("plant", "It is old.")), ["no article has the words", "is in none of its quotes"]),
        (case(("other", "The plant is in Turin.")), ["is not in other, but in plant"]),
        (case(("plant", "It rains.")), ["the answer “Turin” is in none of its quotes"]),
        (case(("plant", "It rains."), answers=()), ["it is answerable, and has no answer"]),
        (case(), ["it has no source"]),
        (case(answerable=False), ["it is not answerable, and has an answer or a source"]),
        (case(answerable=False, answers=()), []),
    ],
)
def test_faults_of_a_case_are_named(library: Library, gold: GoldCase, said: list[str]) -> None:
    found = list(faults([gold], library))
    assert len(found) == len(said)
    assert all(part in fault for part, fault in zip(said, found, strict=True))


def test_the_same_question_twice_is_named(library: Library) -> None:
    no = case(answerable=False, answers=())
    again = case(answerable=False, answers=(), id="b", question="where? ")
    after = case(answerable=False, answers=(), id="c", history=("What?",))
    assert list(faults([no, again, after], library)) == ["b: asks the same as a."]
