"""One moment of an index: which rows of the matrix belong to which article."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.codes import Codes, signs, words_for
from index.errors import DamagedError
from index.ledger import settings_of
from index.vectors import CODE, MatrixFile

# Of so many passages every vector is compared; of more, those whose signs are near.
EXACT_PASSAGES = 20_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a reader keeps in memory between questions; replaced whole when the index changes.

    Parameters
    ----------
    generation : int
        Grows by one with every commit.
    matrix : ndarray of float32, shape (n_rows, dimension)
        Mapped, read-only; rows of removed articles are in it until the next compaction.
    articles : ndarray of int64, shape (n_articles, 4)
        Number, first row, passages, sentences of each article, in order of first row.
    passage_rows, sentence_rows : ndarray of int64
        The rows that count, ascending.
    passages : int
        How many the corpus holds.
    codes : ndarray of uint64, shape (n_words, n_passages), optional
        Signs of the passages' vectors, in the order of ``passage_rows``; None where there are so
        few that every vector is compared.
    counts : dict of str to int
        In how many passages words stand that were asked for before.
    narrow : bool
        Whether only some of the corpus's articles are searched.
    """

    generation: int
    matrix: NDArray[np.float32]
    articles: NDArray[np.int64]
    passage_rows: NDArray[np.int64]
    sentence_rows: NDArray[np.int64]
    passages: int
    codes: Codes | None
    counts: dict[str, int] = field(default_factory=dict)
    narrow: bool = False

    def narrowed(self, numbers: Sequence[int], exact_passages: int) -> Snapshot:
        """Return the snapshot of some of the articles, given by number.

        ``passages`` and ``counts``, by which words are rare, stay those of the corpus.
        """
        held = np.isin(self.articles[:, 0], np.array(numbers, dtype=np.int64))
        articles = self.articles[held]
        first, passages, sentences = articles[:, 1], articles[:, 2], articles[:, 3]
        rows = _ranges(first, passages)
        codes = None
        if self.codes is not None and len(rows) > exact_passages:
            codes = np.ascontiguousarray(self.codes[:, np.searchsorted(self.passage_rows, rows)])
        return replace(
            self,
            articles=articles,
            passage_rows=rows,
            sentence_rows=_ranges(first + passages, sentences),
            codes=codes,
            narrow=True,
        )

    def places(self, rows: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Return the article's number and the ordinal of the passage or sentence in each row."""
        of = self.articles[np.searchsorted(self.articles[:, 1], rows, side="right") - 1]
        ordinals = rows - of[:, 1]
        ordinals = np.where(ordinals < of[:, 2], ordinals, ordinals - of[:, 2])
        return list(zip(of[:, 0].tolist(), ordinals.tolist(), strict=True))


def generation_of(connection: sqlite3.Connection) -> int:
    """Return the generation that the connection's transaction sees."""
    (value,) = connection.execute("SELECT value FROM setting WHERE name = 'generation'").fetchone()
    return int(value)


def matrix_path(folder: Path, number: int) -> Path:
    """Return the path of the matrix file of this number."""
    return folder / f"vectors-{number}.f32"


def load_snapshot(
    connection: sqlite3.Connection, folder: Path, exact_passages: int = EXACT_PASSAGES
) -> Snapshot:
    """Read the snapshot that the connection's transaction sees.

    Of up to ``exact_passages`` passages every vector is compared.

    Raises
    ------
    DamagedError
        If the matrix file is missing rows.
    FileNotFoundError
        If a compaction has replaced the matrix file meanwhile.
    """
    settings = settings_of(connection)
    rows = connection.execute(
        "SELECT number, first_row, passages, sentences FROM article ORDER BY first_row"
    ).fetchall()
    articles = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    first, passages, sentences = articles[:, 1], articles[:, 2], articles[:, 3]
    passage_rows = _ranges(first, passages)
    number, dimension, count = (int(settings[k]) for k in ("matrix", "dimension", "rows"))
    matrix = MatrixFile(matrix_path(folder, number), dimension).map(count)
    codes = None
    if len(passage_rows) > exact_passages:
        codes = np.ascontiguousarray(_codes(folder, number, matrix)[passage_rows].T)
    return Snapshot(
        generation=int(settings["generation"]),
        matrix=matrix,
        articles=articles,
        passage_rows=passage_rows,
        sentence_rows=_ranges(first + passages, sentences),
        passages=len(passage_rows),
        codes=codes,
    )


def code_file(folder: Path, number: int, dimension: int) -> MatrixFile:
    """Return the file of codes that goes with the matrix file of this number, row by row."""
    return MatrixFile(folder / f"codes-{number}.u64", words_for(dimension), CODE)


def _codes(folder: Path, number: int, matrix: NDArray[np.float32]) -> Codes:
    try:
        return code_file(folder, number, matrix.shape[1]).map(len(matrix))
    except (FileNotFoundError, DamagedError):  # they can be made again, at some cost
        return signs(matrix)


def _ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenate ``range(start, start + length)`` for each pair."""
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(total, dtype=np.int64)
