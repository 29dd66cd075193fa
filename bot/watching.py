"""`footnote index --watch`: brings the index up to date whenever files change."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bot.errors import FootnoteError
from bot.wording import printable
from index import CorpusError

LOOK_MILLISECONDS = 1_000


def watch_sources(sources: Sequence[str], index: Path, update: Callable[[], object]) -> None:
    """Call ``update`` now and after each change below the sources, until Ctrl-C.

    Parameters
    ----------
    sources : sequence of str
        Files and folders; one that is a file is watched by its folder, since editors put new
        files in place of old ones.
    index : Path
        The index folder, whose own changes don't count.
    update : callable
        What it raises as a ``CorpusError`` is said, and ends nothing.

    Raises
    ------
    FootnoteError
        If the package that watches is not installed.
    """
    try:
        from watchfiles import watch
    except ImportError as error:
        raise FootnoteError(
            "--watch needs the package watchfiles; install it with: pip install 'footnote[watch]'"
        ) from error
    update()
    own = os.path.join(os.path.abspath(index), "")
    click.echo("Watching for changes; Ctrl-C ends it.", err=True)
    first = True
    for changes in watch(
        *sorted({_folder_of(source) for source in sources}),
        watch_filter=lambda _, path: not path.startswith(own),
        rust_timeout=LOOK_MILLISECONDS,
        yield_on_timeout=True,
    ):
        # What changed before the watch began is seen by a second look.
        if not changes and not first:
            continue
        first = False
        try:
            update()
        except CorpusError as error:  # such as another process that writes
            click.echo(printable(str(error)), err=True)


def _folder_of(source: str) -> str:
    return source if os.path.isdir(source) else os.path.dirname(os.path.abspath(source))
