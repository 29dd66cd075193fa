"""Weights used where they lie in a mapped safetensors file.

A model file must be replaced by renaming, never cut short in place, while a process has it open.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]
Stored: TypeAlias = NDArray[Any]

# numpy has no bfloat16: its bits are kept as uint16, which no other stored weight uses.
_DTYPES: Mapping[str, Any] = {"F32": "<f4", "F16": "<f2", "BF16": "<u2"}


def read_tensors(path: Path) -> dict[str, Stored]:
    """Map the float tensors of a safetensors file into memory, copying nothing.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file.

    Returns
    -------
    dict of str to ndarray
        Read-only views: float32, float16 or, for bfloat16, its bits as uint16. Tensors of other
        types are left out.

    Raises
    ------
    ValueError
        If the file is not a whole safetensors file.
    OSError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            buffer = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start = 8 + int.from_bytes(buffer[:8], "little")
        header = json.loads(buffer[8:start] if start <= len(buffer) else b"")
        header.pop("__metadata__", None)
        if start + max(entry["data_offsets"][1] for entry in header.values()) != len(buffer):
            raise ValueError("its length does not fit its header")
        known = {name: entry for name, entry in header.items() if entry["dtype"] in _DTYPES}
        return {name: _view(buffer, start, entry) for name, entry in known.items()}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ValueError(f"{path}: damaged weights ({error}); copy the file anew") from error


def _view(buffer: mmap.mmap, start: int, entry: Mapping[str, Any]) -> Stored:
    dtype, shape = np.dtype(_DTYPES[entry["dtype"]]), tuple(entry["shape"])
    begin, end = entry["data_offsets"]
    if min(0, begin, *shape) < 0 or end - begin != prod(shape) * dtype.itemsize:
        raise ValueError("a tensor's shape does not fit its place")
    return np.frombuffer(buffer, dtype, prod(shape), start + begin).reshape(shape)


def widened(stored: Stored) -> Floats:
    """Return the float32 values of a tensor from `read_tensors`; a copy only if need be."""
    if stored.dtype == np.uint16:
        return (stored.astype(np.uint32) << 16).view(np.float32)
    return np.require(stored, np.float32, "A")


class StoredRows:
    """Rows of one matrix in a safetensors file, read when asked for.

    Mapped, single rows would bring their neighbours into memory, and many of them the whole matrix.

    Parameters
    ----------
    path : Path
        A ``.safetensors`` file.
    ending : str
        How the matrix's name ends.

    Raises
    ------
    ValueError
        If there is no such matrix, or the file is damaged.
    OSError
        If the file cannot be read.
    """

    def __init__(self, path: Path, ending: str) -> None:
        tensors = read_tensors(path)  # checks the header that is read again below
        name = next((name for name in tensors if name.endswith(ending)), "")
        if not name or tensors[name].ndim != 2:
            raise ValueError(f"{path}: no matrix {ending}; copy the file anew")
        self._dtype = tensors[name].dtype
        self.shape: tuple[int, int] = tensors[name].shape
        self._path = path
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        self._offset = 8 + length + header[name]["data_offsets"][0]

    def read(self, rows: NDArray[np.intp]) -> Floats:
        """Return rows by number, float32, shape (n_rows, width)."""
        distinct, places = np.unique(rows, return_inverse=True)
        found = np.empty((len(distinct), self.shape[1]), self._dtype)
        size = self.shape[1] * self._dtype.itemsize
        # Neighbouring rows are read at once.
        firsts = np.flatnonzero(np.diff(distinct, prepend=-2) > 1).tolist()
        with self._path.open("rb", buffering=0) as file:
            for first, stop in pairwise([*firsts, len(distinct)]):
                file.seek(self._offset + int(distinct[first]) * size)
                file.readinto(found[first:stop].data)
        every: Floats = widened(found)[places]
        return every
