"""What a writer's death, a failing disk or a crowd of readers may never do to an index."""

from __future__ import annotations

import errno
import importlib.util
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import Article, BusyError, CorpusError, PassageIndex
from index.writer import LOCK

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("crashing.py")
SEED = 7
Ask = Callable[..., dict[str, Any]]


def _program() -> Any:
    spec = importlib.util.spec_from_file_location("crashing", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["crashing"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


crashing = _program()


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Yield what has a request served by tests/index/crashing.py."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, str(PROGRAM)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdin
        assert server.stdout
        to_server, from_server = server.stdin, server.stdout

        def ask(what: str, **request: Any) -> dict[str, Any]:
            to_server.write(json.dumps({"what": what, **request}) + "\n")
            to_server.flush()
            answer = json.loads(from_server.readline())
            assert not answer.get("failed"), answer["failed"]
            return dict(answer)

        yield ask
        to_server.close()


@pytest.fixture
def ask_tracer(ask: Ask) -> Ask:
    """Return ``ask`` where the system lets a process be watched, else skip."""
    if not ask("can")["can"]:
        pytest.skip("needs ptrace on x86-64 Linux, to stop a process at one of its system calls")
    return ask


def texts_after(step: int, seed: int = SEED) -> dict[str, str]:
    """Return what a plan says the index holds after so many steps."""
    if not step:
        return {}
    return next(itertools.islice(crashing.plan(seed), step - 1, None)).after


def held(folder: Path, encoder: Any, seed: int = SEED) -> int:
    """Check that an index is whole, of one state of the plan, and answers; return which state."""
    index = PassageIndex(folder, encoder)
    if not index.exists():
        return 0
    index.verify(deep=True)
    step = int(index.settings()["generation"])
    texts = {info.id: index.article(info.id).text for info in index.articles()}
    assert texts == texts_after(step, seed)
    for hit in index.search("What did the harbour say?", k=20):
        assert hit.passage.span.of(texts[hit.passage.article_id]) == hit.passage.text
    index.close()
    return step


def prepared(folder: Path, encoder: Any, kind: str) -> int:
    """Take the plan's steps up to the first of a kind, which is left out; return its number."""
    index = PassageIndex(folder, encoder)
    for number, step in enumerate(crashing.plan(SEED), start=1):
        if step.kind == kind:
            index.close()
            return number
        crashing.take(index, step)
    raise AssertionError


def go_on(folder: Path, encoder: Any, step: int) -> None:
    """Take the next step: what a crash left behind must not stand in its way."""
    index = PassageIndex(folder, encoder)
    crashing.take(index, next(itertools.islice(crashing.plan(SEED), step, None)))
    index.close()
    assert held(folder, encoder) == step + 1


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """Yield a folder in memory where there is one: hundreds of points, each with its waits."""
    memory = Path("/dev/shm")
    usable = os.access(memory, os.W_OK)
    with tempfile.TemporaryDirectory(dir=memory if usable else None) as folder:
        yield Path(folder)


# ---- killed


def kill_at_random(ask: Ask, folder: Path, encoder: Any, kills: int) -> set[str]:
    """Kill a writer at random moments; return the kinds of commits that happened."""
    moment = random.Random(kills)
    step, place, committed = 0, folder / "0", set()
    for kill in range(kills):
        if kill % 10 == 0:
            step, place = 0, folder / str(kill)
        seconds = moment.uniform(0, 0.12)
        told = ask("killed", write=[str(place), kill // 10, step + 1, None], seconds=seconds)
        last = step if told["reported"] is None else told["reported"]
        now = held(place, encoder, kill // 10)
        assert now in (last, last + 1)
        committed |= {s.kind for s in itertools.islice(crashing.plan(kill // 10), step, now)}
        step = now
    return committed


def test_writer_killed_at_random_moments_leaves_a_committed_state(
    ask: Ask, tmp_path: Path, hash_encoder: Any
) -> None:
    assert kill_at_random(ask, tmp_path, hash_encoder, 40) >= {"add", "change", "remove"}


@pytest.mark.slow
def test_writer_killed_hundreds_of_times_leaves_a_committed_state(
    ask: Ask, tmp_path: Path, hash_encoder: Any
) -> None:
    assert len(kill_at_random(ask, tmp_path, hash_encoder, 300)) == 4


CREATION = "creation"
KINDS = (CREATION, "add", "change", "remove", "compact")


@pytest.fixture
def stop(ask_tracer: Ask, quick_folder: Path, hash_encoder: Any) -> Callable[..., Any]:
    """Return what runs one step of a kind, stopped at its n-th change of the disk."""
    numbers: dict[str, int] = {CREATION: 1}
    copy = quick_folder / "copy"

    def stop(kind: str, at: int, error: int = 0) -> tuple[dict[str, Any], int, Path]:
        base = quick_folder / kind
        if kind == "add" and kind not in numbers:
            index = PassageIndex(base, hash_encoder)
            crashing.take(index, next(crashing.plan(SEED)))
            index.close()
            numbers[kind] = 2
        elif kind not in numbers:
            numbers[kind] = prepared(base, hash_encoder, kind)
        shutil.rmtree(copy, ignore_errors=True)
        if kind != CREATION:
            shutil.copytree(base, copy)
        number = numbers[kind]
        writing = [str(copy), SEED, number, number]
        return ask_tracer("stopped", write=writing, at=at, error=error), number, copy

    return stop


def kill_at_every(stop: Callable[..., Any], kind: str, encoder: Any, stride: int) -> list[int]:
    """Kill a writer before every ``stride``-th of its changes; return what states were left."""
    states = []
    for at in itertools.count(1, stride):
        told, number, folder = stop(kind, at)
        now = held(folder, encoder)
        if told["done"]:
            assert now == number
            break
        assert now in (number, number - 1)
        assert told["reported"] is None or now == number
        states.append(now - number + 1)
        go_on(folder, encoder, now)
    assert len(states) == -(-len(told["calls"]) // stride)
    assert states == sorted(states)
    return states


@pytest.mark.parametrize("kind", KINDS)
def test_writer_killed_before_a_change_of_the_disk_leaves_a_committed_state(
    kind: str, stop: Callable[..., Any], hash_encoder: Any
) -> None:
    assert kill_at_every(stop, kind, hash_encoder, 8)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_writer_killed_before_any_change_of_the_disk_leaves_a_committed_state(
    kind: str, stop: Callable[..., Any], hash_encoder: Any
) -> None:
    states = kill_at_every(stop, kind, hash_encoder, 1)
    assert len(states) > 20
    assert {*states} == {0, 1}


def fail_at_every(
    stop: Callable[..., Any], kind: str, error: int, encoder: Any, stride: int
) -> int:
    """Let every ``stride``-th change of the disk fail; return how often the writer refused."""
    refused = 0
    for at in itertools.count(1, stride):
        told, number, folder = stop(kind, at, error)
        now = held(folder, encoder)
        if len(told["calls"]) < at:
            return refused
        if told["said"]:
            refused += 1
            assert "\n" not in told["said"]
            assert "free the disk or its permissions" in told["said"]
            # The cleaning up behind a compaction may fail when all else is done.
            assert now == number - 1 or told["calls"][at - 1].startswith("unlink")
        else:
            assert told["done"]
            assert now == number
        go_on(folder, encoder, now)
    raise AssertionError


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("kind", KINDS)
def test_change_of_the_disk_that_fails_is_a_sentence_and_leaves_a_committed_state(
    kind: str, error: int, stop: Callable[..., Any], hash_encoder: Any
) -> None:
    assert fail_at_every(stop, kind, error, hash_encoder, 11) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("kind", KINDS)
def test_any_change_of_the_disk_that_fails_is_a_sentence_and_leaves_a_committed_state(
    kind: str, error: int, stop: Callable[..., Any], hash_encoder: Any
) -> None:
    assert fail_at_every(stop, kind, error, hash_encoder, 1) >= 15


def test_commit_whose_wait_for_the_disk_fails_stays_undone(
    stop: Callable[..., Any], hash_encoder: Any
) -> None:
    calls, number, _ = stop("remove", 0)
    wait = len(calls["calls"]) - calls["calls"][::-1].index("pwrite64 footnote.sqlite-wal") + 1
    told, _, folder = stop("remove", wait, errno.EIO)
    assert told["calls"][wait - 1] == "fdatasync footnote.sqlite-wal"
    assert "free the disk" in told["said"]
    assert held(folder, hash_encoder) == number - 1


def test_rows_and_names_are_on_the_disk_before_the_commit_that_names_them(
    stop: Callable[..., Any],
) -> None:
    calls = stop(CREATION, 0)[0]["calls"]
    assert calls.index("rename footnote.sqlite") < calls.index("fsync .")
    for kind, matrix in ((CREATION, "1"), ("compact", "2")):
        calls = stop(kind, 0)[0]["calls"]
        commit = max(i for i, c in enumerate(calls) if c == "pwrite64 footnote.sqlite-wal")
        written = calls.index(f"write vectors-{matrix}.f32")
        synced = calls.index(f"fsync vectors-{matrix}.f32")
        assert written < synced < calls.index("fsync .", synced) < commit
        assert calls.count(f"fsync vectors-{matrix}.f32") == 1
        assert "fdatasync footnote.sqlite-wal" in calls[commit:]


# ---- disks


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Yield what mounts a small disk with some options; called again, with others."""
    place = tmp_path / "disk"
    place.mkdir()
    there = False

    def mount(options: str) -> Path:
        nonlocal there
        command = ["mount", "-t", "tmpfs", "-o", ("remount," if there else "") + options]
        try:
            done = subprocess.run([*command, "footnote-test", str(place)], capture_output=True)
        except OSError:
            pytest.skip("needs the mount command")
        if done.returncode:
            pytest.skip("needs the right to mount a disk")
        there = True
        return place

    yield mount
    if there:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_small_disk_that_fills_up_is_a_sentence_and_keeps_what_it_has(
    mounted: Callable[[str], Path], hash_encoder: Any
) -> None:
    index = PassageIndex(mounted("size=600k") / "index", hash_encoder)
    text = texts_after(1).popitem()[1]
    stored = []

    def fill() -> None:
        for number in itertools.count():
            index.add([Article(str(number), "Title", text)])
            stored.append(str(number))

    with pytest.raises(CorpusError, match="free the disk or its permissions"):
        fill()
    assert [info.id for info in index.articles()] == stored
    assert len(stored) > 2
    assert index.verify(deep=True) >= len(stored)
    assert index.search("plant", k=1)
    index.close()
    mounted("size=5m")
    index = PassageIndex(index.folder, hash_encoder)
    assert [info.id for info in index.articles()] == stored
    index.add([Article("last", "Title", text)])
    assert index.verify(deep=True)
    index.close()


def test_disk_that_may_only_be_read_is_read_and_not_written(
    mounted: Callable[[str], Path], hash_encoder: Any
) -> None:
    folder = mounted("size=5m") / "index"
    step = prepared(folder, hash_encoder, "remove") - 1
    mounted("ro")
    assert held(folder, hash_encoder) == step
    index = PassageIndex(folder, hash_encoder)
    with pytest.raises(CorpusError, match=r"can't be written \(read-only file system\); free"):
        index.compact()
    index.close()
    mounted("rw")
    go_on(folder, hash_encoder, step)


# ---- crowds


def read_and_write(ask: Ask, folder: Path, seconds: float) -> tuple[int, list[int]]:
    """Let eight readers search beside a writer; return how many turns and searches there were."""
    writer, *readers = ask("along", folder=str(folder), seconds=seconds)["along"]
    for each in (writer, *readers):
        assert each["done"], each["said"] or each["failed"]
    return writer["reported"], [each["reported"] for each in readers]


def test_eight_readers_see_whole_states_while_a_writer_writes(ask: Ask, tmp_path: Path) -> None:
    turns, searches = read_and_write(ask, tmp_path / "index", 5)
    assert turns >= 2
    assert len(searches) == 8
    assert all(searches)


@pytest.mark.slow
def test_eight_readers_see_whole_states_for_a_minute(ask: Ask, tmp_path: Path) -> None:
    turns, searches = read_and_write(ask, tmp_path / "index", 60)
    assert turns >= 20
    assert min(searches) >= 20


def test_lock_of_a_killed_writer_is_free_and_that_of_a_living_one_is_not(
    ask: Ask, tmp_path: Path, hash_encoder: Any
) -> None:
    ask("killed", write=[str(tmp_path), SEED, 1, None], seconds=0.1)
    assert (tmp_path / LOCK).exists()
    step = held(tmp_path, hash_encoder)
    index = PassageIndex(tmp_path, hash_encoder)
    with index.writing(), pytest.raises(BusyError, match="another footnote is writing"):
        go_on(tmp_path, hash_encoder, step)
    go_on(tmp_path, hash_encoder, step)
    index.close()
