"""Vectors as signs, a bit for each number: candidates among very many, unread: pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]

BITS = 64
# Words of 64 bits that are compared for every code; the others for the nearest by these alone.
COARSE_WORDS = 3
COARSE_SHARE = 6
# Codes compared at once: what is made of them stays in the second-level cache.
BLOCK = 1 << 16
# Every so many distances make a sample, of which the threshold is taken.
SAMPLE_STRIDE = 64


def signs(vectors: NDArray[np.float32]) -> Codes:
    """Return the signs of vectors as bits, 1 for positive.

    Parameters
    ----------
    vectors : ndarray of float32, shape (n, dimension)

    Returns
    -------
    ndarray of uint64, shape (n, ceil(dimension / 64))
        Unused bits are 0.
    """
    words = words_for(vectors.shape[1])
    bits = np.zeros((len(vectors), words * BITS // 8), np.uint8)
    for start in range(0, len(vectors), BLOCK):
        packed = np.packbits(vectors[start : start + BLOCK] > 0, axis=1)
        bits[start : start + BLOCK, : packed.shape[1]] = packed
    return bits.view("<u8")


def words_for(dimension: int) -> int:
    """Return how many words of 64 bits a vector's signs take."""
    return -(-dimension // BITS)


def nearest(codes: Codes, query: Codes, k: int) -> NDArray[np.intp]:
    """Return positions of about ``k`` codes or more that differ least from a query's.

    Parameters
    ----------
    codes : ndarray of uint64, shape (n_words, n)
        One row for each word, so that a word of all codes is read in one go.
    query : ndarray of uint64, shape (n_words,)
    k : int
        How many are wanted; codes as near as the last of them come along.

    Returns
    -------
    ndarray of int
        In order of position; nearly always holds the true ``k`` nearest.
    """
    if codes.shape[1] <= k:
        return np.arange(codes.shape[1])
    coarse = _distances(codes[:COARSE_WORDS], query[:COARSE_WORDS])
    if len(codes) <= COARSE_WORDS:
        return _least(coarse, k)
    kept = _least(coarse, COARSE_SHARE * k)
    rest = np.bitwise_count(codes[COARSE_WORDS:, kept] ^ query[COARSE_WORDS:, None])
    fine = coarse[kept] + rest.sum(axis=0, dtype=np.uint16)
    return kept[_least(fine, k)]


def _distances(codes: Codes, query: Codes) -> NDArray[np.uint16]:
    """Return in how many bits each code differs, shape (n,)."""
    count = codes.shape[1]
    distances = np.empty(count, np.uint16)
    differing = np.empty(BLOCK, np.uint64)
    bits = np.empty(BLOCK, np.uint8)
    total = np.empty(BLOCK, np.uint8)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        total[:size] = 0
        for words, word in zip(codes, query, strict=True):
            np.bitwise_xor(words[start : start + size], word, out=differing[:size])
            np.bitwise_count(differing[:size], out=bits[:size])
            # Three words differ in 192 bits at most, for which a byte is enough.
            np.add(total[:size], bits[:size], out=total[:size])
        distances[start : start + size] = total[:size]
    return distances


def _least(distances: NDArray[np.uint16], k: int) -> NDArray[np.intp]:
    """Return the positions of the least distances, at least ``k`` of them."""
    if len(distances) <= k:
        return np.arange(len(distances))
    sample = distances[::SAMPLE_STRIDE]
    place = min(len(sample) - 1, 2 + k // SAMPLE_STRIDE)
    found = np.flatnonzero(distances <= np.partition(sample, place)[place])
    if len(found) >= k:
        return found
    return np.flatnonzero(distances <= np.partition(distances, k - 1)[k - 1])
