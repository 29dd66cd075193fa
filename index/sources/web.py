"""Articles from the web: what stands at an address, and what feeds and sitemaps list."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from index.errors import UnreadableError
from index.language import detect_language
from index.sources.body import FEED, SITEMAP, as_utf8, id_of, kind_of, stem_of
from index.sources.exchange import Answer, unzipped_to
from index.sources.fetch import Fetcher
from index.sources.files import Document, digest_of, read_document, title_of
from index.sources.lists import INDEX
from index.sources.urls import joined, parse_address, without_password, written
from index.sources.worker import Parser
from index.types import Article, Visit

GZIP = b"\x1f\x8b"
MAX_SITEMAPS = 100
MAX_TAG_CHARACTERS = 1_000
SHOWN_CHARACTERS = 500
# What a fragment may hold as it is (RFC 3986, section 3.5).
PART = "!$&'()*+,;=:@/?%"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at an address.

    Parameters
    ----------
    asked : str
        The address that was asked for.
    kind : str
        The ending of what it is, as :func:`index.sources.body.kind_of` has it.
    visit : Visit
    articles : sequence of Article
        What it holds; of a feed or sitemap, what it lists.
    size : int
        In bytes.
    """

    asked: str
    kind: str
    visit: Visit
    articles: Sequence[Article]
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap lists; the source of each item is its address.

    ``problem`` says what of the list could not be read.
    """

    items: Sequence[Article]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Web:
    """Fetches addresses and parses what comes; ``folder`` is where that lies meanwhile."""

    fetcher: Fetcher
    parser: Parser
    folder: Path
    max_bytes: int

    def get(
        self,
        address: str,
        before: Visit | None = None,
        entry: Article | None = None,
        by: str | None = None,
    ) -> Found | None:
        """Read what stands at an address; None if it is the same as before.

        Parameters
        ----------
        address : str
        before : Visit, optional
            What came of the last look.
        entry : Article, optional
            What a feed says of it, used where the page is silent.
        by : str, optional
            The address of the feed or sitemap that lists it.

        Raises
        ------
        UnreadableError, GoneError
        """
        etag, modified = (before.etag, before.modified) if before else (None, None)
        answer = self.fetcher.get(address, by=by, etag=etag, modified=modified)
        if answer.status == 304:
            return None
        if answer.data.startswith(GZIP):
            answer = replace(answer, data=unzipped_to(answer.data, self.max_bytes))
        kind = kind_of(answer.type, answer.address, answer.data)
        visit = Visit(address, _tag(answer, "etag"), _tag(answer, "last-modified"))
        path = self._kept(answer, kind, address)
        try:
            if kind in (FEED, SITEMAP):
                articles = self.parser.parse(str(path), id=id_of(address), title="")
                articles = [_based(article, answer.address) for article in articles]
            else:
                articles = self._articles(path, answer, address, entry)
        finally:
            path.unlink()
        return Found(address, kind, visit, articles, len(answer.data))

    def _kept(self, answer: Answer, kind: str, address: str) -> Path:
        path = self.folder / f"{stem_of(address).encode()[:100].decode(errors='ignore')}{kind}"
        content_type = answer.headers.get("content-type", "")
        path.write_bytes(as_utf8(answer.data, content_type, kind))
        return path

    def _articles(
        self, path: Path, answer: Answer, address: str, entry: Article | None
    ) -> list[Article]:
        size = path.stat().st_size
        if not size:
            raise UnreadableError("is empty; there is nothing to index in it")
        document = Document(str(path), id_of(address), size, 0)
        read = read_document(document, self.parser, max_bytes=max(size, self.max_bytes))
        return [_placed(each, document, answer.address, address, entry) for each in read]

    def listing(self, found: Found, pages: int) -> Listing:
        """Return what a feed or sitemap lists, and the sitemaps that it lists: at most ``pages``.

        Only pages of a sitemap's own host count (sitemaps.org, Sitemap file location).
        """
        items = list(found.articles)
        problems: list[str] = []
        if any(item.kind == INDEX for item in items):
            items, problems = self._in_sitemaps(found.asked, items, pages)
        shared = _shared(items)
        placed = [_addressed(item, found.asked, shared) for item in items]
        first: dict[str, Article] = {}
        for each in placed:  # of one address the first, which in a feed is the newest
            first.setdefault(each.source, each)
        listed = list(first.values())
        if found.kind == SITEMAP:
            host = _host(found.asked)
            own = [each for each in listed if each.problem or _host(each.source) == host]
            if count := len(listed) - len(own):
                problems.append(f"lists {_pages(count)} of other hosts than {host}")
            listed = own
        if len(listed) > pages:
            problems.append(
                f"lists {_pages(len(listed))}, of which the first {pages} are read; raise pages "
                "in the table [fetch] of footnote.toml to read more"
            )
        return Listing(listed[:pages], "; ".join(problems) or None)

    def _in_sitemaps(
        self, by: str, sitemaps: Sequence[Article], pages: int
    ) -> tuple[list[Article], list[str]]:
        items: list[Article] = []
        problems = []
        for sitemap in sitemaps[:MAX_SITEMAPS]:
            if len(items) > pages:
                break
            try:
                found = self.get(written(parse_address(sitemap.url or "")), by=by)
                # One that lists others again is against the rules, and may have no end.
                items += [each for each in found.articles if each.kind != INDEX] if found else []
            except UnreadableError as error:
                shown = without_password(sitemap.url or "")[:SHOWN_CHARACTERS]
                problems.append(f"lists the sitemap {shown}, which {error}")
        if sitemaps[MAX_SITEMAPS:]:
            problems.append(f"lists {len(sitemaps)} sitemaps, of which {MAX_SITEMAPS} are read")
        return items, problems


def _placed(
    article: Article, document: Document, address: str, asked: str, entry: Article | None
) -> Article:
    """Say of an article where it came from, and what a feed knows of it beside that."""
    url = joined(address, article.url) if article.url else address
    try:
        parse_address(url)
    except UnreadableError:  # what a page says of itself may be anything
        url = address
    title = article.title
    if entry is not None:
        untitled = title == title_of(Path(document.source))
        article = replace(
            article,
            title=entry.title if untitled and entry.title else title,
            published=article.published or entry.published,
            author=article.author or entry.author,
            language=article.language or entry.language,
        )
    place = article.source.removeprefix(document.source)
    placed = replace(article, url=url, source=asked + place)
    return replace(placed, digest=digest_of(placed))


def _based(item: Article, base: str) -> Article:
    return replace(item, url=joined(base, item.url or ""))


def _shared(items: Sequence[Article]) -> set[str]:
    """Return the pages at whose parts several whole entries stand, as in a log of changes."""
    urls = {item.url for item in items if item.text and item.url}
    counts = Counter(url.partition("#")[0] for url in urls)
    return {page for page, count in counts.items() if count > 1}


def _addressed(item: Article, by: str, shared: Set[str]) -> Article:
    """Return an item of a list with its address as its source, or with what is wrong with it.

    What is whole needs no address: a place in the list stands for it, as for what shares one.
    """
    mark = hashlib.sha256((item.url or item.title).encode(errors="replace")).hexdigest()[:12]
    in_list = replace(item, id=f"{id_of(by)}/{mark}", source=f"{by}#{mark}", url=None)
    try:
        address = written(parse_address(item.url or ""))
        placed = replace(item, id=id_of(address), source=address, url=address)
        page, _, part = (item.url or "").partition("#")
        if item.text and page in shared:
            url = f"{address}#{quote(part, safe=PART)}" if part else address
            placed = replace(in_list, url=url)
    except UnreadableError as error:
        if not item.text:
            shown = without_password(item.url or item.id)[:SHOWN_CHARACTERS]
            return replace(item, source=shown, problem=str(error))
        address, placed = by, in_list
    placed = replace(
        placed,
        title=item.title or title_of(Path(stem_of(address))),
        language=item.language or detect_language(item.text),
    )
    return replace(placed, digest=digest_of(placed))


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _tag(answer: Answer, name: str) -> str | None:
    tag = answer.headers.get(name)
    return tag if tag and len(tag) <= MAX_TAG_CHARACTERS else None
