"""Text to words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import content_words, fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The plants were closing", ["plants", "closing"]),
        ("Where is it?", []),
        ("", []),
        ("1,200,000 cars", ["1200000", "cars"]),
        ("It rose 3.75 points", ["rose", "3.75", "points"]),
        ("Müller’s café's o'clock", ["muller", "cafe", "oclock"]),
        ("Mu\u0308ller", ["muller"]),
        ("BelvedereIllinois", ["belvedereillinois", "belvedere", "illinois"]),
        ("COVID19 snake_case", ["covid", "19", "snake", "case"]),
        ("日本語 工", ["日本", "本語", "工"]),
        ("한국어", ["한국", "국어"]),
        ("Straße ﬁne 𝐏lant ²", ["strasse", "fine", "plant", "2"]),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert content_words(text) == words


def test_composed_and_decomposed_accents_fold_alike() -> None:
    assert fold("caf\u00e9") == fold("cafe\u0301") == "cafe"


@given(st.text())
def test_words_are_never_empty_nor_break_a_query_or_a_line(text: str) -> None:
    for word in content_words(text):
        assert word
        assert not any(character.isspace() for character in word)
        assert not set(word) & set('"*^():\0')
