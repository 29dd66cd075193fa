"""Keeping an index in step with files and folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from index.errors import UnreadableError
from index.sources import MAX_BYTES, Document, find_documents, read_document
from index.store import Known, PassageIndex
from index.types import Skipped
from index.writer import Entry, Writer

# What one transaction stores: little enough to lose to an interruption.
BATCH_CHARACTERS = 200_000


class Progress(NamedTuple):
    """How far an update has come, in bytes of source."""

    done: int
    total: int


@dataclass(slots=True)
class UpdateReport:
    """What an update did, as sources; ``read_as`` names encodings other than UTF-8."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    read_as: dict[str, str] = field(default_factory=dict)
    failed: list[Skipped] = field(default_factory=list)


def update(
    index: PassageIndex,
    sources: Sequence[str | Path],
    *,
    prune: bool = False,
    collection: str | None = None,
    max_bytes: int = MAX_BYTES,
    progress: Callable[[Progress], None] | None = None,
    report: UpdateReport | None = None,
) -> UpdateReport:
    """Bring an index up to date with files and folders.

    Parameters
    ----------
    index : PassageIndex
    sources : sequence of str or Path
        Files, and folders with all that is below them.
    prune : bool
        Remove articles of these sources that are no longer there.
    collection : str, optional
        What the articles of these sources are filed under, new ones and old; without it, old ones
        stay where they are, and new ones are of none.
    max_bytes : int
        Size above which a file is skipped.
    progress : callable, optional
        Called as texts are embedded.
    report : UpdateReport, optional
        Filled as the work goes on, so that an interrupted update can still be told about.

    Returns
    -------
    UpdateReport
        ``failed`` are the skipped ones that were named themselves rather than found in a folder.

    Raises
    ------
    CorpusError
        If a source does not exist (nothing is changed then), or the index can't be written.
    """
    report = report if report is not None else UpdateReport()
    known = index.known() if index.exists() else {}
    roots = [os.path.abspath(source) for source in sources]
    found = list(_find(sources, roots, known, prune=prune))
    documents = {each.source: each for each in found if isinstance(each, Document)}
    report.skipped.extend(each for each in found if isinstance(each, Skipped))
    gone = [s for s in known if prune and _below(s, roots) and not os.path.lexists(s)]
    fresh = [d for d in documents.values() if not _same_stat(d, known.get(d.source))]
    report.unchanged.extend(s for s, d in documents.items() if _same_stat(d, known.get(s)))
    moved = [s for s in documents if s in known and collection not in (None, known[s].collection)]
    if not fresh and not gone and not moved and index.exists():
        return report
    with index.writing() as writer:
        writer.remove([known[source].id for source in gone])
        report.removed.extend(gone)
        if moved:
            writer.file(moved, collection or "")
        bar = _Bar(sum(document.size for document in fresh), progress)
        for batch in _batches(_changed(fresh, known, writer, max_bytes, report, collection)):
            writer.put(batch, bar.share_of(sum(entry.size for entry in batch)))
            for entry in batch:
                source = entry.article.source
                (report.changed if source in known else report.added).append(source)
        bar.finish()
    return report


def _find(
    sources: Sequence[str | Path], roots: Sequence[str], known: dict[str, Known], *, prune: bool
) -> Iterator[Document | Skipped]:
    for source, root in zip(sources, roots, strict=True):
        if prune and not os.path.lexists(root) and any(_below(s, [root]) for s in known):
            continue
        yield from find_documents(source)


def _below(source: str, roots: Sequence[str]) -> bool:
    return any(source == root or source.startswith(os.path.join(root, "")) for root in roots)


def _same_stat(document: Document, known: Known | None) -> bool:
    return known is not None and (known.size, known.mtime_ns) == (document.size, document.mtime_ns)


def _changed(
    documents: Iterable[Document],
    known: dict[str, Known],
    writer: Writer,
    max_bytes: int,
    report: UpdateReport,
    collection: str | None,
) -> Iterator[Entry]:
    """Read what may have changed, and yield what has."""
    for document in documents:
        try:
            article = read_document(document, max_bytes=max_bytes)
        except UnreadableError as error:
            skipped = Skipped(document.source, str(error))
            report.skipped.append(skipped)
            if document.named:
                report.failed.append(skipped)
            continue
        before = known.get(document.source)
        if before and before.digest == article.digest:
            writer.touch(document.source, document.size, document.mtime_ns)
            report.unchanged.append(document.source)
            continue
        if article.encoding != "utf-8":
            report.read_as[document.source] = article.encoding
        filed = collection if collection is not None else before.collection if before else ""
        yield Entry(replace(article, collection=filed), document.size, document.mtime_ns)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    characters = 0
    for entry in entries:
        batch.append(entry)
        characters += len(entry.article.text)
        if characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


class _Bar:
    """Turns shares of batches into bytes of the whole."""

    def __init__(self, total: int, progress: Callable[[Progress], None] | None) -> None:
        self._done = 0
        self._total = total
        self._progress = progress or (lambda _: None)

    def share_of(self, size: int) -> Callable[[float], None]:
        """Return what is to be told how much of a batch of this size is done, from 0 to 1."""
        before, self._done = self._done, self._done + size
        return lambda share: self._progress(Progress(before + round(size * share), self._total))

    def finish(self) -> None:
        """Count what was unchanged or skipped as done, too."""
        self._progress(Progress(self._total, self._total))
