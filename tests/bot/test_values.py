"""Whether two answers say the same."""

from __future__ import annotations

import pytest

from bot.values import Day, Quantity, day, differ, names, quantity


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("640 m euros", Quantity(640e6, "euro")),
        ("€640 million", Quantity(640e6, "euro")),
        ("1,900 people", Quantity(1900, "person")),
        ("approx. 11 per cent", Quantity(11, "percent", rough=True)),
        ("5.35 %", Quantity(5.35, "percent")),
        ("twenty-two floors", Quantity(22, "floor")),
        ("two thousand of the new cars", Quantity(2000, "car")),
        ("no more than 95,000 vehicles", Quantity(95000, "vehicle", rough=True)),
        ("12 GWh a year", Quantity(12, "gwh")),
        ("nine", Quantity(9, "")),
        ("a glassworks", None),
        ("from 10 to 80 per cent", None),
    ],
)
def test_a_number_is_read_with_its_scale_and_unit(text: str, wanted: Quantity | None) -> None:
    assert quantity(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("on 2 September 2024", Day(2024, 9, 2)),
        ("September 2nd, 2024", Day(2024, 9, 2)),
        ("2024-09-02", Day(2024, 9, 2)),
        ("2024-09", Day(2024, 9)),
        ("the 3rd of May", Day(0, 5, 3)),
        ("in June 2025", Day(2025, 6)),
        ("Sept. 2024", Day(2024, 9)),
        ("in 1998", Day(1998)),
        ("in the autumn of 2025", Day(2025)),
        ("from 2024 to 2025", None),
        ("between May and June", None),
        ("soon", None),
    ],
)
def test_a_date_is_read_as_far_as_it_is_given(text: str, wanted: Day | None) -> None:
    assert day(text) == wanted


def test_a_name_is_told_without_titles_and_initials() -> None:
    assert names("Dr. J. R. Okafor") == {"okafor"}
    assert names("Jean-Philippe Imparato") == {"jean", "philippe", "imparato"}
    assert names("Bram de Kuyver") == {"bram", "kuyver"}
    assert names("the mayor") == names("") == frozenset()
    assert names("Ada Bea Cleo Dora Eve Flo") == frozenset()


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("number", "640 m euros", "715 m euros"),
        ("number", "89 euros", "ninety-five euros"),
        ("number", "12 GWh a year", "9 GWh"),
        ("number", "about 500 people", "1,200 people"),
        ("time", "2 September 2024", "17 March 2025"),
        ("time", "March 2025", "June 2025"),
        ("time", "in 1998", "May 1999"),
        ("person", "Matthias Orlen", "Birgit Thannhaus"),
        ("person", "Mayor Ada Lind", "Dr. Bo Quill"),
    ],
)
def test_these_cannot_both_be_right(kind: str, one: str, other: str) -> None:
    assert differ(kind, one, other)
    assert differ(kind, other, one)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("number", "640 m euros", "0.64 bn euros"),
        ("number", "1,900", "1,900 people"),
        ("number", "1,900 people", "approx. 2,000 people"),
        ("number", "89 euros", "one hour"),
        ("number", "1,150 people", "23,000 people"),
        ("number", "nine showrooms", "9 showrooms"),
        ("number", "98.4 per cent", "98 %"),
        ("number", "500", "a lot"),
        ("number", "10 to 20 euros", "30 euros"),
        ("number", "at least 20 people", "30 people"),
        ("number", "no more than 20 people", "12 people"),
        ("time", "before 2025", "2024"),
        ("time", "since 2020", "2022"),
        ("time", "no later than 1 March 2025", "20 February 2025"),
        ("time", "2024/25", "2025"),
        ("time", "winter 2024", "January 2025"),
        ("time", "They may open in 2024", "June 2024"),
        ("time", "marched in 2023", "April 2023"),
        ("time", "September 2024", "2 September 2024"),
        ("time", "2024", "in May 2024"),
        ("time", "2 September", "2024"),
        ("time", "soon", "May 2024"),
        ("person", "Annika Rössler-Dahl", "Rössler-Dahl"),
        ("person", "A. Rössler-Dahl", "Dr. Annika Rössler-Dahl"),
        ("person", "Capt. E. M. Sollied", "Sollied"),
        ("person", "the harbour master", "Sollied"),
        ("person", "The Board", "Ada Lind"),
        ("person", "Managing Director", "Tomos Gethin"),
        ("person", "Torvane", "Annika Rössler-Dahl"),
        ("person", "Bill", "William Gates"),
        ("person", "Annika Rossler", "Rössler-Dahl"),
        ("person", "Jürgen Müller", "J. Mueller"),
        ("person", "Sean O'Neill", "Séan O’Neill"),
        ("place", "Turin", "Rome"),
        ("number", "", "5"),
    ],
)
def test_these_may_both_be_right(kind: str, one: str, other: str) -> None:
    assert not differ(kind, one, other)
    assert not differ(kind, other, one)
