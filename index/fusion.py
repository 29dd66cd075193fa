"""Lexical and dense evidence into one ranking: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# Chosen on training questions; no part depends on the other passages found, so a score can be
# compared between questions.
WEIGHTS: Mapping[str, float] = {
    "passage": 0.6,
    "cover": 0.6,
    "pairs": 0.4,
    "sentence": 0.6,
    "sentence_cover": 0.4,
}


def fuse(parts: Mapping[str, float]) -> float:
    """Return the weighted sum of a passage's parts, rounded so that equal passages tie.

    Parameters
    ----------
    parts : mapping of str to float
        ``passage``: cosine of query and passage; ``cover``: share of the query's words that it
        holds, by rarity; ``pairs``: the same for neighbouring words; ``sentence`` and
        ``sentence_cover``: cosine and cover of its best sentence.

    Returns
    -------
    float in [-1.2, 2.6]
    """
    return round(sum(weight * parts[name] for name, weight in WEIGHTS.items()), 6)


def best_sentences(
    cosines: NDArray[np.float32], covers: NDArray[np.float32], starts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the position of each passage's best sentence, the first of equals.

    Parameters
    ----------
    cosines, covers : ndarray of float32, shape (n_sentences,)
        Of the passages' sentences, one passage after the other.
    starts : ndarray of int64, shape (n_passages,)
        Position of each passage's first sentence.
    """
    value = WEIGHTS["sentence"] * cosines + WEIGHTS["sentence_cover"] * covers
    lengths = np.diff(np.append(starts, len(value)))
    tied = np.flatnonzero(value == np.repeat(np.maximum.reduceat(value, starts), lengths))
    return tied[np.searchsorted(tied, starts)]


def top(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """Return the positions of the ``k`` largest scores, largest first, ties in order of position.

    Parameters
    ----------
    scores : ndarray of float32, shape (n,)
    k : int
        More than ``n`` returns all.
    """
    if k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero(scores >= least)
    else:
        kept = np.arange(len(scores))
    return kept[np.argsort(-scores[kept], kind="stable")][:k]


def rank_order(scores: Sequence[float], places: Sequence[tuple[int, int]]) -> list[int]:
    """Order candidates by score, best first; equal scores keep corpus order.

    Parameters
    ----------
    scores : sequence of float
    places : sequence of (article number, ordinal of the passage in it)

    Returns
    -------
    list of int
        Positions of the candidates.
    """
    return sorted(range(len(scores)), key=lambda i: (-scores[i], places[i]))
