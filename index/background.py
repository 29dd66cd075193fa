"""What words are like outside the corpus, read off the bundled model: how rare, and how similar."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.minibert.weights import Floats, StoredRows
from index.models import DEFAULT_MODEL, WEIGHTS, model_folder

# A word at rank r of the vocabulary, which is roughly in order of frequency, is taken to be in
# min(MOST, HALF / (r + HALF)) of everyday passages; a word that is not in it has rank UNKNOWN.
HALF_RANK = 20
MOST = 0.9
UNKNOWN_RANK = 40_000
WORDS_OF_A_LETTER = "ai0123456789"
# So many neighbouring rows of every so many make the mean: enough for it.
MEAN_ROWS, MEAN_STRIDE = 32, 1024
# So many words are made at once: what is made of them stays small.
WORDS_AT_ONCE = 512
REMEMBERED_WORDS = 20_000
# WordPiece (Wu et al. 2016, arXiv:1609.08144): the mark of a piece inside a word, and the longest
# word that is split at all.
MIDDLE = "##"
MAX_LETTERS = 100
# Cosines of word vectors up to this one say nothing.
SIMILAR_FROM = np.float32(0.2)


class Background:
    """Rarity and similarity of English words.

    Parameters
    ----------
    vocabulary : sequence of str
        Word pieces, the most frequent first.
    embeddings : StoredRows, shape (n_pieces, width)
        One row for each word piece.
    """

    def __init__(self, vocabulary: Sequence[str], embeddings: StoredRows) -> None:
        words = [word for word in vocabulary if _is_whole(word)]
        self.rank = dict(zip(words, range(1, len(words) + 1), strict=True))
        self._pieces = dict(zip(vocabulary, range(len(vocabulary)), strict=True))
        first = self._pieces.get("the", 0)
        sample = [
            row
            for start in range(first, len(vocabulary), MEAN_STRIDE)
            for row in range(start, min(start + MEAN_ROWS, len(vocabulary)))
        ]
        self._mean = embeddings.read(np.array(sample)).mean(axis=0)
        self._embeddings = embeddings
        self._known: dict[str, int] = {}  # rows of `_rows`
        # What is not yet written of it takes no memory.
        self._rows = np.empty((REMEMBERED_WORDS, embeddings.shape[1]), np.float32)
        self._lock = threading.Lock()

    def share(self, word: str) -> float:
        """Return the share of everyday passages that hold a word, by its rank, in (0, 0.9]."""
        rank = self.rank.get(word, UNKNOWN_RANK)
        return min(MOST, HALF_RANK / (rank + HALF_RANK))

    def vectors(self, words: Sequence[str]) -> Floats:
        """Return unit vectors of words: the mean of their pieces', less the vocabulary's mean.

        Parameters
        ----------
        words : sequence of str

        Returns
        -------
        ndarray of float32, shape (n_words, width)
        """
        with self._lock:
            new = [word for word in dict.fromkeys(words) if word not in self._known]
            if len(self._known) + len(new) > len(self._rows):
                self._known.clear()
                new = list(dict.fromkeys(words))
            if len(new) > len(self._rows):  # words beyond counting: a page pasted from elsewhere
                return self._made(list(words))
            for start in range(0, len(new), WORDS_AT_ONCE):
                self._remember(new[start : start + WORDS_AT_ONCE])
            vectors: Floats = self._rows[[self._known[word] for word in words]]
            return vectors

    def _remember(self, words: list[str]) -> None:
        first = len(self._known)
        self._rows[first : first + len(words)] = self._made(words)
        self._known.update(zip(words, range(first, first + len(words)), strict=True))

    def _made(self, words: list[str]) -> Floats:
        pieces = [self._split(word) for word in words]
        lengths = np.array([len(ids) for ids in pieces])
        rows = np.zeros((len(words), self._embeddings.shape[1]), np.float32)
        held = lengths > 0
        if held.any():
            ids = np.fromiter((i for row in pieces for i in row), np.int64)
            starts = (np.cumsum(lengths) - lengths)[held]
            rows[held] = np.add.reduceat(self._embeddings.read(ids), starts, axis=0)
            rows[held] /= lengths[held, None]
            rows[held] -= self._mean
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))
        return rows

    def _split(self, word: str) -> list[int]:
        """Return a word's pieces, the longest first from the left; none if it can't be split.

        Loading the model's tokenizer a second time would take longer than a whole search.
        """
        rows: list[int] = []
        start = 0
        while start < len(word) <= MAX_LETTERS:
            stops = range(len(word), start, -1)
            mark = MIDDLE if start else ""
            stop = next((stop for stop in stops if mark + word[start:stop] in self._pieces), None)
            if stop is None:
                return []
            rows.append(self._pieces[mark + word[start:stop]])
            start = stop
        return rows


def _is_whole(piece: str) -> bool:
    return piece.isalnum() and piece.isascii() and (len(piece) > 1 or piece in WORDS_OF_A_LETTER)


def load_background(folder: Path | None = None) -> Background:
    """Read the background off the bundled model, whatever model an index was made with.

    Parameters
    ----------
    folder : Path, optional
        Of another WordPiece model.
    """
    folder = folder or model_folder(DEFAULT_MODEL)
    embeddings = StoredRows(folder / WEIGHTS, "word_embeddings.weight")
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return Background(vocabulary, embeddings)


def similar(words: Floats, others: Floats) -> NDArray[np.float32]:
    """Return how much each other word counts as each of the words.

    Parameters
    ----------
    words, others : ndarray of float32, shape (n, width), (m, width)
        Unit vectors.

    Returns
    -------
    ndarray of float32, shape (n, m), in [0, 1]
        0 up to a cosine of 0.2, from there linear up to 1.
    """
    shares: Floats = (words @ others.T - SIMILAR_FROM) / (1 - SIMILAR_FROM)
    return np.clip(shares, 0, 1, out=shares)
