"""`footnote index --watch`: brings the index up to date whenever files change, and on schedule."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from bot.errors import FootnoteError
from bot.wording import printable
from index import CorpusError, is_address

LOOK_MILLISECONDS = 1_000
UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
LEAST_SECONDS = 60.0
MOST_SECONDS = 30 * 86_400.0


def seconds_of(interval: str) -> float:
    """Read a time between two looks, such as ``15m``.

    Parameters
    ----------
    interval : str
        A number and one of s, m, h and d; from a minute to 30 days.

    Returns
    -------
    float
        In seconds.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)\s*([smhd])", interval.strip().lower())
    if not found:
        raise ValueError(f"{interval!r} is no time; write a number and s, m, h or d, such as 15m")
    seconds = float(found.group(1)) * UNITS[found.group(2)]
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise ValueError(f"{interval!r} is not from a minute to 30 days; write such as 15m or 1h")
    return seconds


def watch_sources(
    sources: Sequence[str],
    index: Path,
    update: Callable[[Sequence[str]], object],
    every: float,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Update now, after each change below the sources, and addresses on schedule, until Ctrl-C.

    Parameters
    ----------
    sources : sequence of str
        Files, folders and addresses; a file is watched by its folder, since editors put new files
        in place of old ones.
    index : Path
        The index folder, whose own changes don't count.
    update : callable
        Told the sources in question; what it raises as a ``CorpusError`` is said, and ends
        nothing.
    every : float
        Seconds from the end of one look at the addresses to the next.
    clock : callable

    Raises
    ------
    FootnoteError
        If there are files or folders, and the package that watches is not installed.
    """
    addresses = [source for source in sources if is_address(source)]
    paths = [source for source in sources if not is_address(source)]
    changes = _changes(paths, index) if paths else _pauses(every)
    update(sources)
    there = {path for path in paths if os.path.lexists(path)}
    due = clock() + every
    click.echo(f"Watching for changes{_said(addresses, every)}; Ctrl-C ends it.", err=True)
    for changed in changes:
        late = bool(addresses) and clock() >= due
        # What is gone is told once, so that it is removed; named again, it would be an error.
        now = {path for path in paths if os.path.lexists(path)}
        watched = [path for path in paths if path in now | there] if changed else []
        wanted = [*watched, *(addresses if late else ())]
        if not wanted:
            continue
        try:
            update(wanted)
            there = now if changed else there
        except CorpusError as error:  # such as another process that writes
            click.echo(printable(str(error)), err=True)
        if late:
            due = clock() + every


def _changes(paths: Sequence[str], index: Path) -> Iterator[bool]:
    """Yield whether something changed, each second, and at once when it does."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise FootnoteError(
            "--watch needs the package watchfiles; install it with: "
            "pip install -c constraints.txt -e '.[watch]'"
        ) from error
    own = os.path.join(os.path.abspath(index), "")

    def watched() -> Iterator[bool]:
        changes = watch(
            *sorted({_folder_of(path) for path in paths}),
            watch_filter=lambda _, path: not path.startswith(own),
            rust_timeout=LOOK_MILLISECONDS,
            yield_on_timeout=True,
        )
        # What changed before the watch began is seen by a second look.
        for number, changed in enumerate(changes):
            yield bool(changed) or not number

    return watched()


def _pauses(every: float) -> Iterator[bool]:
    """Yield that no file changed, a second at most after the other."""
    while True:
        time.sleep(min(every, LOOK_MILLISECONDS / 1_000))
        yield False


def _said(addresses: Sequence[str], every: float) -> str:
    if not addresses:
        return ""
    unit = next(unit for unit in ("d", "h", "m", "s") if every >= UNITS[unit] or unit == "s")
    return f", and at addresses every {every / UNITS[unit]:g}{unit}"


def _folder_of(source: str) -> str:
    return source if os.path.isdir(source) else os.path.dirname(os.path.abspath(source))
