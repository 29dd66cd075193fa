"""What an answer from the web is."""

from __future__ import annotations

import pytest

from index.errors import UnreadableError
from index.sources.body import FEED, SITEMAP, admits, as_utf8, id_of, kind_of, stem_of

PLAIN = "http://example.org/a"
HTML = b"<!DOCTYPE html>\n<html lang=en><p>Hello</html>"
RSS = b'<?xml version="1.0"?>\n<!-- ours -->\n<rss version="2.0"><channel/></rss>'
ATOM = b'\xef\xbb\xbf<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"/>'
RDF = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
MAP = b"<!DOCTYPE urlset [ <!ENTITY a 'b'> ]><urlset></urlset>"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("type", "address", "data", "kind"),
    [
        ("text/html", PLAIN, HTML, ".html"),
        ("text/html", PLAIN, b"just words", ".html"),
        ("text/html", PLAIN, b"<p>A page without a head", ".html"),
        ("application/xhtml+xml", PLAIN, HTML, ".html"),
        ("application/xml", PLAIN, b'<html xmlns="x"/>', ".html"),
        ("", PLAIN, HTML, ".html"),
        ("text/html", "http://example.org/feed", RSS, FEED),
        ("text/plain", "http://example.org/feed", RSS, FEED),
        ("application/rss+xml", PLAIN, RSS, FEED),
        ("application/atom+xml", PLAIN, ATOM, FEED),
        ("text/xml", PLAIN, RDF, FEED),
        ("text/xml", PLAIN, MAP, SITEMAP),
        ("application/octet-stream", "http://example.org/sitemap.xml", MAP, SITEMAP),
        ("application/xml", PLAIN, b"<sitemapindex/>", SITEMAP),
        ("application/pdf", PLAIN, b"%PDF-1.7", ".pdf"),
        ("text/html", PLAIN, b"%PDF-1.7", ".pdf"),
        ("text/plain", PLAIN, b"words", ".txt"),
        ("text/plain", "http://example.org/rss.txt", RSS, ".txt"),
        ("text/plain", "http://example.org/README.md?raw=1", b"# Words", ".md"),
        ("text/plain", "http://example.org/a.csv", b"a,b", ".csv"),
        ("text/plain", "http://example.org/a.pdf", b"no PDF", ".txt"),
        ("text/markdown", PLAIN, b"# Words", ".md"),
        (DOCX, PLAIN, b"PK", ".docx"),
        ("application/zip", "http://example.org/a.docx", b"PK", ".docx"),
        ("application/octet-stream", "http://example.org/a.txt", b"words", ".txt"),
    ],
)
def test_type_first_bytes_and_address_say_what_it_is(
    type: str, address: str, data: bytes, kind: str
) -> None:
    assert admits(type)
    assert kind_of(type, address, data) == kind


@pytest.mark.parametrize(
    ("type", "data"), [("application/xml", b"<svg/>"), ("", b"words"), ("application/zip", b"PK")]
)
def test_what_is_nothing_of_it_is_refused(type: str, data: bytes) -> None:
    with pytest.raises(UnreadableError, match="holds neither a feed, a sitemap nor a page"):
        kind_of(type, PLAIN, data)


def test_many_comments_take_no_time() -> None:
    """With one way to read them there is no other to try; with more, this would not end."""
    with pytest.raises(UnreadableError, match="holds neither"):
        kind_of("text/xml", PLAIN, b"<!---->" * 580)


def test_types_that_hold_no_text_are_not_admitted() -> None:
    assert not any(map(admits, ("image/png", "video/mp4", "application/json", "text/css")))


@pytest.mark.parametrize("kind", [".html", ".txt", FEED])
def test_the_servers_encoding_comes_before_the_pages(kind: str) -> None:
    data = '<meta charset="utf-8">Größe'.encode("cp1252")
    for label in ("ISO-8859-1", '"windows-1252"', "latin1"):
        assert (
            as_utf8(data, f"text/html; charset={label}", kind).decode("utf-8-sig").endswith("Größe")
        )


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-1250", "cp1250"), ("ISO-8859-2", "iso8859-2"), ("koi8-r", "koi8-r"),
        ("x-sjis", "cp932"), ("EUC-JP", "euc_jp"), ("iso-2022-jp", "iso2022_jp"), ("big5", "big5"),
        ("gb2312", "gb18030"), ("euc-kr", "cp949"), ("utf-16le", "utf-16-le"),
        ("macintosh", "mac-roman"), ("us-ascii", "cp1252"),
    ],
)  # fmt: skip
def test_encodings_of_pages_are_known(label: str, codec: str) -> None:
    word = {"big5": "工", "gb18030": "工", "cp949": "공"}.get(codec, "a")
    data = word.encode(codec)
    assert as_utf8(data, f"text/plain; charset={label}", ".txt").decode("utf-8-sig") == word


def test_a_page_says_its_encoding_where_the_server_does_not() -> None:
    data = '<html><meta charset="windows-1251"><p>Завод'.encode("cp1251")
    assert as_utf8(data, "text/html", ".html").decode("utf-8-sig").endswith("Завод")
    data = '<meta http-equiv=Content-Type content="text/html; charset=shift_jis">工場'.encode(
        "cp932"
    )
    assert as_utf8(data, "text/html", ".html").decode("utf-8-sig").endswith("工場")
    assert as_utf8(data, "text/plain", ".txt") == data


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (b"words", "text/html", ".html"),
        (b"words", "text/html; charset=UTF-8", ".html"),
        (b"words", "text/html; charset=klingon", ".html"),
        (b"words", "text/html; charset=base64", ".html"),
        (b"words-9ca", "text/html; charset=punycode", ".html"),
        (b"\\u0041", "text/html; charset=unicode_escape", ".html"),
        (b"words", "text/html; charset=a\0b", ".html"),
        (b"\xef\xbb\xbfwords", "text/html; charset=latin1", ".html"),
        (b"\xff\xfew\0", "text/html; charset=latin1", ".html"),
        (b"%PDF-", "application/pdf; charset=latin1", ".pdf"),
    ],
)
def test_bytes_stay_as_they_are_where_nothing_better_is_known(
    data: bytes, content_type: str, kind: str
) -> None:
    assert as_utf8(data, content_type, kind) == data


def test_an_address_gives_a_name_to_what_has_none() -> None:
    assert stem_of("http://example.org/reports/used_cars-2024.html?x=1") == "used_cars-2024"
    assert stem_of("http://example.org/") == "example.org"
    assert stem_of("http://example.org/cars/index.html") == "cars"
    assert stem_of("http://example.org/readme/index.html") == "example.org"
    assert stem_of("http://example.org/a%2Fb%00c%E5%B7%A5") == "bc工"
    assert len(stem_of(f"http://example.org/{'a' * 500}")) == 80


def test_an_address_gives_a_short_id() -> None:
    assert id_of("https://example.org/reports/cars.html") == "example.org/reports/cars"
    assert id_of("https://example.org/") == "example.org"
    assert id_of("https://example.org:8080/a?id=7") == "example.org:8080/a?id=7"
    assert id_of("https://example.org/a%1bb") == "example.org/a\ufffdb"
    assert len(id_of(f"https://example.org/{'a' * 500}")) == 160
