"""`footnote index`: runs an update, shows how far it is, and says what it did."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from bot.bootstrap import open_index
from bot.config import Settings
from bot.contracts import json_bytes
from bot.wording import printable
from index import Fetching, Progress, Skipped, UpdateReport, is_address, update, upgrade

NAMED = 20
# The exit status of what Ctrl-C ended.
INTERRUPTED = 130
EVERY_SECONDS = 3_600.0
OTHER_KIND = "is of a kind that is not read"


def run_index(
    settings: Settings,
    sources: Sequence[str],
    *,
    prune: bool,
    model: str | None,
    as_json: bool,
    collection: str | None = None,
    strict: bool = False,
    watch: bool = False,
    every: float = EVERY_SECONDS,
) -> bool:
    """Update the index once, or with ``watch`` after each change, too; what vanished goes then.

    Addresses are looked at again every so many seconds.

    Returns
    -------
    bool
        As :func:`run_update`; False when watching.
    """
    run = partial(
        run_update,
        settings,
        prune=prune or watch,
        model=model,
        as_json=as_json,
        collection=collection,
        strict=strict,
    )
    if not watch:
        return run(sources)
    from bot.watching import watch_sources

    watch_sources(sources, Path(settings.index), run, every)
    return False


def run_update(
    settings: Settings,
    sources: Sequence[str],
    *,
    prune: bool,
    model: str | None,
    as_json: bool,
    collection: str | None = None,
    strict: bool = False,
) -> bool:
    """Update the index and print what was done.

    Returns
    -------
    bool
        True if a source that was named itself could not be read, or with ``strict`` any.
    """
    upgrade(Path(settings.index))
    index = open_index(settings, model=model)
    report = UpdateReport()
    try:
        with _progress_bar() as progress:
            update(
                index,
                sources,
                prune=prune,
                collection=collection,
                max_bytes=round(settings.max_megabytes * 1e6),
                fetching=Fetching(
                    settings.fetch.allow_private, settings.fetch.pages, settings.fetch.seconds
                ),
                sites=settings.sites,
                progress=progress,
                report=report,
            )
    except KeyboardInterrupt:
        stored = len(report.added) + len(report.changed)
        click.echo(f"Stopped after {stored} articles; run it again to go on.", err=True)
        raise SystemExit(INTERRUPTED) from None
    for line in _messages(report):
        click.echo(printable(line), err=True)
    if as_json:
        click.echo(json_bytes(_record(report)))
    else:
        click.echo(_summary(report, settings.index))
    return bool(report.skipped if strict else report.failed)


def _summary(report: UpdateReport, folder: str) -> str:
    counts = ", ".join(
        f"{len(getattr(report, name))} {name}"
        for name in ("added", "changed", "unchanged", "removed", "skipped")
        if getattr(report, name) or name == "added"
    )
    return f"{folder}: {counts}."


def _messages(report: UpdateReport) -> Iterator[str]:
    others = [each for each in report.skipped if each.reason.startswith(OTHER_KIND)]
    named = [each for each in report.skipped if each not in others or each in report.failed]
    for each in named[:NAMED]:
        yield f"Skipped: {_short(each.source)} {each.reason}."
    if named[NAMED:]:
        yield f"Skipped: {len(named) - NAMED} more; --json lists them all."
    if others:
        yield f"Left out: {_kinds(others)}; README.md lists those that are read."
    for source, encoding in report.read_as.items():
        yield f"Note: {_short(source)} was read as {encoding}."


def _kinds(others: Sequence[Skipped]) -> str:
    endings = Counter(Path(each.source).suffix.lower() or "no ending" for each in others)
    listed = ", ".join(f"{count} {ending}" for ending, count in endings.most_common(5))
    return f"{len(others)} file{'s' if len(others) > 1 else ''} of other kinds ({listed})"


def _record(report: UpdateReport) -> dict[str, object]:
    return {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": [{"source": each.source, "reason": each.reason} for each in report.skipped],
        "encodings": report.read_as,
    }


def _short(source: str) -> str:
    if is_address(source):
        return source
    relative = os.path.relpath(source)
    return relative if not relative.startswith("..") else source


@contextmanager
def _progress_bar() -> Iterator[Callable[[Progress], None] | None]:
    """Show a bar on stderr when a person watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("Indexing"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Indexing", total=None)
        yield lambda at: bar.update(task, completed=at.done, total=at.total)
