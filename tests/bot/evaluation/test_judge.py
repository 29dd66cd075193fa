"""What counts as right."""

from __future__ import annotations

import pytest

from bot.evaluation.judge import cites_gold, says_gold
from bot.evaluation.places import Place
from index import Span

PLACES = [Place("plant", (Span(10, 20), Span(50, 60)))]


@pytest.mark.parametrize(
    ("article", "span", "wanted"),
    [
        ("plant", Span(0, 11), True),
        ("plant", Span(59, 70), True),
        ("plant", Span(20, 50), False),
        ("other", Span(10, 20), False),
    ],
)
def test_a_citation_must_meet_a_gold_place(article: str, span: Span, wanted: bool) -> None:
    assert cites_gold(PLACES, [(article, span)], "Turin", ["Rome"]) is wanted


def test_without_a_place_words_must_be_shared() -> None:
    cited = [("plant", Span(10, 20))]
    assert cites_gold([], cited, "89 euros", ["89 euros"])
    assert not cites_gold([], cited, "1921", ["89 euros"])
    assert not cites_gold([], cited, "1921", [])


@pytest.mark.parametrize(
    ("answer", "gold", "wanted"),
    [
        ("in Turin", ["Turin"], True),
        ("The plant has been in Turin for as long as anybody can remember", ["Turin"], True),
        ("Rome", ["Turin", "in Rome"], True),
        ("Turinese", ["Turin"], False),
        ("on 17 March 2025", ["17 March 2026"], False),
        ("on the 17th of March", ["17th March"], True),
        ("anything", [], True),
    ],
)
def test_an_answer_says_a_gold_one_in_other_words_or_among_others(
    answer: str, gold: list[str], wanted: bool
) -> None:
    assert says_gold(answer, gold) is wanted
