"""Keeping an index in step with addresses: pages, and what feeds and sitemaps list."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.addresses import Fetching
from index.looking import Look, Looking
from index.report import Progress, UpdateReport
from index.sources import Parser
from index.sources.fetch import Fetcher
from index.sources.urls import check_addresses
from index.sources.web import Web
from index.store import Known, PassageIndex
from index.types import Article
from index.writer import Entry, Writer

__all__ = ["check_addresses", "poll"]

# What one transaction stores: little enough to lose to an interruption, and to wait for.
BATCH_CHARACTERS = 200_000
BATCH_LOOKS = 20
UTF_8 = ("utf-8", "utf-8-sig")


def poll(
    index: PassageIndex,
    addresses: Sequence[str],
    *,
    prune: bool,
    collection: str | None,
    max_bytes: int,
    fetching: Fetching,
    report: UpdateReport,
    progress: Callable[[Progress], None] | None = None,
) -> None:
    """Bring an index up to date with addresses.

    The lock is taken for each batch alone, not while something is fetched.

    Parameters
    ----------
    index : PassageIndex
    addresses : sequence of str
        Of pages and other documents, feeds and sitemaps, as ``check_addresses`` writes them.
    prune : bool
        Remove what answers that it is there no more, and what a sitemap lists no more. What a
        feed lists no more has only grown old, and stays.
    collection, max_bytes
        As :func:`index.update` has them.
    fetching : Fetching
    report : UpdateReport
        Filled as the work goes on.
    progress : callable, optional
        Called after each address.

    Raises
    ------
    CorpusError
        If the index can't be written.
    """
    known = index.known() if index.exists() else {}
    visits = index.visits() if index.exists() else {}
    _move(index, known, addresses, collection)
    with (
        Fetcher(fetching, max_bytes=max_bytes) as fetcher,
        Parser() as parser,
        tempfile.TemporaryDirectory() as folder,
    ):
        web = Web(fetcher, parser, Path(folder), max_bytes)
        looking = Looking(web, known, visits, prune, fetching.pages, progress or (lambda _: None))
        for looks in _batches(looking.looks(addresses)):
            with index.writing() as writer:
                _store(writer, looks, known, collection, report)


def _move(
    index: PassageIndex, known: dict[str, Known], addresses: Sequence[str], collection: str | None
) -> None:
    """File what is known of these addresses under the collection."""
    moved = [
        source
        for source, each in known.items()
        if each.origin in addresses and collection not in (None, each.collection)
    ]
    if moved:
        with index.writing() as writer:
            writer.file(moved, collection or "")


def _batches(looks: Iterable[Look]) -> Iterator[list[Look]]:
    batch: list[Look] = []
    characters = 0
    for look in looks:
        batch.append(look)
        characters += sum(len(article.text) for article in look.articles)
        if characters >= BATCH_CHARACTERS or len(batch) >= BATCH_LOOKS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _store(
    writer: Writer,
    looks: Sequence[Look],
    known: dict[str, Known],
    collection: str | None,
    report: UpdateReport,
) -> None:
    gone = [source for look in looks for source in look.gone]
    writer.remove([known[source].id for source in gone])
    report.removed.extend(gone)
    entries = [
        Entry(_filed(article, known, collection), look.size)
        for look in looks
        for article in look.articles
    ]
    if entries:
        writer.put(entries)
    for entry in entries:
        source = entry.article.source
        if entry.article.encoding not in UTF_8:
            report.read_as[source] = entry.article.encoding
        (report.changed if source in known else report.added).append(source)
    # Last: what is noted as seen is asked for no more.
    writer.visited([look.visit for look in looks if look.visit])
    for look in looks:
        report.unchanged.extend(look.unchanged)
        if look.skipped:
            report.skipped.append(look.skipped)
            if look.named:
                report.failed.append(look.skipped)


def _filed(article: Article, known: dict[str, Known], collection: str | None) -> Article:
    before = known.get(article.source)
    if collection is None:
        collection = before.collection if before else ""
    return replace(article, collection=collection)
