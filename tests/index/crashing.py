"""Processes that write to an index and die of it, for tests.

Run as a program, it imports everything once, then forks a process for each request that it reads
from stdin as a line of JSON, and answers with a line of JSON. What a writer does is a plan that
its seed determines: after its n-th step the index is of generation n and holds what the plan says.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import itertools
import json
import os
import platform
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Article, CorpusError, PassageIndex

VOICES = ("plant", "engine", "harbour", "orchard", "signal", "winter")


@dataclass(frozen=True)
class Step:
    """One commit of a plan, and the texts by id that the index holds after it."""

    kind: str
    ids: tuple[str, ...]
    after: dict[str, str]


def plan(seed: int) -> Iterator[Step]:
    """Yield steps without end."""
    draw = random.Random(seed)
    texts: dict[str, str] = {}
    for number in itertools.count(1):
        kind = draw.choice(("add", "change", "remove", "compact")) if len(texts) > 3 else "add"
        texts = dict(texts)
        ids: tuple[str, ...] = ()
        if kind == "add":
            ids = tuple(f"{number}-{n}" for n in range(draw.randint(1, 3)))
        elif kind != "compact":
            ids = tuple(draw.sample(list(texts), draw.randint(1, 2)))
        for id in ids:
            if kind == "remove":
                del texts[id]
            else:
                texts[id] = " ".join(
                    f"The {draw.choice(VOICES)} of {id} said {draw.randint(0, 999)}."
                    for _ in range(draw.randint(1, 30))
                )
        yield Step(kind, ids, texts)


def take(index: PassageIndex, step: Step) -> None:
    """Do what a step says."""
    if step.kind == "compact":
        index.compact()
    elif step.kind == "remove":
        index.remove(step.ids)
    else:
        index.add([Article(id, id, step.after[id]) for id in step.ids])


def quick_encoder() -> Any:
    """Return the encoder of tests/conftest.py."""
    spec = importlib.util.spec_from_file_location(
        "parts", Path(__file__).parents[1] / "conftest.py"
    )
    assert spec
    assert spec.loader
    parts = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(parts)
    return parts.HashEncoder()


# ---- the writer that is killed


def write(
    folder: str, seed: int, first: int, last: int | None, report: Callable[[str], None]
) -> None:
    """Take the steps from ``first`` to ``last`` of a plan, reporting each that is committed."""
    index = PassageIndex(folder, ENCODER)
    for number, step in enumerate(itertools.islice(plan(seed), last), start=1):
        if number >= first:
            take(index, step)
            report(str(number))
    index.close()


def killed_after(request: dict[str, Any]) -> dict[str, Any]:
    """Let a writer write for some seconds, then kill it."""
    pid, pipe = forked(lambda report: write(*request["write"], report))
    time.sleep(request["seconds"])
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return outcome(pipe)


# ---- the writer that is stopped at one of its calls of the system

# Numbers of the x86-64 calls that change something on the disk or make it lasting, and which of
# their arguments names a file: ("fd", 0) by descriptor, ("path", 0) by name.
CALLS = {
    1: ("write", "fd", 0), 18: ("pwrite64", "fd", 0), 20: ("writev", "fd", 0),
    296: ("pwritev", "fd", 0), 26: ("msync", "none", 0), 74: ("fsync", "fd", 0),
    75: ("fdatasync", "fd", 0), 77: ("ftruncate", "fd", 0), 285: ("fallocate", "fd", 0),
    76: ("truncate", "path", 0), 82: ("rename", "path", 1), 264: ("renameat", "path", 3),
    316: ("renameat2", "path", 3), 87: ("unlink", "path", 0), 263: ("unlinkat", "path", 1),
    83: ("mkdir", "path", 0), 258: ("mkdirat", "path", 1), 2: ("open", "path", 0),
    257: ("openat", "path", 1),
}  # fmt: skip
OPENING = {2: 1, 257: 2}
# struct user_regs_struct: the places of rax and orig_rax, and of the six arguments.
RAX, ORIG_RAX, ARGUMENTS, REGISTERS = 10, 15, (14, 13, 12, 7, 9, 8), 27
PTRACE_TRACEME, PTRACE_GETREGS, PTRACE_SETREGS = 0, 12, 13
PTRACE_SYSCALL, PTRACE_SETOPTIONS = 24, 0x4200
TRACESYSGOOD_AND_EXITKILL = 0x100001
LIBC = ctypes.CDLL(None, use_errno=True)


def ptrace(request: int, pid: int, data: Any = None) -> None:
    """Call ptrace(2)."""
    call = LIBC.ptrace
    call.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    call.restype = ctypes.c_long
    if call(request, pid, None, data) == -1:
        raise OSError(ctypes.get_errno(), "ptrace")


def stopped_at(request: dict[str, Any]) -> dict[str, Any]:
    """Kill a writer before its n-th change of the folder, or let that change fail.

    ``request`` holds ``write``, ``at`` (0 only counts), and ``error``: an errno, or 0 to kill.
    """
    at, error = request["at"], request["error"]
    folder = request["write"][0]

    def traced(report: Callable[[str], None]) -> None:
        ptrace(PTRACE_TRACEME, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
        write(*request["write"], report)

    pid, pipe = forked(traced)
    os.waitpid(pid, 0)
    ptrace(PTRACE_SETOPTIONS, pid, TRACESYSGOOD_AND_EXITKILL)
    calls: list[str] = []
    registers = (ctypes.c_ulonglong * REGISTERS)()
    entering, failing, pending = True, False, 0
    while True:
        ptrace(PTRACE_SYSCALL, pid, pending)
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            break
        pending = os.WSTOPSIG(status)
        if pending != signal.SIGTRAP | 0x80:
            continue
        pending = 0
        if entering:
            ptrace(PTRACE_GETREGS, pid, ctypes.addressof(registers))
            call = change_of(pid, registers, folder)
            if call:
                calls.append(call)
                if len(calls) == at and not error:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    break
                elif len(calls) == at:
                    failing = True
                    registers[ORIG_RAX] = ctypes.c_ulonglong(-1).value
                    ptrace(PTRACE_SETREGS, pid, ctypes.addressof(registers))
        elif failing:
            failing = False
            ptrace(PTRACE_GETREGS, pid, ctypes.addressof(registers))
            registers[RAX] = ctypes.c_ulonglong(-error).value
            ptrace(PTRACE_SETREGS, pid, ctypes.addressof(registers))
        entering = not entering
    return {**outcome(pipe), "calls": calls}


def change_of(pid: int, registers: Any, folder: str) -> str | None:
    """Name the call that a process is about to make, if it changes something in the folder."""
    number = registers[ORIG_RAX]
    if number not in CALLS:
        return None
    name, how, argument = CALLS[number]
    value = registers[ARGUMENTS[argument]]
    if number in OPENING and not registers[ARGUMENTS[OPENING[number]]] & os.O_CREAT:
        return None
    if how == "fd":
        path = os.readlink(f"/proc/{pid}/fd/{value}")
    elif how == "path":
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            memory.seek(value)
            path = memory.read(os.pathconf("/", "PC_PATH_MAX")).split(b"\0")[0].decode()
    else:
        path = folder
    return f"{name} {os.path.relpath(path, folder)}" if path.startswith(folder) else None


# ---- readers beside a writer

PAIRED = ("north", "south", "east", "west")


def text_of_turn(id: str, turn: int) -> str:
    """Return what an article says in a turn."""
    return " ".join(f"The plant in the {id} closed in turn {turn}, line {n}." for n in range(25))


def read_along(folder: str, seconds: float, report: Callable[[str], None]) -> None:
    """Search until the time is over; every answer must be of one committed state."""
    index = PassageIndex(folder, ENCODER)
    deadline = time.monotonic() + seconds
    turns = []
    while time.monotonic() < deadline or not turns:
        hits = index.search("Which plant closed in the north?", k=1000)
        found = {hit.passage.article_id for hit in hits}
        (turn,) = {hit.passage.text.split(" turn ")[1].split(",")[0] for hit in hits}
        away = PAIRED[int(turn) % len(PAIRED)]
        assert found in ({*PAIRED}, {*PAIRED} - {away}), (turn, found)
        assert len({hit.among for hit in hits} | {len(hits)}) == 1
        for hit in hits:
            text = text_of_turn(hit.passage.article_id, int(turn))
            assert hit.passage.span.of(text) == hit.passage.text
        turns.append(int(turn))
        with contextlib.suppress(KeyError):  # it may be gone by now
            article = index.article("north")
            assert article.text == text_of_turn("north", int(article.title))
            turns.append(int(article.title))
    assert turns == sorted(turns)
    report(str(len(turns)))
    index.close()


def write_along(folder: str, seconds: float, report: Callable[[str], None]) -> None:
    """Change, remove and compact until the time is over."""
    index = PassageIndex(folder, ENCODER)
    deadline = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < deadline or turn < 2:
        turn += 1
        index.add([Article(id, str(turn), text_of_turn(id, turn)) for id in PAIRED])
        if turn == 1:
            report("0")  # now there is something to read
        index.remove([PAIRED[turn % len(PAIRED)]])
        index.compact()
    report(str(turn))
    index.close()


def along(request: dict[str, Any]) -> dict[str, Any]:
    """Let eight readers read beside a writer; return what each did, the writer first."""
    folder, seconds = request["folder"], request["seconds"]
    writer, pipe = forked(lambda report: write_along(folder, seconds, report))
    os.read(pipe, 2)
    readers = [forked(lambda report: read_along(folder, seconds, report)) for _ in range(8)]
    for pid, _ in [(writer, pipe), *readers]:
        os.waitpid(pid, 0)
    return {"along": [outcome(each) for each in (pipe, *(pipe for _, pipe in readers))]}


# ---- the server


def forked(work: Callable[[Callable[[str], None]], None]) -> tuple[int, int]:
    """Do work in a process of its own; return its id and a pipe with what it reports."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        work(lambda line: void(os.write(writing, f"{line}\n".encode())))
    except CorpusError as error:
        os.write(writing, f"said {type(error).__name__}: {error}\n".encode())
    except BaseException:
        os.write(writing, f"failed {traceback.format_exc()!r}\n".encode())
    else:
        os.write(writing, b"done\n")
    os._exit(0)


def void(_: object) -> None:
    """Return nothing."""


def outcome(pipe: int) -> dict[str, Any]:
    """Read what a process reported: its last number, and how it ended unless it was killed."""
    with os.fdopen(pipe, closefd=True) as file:
        lines = file.read().splitlines()
    numbers = [int(line) for line in lines if line.isdigit()]
    return {
        "reported": numbers[-1] if numbers else None,
        "said": next((line[5:] for line in lines if line.startswith("said ")), None),
        "failed": next((line[7:] for line in lines if line.startswith("failed ")), None),
        "done": "done" in lines,
    }


def can_trace(_: dict[str, Any]) -> dict[str, Any]:
    """Say whether calls of the system can be watched here."""
    if platform.machine() != "x86_64" or not sys.platform.startswith("linux"):
        return {"can": False}

    def traced(report: Callable[[str], None]) -> None:
        ptrace(PTRACE_TRACEME, 0)

    pid, pipe = forked(traced)
    os.waitpid(pid, 0)
    return {"can": outcome(pipe)["done"]}


SERVED = {"killed": killed_after, "stopped": stopped_at, "along": along, "can": can_trace}

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    ENCODER = quick_encoder()
    with tempfile.TemporaryDirectory() as warm:  # what is imported late is imported here
        write(f"{warm}/index", 1, 1, 8, void)
        index = PassageIndex(f"{warm}/index", ENCODER)
        index.search("plant")
        index.verify(deep=True)
        index.close()
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.write(json.dumps(SERVED[request.pop("what")](request)) + "\n")
        sys.stdout.flush()
