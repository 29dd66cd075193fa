"""The matrix file: rows of float32, appended, never changed; mapped when read."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedError

FLOAT_BYTES = 4


class MatrixFile:
    """A file of float32 rows, unit length each, without a header.

    How many of its rows count is not its own knowledge but the ledger's: rows beyond that number
    were written by a writer that did not live to name them.

    Parameters
    ----------
    path : Path
    dimension : int
        Numbers in a row.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self.path = path
        self.dimension = dimension

    @property
    def row_bytes(self) -> int:
        """Bytes in a row."""
        return self.dimension * FLOAT_BYTES

    def map(self, rows: int) -> NDArray[np.float32]:
        """Map the first ``rows`` rows read-only; shape (rows, dimension).

        Raises
        ------
        DamagedError
            If the file is shorter than that.
        FileNotFoundError
            If a compaction has replaced the file since the ledger was read.
        """
        if not rows:
            return np.empty((0, self.dimension), dtype=np.float32)
        self._check(rows)
        return np.memmap(self.path, dtype="<f4", mode="r", shape=(rows, self.dimension))

    def write(self, at: int, vectors: NDArray[np.float32]) -> None:
        """Write rows behind the first ``at`` ones, and wait until the disk has them.

        What lay beyond ``at`` was never named by the ledger, and goes.

        Parameters
        ----------
        at : int
            Number of rows that count so far.
        vectors : ndarray of float32, shape (n, dimension)

        Raises
        ------
        DamagedError
            If the file holds fewer than ``at`` rows.
        OSError
            If the disk is full or can't be written.
        """
        if vectors.ndim != 2 or vectors.shape[1] != self.dimension:
            raise ValueError(f"rows of {self.dimension} numbers expected, got {vectors.shape}")
        with self.path.open("ab"):
            pass
        self._check(at)
        with self.path.open("r+b") as file:
            file.truncate(at * self.row_bytes)
            file.seek(at * self.row_bytes)
            file.write(np.ascontiguousarray(vectors, dtype="<f4").data)
            file.flush()
            os.fsync(file.fileno())

    def lost(self) -> DamagedError:
        """Return the error that says that the file is not there, though it should be."""
        return DamagedError(
            f"{self.path} is gone; delete the folder {self.path.parent} and index your articles "
            "again."
        )

    def _check(self, rows: int) -> None:
        size = self.path.stat().st_size
        if size < rows * self.row_bytes:
            raise DamagedError(
                f"{self.path} is damaged: {size} bytes, where the index counts on "
                f"{rows * self.row_bytes}; delete the folder {self.path.parent} and index your "
                "articles again."
            )


def checksum_of(vectors: NDArray[np.float32]) -> int:
    """CRC-32 of rows as they stand in the matrix file."""
    return zlib.crc32(np.ascontiguousarray(vectors, dtype="<f4").data.cast("B"))
