"""Keeping an index in step with addresses."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import CorpusError, Fetching, PassageIndex, Progress, UpdateReport, link_to, update
from index.types import Span
from tests.index.sources.making import make_pdf
from tests.web_server import Page, WebServer

Poll = Callable[..., UpdateReport]
WORDS = "The line in Brennholt rests on Sundays, and starts again before dawn. "
SITEMAP = "text/xml"


@pytest.fixture
def index(tmp_path: Path, hash_encoder: Any) -> Iterator[PassageIndex]:
    """Yield an index that does not exist yet."""
    index = PassageIndex(tmp_path / "index", hash_encoder)
    yield index
    index.close()


@pytest.fixture
def poll(index: PassageIndex, web: WebServer) -> Poll:
    """Return what looks at paths of the server."""

    def look(*paths: str, pages: int = 1_000, **options: Any) -> UpdateReport:
        web.asked.clear()
        fetching = Fetching(frozenset({web.host}), pages)
        addresses = [path if "://" in path else web.at(path) for path in paths]
        return update(index, addresses, fetching=fetching, **options)

    return look


def text(words: str, **headers: str) -> Page:
    """Return a page of plain text, which needs no parser."""
    return Page(words.encode(), "text/plain", headers=headers)


def page(title: str, words: str = WORDS, head: str = "") -> Page:
    """Return a page of HTML, with a menu."""
    return Page(
        f"<html lang=en><head><title>{title}</title>{head}</head><body><nav>Menu</nav>"
        f"<article><h1>{title}</h1><p>{words * 3}</p></article></body></html>".encode()
    )


def feed(*entries: str, **headers: str) -> Page:
    """Return a feed with entries."""
    items = "".join(f"<item>{entry}</item>" for entry in entries)
    head = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    body = f"{head}<channel><title>News</title>{items}</channel></rss>"
    return Page(body.encode(), "application/rss+xml", headers=headers)


def entry(path: str, content: str = "") -> str:
    """Return an entry of a feed."""
    return (
        f"<title>About {path[1:]}</title><link>{path}</link><author>ida@example.org (Ida)</author>"
        f"<pubDate>Mon, 06 Sep 2021 10:01:00 +0000</pubDate>{content}"
    )


def sitemap(web: WebServer, *paths: str, kind: str = "url") -> Page:
    """Return a sitemap, or with ``sitemap`` an index of them."""
    items = "".join(
        f"<{kind}><loc>{path if '://' in path else web.at(path)}</loc></{kind}>" for path in paths
    )
    root = "urlset" if kind == "url" else "sitemapindex"
    return Page(f"<{root}>{items}</{root}>".encode(), SITEMAP)


def names(sources: list[str]) -> list[str]:
    """Return addresses without their host."""
    return [re.sub(r"^\w+://[^/]*", "", source) for source in sources]


def reasons(report: UpdateReport) -> dict[str, str]:
    """Return why what was skipped was."""
    return {names([each.source])[0]: each.reason for each in report.skipped}


def test_a_page_becomes_an_article_that_leads_back_to_it(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/line.html"] = page(
        "The line rests",
        head='<meta name="author" content="Ida Brenn">'
        '<meta property="article:published_time" content="2024-05-06">',
    )
    assert names(poll("/line.html").added) == ["/line.html"]
    (info,) = index.articles()
    assert (info.id, info.title) == (f"{web.host}/line", "The line rests")
    assert (info.source, info.url) == (web.at("/line.html"), web.at("/line.html"))
    assert (info.kind, info.author, info.published) == ("html", "Ida Brenn", "2024-05-06")
    assert info.fetched
    article = index.article(info.id)
    assert "Menu" not in article.text
    span = Span(article.text.index("The line in"), article.text.index(", and starts"))
    assert link_to(article, span) == (
        f"{web.at('/line.html')}#:~:text=The%20line%20in%20Brennholt%20rests%20on%20Sundays"
    )


def test_the_canonical_address_of_a_page_is_its_url_if_it_is_one(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"] = page("A", head='<link rel="canonical" href="https://example.org/one">')
    web.pages["/b"] = page("B", WORDS.upper(), head='<link rel="canonical" href="javascript:x()">')
    web.pages["/c"] = page("C", WORDS[4:], head='<link rel="canonical" href="http://[/">')
    web.pages["/d"] = Page(b"---\nurl: ftp://example.org/d\n---\nThe plant.", "text/markdown")
    poll("/a", "/b", "/c", "/d")
    urls = [info.url for info in index.articles()]
    assert urls == ["https://example.org/one", *map(web.at, ("/b", "/c", "/d"))]


def test_a_pdf_leads_back_to_its_page(
    index: PassageIndex, web: WebServer, poll: Poll, tmp_path: Path
) -> None:
    make_pdf(tmp_path / "a.pdf", [[(700, "First words here.")], [(700, "Second words there.")]])
    web.pages["/report"] = Page((tmp_path / "a.pdf").read_bytes(), "application/pdf")
    poll("/report")
    (info,) = index.articles()
    article = index.article(info.id)
    start = article.text.index("Second")
    assert link_to(article, Span(start, start + 6)) == f"{web.at('/report')}#page=2"
    assert info.kind == "pdf"


def test_unchanged_pages_cost_a_question_and_are_embedded_no_more(
    index: PassageIndex, web: WebServer, poll: Poll, hash_encoder: Any
) -> None:
    web.pages["/tag"] = text("The plant closed.", ETag='"1"')
    web.pages["/date"] = text(
        "The plant grew.", **{"Last-Modified": "Mon, 06 Sep 2021 00:01:00 GMT"}
    )
    web.pages["/none"] = text("The plant moved.")
    paths = ["/tag", "/date", "/none"]
    assert names(poll(*paths).added) == paths
    encoded = len(hash_encoder.encoded)
    before = index.settings()["generation"]
    report = poll(*paths)
    assert (names(report.unchanged), report.added, report.changed) == (paths, [], [])
    assert len(hash_encoder.encoded) == encoded
    assert index.settings()["generation"] == before
    web.pages["/tag"] = text("The plant reopened.", ETag='"2"')
    assert names(poll(*paths).changed) == ["/tag"]
    assert index.article(f"{web.host}/tag").text == "The plant reopened."
    assert index.verify(deep=True) == 3


def test_what_fails_for_a_while_stays_and_is_asked_for_again(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"] = text("The plant closed.", ETag='"1"')
    poll("/a")
    for status in (503, 500, 403, 429):
        web.pages["/a"] = Page(status=status)
        report = poll("/a", prune=True)
        assert report.removed == []
        assert len(report.failed) == 1
        assert str(status) in reasons(report)["/a"]
        assert len(index.problems()) == 1
    web.pages["/a"] = text("The plant closed.", ETag='"1"')
    assert names(poll("/a").unchanged) == ["/a"]
    assert web.asked[-1][1]["if-none-match"] == '"1"'
    assert index.problems() == []
    assert len(index.articles()) == 1


def test_what_is_gone_stays_until_it_is_pruned(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"] = text("The plant closed.")
    poll("/a")
    web.pages["/a"] = Page(status=410)
    report = poll("/a")
    assert (report.removed, reasons(report)["/a"]) == ([], "is not there any more (410)")
    assert names(poll("/a", prune=True).removed) == ["/a"]
    assert index.articles() == []


def test_an_article_that_was_removed_comes_back_in_full(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"] = text("The plant closed.", ETag='"1"')
    poll("/a")
    index.remove([f"{web.host}/a"])
    assert names(poll("/a").added) == ["/a"]


def test_a_feed_gives_whole_entries_and_the_pages_of_others(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    whole = f"<content:encoded>&lt;p&gt;{WORDS * 10}&lt;/p&gt;</content:encoded>"
    web.pages["/feed"] = feed(entry("/whole", whole), entry("/part.html"), ETag='"1"')
    web.pages["/part.html"] = page("")
    assert names(poll("/feed").added) == ["/whole", "/part.html"]
    assert web.paths() == ["/feed", "/part.html"]
    first, second = index.articles()
    for info in (first, second):
        assert (info.author, (info.published or "")[:10]) == ("Ida", "2021-09-06")
        assert info.url == info.source
        assert info.fetched
    assert (first.title, second.title) == ("About whole", "About part.html")
    assert WORDS.strip() in index.article(first.id).text
    report = poll("/feed")
    assert names(report.unchanged) == ["/whole", "/part.html"]
    assert web.paths() == ["/feed"]


def test_a_feed_is_asked_in_full_until_all_of_it_was_read(web: WebServer, poll: Poll) -> None:
    web.pages["/feed"] = feed(entry("/a"), entry("/b"), ETag='"1"')
    web.pages["/a"] = text("The plant closed.", ETag='"a"')
    web.pages["/b"] = Page(status=503)
    report = poll("/feed")
    assert (names(report.added), list(reasons(report)), report.failed) == (["/a"], ["/b"], [])
    web.pages["/b"] = text("The plant grew.")
    report = poll("/feed")
    assert (names(report.added), names(report.unchanged)) == (["/b"], ["/a"])
    assert names(poll("/feed").unchanged) == ["/a", "/b"]
    assert web.paths() == ["/feed"]


def test_what_a_feed_lists_no_more_stays(index: PassageIndex, web: WebServer, poll: Poll) -> None:
    web.pages["/feed"] = feed(entry("/a"))
    web.pages["/a"] = text("The plant closed.")
    web.pages["/b"] = text("The plant grew.")
    poll("/feed")
    web.pages["/feed"] = feed(entry("/b"))
    report = poll("/feed", prune=True)
    assert (names(report.added), report.removed) == (["/b"], [])
    web.pages["/feed"] = Page(status=404)
    report = poll("/feed", prune=True)
    assert (report.removed, len(report.failed)) == ([], 1)
    assert len(index.articles()) == 2


def test_an_address_of_a_feed_that_shows_a_page_for_a_while_loses_nothing(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/feed"] = feed(entry("/a"))
    web.pages["/a"] = text("The plant closed.")
    poll("/feed")
    web.pages["/feed"] = text("Back soon.")
    assert poll("/feed", prune=True).removed == []
    assert len(index.articles()) == 2


def test_entries_lead_nowhere_that_could_not_be_named(web: WebServer, poll: Poll) -> None:
    web.pages["/feed"] = feed(
        *map(entry, ("http://169.254.169.254/x", "ftp://example.org/", "javascript:a()", "/feed"))
    )
    report = poll("/feed")
    assert report.added == []
    said = " ".join(each.reason for each in report.skipped)
    assert "leads to 169.254.169.254" in said
    assert "begins with ftp:" in said
    assert "begins with javascript:" in said
    assert web.paths() == ["/feed"]


def test_a_feed_in_a_feed_is_named(web: WebServer, poll: Poll) -> None:
    web.pages["/feed"] = feed(entry("/other"))
    web.pages["/other"] = feed(entry("/a"))
    assert reasons(poll("/feed"))["/other"].startswith("is a feed or a sitemap in another one")


def test_a_sitemap_gives_its_pages_and_loses_what_it_lists_no_more(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    for path in ("/a", "/b"):
        web.pages[path] = text(f"The plant of {path}.")
    web.pages["/s.xml"] = sitemap(web, "/a", "/b", "/a", "/c")
    report = poll("/s.xml")
    assert names(report.added) == ["/a", "/b"]
    assert reasons(report) == {"/c": "is not there any more (404)"}
    assert report.failed == []
    web.pages["/s.xml"] = sitemap(web, "/b")
    assert poll("/s.xml").removed == []
    assert names(poll("/s.xml", prune=True).removed) == ["/a"]
    assert names([info.source for info in index.articles()]) == ["/b"]


def test_what_another_sitemap_lists_still_stays(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"], web.pages["/b"] = text("The plant closed.", ETag='"1"'), text("It grew.")
    web.pages["/one.xml"], web.pages["/two.xml"] = sitemap(web, "/a", "/b"), sitemap(web, "/a")
    poll("/one.xml", "/two.xml")
    web.pages["/one.xml"] = sitemap(web, "/b")
    report = poll("/one.xml", "/two.xml", prune=True)
    assert (sorted(names(report.unchanged)), report.removed) == (["/a", "/b"], [])
    assert sorted(names([info.source for info in index.articles()])) == ["/a", "/b"]


def test_what_is_named_and_listed_is_looked_at_once(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"] = text("The plant closed.", ETag='"1"')
    web.pages["/site.xml"] = sitemap(web, "/a")
    assert names(poll("/site.xml", "/a").added) == ["/a"]
    assert web.paths() == ["/site.xml", "/a"]
    poll("/site.xml")
    web.pages["/site.xml"] = sitemap(web, "/b")
    assert not poll("/site.xml", "/a", prune=True).removed
    assert len(index.articles()) == 1


def test_entries_that_stand_at_parts_of_one_page_are_articles_each(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    content = "<content:encoded>{} " + WORDS * 10 + "</content:encoded>"
    versions = [entry(f"/log#v{number}", content.format(number)) for number in (2, 1)]
    web.pages["/feed"] = feed(*versions)
    assert len(poll("/feed").added) == 2
    assert [info.url for info in index.articles()] == [web.at("/log#v2"), web.at("/log#v1")]
    assert len(poll("/feed").unchanged) == 2
    assert web.paths() == ["/feed"]


def test_a_sitemap_that_was_read_in_part_loses_nothing(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    for path in ("/a", "/b"):
        web.pages[path] = text(f"The plant of {path}.")
    web.pages["/one.xml"] = sitemap(web, "/a")
    zipped = sitemap(web, "/b")
    web.pages["/two.xml.gz"] = Page(gzip.compress(zipped.body), "application/x-gzip")
    web.pages["/s.xml"] = sitemap(web, "/one.xml", "/two.xml.gz", kind="sitemap")
    assert names(poll("/s.xml").added) == ["/a", "/b"]
    web.pages["/one.xml"] = Page(status=500)
    report = poll("/s.xml", prune=True)
    assert (report.removed, names(report.unchanged)) == ([], ["/b"])
    assert "lists the sitemap" in reasons(report)["/s.xml"]
    assert "its server failed (500)" in reasons(report)["/s.xml"]
    assert len(index.articles()) == 2


def test_no_more_pages_are_read_than_allowed(web: WebServer, poll: Poll) -> None:
    paths = [f"/{number}" for number in range(5)]
    for path in paths:
        web.pages[path] = text(f"The plant of {path}.")
    web.pages["/s.xml"] = sitemap(web, *paths)
    report = poll("/s.xml", pages=2, prune=True)
    assert names(report.added) == paths[:2]
    assert reasons(report)["/s.xml"] == (
        "lists 5 pages, of which the first 2 are read; raise pages in the table [fetch] of "
        "footnote.toml to read more"
    )


def test_a_sitemap_speaks_for_its_own_host_alone(web: WebServer, poll: Poll) -> None:
    web.pages["/a"] = text("The plant closed.")
    web.pages["/s.xml"] = sitemap(web, "/a", "http://victim.example/a")
    report = poll("/s.xml")
    assert names(report.added) == ["/a"]
    assert reasons(report)["/s.xml"] == "lists 1 page of other hosts than 127.0.0.1"


def test_an_index_of_indexes_ends(web: WebServer, poll: Poll) -> None:
    web.pages["/s.xml"] = sitemap(web, "/s.xml", kind="sitemap")
    assert poll("/s.xml").added == []
    assert web.paths() == ["/s.xml", "/s.xml"]


def test_a_page_that_is_named_and_listed_is_read_once(web: WebServer, poll: Poll) -> None:
    web.pages["/a"] = text("The plant closed.")
    web.pages["/s.xml"] = sitemap(web, "/a")
    assert names(poll("/a", "/a", "/s.xml").added) == ["/a"]
    assert web.paths() == ["/a", "/s.xml"]
    assert poll("/a", "/s.xml", prune=True).removed == []


def test_rows_at_an_address_are_compared_one_by_one(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a.csv"] = Page(b"title,text\nEast,It has none.\nWest,It has two.\n", "text/csv")
    assert names(poll("/a.csv").added) == ["/a.csv#east", "/a.csv#west"]
    web.pages["/a.csv"] = Page(b"title,text\nEast,It has one now.\n", "text/csv")
    report = poll("/a.csv")
    assert (names(report.changed), names(report.removed)) == (["/a.csv#east"], ["/a.csv#west"])
    assert index.verify(deep=True) == 1


def test_addresses_are_filed_and_moved_with_files(
    index: PassageIndex, web: WebServer, poll: Poll, tmp_path: Path
) -> None:
    web.pages["/a"] = text("The plant closed.", ETag='"1"')
    (tmp_path / "b.txt").write_text("The plant grew.")
    fetching = Fetching(frozenset({web.host}))
    sources = [str(tmp_path / "b.txt"), web.at("/a")]
    report = update(index, sources, collection="plants", fetching=fetching)
    assert report.added == sources
    assert index.collections() == {"plants": 2}
    poll("/a", collection="other")
    assert index.collections() == {"plants": 1, "other": 1}
    web.pages["/a"] = text("The plant reopened.")
    poll("/a")
    assert index.collections() == {"plants": 1, "other": 1}


def test_pages_without_anything_to_read_are_named(web: WebServer, poll: Poll) -> None:
    web.pages["/empty"] = text("")
    web.pages["/bytes"] = Page(b"\0\1\2" * 100, "text/plain")
    web.pages["/large"] = text("x" * 3_000)
    report = poll("/empty", "/bytes", "/large", max_bytes=2_000)
    assert reasons(report) == {
        "/empty": "is empty; there is nothing to index in it",
        "/bytes": "is a binary file, not text; convert it to text or Markdown first",
        "/large": "is more than the 0.002 MB allowed; raise max_megabytes in footnote.toml to "
        "read it",
    }
    assert len(report.failed) == 3


def test_a_page_is_read_in_the_encoding_that_the_server_tells(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    body = page("Größe", "Die Größe der Straße ist das Maß. ").body.decode().encode("cp1252")
    web.pages["/a"] = Page(body, "text/html; charset=ISO-8859-1")
    poll("/a")
    assert "Die Größe der Straße" in index.article(f"{web.host}/a").text


def test_names_beyond_ascii_are_asked_for_as_the_network_has_them(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/stra%C3%9Fe%20a"] = text("The plant closed.")
    poll("/straße a")
    (info,) = index.articles()
    assert info.source == web.at("/stra%C3%9Fe%20a")
    assert info.id == f"{web.host}/straße a"


def test_an_address_that_can_never_be_fetched_changes_nothing(
    index: PassageIndex, tmp_path: Path
) -> None:
    (tmp_path / "b.txt").write_text("The plant grew.")
    with pytest.raises(CorpusError, match="only http and https are fetched"):
        update(index, [tmp_path / "b.txt", "ftp://example.org/a"])
    assert not index.exists()


def test_what_was_fetched_before_an_interruption_is_kept(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    paths = [f"/{number}" for number in range(30)]
    for path in paths:
        web.pages[path] = text(f"The plant of {path}.", ETag=f'"{path}"')

    def progress(at: Progress) -> None:
        if at.done == 25:
            raise KeyboardInterrupt

    report = UpdateReport()
    with pytest.raises(KeyboardInterrupt):
        poll(*paths, progress=progress, report=report)
    assert len(report.added) == len(index.articles()) == 20
    report = poll(*paths)
    assert (len(report.unchanged), len(report.added)) == (20, 10)


def test_progress_counts_addresses(web: WebServer, poll: Poll) -> None:
    web.pages["/a"] = text("The plant closed.")
    web.pages["/s.xml"] = sitemap(web, "/a", "/b")
    seen: list[Progress] = []
    poll("/s.xml", progress=seen.append)
    assert seen == [Progress(1, 3), Progress(2, 3), Progress(3, 3)]


def test_what_could_not_be_read_is_noted_of_its_list_until_it_can(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    web.pages["/a"] = text("The plant closed.")
    web.pages["/s.xml"] = sitemap(
        web, "/a", "/b", "/c", "ftp://example.org/", "http://example.org/"
    )
    poll("/s.xml")
    (noted,) = index.problems()
    assert names([noted.source]) == ["/s.xml"]
    assert "lists 3 addresses that could not be read: http" in noted.reason
    assert "lists 1 page of other hosts" in noted.reason
    web.pages["/s.xml"] = sitemap(web, "/a")
    web.pages["/a"] = Page(status=503)
    poll("/s.xml")
    assert names([each.source for each in index.problems()]) == ["/a", "/s.xml"]
    index.remove([f"{web.host}/a"])
    assert names([each.source for each in index.problems()]) == ["/s.xml"]
    web.pages["/a"] = text("The plant closed.")
    poll("/s.xml")
    assert index.problems() == []


def test_a_password_in_a_list_is_not_kept(index: PassageIndex, web: WebServer, poll: Poll) -> None:
    web.pages["/feed"] = feed(entry("http://me:secret@example.org/a"), entry("http://me:x@[/"))
    report = poll("/feed")
    assert "http://example.org/a holds a name or password" in (
        f"{report.skipped[0].source} {report.skipped[0].reason}"
    )
    kept = (index.folder / "footnote.sqlite").read_bytes()
    assert b"secret" not in kept
    assert not any("secret" in each.reason for each in index.problems())


def test_what_a_feed_lists_for_nothing_does_not_make_it_new_each_time(
    web: WebServer, poll: Poll
) -> None:
    web.pages["/feed"] = feed(entry("/a"), entry("/gone"), entry("/a.png"), ETag='"1"')
    web.pages["/a"] = text("The plant closed.")
    web.pages["/a.png"] = Page(b"PNG", "image/png")
    assert len(poll("/feed").skipped) == 2
    assert names(poll("/feed").unchanged) == ["/a"]
    assert web.paths() == ["/feed"]


def test_no_more_sitemaps_are_read_than_are_needed(web: WebServer, poll: Poll) -> None:
    maps = [f"/{number}.xml" for number in range(120)]
    web.pages["/s.xml"] = sitemap(web, *maps, kind="sitemap")
    for path in maps:
        web.pages[path] = sitemap(web)
    assert reasons(poll("/s.xml"))["/s.xml"] == "lists 120 sitemaps, of which 100 are read"
    web.pages["/0.xml"] = sitemap(web, "/a", "/b")
    web.pages["/a"] = text("The plant closed.")
    report = poll("/s.xml", pages=1)
    assert names(report.added) == ["/a"]
    assert web.paths() == ["/s.xml", "/0.xml", "/a"]


def test_an_encoding_that_was_guessed_is_told(web: WebServer, poll: Poll) -> None:
    words = "Où est l\u2019usine ? Là-bas, à côté de la forêt, où était la vieille gare."
    web.pages["/a"] = Page(words.encode("cp1252"), "text/plain")
    web.pages["/b"] = Page(words.encode("cp1252"), "text/plain; charset=windows-1252")
    assert list(poll("/a", "/b").read_as.values()) == ["cp1252"]


def test_an_entry_that_is_whole_needs_no_page(
    index: PassageIndex, web: WebServer, poll: Poll
) -> None:
    content = f"<content:encoded>&lt;p&gt;{WORDS * 10}&lt;/p&gt;</content:encoded>"
    one = f'<title>One</title><guid isPermaLink="false">note-1</guid>{content}'
    two = f'<title>Two</title><guid isPermaLink="false">urn:note:2</guid>{content}'
    web.pages["/feed"] = feed(one, two)
    first, second = poll("/feed").added
    assert all(re.fullmatch(r"/feed#[0-9a-f]{12}", name) for name in names([first, second]))
    infos = index.articles()
    assert [(info.title, info.url) for info in infos] == [("One", None), ("Two", None)]
    assert web.paths() == ["/feed"]
    web.pages["/feed"] = feed(two)
    report = poll("/feed", prune=True)
    assert (report.unchanged, report.removed) == ([second], [])
