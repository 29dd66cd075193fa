"""Figures, however they are written."""

from __future__ import annotations

import pytest

from bot.claims.numbers import figures, missing, without_figures
from bot.claims.units import units


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("89 euros", [{(89.0, "eur")}]),
        ("€1.2 million", [{(1.2e6, "eur")}]),
        ("$5bn", [{(5e9, "usd")}]),
        ("12 thousand", [{(12e3, "")}]),
        ("1.200,50 EUR", [{(1200.5, "eur")}]),
        ("300 000 cars", [{(3e5, "")}]),
        ("12.5%", [{(12.5, "%")}]),
        ("twenty-five per cent", [{(25.0, "%")}]),
        ("two hundred and fifty", [{(250.0, "")}]),
        ("one and a half million", [{(1.5e6, "")}]),
        ("half a million", [{(5e5, "")}]),
        ("two dozen", [{(24.0, "")}]),
        ("three quarters", [{(0.75, ""), (75.0, "%")}]),
        ("half of it", [{(0.5, ""), (50.0, "%")}]),
        ("the third quarter", [{(3.0, "")}]),
        ("twenty-first", [{(21.0, "")}]),
        ("first and second", [{(1.0, "")}, {(2.0, "")}]),
        ("zero", [{(0.0, "")}]),
        ("5 p.m.", [{(1020.0, "clock")}]),
        ("12:30 a.m.", [{(30.0, "clock")}]),
        ("17:05", [{(1025.0, "clock")}]),
        ("at noon", [{(720.0, "clock")}]),
        ("3 May 2024", [{(3.0, "")}, {(5.0, "month-name")}, {(2024.0, "")}]),
        ("2024-05-03", [{(2024.0, "")}, {(5.0, "month-name")}, {(3.0, "")}]),
        ("it may march on", []),
        ("in March", [{(3.0, "month-name")}]),
        ("Q3", [{(3.0, "")}]),
        ("3.11.2", [{(3112.0, "")}]),
        ("89-euro test", [{(89.0, "eur")}]),
    ],
)
def test_a_figure_is_read(text: str, readings: list[set[tuple[float, str]]]) -> None:
    assert [set(each.readings) for each in figures(text)] == readings


def test_a_metre_and_a_million_are_told_apart_by_nobody() -> None:
    (figure,) = figures("5m")
    assert set(figure.readings) == {(5.0, "metre"), (5e6, "")}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("1,150 euros", "1150 euros"),
        ("1.150 Euro", "1,150 euros"),
        ("four hundred", "400 people"),
        ("50 percent", "half of it"),
        ("May 3, 2024", "3 May 2024"),
        ("3.5.2024", "on May 3, 2024"),
        ("17:00", "5 p.m."),
        ("20 euros", "between 10 and 20 euros"),
        ("10 euros", "between 10 and 20 euros"),
        ("89", "89 euros"),
        ("one of them", "it is there"),
        ("200", "in 2024 200 people came"),
        ("1,200,000", "1.2 million"),
        ("twice", "a double share"),
    ],
)
def test_the_same_figure_is_held_in_any_way_of_writing(claim: str, quote: str) -> None:
    assert missing(claim, quote, "") is None


@pytest.mark.parametrize(
    ("claim", "quote", "figure"),
    [
        ("98 euros", "89 euros", "98"),
        ("89 dollars", "89 euros", "89"),
        ("89 euros", "89 minutes", "89"),
        ("89 percent", "89 people", "89"),
        ("3 May 2024", "3 June 2024", "May"),
        ("7 p.m.", "7 a.m.", "7 p.m."),
        ("1.2 billion", "1.2 million", "1.2"),
        ("the second plant", "the plant", "second"),
        ("two plants", "the plants", "two"),
        ("5 weeks", "5 days", "5"),
    ],
)
def test_another_figure_or_another_unit_is_missing(claim: str, quote: str, figure: str) -> None:
    assert missing(claim, quote, "") == figure


def test_a_unit_may_stand_in_the_heading_of_a_table() -> None:
    assert missing("89 euros", "Test: 89", "Prices in euros") is None
    assert missing("89 euros", "Test: 89", "Prices") == "89"


def test_units_and_words_are_told_apart_from_figures() -> None:
    assert units("€5, 3 km and percentage points") == {"eur", "km", "pp"}
    assert without_figures("The test costs 89 euros in May 2024") == "The test costs in"
