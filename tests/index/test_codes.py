"""Signs of vectors as bits: distances by hand, candidates against an exact search."""

import numpy as np
import pytest

from index.codes import nearest, signs, words_for


def unit(count: int, dimension: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    vectors = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_bit_is_set_for_each_positive_number() -> None:
    vectors = np.array([[1, -1, 0, 2] + [0] * 61, [-1] * 64 + [5]], np.float32)
    found = np.bitwise_count(signs(vectors))
    assert found.tolist() == [[2, 0], [0, 1]]


@pytest.mark.parametrize(("dimension", "words"), [(1, 1), (64, 1), (65, 2), (384, 6)])
def test_signs_fill_whole_words(dimension: int, words: int) -> None:
    assert words_for(dimension) == words
    assert signs(np.ones((3, dimension), np.float32)).shape == (3, words)


@pytest.mark.parametrize("dimension", [64, 256, 384])
def test_the_candidates_hold_the_nearest_vectors(dimension: int) -> None:
    vectors = unit(40_000, dimension, 1)
    codes = np.ascontiguousarray(signs(vectors).T)
    for query in vectors[:20] + unit(20, dimension, 2) * 0.3:
        kept = nearest(codes, signs(query[None])[0], 2_000)
        best = np.argsort(-(vectors @ query))[:1]
        assert set(best) <= set(kept)
        assert 2_000 <= len(kept) < 12_000


def test_few_codes_are_all_candidates() -> None:
    codes = np.ascontiguousarray(signs(unit(5, 384, 3)).T)
    assert nearest(codes, codes[:, 0], 9).tolist() == [0, 1, 2, 3, 4]


def test_equal_codes_all_come_along() -> None:
    codes = np.zeros((6, 5_000), np.uint64)
    assert len(nearest(codes, codes[:, 0], 10)) == 5_000
