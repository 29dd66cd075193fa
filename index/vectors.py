"""Files of rows: vectors and their codes, appended, never changed; mapped when read."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedError
from index.ledger import sync_folder

VECTOR = "<f4"
CODE = "<u8"
# Small blocks are gathered, so that the disk is given this much at once.
BUFFER_BYTES = 4 << 20


class MatrixFile:
    """A file of rows without a header.

    How many of its rows count is not its own knowledge but the ledger's: rows beyond that number
    were written by a writer that did not live to name them.

    Parameters
    ----------
    path : Path
    dimension : int
        Numbers in a row.
    dtype : str
        What they are: float32 for vectors, uint64 for codes; little-endian on any machine.
    """

    def __init__(self, path: Path, dimension: int, dtype: str = VECTOR) -> None:
        self.path = path
        self.dimension = dimension
        self.dtype = np.dtype(dtype)

    @property
    def row_bytes(self) -> int:
        """Bytes in a row."""
        return self.dimension * self.dtype.itemsize

    def map(self, rows: int) -> NDArray[Any]:
        """Map the first ``rows`` rows read-only; shape (rows, dimension).

        Raises
        ------
        DamagedError
            If the file is shorter than that.
        FileNotFoundError
            If a compaction has replaced the file since the ledger was read.
        """
        if not rows:
            return np.empty((0, self.dimension), dtype=self.dtype)
        self._check(rows)
        return np.memmap(self.path, dtype=self.dtype, mode="r", shape=(rows, self.dimension))

    def write(self, at: int, vectors: NDArray[Any]) -> None:
        """Write rows behind the first ``at`` ones, as :meth:`write_blocks` does."""
        self.write_blocks(at, [vectors])

    def write_blocks(self, at: int, blocks: Iterable[NDArray[Any]]) -> None:
        """Write rows behind the first ``at`` ones, and wait until the disk has them.

        What lay beyond ``at`` was never named by the ledger, and goes.

        Parameters
        ----------
        at : int
            Number of rows that count so far.
        blocks : iterable of ndarray, shape (n, dimension)

        Raises
        ------
        DamagedError
            If the file holds fewer than ``at`` rows.
        OSError
            If the disk is full or can't be written.
        """
        with self.path.open("ab"):
            pass
        self._check(at)
        with self.path.open("r+b", buffering=BUFFER_BYTES) as file:
            file.truncate(at * self.row_bytes)
            file.seek(at * self.row_bytes)
            for rows in blocks:
                if rows.ndim != 2 or rows.shape[1] != self.dimension:
                    raise ValueError(f"rows of {self.dimension} numbers expected, got {rows.shape}")
                file.write(np.ascontiguousarray(rows, dtype=self.dtype).data)
            file.flush()
            os.fsync(file.fileno())
        if not at:  # the file may be new
            sync_folder(self.path.parent)

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
