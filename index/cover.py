"""How far passages and their sentences hold a query's words, or words like them: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np
from numpy.typing import NDArray

from index.background import similar
from index.minibert.weights import Floats
from index.spelling import slips

# What a passage's word one slip away from a query word that the corpus lacks counts.
SLIP_SIMILARITY = 0.85
SLIP_LETTERS = 4
# What a word that stands only in the headings above a passage counts, for the passage.
HEADING_SHARE = 0.7
# Stands before every sentence: no word has such a character, and no pair crosses it.
BORDER = "|"
LINE_END = "\n"


@dataclass(frozen=True, slots=True)
class Query:
    """A query's words.

    Parameters
    ----------
    in_order : tuple of str
        Content words as they stand, with repetitions.
    words : tuple of str
        The distinct ones.
    rarity : ndarray of float32, shape (n_words,)
    counts : mapping of str to int
        In how many passages the words stand; those that the corpus lacks are not in it.
    """

    in_order: tuple[str, ...]
    words: tuple[str, ...]
    rarity: Floats
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cover:
    """How far the sentences of some passages hold a query's words.

    Parameters
    ----------
    held : ndarray of float32, shape (n_words, n_sentences)
        How much of each query word each sentence holds, in [0, 1]; the passages' sentences one
        after the other.
    rarity : ndarray of float32, shape (n_words,)
        Sums to 1.
    starts : ndarray of int64, shape (n_passages,)
        Position of each passage's first sentence.
    headings : ndarray of float32, shape (n_words, n_passages)
    pairs : ndarray of float32, shape (n_passages,)
    """

    held: Floats
    rarity: Floats
    starts: NDArray[np.int64]
    headings: Floats
    pairs: Floats

    @property
    def sentences(self) -> Floats:
        """Rarity-weighted share of the query's words that each sentence holds, in [0, 1]."""
        return self.rarity @ self.held

    @property
    def passages(self) -> Floats:
        """The same for each passage; words of the headings above it count in part."""
        own = np.maximum.reduceat(self.held, self.starts, axis=1)
        shares: Floats = self.rarity @ np.maximum(own, HEADING_SHARE * self.headings)
        return shares


def cover(
    query: Query,
    bodies: Sequence[str],
    headings: Sequence[str],
    vectors: Callable[[Sequence[str]], Floats],
) -> Cover:
    """Compare a query's words with those of passages.

    A word counts as another as far as their vectors agree, so that "factory" finds "plant".

    Parameters
    ----------
    query : Query
    bodies : sequence of str
        Words of at least one passage, a line for each of its sentences.
    headings : sequence of str
        Words of the title and the headings above each passage.
    vectors : callable
        Unit vectors of words, shape (n_words, width).
    """
    numbers: dict[str, int] = defaultdict(count(1).__next__, {BORDER: 0})
    places, sentence_starts = _numbered(LINE_END.join(bodies), numbers)
    lengths = np.array([body.count(LINE_END) + 1 for body in bodies])
    starts = np.cumsum(lengths) - lengths
    heading_places, heading_starts = _numbered(LINE_END.join(headings), numbers)
    table = _similarity(query, list(numbers), vectors)
    held = np.maximum.reduceat(table[:, places], sentence_starts, axis=1)
    above = np.maximum.reduceat(table[:, heading_places], heading_starts, axis=1)
    total = float(query.rarity.sum()) or 1.0
    return Cover(
        held=held,
        rarity=query.rarity / np.float32(total),
        starts=starts,
        headings=above,
        pairs=_pairs(query, numbers, places, sentence_starts[starts]) / np.float32(total),
    )


def _numbered(lines: str, numbers: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words of some lines as numbers, a border before each line, and the borders."""
    words = f"{BORDER} {lines.replace(LINE_END, f' {BORDER} ')}".split()
    places = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    return places, np.flatnonzero(places == 0)


def _similarity(
    query: Query, words: list[str], vectors: Callable[[Sequence[str]], Floats]
) -> Floats:
    """Return how much each word counts as each query word, shape (n_query_words, n_words)."""
    table = similar(vectors(query.words), vectors(words))
    table[:, 0] = 0
    position = {word: i for i, word in enumerate(words)}
    for row, word in zip(table, query.words, strict=True):
        if word in position:
            row[position[word]] = 1
        elif word not in query.counts and len(word) >= SLIP_LETTERS and word.isalpha():
            near = [position[slip] for slip in slips(word) if slip in position]
            row[near] = np.maximum(row[near], SLIP_SIMILARITY)
    return table


def _pairs(
    query: Query,
    numbers: dict[str, int],
    places: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> Floats:
    """Return for each passage the rarity of the query's neighbouring words that are so in it."""
    rarity = dict(zip(query.words, query.rarity, strict=True))
    found = np.zeros(len(starts), np.float32)
    for first, second in dict.fromkeys(pairwise(query.in_order)):
        a, b = numbers.get(first, 0), numbers.get(second, 0)
        if a > 0 and b > 0 and a != b:
            at = np.zeros(len(places), bool)
            at[:-1] = (places[:-1] == a) & (places[1:] == b)
            found += np.logical_or.reduceat(at, starts) * min(rarity[first], rarity[second])
    return found
