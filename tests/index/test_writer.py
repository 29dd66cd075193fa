"""Writing: locks, room, crashes and full disks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import (
    Article,
    BusyError,
    CorpusError,
    DamagedError,
    MismatchError,
    PassageIndex,
)
from index.writer import LOCK

ROOT = Path(__file__).parents[2]
# For processes of their own: an index with the quick encoder, from the test's folder.
OPEN = """
import importlib.util, os, sys
spec = importlib.util.spec_from_file_location("parts", "tests/conftest.py")
parts = importlib.util.module_from_spec(spec)
spec.loader.exec_module(parts)
from index import *
index = PassageIndex(sys.argv[1], parts.HashEncoder())
"""


def python(program: str, folder: Path) -> subprocess.Popen[str]:
    """Start a program that finds ``index`` opened on a folder."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + program, str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_second_writer_is_told_to_wait_and_leaves_the_first_alone(
    tmp_path: Path, hash_encoder: Any
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    with index.writing() as writer:
        with pytest.raises(BusyError, match="try again when it has finished"):
            PassageIndex(tmp_path, hash_encoder).add([Article("b", "B", "Two.")])
        writer.remove([])
    index.add([Article("a", "A", "One.")])
    assert [info.id for info in index.articles()] == ["a"]
    index.close()


def test_other_process_is_told_to_wait(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    with index.writing():
        other = python("index.add([Article('b', 'B', 'Two.')])", tmp_path)
        _, said = other.communicate(timeout=60)
    assert "BusyError" in said
    index.close()


def test_of_two_that_find_no_index_one_makes_it_and_nothing_is_lost(
    tmp_path: Path, make_encoder: Any
) -> None:
    class Overtaken(make_encoder):  # type: ignore[misc]
        """While this model is loaded, another writer makes the index."""

        @property
        def digest(self) -> str:
            other = PassageIndex(tmp_path, make_encoder())
            other.add([Article("a", "A", "One.")])
            other.close()
            return "0" * 64

        @digest.setter
        def digest(self, value: str) -> None:
            pass

    index = PassageIndex(tmp_path, Overtaken())
    index.add([Article("b", "B", "Two.")])
    assert [info.id for info in index.articles()] == ["a", "b"]
    assert index.verify() == 2
    index.close()


def test_writer_killed_before_its_commit_leaves_everything_as_it_was(
    tmp_path: Path, hash_encoder: Any
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    killed = python(
        "from index import ledger, writer\n"
        "with index.writing() as w:\n"
        "    w._advance = lambda **_: os.kill(os.getpid(), 9)\n"
        "    w.put([writer.Entry(Article('b', 'B', 'Two. Three.'))])\n",
        tmp_path,
    )
    killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL
    # Its rows are in the file, unnamed: 2 rows of a, 3 of b, 8 numbers each.
    matrix = tmp_path / "vectors-1.f32"
    assert matrix.stat().st_size == 5 * 8 * 4
    assert [info.id for info in index.articles()] == ["a"]
    assert index.verify() == 1
    index.add([Article("c", "C", "Four.")])
    assert matrix.stat().st_size == 4 * 8 * 4
    assert [info.id for info in index.articles()] == ["a", "c"]
    assert index.verify() == 2
    index.close()


def test_full_disk_is_an_error_and_what_was_stored_stays(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    full = python(
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "for size in (1_500, 20_000):\n"
        "    text = ' '.join(f'Sentence number {n}.' for n in range(size))\n"
        "    try:\n"
        "        index.add([Article('b', 'B', text)])\n"
        "    except CorpusError as error:\n"
        "        print(error)\n",
        tmp_path,
    )
    said, failed = full.communicate(timeout=60)
    assert full.returncode == 0, failed
    assert said.count("free the disk or its permissions") == 2
    assert [info.id for info in index.articles()] == ["a"]
    assert index.verify() == 1
    index.close()


def test_compaction_on_a_full_disk_changes_nothing(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", " ".join(f"Sentence number {n}." for n in range(300)))])
    full = python(
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))\n"
        "try:\n"
        "    index.compact()\n"
        "except CorpusError as error:\n"
        "    print(error)\n",
        tmp_path,
    )
    said, failed = full.communicate(timeout=60)
    assert "can't be written" in said, failed
    passages = index.verify()
    index.compact()
    assert index.verify() == passages
    assert [path.name for path in tmp_path.glob("vectors-*")] == ["vectors-2.f32"]
    index.close()


def test_folder_that_can_not_be_written_can_be_read(
    open_folder: Path, as_nobody: Callable[..., str], hash_encoder: Any
) -> None:
    index = PassageIndex(open_folder / "index", hash_encoder)
    index.add([Article("a", "A", "One.")])
    index.close()
    said = as_nobody(
        "i = index.PassageIndex(sys.argv[1], Encoder())\n"
        "print(i.article('a').text, i.verify())\n"
        "for work in (lambda: i.add([index.Article('b', 'B', 'Two.')]), lambda: i.remove(['a']),\n"
        "             i.compact):\n"
        "    try:\n"
        "        work()\n"
        "    except index.CorpusError as error:\n"
        "        print(error)\n",
        open_folder / "index",
    ).splitlines()
    assert said[0] == "One. 1"
    assert len(said) == 4
    assert all("can't be written (permission denied)" in line for line in said[1:])


def test_folder_that_may_not_be_entered_is_an_error(
    open_folder: Path, as_nobody: Callable[..., str], hash_encoder: Any
) -> None:
    index = PassageIndex(open_folder / "index", hash_encoder)
    index.add([Article("a", "A", "One.")])
    index.close()
    (open_folder / "index").chmod(0)
    said = as_nobody(
        "i = index.PassageIndex(sys.argv[1], Encoder())\n"
        "for work in (i.articles, i.compact):\n"
        "    try:\n"
        "        work()\n"
        "    except index.CorpusError as error:\n"
        "        print(error)\n",
        open_folder / "index",
    )
    assert "can't be opened (permission denied)" in said
    assert "can't be written (permission denied)" in said


def test_index_under_a_file_is_an_error(tmp_path: Path, hash_encoder: Any) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="can't be written"):
        PassageIndex(tmp_path / "file" / "index", hash_encoder).add([Article("a", "A", "One.")])


def test_compaction_keeps_vectors_and_gives_back_room(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add(
        [Article(id, id, f"The plant in {id}. It closed.") for id in ("north", "south", "west")]
    )
    index.add([Article("north", "north", "The plant in north. It grew.")])
    index.remove(["south"])
    before = index.search("plant", k=9)
    index.compact()
    index.compact()
    assert index.search("plant", k=9) == before
    # Two articles of one passage and two sentences.
    assert (tmp_path / "vectors-3.f32").stat().st_size == 6 * 8 * 4
    assert sorted(path.name for path in tmp_path.glob("vectors-*")) == ["vectors-3.f32"]
    index.close()


def test_matrix_left_by_a_compaction_that_died_is_swept_by_the_next(
    tmp_path: Path, hash_encoder: Any
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    (tmp_path / "vectors-0.f32").write_bytes(b"old")
    (tmp_path / "vectors-2.f32").write_bytes(b"half written")
    index.compact()
    assert sorted(path.name for path in tmp_path.glob("vectors-*")) == ["vectors-2.f32"]
    assert index.verify() == 1
    index.close()


def test_compaction_of_a_lost_matrix_is_damage(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    (tmp_path / "vectors-1.f32").unlink()
    with pytest.raises(DamagedError, match=r"vectors-1\.f32 is gone"):
        index.compact()
    with pytest.raises(DamagedError, match=r"vectors-1\.f32 is damaged: 0 bytes"):
        index.add([Article("b", "B", "Two.")])
    index.close()


def test_model_with_other_weights_may_not_write(
    tmp_path: Path, hash_encoder: Any, make_encoder: Any
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    index.close()
    other = PassageIndex(tmp_path, make_encoder(digest="1" * 64))
    with pytest.raises(MismatchError, match="other weights of hash"):
        other.add([Article("b", "B", "Two.")])
    with pytest.raises(MismatchError, match="other weights of hash"):
        other.check_model()
    other.remove(["a"])
    other.close()


@pytest.mark.parametrize(
    ("article", "said"),
    [
        (Article("a", "A", " \n "), "no text"),
        (Article("a", "A", "One. \0 Two."), "NUL"),
        (Article("a", "A", "half \ud83d"), "surrogates"),
        (Article("half \ud83d", "A", "One."), "surrogates"),
    ],
)
def test_article_that_can_not_be_stored_is_refused_and_nothing_changes(
    tmp_path: Path, hash_encoder: Any, article: Article, said: str
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("z", "Z", "One.")])
    with pytest.raises(ValueError, match=said):
        index.add([Article("b", "B", "Two."), article])
    assert [info.id for info in index.articles()] == ["z"]
    index.close()


def test_encoder_that_fails_changes_nothing_and_frees_the_lock(
    tmp_path: Path, hash_encoder: Any, make_encoder: Any
) -> None:
    class Failing(make_encoder):  # type: ignore[misc]
        """Fails at its work, as a model short of memory does."""

        def encode(self, texts: Any, advance: Any = None) -> np.ndarray:
            raise MemoryError

    index = PassageIndex(tmp_path, Failing())
    with pytest.raises(MemoryError):
        index.add([Article("a", "A", "One.")])
    assert index.articles() == []
    index.close()
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    assert index.verify() == 1
    index.close()


def test_equal_texts_are_embedded_once_and_progress_ends_at_one(
    tmp_path: Path, hash_encoder: Any
) -> None:
    shares: list[float] = []
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.\n\nOne."), Article("b", "B", "One. Two.")], shares.append)
    assert sorted(hash_encoder.encoded) == ["One.", "One. Two.", "Two."]
    assert shares == pytest.approx([1 / 3, 2 / 3, 1])
    index.close()


def test_lock_file_may_stay_behind(tmp_path: Path, hash_encoder: Any) -> None:
    (tmp_path / LOCK).touch()
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    assert os.path.exists(tmp_path / LOCK)
    index.close()


def test_thousand_articles_are_stored_in_seconds(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    begun = time.process_time()
    index.add([Article(f"a{n}", "A", "The plant closed.") for n in range(1_000)])
    assert time.process_time() - begun < 10
    assert len(index.articles()) == 1_000
    index.close()
