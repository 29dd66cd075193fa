"""Keeping an index in step with files and folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from index.addresses import USUAL, Fetching, is_address
from index.errors import CorpusError, PassingError, UnreadableError
from index.report import Progress, UpdateReport
from index.sites import is_at
from index.sources import MAX_BYTES, Document, Parser, find_documents, read_document
from index.store import Known, PassageIndex
from index.types import Article, Place, Skipped
from index.writer import Entry, Writer

# What one transaction stores: little enough to lose to an interruption.
BATCH_CHARACTERS = 200_000
# The date of a file of which only some articles may be stored.
UNFINISHED = -1


def update(
    index: PassageIndex,
    sources: Sequence[str | Path],
    *,
    prune: bool = False,
    collection: str | None = None,
    max_bytes: int = MAX_BYTES,
    fetching: Fetching = USUAL,
    sites: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] | None = None,
    report: UpdateReport | None = None,
) -> UpdateReport:
    """Bring an index up to date with files, folders and addresses.

    Parameters
    ----------
    index : PassageIndex
    sources : sequence of str or Path
        Files, folders with all that is below them, and addresses of pages, feeds and sitemaps.
    prune : bool
        Remove articles of these sources that are no longer there. What can't be had for a while
        from an address, and what a feed lists no more, stays.
    collection : str, optional
        What the articles of these sources are filed under, new ones and old; without it, old ones
        stay where they are, and new ones are of none.
    max_bytes : int
        Size above which a file, or what stands at an address, is skipped.
    fetching : Fetching
        How addresses are fetched.
    sites : mapping of str to str, optional
        Where the files of a folder can be read, by folder: an address with ``{path}`` or
        ``{file}`` in it.
    progress : callable, optional
        Called as texts are embedded, and after each address.
    report : UpdateReport, optional
        Filled as the work goes on, so that an interrupted update can still be told about.

    Returns
    -------
    UpdateReport
        ``failed`` are the skipped ones that were named themselves rather than found in a folder.

    Raises
    ------
    CorpusError
        If a file does not exist or an address can't be one (nothing is changed then), or the
        index can't be written.
    """
    report = report if report is not None else UpdateReport()
    paths = [source for source in sources if not is_address(source)]
    addresses = [str(source) for source in sources if is_address(source)]
    if addresses:
        polling = _polling()
        addresses = polling.check_addresses(addresses)
    if paths or not addresses:
        _update_files(
            index,
            paths,
            prune=prune,
            collection=collection,
            max_bytes=max_bytes,
            sites=sites or {},
            progress=progress,
            report=report,
        )
    if addresses:
        polling.poll(
            index,
            addresses,
            prune=prune,
            collection=collection,
            max_bytes=max_bytes,
            fetching=fetching,
            progress=progress,
            report=report,
        )
    return report


def _polling() -> ModuleType:
    """Import what looks at addresses, which nothing else needs."""
    try:
        from index import polling
    except ImportError as error:
        raise CorpusError(
            f"addresses need the package {error.name}; install it with: "
            "pip install -c constraints.txt -e '.[web]'"
        ) from error
    return polling


def _update_files(
    index: PassageIndex,
    sources: Sequence[str | Path],
    *,
    prune: bool,
    collection: str | None,
    max_bytes: int,
    sites: Mapping[str, str],
    progress: Callable[[Progress], None] | None,
    report: UpdateReport,
) -> None:
    known = index.known() if index.exists() else {}
    roots = [os.path.abspath(source) for source in sources]
    found = list(_find(sources, roots, known, prune=prune))
    held = _by_origin(known)
    documents = {each.source: each for each in found if isinstance(each, Document)}
    report.skipped.extend(each for each in found if isinstance(each, Skipped))
    gone = [s for o, s in _all(held) if prune and _below(o, roots) and not os.path.lexists(o)]
    same = {
        origin
        for origin, document in documents.items()
        if origin in held
        and all(_same_stat(document, known[s]) for s in held[origin])
        and (held[origin] != [origin] or is_at(known[origin].url, origin, sites))
    }
    problems = index.problems() if index.exists() else []
    noted = {each.source: each for each in problems if not is_address(each.source)}
    hopeless = {origin for origin, document in documents.items() if _is_noted(document, noted)}
    report.skipped.extend(noted[origin] for origin in documents if origin in hopeless)
    fresh = [document for origin, document in documents.items() if origin not in same | hopeless]
    report.unchanged.extend(
        source for origin in documents if origin in same for source in held[origin]
    )
    moved = [
        source
        for origin in documents
        for source in held.get(origin, ())
        if collection not in (None, known[source].collection)
    ]
    # What is there no more, and what is again as it was read.
    solved = [
        s
        for s in noted
        if s in same or (_below(s, roots) and not (s in documents or os.path.lexists(s)))
    ]
    if not (fresh or gone or moved or solved) and index.exists():
        return
    with index.writing() as writer, Parser() as parser:
        writer.remove([known[source].id for source in gone])
        report.removed.extend(gone)
        if moved:
            writer.file(moved, collection or "")
        bar = _Bar(sum(document.size for document in fresh), progress)
        reading = _Reading(writer, parser, known, held, max_bytes, collection, report, sites)
        for batch in _batches(reading.changed(fresh)):
            writer.put(batch, bar.share_of(sum({e.article.origin: e.size for e in batch}.values())))
            for entry in batch:
                source = entry.article.source
                (report.changed if source in known else report.added).append(source)
        writer.move(reading.elsewhere)
        writer.settle(reading.several)
        bar.finish()
        failed = {each.source: each for each in report.skipped if each.source in documents}
        read = [document.source for document in fresh if document.source not in failed]
        if failed != noted or solved:
            writer.remember(list(failed.values()), [*read, *solved])


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


def _stamp(document: Document) -> str:
    return f"{document.size:x}-{document.mtime_ns:x}"


def _is_noted(document: Document, noted: dict[str, Skipped]) -> bool:
    """Say whether a file that was found in a folder is known to be unreadable as it is."""
    before = noted.get(document.source)
    return before is not None and not document.named and before.stamp == _stamp(document)


def _by_origin(known: dict[str, Known]) -> dict[str, list[str]]:
    """Return the sources of what each file holds."""
    held: dict[str, list[str]] = {}
    for source, each in known.items():
        held.setdefault(each.origin or source, []).append(source)
    return held


def _all(held: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    return ((origin, source) for origin, sources in held.items() for source in sources)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads what may have changed; ``held`` are the sources that each file held before."""

    writer: Writer
    parser: Parser
    known: dict[str, Known]
    held: dict[str, list[str]]
    max_bytes: int
    collection: str | None
    report: UpdateReport
    sites: Mapping[str, str]
    # Files that hold several articles: their date is noted when all of these are stored.
    several: dict[str, tuple[int, int]] = field(default_factory=dict)
    # Where the unchanged ones of such files stand in them now.
    elsewhere: dict[str, tuple[Place, ...]] = field(default_factory=dict)

    def changed(self, documents: Iterable[Document]) -> Iterator[Entry]:
        """Read documents, and yield what is other than before."""
        for document in documents:
            try:
                articles = read_document(
                    document, self.parser, max_bytes=self.max_bytes, sites=self.sites
                )
            except UnreadableError as error:
                passing = isinstance(error, PassingError)
                skipped = Skipped(document.source, str(error), "" if passing else _stamp(document))
                self.report.skipped.append(skipped)
                if document.named:
                    self.report.failed.append(skipped)
                continue
            self._remove_lost(document, articles)
            mtime_ns = document.mtime_ns
            if articles[0].source != document.source:
                self.several[document.source] = (document.size, document.mtime_ns)
                mtime_ns = UNFINISHED
            for article in articles:
                yield from self._entry(document, article, mtime_ns)

    def _remove_lost(self, document: Document, articles: Sequence[Article]) -> None:
        """Remove what a file held before and does no more."""
        there = {article.source for article in articles}
        lost = [s for s in self.held.get(document.source, ()) if s not in there]
        if lost:
            self.writer.remove([self.known[source].id for source in lost])
            self.report.removed.extend(lost)

    def _entry(self, document: Document, article: Article, mtime_ns: int) -> Iterator[Entry]:
        before = self.known.get(article.source)
        if before and before.digest == article.digest and before.url == article.url:
            if article.source == document.source:
                self.writer.touch(article.source, document.size, document.mtime_ns)
            else:
                self.elsewhere[article.source] = article.places
            self.report.unchanged.append(article.source)
            return
        if article.encoding != "utf-8":
            self.report.read_as[document.source] = article.encoding
        filed = self.collection
        if filed is None:
            filed = before.collection if before else ""
        yield Entry(replace(article, collection=filed), document.size, mtime_ns)


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
