"""Names, and who was put in their place."""

from __future__ import annotations

import pytest

from bot.claims.names import certain, missing, names


def test_names_are_words_with_capitals_but_for_months_and_the_first_person() -> None:
    found = names(
        "In May, I met Ada Finch and I'm sure NASA is in Turin. The plant, Opel's, is new."
    )
    assert [each.word for each in found] == ["Ada", "Finch", "NASA", "Turin", "Opel's"]


def test_a_capital_at_a_beginning_need_be_no_name() -> None:
    assert certain("Production starts in Turin.", "") == ["Turin"]
    assert certain("Hamburg gets a plant.", "") == ["Hamburg"]
    assert certain("Plants are built.", "The plant is there.") == []
    assert certain("NASA builds.", "") == ["NASA"]


@pytest.mark.parametrize(
    ("claim", "quote", "context"),
    [
        ("Torvane's plant", "the plant of Torvane", ""),
        ("J. Brenn says so.", "Julia Brenn says so.", ""),
        ("The EU pays.", "The European Union pays.", ""),
        ("The European Union pays.", "The EU pays.", ""),
        ("An Italian plant", "a plant in Italy", ""),
        ("A Dutch plant", "a plant in the Netherlands", ""),
        ("The Franco-Italian plant of Franco", "Franco is Italian.", ""),
        ("Torvane opens it.", "It opens in May.", "Torvane builds a plant."),
        ("Torvane expects 500.", "Its boss Ida Brenn expects 500.", "Torvane and its boss"),
        ("Mullers plant", "Müller's plant", ""),
    ],
)
def test_a_name_may_be_written_otherwise_or_stand_for_a_pronoun(
    claim: str, quote: str, context: str
) -> None:
    assert missing(claim, quote, context) is None


@pytest.mark.parametrize(
    ("claim", "quote", "context", "name"),
    [
        ("Torvane opens it.", "The plant opens.", "", "Torvane"),
        ("In Hamburg it opens.", "It opens in Turin.", "", "Hamburg"),
        ("Torvane sells 300.", "Aldo sells 300.", "Torvane sells 500.", "Torvane"),
        ("Torvane sells 300 of its cars.", "Aldo sells 300 of its cars.", "Torvane", "Torvane"),
        ("The UN pays.", "The European Union pays.", "", "UN"),
        ("Martin Falk", "Ines Falk", "", "Martin"),
        ("An Irish nurse", "a Scottish nurse", "", "Irish"),
    ],
)
def test_a_name_that_was_put_in_is_missing(claim: str, quote: str, context: str, name: str) -> None:
    assert missing(claim, quote, context) == name
