"""Looks at addresses, one after the other: what is new there, the same, gone, or can't be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.errors import GoneError, UnreachableError, UnreadableError
from index.report import Progress
from index.sources.body import FEED, SITEMAP
from index.sources.web import Found, Web
from index.store import Known
from index.types import Article, Skipped, Visit


@dataclass(frozen=True, slots=True)
class Look:
    """What came of a look at one address.

    Parameters
    ----------
    visit : Visit, optional
        What is to be noted; nothing where no article is left to note it of.
    articles : sequence of Article
        What is to be stored.
    gone : sequence of str
        The sources of what is to be removed.
    unchanged : sequence of str
        The sources of what is as it was.
    skipped : Skipped, optional
        What could not be read.
    for_now : bool
        Whether it may be read another time.
    size : int
        In bytes.
    named : bool
        Whether it was named itself rather than listed.
    """

    visit: Visit | None = None
    articles: Sequence[Article] = ()
    gone: Sequence[str] = ()
    unchanged: Sequence[str] = ()
    skipped: Skipped | None = None
    for_now: bool = False
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
    # What came out of sitemaps that were read whole: what of it was not seen is listed no more.
    _dropped: dict[str, None] = field(default_factory=dict)
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
        self._seen.update(addresses)  # each gets a look of its own, whatever else lists it
        for address in addresses:
            yield from self._look(address)
            self._count()
        # Last: what one sitemap lists no more, another may.
        gone = [source for source in self._dropped if source.partition("#")[0] not in self._seen]
        if gone:
            yield Look(gone=gone)

    def _look(self, root: str) -> Iterator[Look]:
        before = self._before(root)
        try:
            found = self.web.get(root, before)
            if found is None:
                yield replace(self._same(root, before), unchanged=self._of(root))
            elif found.kind in (FEED, SITEMAP):
                yield from self._listed(found)
            else:
                yield self._page(root, found)
        except UnreadableError as error:
            yield self._failed(root, error, before, named=True)

    def _listed(self, found: Found) -> Iterator[Look]:
        """Look at what a feed or sitemap lists, then note whether all of it is in the index."""
        root = found.asked
        listing = self.web.listing(found, self.pages)
        self._total += len(listing.items)
        failed: list[Skipped] = []
        later = listing.problem is not None
        for item in listing.items:
            if item.source not in self._seen:
                if not item.problem:  # the address shown may be another's
                    self._seen.add(item.source)
                look = self._item(root, item)
                failed += [look.skipped] if look.skipped else []
                later = later or look.for_now
                yield look
            self._count()
        if self.prune and found.kind == SITEMAP and listing.problem is None:
            self._dropped.update(dict.fromkeys(self._of(root)))
        visit = Visit(root, problem=_problem(listing.problem, failed))
        # With these it will be asked only for what is new: not before all of this one is stored.
        if found.kind == FEED and not later:
            visit = replace(visit, etag=found.visit.etag, modified=found.visit.modified)
        skipped = Skipped(root, listing.problem) if listing.problem else None
        yield Look(visit, skipped=skipped)

    def _item(self, root: str, item: Article) -> Look:
        """Look at an entry of a feed, or at a page that is listed."""
        if item.problem:
            return Look(skipped=Skipped(item.source, item.problem))
        if item.text:
            return self._compared(root, item.source, [item])
        before = self._before(item.source)
        try:
            found = self.web.get(item.source, before, item, by=root)
        except UnreadableError as error:
            return self._failed(item.source, error, before)
        if found is None:
            return self._same(item.source, before)
        if found.kind in (FEED, SITEMAP):
            problem = "is a feed or a sitemap in another one; name it as a source of its own"
            return Look(skipped=Skipped(item.source, problem))
        return self._page(root, found)

    def _page(self, root: str, found: Found) -> Look:
        look = self._compared(root, found.asked, found.articles)
        return replace(look, visit=found.visit, size=found.size)

    def _compared(self, root: str, address: str, articles: Sequence[Article]) -> Look:
        """Say which of the articles that stand at an address are other than before."""
        there = {article.source for article in articles}
        changed = [
            replace(article, origin=root)
            for article in articles
            if article.source not in self.known
            or self.known[article.source].digest != article.digest
        ]
        same = there - {article.source for article in changed}
        return Look(
            articles=changed,
            gone=[source for source in self._at(address) if source not in there],
            unchanged=[article.source for article in articles if article.source in same],
            size=sum(len(article.text) for article in articles),
        )

    def _same(self, address: str, before: Visit | None) -> Look:
        return Look(before or Visit(address), unchanged=self._at(address))

    def _failed(
        self, address: str, error: UnreadableError, before: Visit | None, *, named: bool = False
    ) -> Look:
        """Keep what was there: it may come back, unless it is gone, and that is to be heeded.

        A feed or sitemap that is gone takes nothing with it that stands elsewhere.
        """
        held = self._at(address)
        gone = held if self.prune and isinstance(error, GoneError) else []
        noted = replace(before or Visit(address), problem=str(error))
        return Look(
            noted if named or (held and not gone) else None,
            gone=gone,
            skipped=Skipped(address, str(error)),
            for_now=isinstance(error, UnreachableError),
            named=named,
        )

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


def _problem(listing: str | None, failed: Sequence[Skipped]) -> str | None:
    """Say what is to be noted of a list: what of itself, and of what it lists, was not read."""
    said = [listing] if listing else []
    if failed:
        first, count = failed[0], len(failed)
        what = "an address" if count == 1 else f"{count} addresses"
        said.append(f"lists {what} that could not be read: {first.source} {first.reason}")
    return "; ".join(said) or None
