"""The matrix file."""

from pathlib import Path

import numpy as np
import pytest

from index import DamagedError
from index.vectors import MatrixFile, checksum_of

ROWS = np.arange(12, dtype=np.float32).reshape(4, 3)


def test_rows_come_back_as_written(tmp_path: Path) -> None:
    file = MatrixFile(tmp_path / "m.f32", 3)
    file.write(0, ROWS[:1])
    file.write(1, ROWS[1:])
    assert np.array_equal(file.map(4), ROWS)
    assert np.array_equal(file.map(2), ROWS[:2])
    assert (tmp_path / "m.f32").stat().st_size == 4 * 3 * 4


def test_mapped_rows_can_not_be_changed(tmp_path: Path) -> None:
    file = MatrixFile(tmp_path / "m.f32", 3)
    file.write(0, ROWS)
    with pytest.raises(ValueError, match="read-only"):
        file.map(4)[0, 0] = 1


def test_tail_that_nobody_named_is_written_over(tmp_path: Path) -> None:
    file = MatrixFile(tmp_path / "m.f32", 3)
    file.write(0, ROWS)
    with file.path.open("ab") as raw:
        raw.write(b"half a row")
    file.write(2, ROWS[:1])
    assert np.array_equal(file.map(3), ROWS[[0, 1, 0]])
    assert file.path.stat().st_size == 3 * 12


def test_no_rows_need_no_file(tmp_path: Path) -> None:
    assert MatrixFile(tmp_path / "m.f32", 3).map(0).shape == (0, 3)


def test_file_short_of_rows_is_damaged_for_reading_and_for_writing(tmp_path: Path) -> None:
    file = MatrixFile(tmp_path / "m.f32", 3)
    file.write(0, ROWS[:2])
    with pytest.raises(DamagedError, match="24 bytes, where the index counts on 36"):
        file.map(3)
    with pytest.raises(DamagedError, match="index your articles again"):
        file.write(3, ROWS)
    assert np.array_equal(file.map(2), ROWS[:2])


def test_missing_file_is_told_apart_from_a_damaged_one(tmp_path: Path) -> None:
    file = MatrixFile(tmp_path / "m.f32", 3)
    with pytest.raises(FileNotFoundError):
        file.map(1)
    assert "is gone" in str(file.lost())


@pytest.mark.parametrize("shape", [(2, 4), (3,)])
def test_rows_of_another_length_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="rows of 3 numbers"):
        MatrixFile(tmp_path / "m.f32", 3).write(0, np.zeros(shape, dtype=np.float32))


def test_checksum_changes_with_a_single_bit() -> None:
    other = ROWS.copy()
    other.view(np.uint32)[2, 1] ^= 1
    assert checksum_of(ROWS) == checksum_of(ROWS.copy(order="F"))
    assert checksum_of(ROWS) != checksum_of(other)
