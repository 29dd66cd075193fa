"""How far passages hold a query's words, by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from index.background import similar
from index.cover import HEADING_SHARE, SLIP_SIMILARITY, Query, cover

VECTORS = {"plant": (1.0, 0.0, 0.0), "factory": (0.6, 0.8, 0.0), "north": (0.0, 0.0, 1.0)}


def vectors(words: Sequence[str]) -> np.ndarray:
    """Return vectors of three words, and nothing for all others."""
    return np.array([VECTORS.get(word, (0, 0, 0)) for word in words], np.float32).reshape(-1, 3)


def query(*words: str, unknown: tuple[str, ...] = ()) -> Query:
    """Return a query of which the first word is three times as rare as each other."""
    distinct = tuple(dict.fromkeys(words))
    rarity = np.array([3.0, *[1.0] * (len(distinct) - 1)], np.float32)
    counts = {word: 1 for word in distinct if word not in unknown}
    return Query(words, distinct, rarity, counts)


def test_similarity_starts_at_a_cosine_of_a_fifth() -> None:
    words = vectors(["plant", "north"])
    # Cosine of plant and factory: 0.6, that is (0.6 - 0.2) / 0.8.
    assert similar(words, vectors(["factory", "plant", "x"])) == pytest.approx(
        np.array([[0.5, 1, 0], [0, 0, 0]])
    )


def test_share_of_words_held_is_weighted_by_rarity() -> None:
    found = cover(query("north", "plant"), ["plant\nx", "north"], ["", ""], vectors)
    assert found.sentences.tolist() == [0.25, 0, 0.75]
    assert found.passages.tolist() == [0.25, 0.75]


def test_like_words_count_in_part() -> None:
    found = cover(query("plant"), ["factory"], [""], vectors)
    assert found.passages.tolist() == pytest.approx([0.5])


def test_headings_count_in_part_and_not_twice() -> None:
    found = cover(query("north"), ["x", "north"], ["north", "north"], vectors)
    assert found.passages.tolist() == pytest.approx([HEADING_SHARE, 1])
    assert found.sentences.tolist() == [0, 1]


def test_neighbouring_words_are_pairs_only_within_a_sentence() -> None:
    bodies = ["north plant", "north\nplant", "plant north"]
    found = cover(query("north", "plant"), bodies, ["", "", ""], vectors)
    assert found.pairs.tolist() == [0.25, 0, 0]


def test_word_that_the_corpus_lacks_finds_what_is_one_slip_away() -> None:
    found = cover(query("norht", unknown=("norht",)), ["north", "x"], ["", ""], vectors)
    assert found.passages.tolist() == pytest.approx([SLIP_SIMILARITY, 0])


def test_query_without_words_is_held_by_nothing() -> None:
    empty = Query((), (), np.zeros(0, np.float32), frozenset())
    found = cover(empty, ["plant\n"], [""], vectors)
    assert found.passages.tolist() == [0]
    assert found.pairs.tolist() == [0]
