"""The deep look at a ledger: every byte of it that matters, one article at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import ledger
from index.codes import signs
from index.errors import DamagedError
from index.seals import SETTINGS, article_sum, settings_sum
from index.snapshot import code_file

# What must hold between the tables; each row found is a contradiction.
CONTRADICTIONS = {
    "passages without an article": "SELECT 1 FROM passage WHERE article NOT IN "
    "(SELECT number FROM article)",
    "sentences without an article": "SELECT 1 FROM sentence WHERE article NOT IN "
    "(SELECT number FROM article)",
    "words without a passage": "SELECT 1 FROM terms WHERE rowid NOT IN "
    "(SELECT number FROM passage)",
    "checksums without an article": f"SELECT 1 FROM seal WHERE subject != {SETTINGS} "
    "AND subject NOT IN (SELECT number FROM article)",
    "another number of terms than was counted": "SELECT 1 WHERE "
    "(SELECT total(length) FROM passage) != "
    "(SELECT CAST(value AS INTEGER) FROM setting WHERE name = 'terms')",
}


def examine(folder: Path) -> None:
    """Compare all that a folder's ledger says with its checksums.

    Parameters
    ----------
    folder : Path
        Where it can't be written, the index of words is not compared with the words, which SQLite
        does only on a connection that may write.

    Raises
    ------
    DamagedError
        Naming the article, where the damage is in one.
    CorpusError
        If another process writes for so long that the look can't be had.
    """
    path = folder / ledger.LEDGER
    with closing(ledger.connect(folder)) as connection, ledger.damage_named(path):
        connection.text_factory = bytes  # a damaged text may be no UTF-8
        connection.execute("BEGIN")
        _check_pages(connection, path)
        if os.access(folder, os.W_OK):
            _check_words(folder, path)
        _check_whole(connection, path)
        for number, id, source, sealed in connection.execute(
            "SELECT number, id, source, seal.checksum FROM article "
            "LEFT JOIN seal ON subject = number ORDER BY number"
        ):
            if article_sum(connection, number) != sealed:
                raise damaged_article("records", folder, _text(id), _text(source))


def damaged_article(what: str, folder: Path, id: str, source: str) -> DamagedError:
    """Return the error that says what of an article is damaged, and how it is put right."""
    return DamagedError(
        f"the {what} of {id} in {folder} are damaged; run footnote remove {id} and then footnote "
        f"index {source}, or delete the folder {folder} and index your articles again."
    )


def check_codes(
    folder: Path, number: int, matrix: NDArray[np.float32], rows: Sequence[tuple[int, int]]
) -> None:
    """Compare the stored signs of vectors, where there are any, with the vectors.

    Parameters
    ----------
    folder : Path
    number : int
        The matrix file's.
    matrix : ndarray of float32, shape (n_rows, dimension)
    rows : sequence of (first, count)
        Those that count.

    Raises
    ------
    DamagedError
        If they differ, or are too few.
    """
    file = code_file(folder, number, matrix.shape[1])
    if not file.path.exists():
        return  # they are made anew
    remedy = f"{file.path} is damaged; delete this file, it is made anew."
    try:
        codes = file.map(len(matrix))
    except DamagedError as error:
        raise DamagedError(remedy) from error
    for first, count in rows:
        if not np.array_equal(signs(matrix[first : first + count]), codes[first : first + count]):
            raise DamagedError(remedy)


def _check_pages(connection: sqlite3.Connection, path: Path) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != b"ok":
        raise _damaged(path, _text(found).replace("\n", " "))


def _check_words(folder: Path, path: Path) -> None:
    """Let FTS5 compare its index with the words that it was made of."""
    with closing(ledger.connect(folder, write=True)) as connection, ledger.damage_named(path):
        connection.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")


def _check_whole(connection: sqlite3.Connection, path: Path) -> None:
    sealed = connection.execute("SELECT checksum FROM seal WHERE subject = ?", (SETTINGS,))
    if sealed.fetchone() != (settings_sum(connection),):
        raise _damaged(path, "settings other than those that were written")
    for found, query in CONTRADICTIONS.items():
        if connection.execute(f"{query} LIMIT 1").fetchone():
            raise _damaged(path, found)


def _damaged(path: Path, found: str) -> DamagedError:
    return DamagedError(
        f"{path} is damaged ({found}); delete the folder {path.parent} and index your articles "
        "again."
    )


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
