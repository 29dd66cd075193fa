"""Answers, feeds and sitemaps that are scribbled on: read or refused, never more than that."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import Fetching, UnreadableError
from index.sources.body import as_utf8, id_of, kind_of, stem_of
from index.sources.fetch import Fetcher
from index.sources.robots import Robots
from index.sources.urls import joined, parse_address, without_password, written
from index.sources.web import Web
from tests.web_server import Page, serving

ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nETag: "1"\r\n'
    b"Transfer-Encoding: chunked\r\n\r\n6\r\nTurin,\r\n5\r\n yes.\r\n0\r\n\r\n"
)
FEED = (
    '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    "<channel><title>a</title><item><title>Turin</title><link>http://example.org/a?b=1&amp;c</link>"
    f"<content:encoded><![CDATA[<p>{'It is in Turin. ' * 40}</p>]]></content:encoded></item>"
    "</channel></rss>"
)
SITEMAP = (
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
    "<loc>http://example.org/a</loc></url><url><loc>http://example.org/b</loc></url></urlset>"
)
RULES = settings(
    max_examples=60, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def scribbled(data: st.DataObject, whole: bytes) -> bytes:
    """Return bytes with some of them changed, taken out or put in."""
    content = bytearray(whole)
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        content[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    return bytes(content[: data.draw(st.integers(0, len(content)))])


@RULES
@given(data=st.data())
def test_whatever_a_server_sends_is_an_answer_or_a_sentence(data: st.DataObject) -> None:
    with serving() as web:
        web.pages["/a"] = Page(raw=scribbled(data, ANSWER))
        fetcher = Fetcher(Fetching(True, seconds=5), max_bytes=1_000)
        with fetcher, suppress(UnreadableError):
            assert len(fetcher.get(web.at("/a")).data) <= 1_000


@pytest.mark.parametrize("whole", [FEED, SITEMAP], ids=["feed", "sitemap"])
@RULES
@given(data=st.data())
def test_a_damaged_list_is_read_or_refused(
    data: st.DataObject, whole: str, here: object, tmp_path: Path
) -> None:
    with serving() as web, Fetcher(Fetching(True)) as fetcher:
        web.pages["/a"] = Page(scribbled(data, whole.encode()), "text/xml")
        reader = Web(fetcher, here, tmp_path, 100_000)  # type: ignore[arg-type]
        try:
            found = reader.get(web.at("/a"))
            assert found
            items = reader.listing(found, 10).items if found.kind in (".feed", ".sitemap") else ()
        except UnreadableError:
            return
        for item in items:
            assert item.problem or item.source == written(parse_address(item.source))
            for block in item.blocks:
                assert block.span.of(item.text).strip()
    assert list(tmp_path.iterdir()) == []


@RULES
@given(st.text(max_size=60), st.sampled_from(["http://", "https://a.example/", "//", ""]))
def test_any_text_is_an_address_or_refused(text: str, start: str) -> None:
    address = joined("https://example.org/feed", start + text)
    assert isinstance(without_password(address), str)
    try:
        kept = written(parse_address(address))
    except UnreadableError:
        return
    assert written(parse_address(kept)) == kept
    assert kept.isascii()
    assert id_of(kept).isprintable()
    assert "/" not in stem_of(kept) or ":" in stem_of(kept)


@RULES
@given(
    st.binary(max_size=200), st.text(max_size=30), st.sampled_from(["text/html", "text/xml", ""])
)
def test_any_bytes_have_a_kind_or_none(content: bytes, charset: str, type: str) -> None:
    try:
        kind = kind_of(type, "https://example.org/a", content)
    except UnreadableError:
        return
    as_utf8(content, f"{type}; charset={charset}", kind)


@RULES
@given(st.binary(max_size=300))
def test_any_robots_txt_is_read(content: bytes) -> None:
    robots = Robots(b"User-agent: *\n" + content, "Footnote")
    assert robots.admits("https://example.org/a") in {True, False}
    assert robots.delay >= 0
