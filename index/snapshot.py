"""One moment of an index: which rows of the matrix belong to which article."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.ledger import settings_of
from index.vectors import MatrixFile


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
    passages, terms : int
        How many the corpus holds.
    """

    generation: int
    matrix: NDArray[np.float32]
    articles: NDArray[np.int64]
    passage_rows: NDArray[np.int64]
    sentence_rows: NDArray[np.int64]
    passages: int
    terms: int

    def place(self, row: int) -> tuple[int, int]:
        """Return the article's number and the ordinal of the passage or sentence in a row."""
        position = int(np.searchsorted(self.articles[:, 1], row, side="right")) - 1
        number, first, passages, _ = (int(x) for x in self.articles[position])
        ordinal = row - first
        return number, ordinal if ordinal < passages else ordinal - passages

    def rows_of(self, article: int) -> tuple[int, int]:
        """Return the first row of an article's passages and the first one of its sentences."""
        position = int(np.flatnonzero(self.articles[:, 0] == article)[0])
        first, passages = int(self.articles[position, 1]), int(self.articles[position, 2])
        return first, first + passages

    @property
    def average_length(self) -> float:
        """Terms in a passage, on average."""
        return self.terms / self.passages if self.passages else 0.0


def generation_of(connection: sqlite3.Connection) -> int:
    """Return the generation that the connection's transaction sees."""
    (value,) = connection.execute("SELECT value FROM setting WHERE name = 'generation'").fetchone()
    return int(value)


def matrix_path(folder: Path, number: int) -> Path:
    """Return the path of the matrix file of this number."""
    return folder / f"vectors-{number}.f32"


def load_snapshot(connection: sqlite3.Connection, folder: Path) -> Snapshot:
    """Read the snapshot that the connection's transaction sees.

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
    file = MatrixFile(matrix_path(folder, int(settings["matrix"])), int(settings["dimension"]))
    return Snapshot(
        generation=int(settings["generation"]),
        matrix=file.map(int(settings["rows"])),
        articles=articles,
        passage_rows=_ranges(first, passages),
        sentence_rows=_ranges(first + passages, sentences),
        passages=int(passages.sum()),
        terms=int(settings["terms"]),
    )


def _ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Concatenate ``range(start, start + length)`` for each pair."""
    total = int(lengths.sum())
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(total, dtype=np.int64)
