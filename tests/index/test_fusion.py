"""Scores into one ranking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import WEIGHTS, best_sentences, fuse, rank_order, top


def test_score_is_the_weighted_sum_of_all_parts() -> None:
    parts = {name: 0.1 * i for i, name in enumerate(WEIGHTS, start=1)}
    expected = sum(WEIGHTS[name] * part for name, part in parts.items())
    assert fuse(parts) == pytest.approx(expected, abs=1e-6)


def test_parts_that_differ_by_rounding_alone_tie() -> None:
    parts = dict.fromkeys(WEIGHTS, 0.5)
    assert fuse(parts) == fuse({**parts, "sentence": 0.5 + 1e-9})


def test_best_sentence_is_the_first_of_equals_in_each_passage() -> None:
    cosines = np.array([0.1, 0.9, 0.9, 0.2, 0.3], dtype=np.float32)
    covers = np.zeros(5, dtype=np.float32)
    assert best_sentences(cosines, covers, np.array([0, 3])).tolist() == [1, 4]
    covers[0] = 5
    assert best_sentences(cosines, covers, np.array([0, 3, 4])).tolist() == [0, 3, 4]


def test_best_scores_come_first_and_ties_in_order_of_position() -> None:
    scores = np.array([0.5, 0.9, 0.5, 0.1, 0.9], dtype=np.float32)
    assert top(scores, 3).tolist() == [1, 4, 0]
    assert top(scores, 99).tolist() == [1, 4, 0, 2, 3]
    assert top(scores[:0], 3).tolist() == []


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=30), st.integers(1, 40))
def test_top_is_the_beginning_of_a_stable_sort(scores: list[float], k: int) -> None:
    expected = sorted(range(len(scores)), key=lambda i: -scores[i])[:k]
    assert top(np.array(scores, dtype=np.float32), k).tolist() == expected


def test_equal_scores_keep_corpus_order() -> None:
    places = [(2, 0), (1, 5), (1, 3), (3, 0)]
    assert rank_order([0.5, 0.5, 0.5, 0.9], places) == [3, 2, 1, 0]
