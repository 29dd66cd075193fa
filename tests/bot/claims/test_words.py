"""Forms of one word."""

from __future__ import annotations

import pytest

from bot.claims.words import alike, folded, held, stem, telling


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("plants", "plant"),
        ("built", "build"),
        ("running", "runs"),
        ("cities", "city"),
        ("rose", "rise"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_words_of_a_family_are_alike_and_others_are_not() -> None:
    assert alike("decid", "decid")
    assert alike("beekeeper", "beekeep")
    assert not alike("plant", "plan")
    assert held(["plant", "bird"], ["plant", "roof"]) == ["plant"]


def test_folding_takes_accents_dots_and_possessives_off() -> None:
    assert folded("Müller’s") == "muller"
    assert folded("U.S.") == "us"


def test_only_words_that_tell_something_are_kept() -> None:
    assert telling("It was not the plant of the twenty-five men") == [
        "plant",
        "twent",
        "fiv",
        "men",
    ]
