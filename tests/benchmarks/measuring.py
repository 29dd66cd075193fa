"""What the benchmarks share: cores, child processes, medians, tables and their heading."""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import gc
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
# Peers are measured without calling home.
OFFLINE = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": ""}
NOT_INSTALLED = "not installed"
MIB = 2**20
# Runs a command, its output thrown away, on one core if that is not -1, and prints its exit status,
# seconds of CPU and of the clock, and KiB at its peak. It is a process of its own, since what a
# parent holds when it forks counts as its child's peak.
LAUNCHER = """
import json, os, sys, time
core, command = int(sys.argv[1]), sys.argv[2:]
if core >= 0:
    os.sched_setaffinity(0, {core})
started = time.perf_counter()
child = os.fork()
if not child:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(command[0], command)
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - started
print(json.dumps([status, used.ru_utime + used.ru_stime, wall, used.ru_maxrss]))
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds of CPU and of the clock, MiB of memory at its peak."""

    cpu: float
    wall: float
    peak: float


def on_one_core() -> None:
    """Start this process again on its last core, with one thread in every library.

    The libraries read their variables when they are imported, which is too late to set them here.
    """
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        os.execve(sys.executable, sys.orig_argv, {**os.environ, **ONE_THREAD, **OFFLINE})


def spent(command: Sequence[str], *, one_core: bool, folder: Path | None = None) -> Spent:
    """Run a command, its output thrown away, and say what the whole process took.

    Raises
    ------
    RuntimeError
        If it fails; its stderr, which is let through, says why.
    """
    environment = {**os.environ, **OFFLINE, **(ONE_THREAD if one_core else {})}
    # Installed packages come compiled; a checkout would be compiled at every start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    cores = max(os.sched_getaffinity(0)) if one_core else -1
    ended = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, str(cores), *command],
        env=environment, cwd=folder, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    status, cpu, wall, peak = json.loads(ended.stdout)
    if status:
        raise RuntimeError(f"{' '.join(command)} failed with status {status}")
    return Spent(cpu, wall, peak * 1024 / MIB)


def installed(package: str) -> bool:
    """Say whether a package can be imported, without importing it."""
    return importlib.util.find_spec(package) is not None


def versions(distributions: Iterable[str]) -> dict[str, str]:
    """Return the version of each distribution, or that it is not installed."""
    found = {}
    for name in distributions:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = NOT_INSTALLED
    return found


def machine() -> str:
    """Name the processor and how many of its cores there are."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores"


def heading(distributions: Iterable[str]) -> dict[str, Any]:
    """Return what a table needs to be understood: machine, versions, date."""
    return {
        "machine": machine(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {"python": platform.python_version(), **versions(distributions)},
    }


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with so many significant digits, without an exponent; "" for None."""
    if value is None:
        return ""
    if abs(value) >= 10 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{float(f'{value:.{digits}g}'):.{max(0, digits - _before_point(value))}f}"


def _before_point(value: float) -> int:
    return len(str(int(abs(value)))) if abs(value) >= 1 else 0


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds."""
    ordered = sorted(seconds)
    return {
        "p50_ms": 1000 * statistics.median(ordered),
        "p95_ms": 1000 * ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))],
    }


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the mean and its 95 % bootstrap interval (1,000 resamples)."""
    picks = np.random.default_rng(0).integers(0, len(values), (1000, len(values)))
    low, high = np.percentile(np.array(values)[picks].mean(axis=1), [2.5, 97.5])
    return float(np.mean(values)), float(low), float(high)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return how many times more theirs is than ours: the median of the interleaved pairs'."""
    return statistics.median(b / a for a, b in zip(ours, theirs, strict=True))


def resident() -> float:
    """Return this process's resident memory that is its own and no file's, in MiB.

    What was freed is given back first, so that one measurement does not pay for the one before.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # it is glibc's
        ctypes.CDLL(None).malloc_trim(0)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def publish(
    title: str, about: Mapping[str, Any], printed: str, figures: Any, path: Path | None
) -> None:
    """Print a table with its heading, and write the figures as JSON if a path is given."""
    named = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    print(f"{title}\n{about['machine']}; {about['date']}; {named}.\n\n{printed}\n")
    if path:
        path.write_text(json.dumps({**about, "figures": figures}, indent=2) + "\n")
