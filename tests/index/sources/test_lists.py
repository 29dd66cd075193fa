"""Feeds and sitemaps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from index import Article, UnreadableError
from index.sources.lists import INDEX, PAGE

SENTENCES = "The line in Brennholt rests on Sundays, and starts again before dawn. " * 10
WHOLE = f"<p>{SENTENCES}</p><ul><li>One</li><li>Two</li></ul>"
CHANNEL = "<channel><item><title>One</title><link>/1</link></item></channel>"
Listed = Callable[[str | bytes], list[Article]]


@pytest.fixture
def feed(tmp_path: Path, here: object) -> Listed:
    """Return what reads a feed."""
    return lambda text: _parsed(here, tmp_path / "a.feed", text)


@pytest.fixture
def sitemap(tmp_path: Path, here: object) -> Listed:
    """Return what reads a sitemap."""
    return lambda text: _parsed(here, tmp_path / "a.sitemap", text)


def _parsed(here: object, path: Path, text: str | bytes) -> list[Article]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return here.parse(str(path), id="f", title="")  # type: ignore[attr-defined,no-any-return]


def test_an_entry_of_rss_that_is_whole_is_an_article(feed: Listed) -> None:
    (entry,) = feed(
        f"""<?xml version="1.0"?>
        <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
          xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel><title>Line news</title><language>en-gb</language><item>
          <title>The &lt;b&gt;line&lt;/b&gt; rests</title><link>https://example.org/line</link>
          <pubDate>Mon, 06 Sep 2021 10:01:00 +0200</pubDate><dc:creator>Ida  Brenn</dc:creator>
          <description>Only the beginning.</description>
          <content:encoded><![CDATA[{WHOLE}<script>alert(1)</script>]]></content:encoded>
        </item></channel></rss>"""
    )
    assert entry.text == f"The line rests\n\n{SENTENCES.strip()}\n\n- One\n- Two"
    assert [block.kind for block in entry.blocks] == ["heading", "paragraph", "list"]
    assert (entry.title, entry.url) == ("The line rests", "https://example.org/line")
    assert (entry.published, entry.author) == ("2021-09-06T08:01:00+00:00", "Ida Brenn")
    assert (entry.kind, entry.language) == ("html", "en")


def test_an_entry_of_atom_that_is_whole_is_an_article(feed: Listed) -> None:
    first, second = feed(
        f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Line news</title>
        <entry><title>One</title><id>urn:1</id><updated>2024-02-03T04:05:06Z</updated>
          <link rel="self" href="https://example.org/self"/><link href="https://example.org/1"/>
          <author><name>Ida</name></author><content type="xhtml">
          <div xmlns="http://www.w3.org/1999/xhtml"><p>{SENTENCES}</p></div></content></entry>
        <entry><title>Two</title><id>urn:2</id><link href="https://example.org/2"/>
          <content type="text">{SENTENCES}

          {SENTENCES}</content></entry></feed>"""
    )
    assert (first.url, first.author) == ("https://example.org/1", "Ida")
    assert first.published == "2024-02-03T04:05:06+00:00"
    assert first.text == f"One\n\n{SENTENCES.strip()}"
    assert second.text.count(SENTENCES.strip()) == 2


@pytest.mark.parametrize(
    "content",
    ["", "<description>A summary, however long. </description>",
     "<content:encoded>&lt;p&gt;The beginning … Read more&lt;/p&gt;</content:encoded>"],
)  # fmt: skip
def test_an_entry_that_is_no_more_than_a_part_is_left_to_its_page(
    feed: Listed, content: str
) -> None:
    (entry,) = feed(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<item><title>One</title><link>https://example.org/1</link>{content}</item></channel></rss>"
    )
    assert (entry.title, entry.text, entry.url) == ("One", "", "https://example.org/1")


@pytest.mark.parametrize(
    "text",
    [
        f'<rss version="0.91">{CHANNEL}</rss>',
        f'<rss version="0.92">{CHANNEL}</rss>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>x</title></channel>'
        "<item><title>One</title><link>/1</link></item></rdf:RDF>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><item rdf:about="/1"><title>One</title>'
        "<link>/1</link></item></rdf:RDF>",
        # Not closed, an ampersand by itself, an entity that nobody defined.
        '<rss version="2.0"><channel><title>A & B &nope;</title><item><title>One</title>'
        "<link>/1</link></item><item><title>Tw",
    ],
    ids=["0.91", "0.92", "0.9", "1.0", "damaged"],
)
def test_old_and_damaged_feeds_are_read(feed: Listed, text: str) -> None:
    entry = feed(text)[0]
    assert (entry.title, entry.url) == ("One", "/1")


def test_an_entry_without_a_link_has_its_id_for_one(feed: Listed) -> None:
    (entry,) = feed(
        '<rss version="2.0"><channel><item><guid isPermaLink="false">https://example.org/7</guid>'
        "<title>One</title></item></channel></rss>"
    )
    assert entry.url == "https://example.org/7"


def test_an_entry_with_a_date_that_is_none_is_read(feed: Listed) -> None:
    (entry,) = feed(
        "<rss version='2.0'><channel><item><title>One</title><link>/1</link>"
        "<pubDate>0000-00-00</pubDate></item></channel></rss>"
    )
    assert (entry.title, entry.published) == ("One", None)


def test_entities_of_a_feed_are_not_multiplied(feed: Listed) -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    entries = feed(
        f'<!DOCTYPE rss [<!ENTITY l0 "laugh">{lines}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        '<rss version="2.0"><channel><item><title>One &l9; &f;</title><link>/1</link></item>'
        "</channel></rss>"
    )
    assert all(len(entry.title) < 1_000 and "root:" not in entry.title for entry in entries)


def test_what_is_no_feed_is_refused(feed: Listed) -> None:
    for text in ("", "words", "<rsx/>"):
        with pytest.raises(UnreadableError, match="is no feed that can be read"):
            feed(text)


def test_a_feed_is_read_in_the_encoding_that_is_told(feed: Listed) -> None:
    text = (
        '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><item>'
        "<title>Größe</title><link>/1</link></item></channel></rss>"
    )
    assert feed(text.encode("cp1252"))[0].title == "Größe"
    # The server told it, so that it is UTF-8 by now, whatever the declaration says.
    assert feed(b"\xef\xbb\xbf" + text.encode())[0].title == "Größe"


def test_a_sitemap_lists_pages(sitemap: Listed) -> None:
    listed = sitemap(
        """<?xml version="1.0" encoding="UTF-8"?>
        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
          xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
          <url><loc> https://example.org/a?b=1&amp;c=2
          </loc><lastmod>2024-01-01</lastmod>
          <image:image><image:loc>https://example.org/a.png</image:loc></image:image></url>
          <url><loc/></url><url><loc>https://example.org/b</loc></url></urlset>"""
    )
    assert [each.url for each in listed] == [
        "https://example.org/a?b=1&c=2",
        "https://example.org/b",
    ]
    assert {each.kind for each in listed} == {PAGE}


def test_an_index_lists_sitemaps(sitemap: Listed) -> None:
    (listed,) = sitemap("<sitemapindex><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>")
    assert (listed.url, listed.kind) == ("/b.xml", INDEX)


def test_a_sitemap_that_is_damaged_or_a_bomb_is_refused(sitemap: Listed) -> None:
    with pytest.raises(UnreadableError, match=r"is a damaged sitemap \(line 2\)"):
        sitemap("<urlset>\n<url></urlset>")
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE u [<!ENTITY l0 "laugh">{lines}]><urlset><url><loc>&l9;</loc></url></urlset>'
    with pytest.raises(UnreadableError, match="is a damaged sitemap"):
        sitemap(bomb)
    for entity in ('"/a"', 'SYSTEM "file:///etc/passwd"'):
        with pytest.raises(UnreadableError, match="that defines entities, which are not read"):
            sitemap(
                f"<!DOCTYPE u [<!ENTITY a {entity}>]><urlset><url><loc>&a;</loc></url></urlset>"
            )
