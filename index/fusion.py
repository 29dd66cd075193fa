"""Lexical and dense evidence into one ranking: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# Chosen on training questions; every part lies in [-1, 1], so the score is comparable between
# queries and needs no look at the other candidates.
WEIGHTS: Mapping[str, float] = {"passage": 0.3, "sentence": 0.7, "coverage": 0.5, "bm25": 0.5}


def fuse(parts: Mapping[str, float]) -> float:
    """Return the weighted sum of a passage's parts, rounded so that equal passages tie.

    Parameters
    ----------
    parts : mapping of str to float
        ``passage``: cosine of query and passage; ``sentence``: the same of its best sentence;
        ``coverage``: idf-weighted share of the query's terms that the passage holds; ``bm25``:
        BM25 over the best possible.

    Returns
    -------
    float in [-1, 2]
    """
    return round(sum(weight * parts[name] for name, weight in WEIGHTS.items()), 6)


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
