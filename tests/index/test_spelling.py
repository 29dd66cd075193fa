"""Misspelt words."""

import time
from collections.abc import Collection

import pytest

from index.spelling import correct, slips

EVERYDAY = {"the": 1, "new": 2, "car": 3, "care": 4, "factory": 5}
CORPUS = {"plant": 3, "plants": 1, "giulia": 2, "slant": 9}


def in_corpus(words: Collection[str]) -> dict[str, int]:
    """Look words up in a corpus of four."""
    return {word: CORPUS[word] for word in words if word in CORPUS}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Where is the plabt?", "Where is the plant?"),
        ("the palnt", "the plant"),
        ("the plnt", "the plant"),
        ("the plannt", "the plant"),
        ("The GIULLIA, please", "The giulia, please"),
        ("a facory", "a factory"),
        # Forms of known words, known words, short ones, numbers and other scripts stay.
        ("planted cared plants", "planted cared plants"),
        ("xq 1998 Übung 日本", "xq 1998 Übung 日本"),
        ("ZZzzzz", "ZZzzzz"),
        ("", ""),
    ],
)
def test_unknown_words_become_their_likeliest_neighbours(asked: str, meant: str) -> None:
    assert correct(asked, in_corpus, EVERYDAY) == meant


def test_slips_of_a_short_word_are_these() -> None:
    found = slips("ab")
    # 2 lost, 1 swapped, 2 x 25 replaced, 3 x 26 added less the 2 found twice.
    assert {"a", "b", "ba", "xb", "ax", "xab", "axb", "abx"} <= found
    assert len(found) == 2 + 1 + 50 + 76
    assert "ab" not in found


def test_word_that_is_none_by_its_length_is_left_alone_at_once() -> None:
    begun = time.process_time()
    assert slips("x" * 31) == set()
    assert correct("x" * 50_000, in_corpus, EVERYDAY) == "x" * 50_000
    assert time.process_time() - begun < 1
