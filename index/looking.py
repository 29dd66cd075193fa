"""Looks at addresses, one after the other: what is new there, the same, gone, or can't be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.errors import GoneError, UnreadableError
from index.report import Progress
from index.sources.body import FEED, SITEMAP
from index.sources.web import Found, Web
from index.store import Known
from index.types import Article, Visit


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look at one address: what is to be noted, stored and removed."""

    visit: Visit
    articles: Sequence[Article] = ()
    gone: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    size: int = 0
    named: bool = False


@dataclass(slots=True)
class Looking:
    """Looks at address after address; ``visits`` are the looks before."""

    web: Web
    known: dict[str, Known]
    visits: dict[str, Visit]
    prune: bool
    pages: int
    progress: Callable[[Progress], None]
    _seen: set[str] = field(default_factory=set)
    _roots: dict[str, list[str]] = field(default_factory=dict)
    _places: dict[str, list[str]] = field(default_factory=dict)
    _done: int = 0
    _total: int = 0

    def __post_init__(self) -> None:
        for source, each in self.known.items():
            self._roots.setdefault(each.origin, []).append(source)
            self._places.setdefault(source.partition("#")[0], []).append(source)

    def looks(self, addresses: Sequence[str]) -> Iterator[Look]:
        """Look at addresses, and at what they list."""
        self._total = len(addresses)
        for address in addresses:
            self._seen.add(address)
            yield from self._look(address)
            self._count()

    def _look(self, root: str) -> Iterator[Look]:
        before = self._before(root)
        try:
            found = self.web.get(root, before)
            if found is None:
                yield replace(self._same(root, before), unchanged=self._of(root))
            elif found.kind in (FEED, SITEMAP):
                yield from self._listed(found)
            else:
                yield self._compared(root, found, root, named=True)
        except UnreadableError as error:
            yield self._failed(root, error, before, named=True)

    def _listed(self, found: Found) -> Iterator[Look]:
        """Look at what a feed or sitemap lists, then note whether all of it is in the index."""
        root = found.asked
        listing = self.web.listing(found, self.pages)
        self._total += len(listing.items)
        whole = listing.problem is None
        addresses = set()
        for item in listing.items:
            addresses.add(item.source)
            if item.source not in self._seen:
                self._seen.add(item.source)
                look = self._item(root, item, found)
                whole = whole and not look.visit.problem
                yield look
            self._count()
        lost = []
        if self.prune and found.kind == SITEMAP and listing.problem is None:
            lost = [s for s in self._of(root) if s.partition("#")[0] not in addresses | self._seen]
        visit = Visit(root, problem=listing.problem)
        # With these it will be asked only for what is new: not before all of this one is stored.
        if whole and found.kind == FEED:
            visit = replace(visit, etag=found.visit.etag, modified=found.visit.modified)
        yield Look(visit, gone=lost)

    def _item(self, root: str, item: Article, feed: Found) -> Look:
        """Look at an entry of a feed, or at a page that is listed."""
        if item.problem:
            return Look(Visit(item.source, problem=item.problem))
        before = self._before(item.source)
        if item.text:
            entry = Found(item.source, feed.kind, Visit(item.source), (item,), len(item.text))
            return self._compared(root, entry, item.source)
        try:
            found = self.web.get(item.source, before, entry=item)
        except UnreadableError as error:
            return self._failed(item.source, error, before)
        if found is None:
            return self._same(item.source, before)
        if found.kind in (FEED, SITEMAP):
            problem = "is a feed or a sitemap in another one; name it as a source of its own"
            return Look(Visit(item.source, problem=problem))
        return self._compared(root, found, item.source)

    def _compared(self, root: str, found: Found, address: str, *, named: bool = False) -> Look:
        """Say which of the articles that stand at an address are other than before."""
        articles = [replace(article, origin=root) for article in found.articles]
        same = [
            article.source
            for article in articles
            if article.source in self.known and self.known[article.source].digest == article.digest
        ]
        there = {article.source for article in articles}
        return Look(
            found.visit,
            [article for article in articles if article.source not in same],
            [source for source in self._at(address) if source not in there],
            same,
            found.size,
            named,
        )

    def _same(self, address: str, before: Visit | None) -> Look:
        return Look(before or Visit(address), unchanged=self._at(address))

    def _failed(
        self, address: str, error: UnreadableError, before: Visit | None, *, named: bool = False
    ) -> Look:
        """Keep what was there: it may come back, unless it is gone, and that is to be heeded."""
        gone = []
        if self.prune and isinstance(error, GoneError):
            gone = self._of(address) if named else self._at(address)
        visit = (
            replace(before, problem=str(error))
            if before
            else Visit(address, None, None, str(error))
        )
        return Look(visit, gone=gone, named=named)

    def _before(self, address: str) -> Visit | None:
        """Return the last look at an address whose articles are still there."""
        if not (self._of(address) or self._at(address)):
            return None
        before = self.visits.get(address)
        return replace(before, problem=None) if before else None

    def _of(self, root: str) -> list[str]:
        """Return the sources of what came out of an address that was named."""
        return self._roots.get(root, [])

    def _at(self, address: str) -> list[str]:
        """Return the sources of what stands at an address itself."""
        return self._places.get(address, [])

    def _count(self) -> None:
        self._done += 1
        self.progress(Progress(self._done, self._total))
