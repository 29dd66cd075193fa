"""Fetching, from servers on loopback that behave and servers that don't."""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import struct
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.addresses import Fetching
from index.errors import CorpusError, GoneError, UnreadableError
from index.sources.exchange import Answer, unzipped_to
from index.sources.fetch import Fetcher
from index.sources.host import redirected
from index.sources.robots import asked_to_wait
from index.sources.urls import check_addresses, parse_address, without_password, written
from tests.web_server import Page, WebServer, serving

Make = Callable[..., Fetcher]
WORDS = b"The plant is in Brennholt."
TEXT = Page(WORDS, "text/plain")


@pytest.fixture
def make(web: WebServer) -> Iterator[Make]:
    """Return what makes fetchers that may speak with the server, and with nothing else."""
    made: list[Fetcher] = []

    def fetcher(seconds: float = 30.0, **options: object) -> Fetcher:
        fetching = Fetching(frozenset({web.host}), seconds=seconds)
        made.append(Fetcher(fetching, **options))  # type: ignore[arg-type]
        return made[-1]

    yield fetcher
    for each in made:
        each.__exit__(None, None, None)


def refused(fetcher: Fetcher, address: str) -> str:
    """Return the sentence that says why an address can't be read."""
    with pytest.raises(UnreadableError) as caught:
        fetcher.get(address)
    return str(caught.value)


def test_what_stands_at_an_address_is_fetched_with_what_came_with_it(
    web: WebServer, make: Make
) -> None:
    web.pages["/a.txt"] = Page(WORDS, "Text/Plain; charset=utf-8", headers={"ETag": '"1"'})
    answer = make().get(web.at("/a.txt#part"))
    assert (answer.data, answer.type, answer.headers["etag"]) == (WORDS, "text/plain", '"1"')
    assert answer.address == web.at("/a.txt")
    assert [path for path, _ in web.asked] == ["/robots.txt", "/a.txt"]
    asked = web.asked[-1][1]
    assert asked["user-agent"].startswith("Footnote/")
    assert not {"cookie", "authorization", "referer"} & asked.keys()
    assert web.connections == 1


def test_what_has_not_changed_is_not_sent_again(web: WebServer, make: Make) -> None:
    since = "Mon, 06 Sep 2021 00:01:00 GMT"
    web.pages["/tag"] = Page(WORDS, "text/plain", headers={"ETag": 'W/"1"'})
    web.pages["/date"] = Page(WORDS, "text/plain", headers={"Last-Modified": since})
    fetcher = make()
    assert fetcher.get(web.at("/tag"), etag='W/"1"').status == 304
    assert fetcher.get(web.at("/date"), modified=since).status == 304
    assert fetcher.get(web.at("/tag"), etag='"2"').data == WORDS
    assert web.connections == 1


def test_a_server_that_says_unchanged_unasked_is_not_believed(web: WebServer, make: Make) -> None:
    web.pages["/a"] = Page(status=304)
    assert "answered with 304" in refused(make(), web.at("/a"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(web: WebServer, make: Make, status: int) -> None:
    web.pages["/old"] = Page(status=status, headers={"Location": "/new?x=ü%20"})
    web.pages["/new?x=%C3%BC%20"] = TEXT
    assert make().get(web.at("/old")).address == web.at("/new?x=%C3%BC%20")


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", r"leads to 169\.254\.169\.254"),
        ("http://[::1]/", "leads to ::1, which is not"),
        ("http://[::ffff:127.0.0.1]/", "leads to ::ffff:127.0.0.1"),
        ("//10.1.2.3/", r"redirects to http://10\.1\.2\.3/, which leads to 10\.1\.2\.3"),
        ("http://2130706433/", r"leads to 127\.0\.0\.1"),
        ("http://127.0.0.1:1/", r"leads to 127\.0\.0\.1"),
        ("file:///etc/passwd", "redirects to an address that begins with file:"),
        ("ftp://news.example/", "begins with ftp:, and only http and https are fetched"),
        ("gopher://127.0.0.1:70/_x", "begins with gopher:"),
        ("javascript:alert(1)", "begins with javascript:"),
        ("http://me:secret@news.example/", "holds a name or password, which is neither kept"),
        ("http://a:99999/", "is no address"),
        ("http://[::1", "is no address"),
    ],
)
def test_a_redirect_leads_nowhere_that_could_not_be_named(
    web: WebServer, make: Make, location: str, reason: str
) -> None:
    web.pages["/a"] = Page(status=302, headers={"Location": location})
    said = refused(make(), web.at("/a"))
    assert "secret" not in said
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(said)


def test_another_port_of_an_allowed_host_is_another_host(web: WebServer, make: Make) -> None:
    with serving() as other:
        other.pages["/secret"] = TEXT
        web.pages["/a"] = Page(status=302, headers={"Location": other.at("/secret")})
        assert "leads to 127.0.0.1" in refused(make(), web.at("/a"))
        assert other.connections == 0


@pytest.mark.parametrize(
    ("origin", "target", "led"),
    [
        ("https://public.example/", "http://wiki.local/a", True),
        ("https://public.example/", "https://wiki.local/a", True),
        ("http://wiki.local/", "http://wiki.local/a", False),
        ("http://wiki.local/", "http://docs.local:8080/a", False),
        ("http://docs.local/", "http://docs.local:8080/a", True),
        ("http://wiki.local/", "https://public.example/", False),
        ("https://public.example/", "https://other.example/", False),
    ],
)
def test_a_public_address_does_not_lead_to_hosts_that_only_a_person_may_name(
    origin: str, target: str, led: bool
) -> None:
    fetching = Fetching(frozenset({"wiki.local", "docs.local:8080"}))
    answer = Answer(origin, 302, {"location": target})
    refused = pytest.raises(UnreadableError, match=r"lies on .*\.local, to which only hosts that")
    with refused if led else nullcontext():
        assert redirected(parse_address(origin), answer, fetching) == parse_address(target)
    assert redirected(parse_address(origin), answer, Fetching(True)) == parse_address(target)


def test_a_public_feed_does_not_list_hosts_that_only_a_person_may_name(
    web: WebServer, make: Make
) -> None:
    web.pages["/a"] = TEXT
    with pytest.raises(UnreadableError, match=r"lies on 127\.0\.0\.1, to which only hosts"):
        make().get(web.at("/a"), by="https://public.example/feed")
    assert web.connections == 0
    assert make().get(web.at("/a"), by=web.at("/feed")).data == WORDS


def test_redirects_end(web: WebServer, make: Make) -> None:
    web.pages["/a"] = Page(status=302, headers={"Location": "/b"})
    web.pages["/b"] = Page(status=302, headers={"Location": "/a"})
    assert refused(make(), web.at("/a")) == "redirects more than 5 times"
    assert len(web.paths()) == 6
    web.pages["/c"] = Page(status=302)
    assert "redirects to an address that" in refused(make(), web.at("/c"))


def test_cookies_are_not_kept(web: WebServer, make: Make) -> None:
    web.pages["/a"] = Page(status=302, headers={"Location": "/b", "Set-Cookie": "id=7; Path=/"})
    web.pages["/b"] = TEXT
    fetcher = make()
    assert fetcher.get(web.at("/a")).data == WORDS
    assert fetcher.get(web.at("/b")).data == WORDS
    assert all("cookie" not in headers for _, headers in web.asked)


def test_a_body_without_end_is_left(web: WebServer, make: Make) -> None:
    web.pages["/a"] = Page(type="text/plain", pieces=lambda: itertools.repeat(b"x" * 65_536))
    assert refused(make(max_bytes=1_000_000), web.at("/a")) == (
        "is more than the 1 MB allowed; raise max_megabytes in footnote.toml to read it"
    )


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_is_packed_is_unpacked(web: WebServer, make: Make, coding: str) -> None:
    packed = gzip.compress(WORDS) if coding == "gzip" else zlib.compress(WORDS)
    web.pages["/a"] = Page(packed, "text/plain", headers={"Content-Encoding": coding})
    assert make().get(web.at("/a")).data == WORDS


def test_several_parts_of_gzip_are_one_body(web: WebServer, make: Make) -> None:
    packed = gzip.compress(b"One. ") + gzip.compress(b"Two.")
    web.pages["/a"] = Page(packed, "text/plain", headers={"Content-Encoding": "gzip"})
    assert make().get(web.at("/a")).data == b"One. Two."


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_unpacked_no_further_than_the_limit(
    web: WebServer, make: Make, coding: str
) -> None:
    plain = b"\0" * 30_000_000
    packed = gzip.compress(plain, 9) if coding == "gzip" else zlib.compress(plain, 9)
    assert len(packed) < 100_000
    web.pages["/a"] = Page(packed, "text/plain", headers={"Content-Encoding": coding})
    assert "is more than the 0.5 MB" in refused(make(max_bytes=500_000), web.at("/a"))
    with pytest.raises(UnreadableError, match=r"is more than the 0\.5 MB"):
        unzipped_to(gzip.compress(plain), 500_000)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "compress"])
def test_a_packing_that_was_not_asked_for_is_refused(
    web: WebServer, make: Make, coding: str
) -> None:
    web.pages["/a"] = Page(b"\x1b\xff\xff", "text/plain", headers={"Content-Encoding": coding})
    assert refused(make(), web.at("/a")) == f"is packed by {coding}, which was not asked for"
    assert web.asked[-1][1]["accept-encoding"] == "gzip"


def test_what_is_packed_and_damaged_is_named(web: WebServer, make: Make) -> None:
    whole = gzip.compress(WORDS * 100)
    web.pages["/short"] = Page(whole[:-9], "text/plain", headers={"Content-Encoding": "gzip"})
    web.pages["/wrong"] = Page(WORDS, "text/plain", headers={"Content-Encoding": "gzip"})
    assert refused(make(), web.at("/short")) == "arrived in part only"
    assert refused(make(), web.at("/wrong")) == "is damaged: it can't be unpacked"
    with pytest.raises(UnreadableError, match="can't be unpacked"):
        unzipped_to(b"\x1f\x8bnothing of the kind", 100)


@pytest.mark.parametrize("where", ["head", "body"])
def test_slow_drips_end_with_the_time_allowed(web: WebServer, make: Make, where: str) -> None:
    done = threading.Event()

    def drips() -> Iterator[bytes]:
        while not done.wait(0.01):
            yield b"x"

    raw = b"HTTP/1.1 200 Fine\r\nX: " if where == "head" else None
    web.pages["/a"] = Page(type="text/plain", raw=raw, pieces=drips)
    said = refused(make(seconds=0.2), web.at("/a"))
    assert said == "took longer than 0.2 seconds to arrive"
    done.set()


def test_a_server_that_says_nothing_is_left(web: WebServer, make: Make) -> None:
    done = threading.Event()

    def silence() -> Iterator[bytes]:
        done.wait()
        yield b""

    web.pages["/a"] = Page(type="text/plain", pieces=silence)
    assert refused(make(seconds=0.3), web.at("/a")) == "took longer than 0.3 seconds to arrive"
    done.set()


def test_kinds_that_are_not_read_are_not_even_fetched(web: WebServer, make: Make) -> None:
    web.pages["/a.png"] = Page(type="image/png", pieces=lambda: itertools.repeat(b"x" * 65_536))
    web.pages["/a.json"] = Page(b"{}", "application/json")
    assert "is image/png, a kind that is not read" in refused(make(), web.at("/a.png"))
    assert "is application/json, a kind" in refused(make(), web.at("/a.json"))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, "may not be read (401)"),
        (403, "may not be read (403)"),
        (418, "was answered with 418"),
        (204, "was answered with 204"),
        (429, "can't be had for now (429)"),
        (500, "can't be had for now: its server failed (500)"),
        (503, "can't be had for now (503)"),
    ],
)
def test_what_a_status_means_is_said(web: WebServer, make: Make, status: int, reason: str) -> None:
    web.pages["/a"] = Page(status=status)
    assert reason in refused(make(), web.at("/a"))


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_told_from_what_fails(web: WebServer, make: Make, status: int) -> None:
    web.pages["/a"] = Page(status=status)
    with pytest.raises(GoneError, match=rf"is not there any more \({status}\)"):
        make().get(web.at("/a"))


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"",
    ],
)
def test_what_is_not_http_is_refused(web: WebServer, make: Make, raw: bytes) -> None:
    web.pages["/a"] = Page(raw=raw)
    assert refused(make(), web.at("/a")) in {
        "was answered by something that is not HTTP",
        "can't be reached: the connection broke",
    }


def test_a_port_where_nobody_listens_is_named(make: Make, web: WebServer) -> None:
    with serving() as other:
        closed = other.at("/")
    with Fetcher(Fetching(True)) as fetcher:
        assert refused(fetcher, closed) == "can't be reached (connection refused)"


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=news.example",
         "-addext", "subjectAltName=DNS:news.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serving(context) as server:
        server.pages["/a"] = TEXT
        resolve = lambda host, port: ["127.0.0.1"]  # noqa: E731
        with Fetcher(Fetching(True), resolve=resolve) as fetcher:
            said = refused(fetcher, server.at("/a", f"news.example:{server.port}"))
            assert said == "has a certificate that is not trusted (self-signed certificate)"
        # The name counts, though the number is what is connected to.
        with Fetcher(Fetching(True), resolve=resolve, trust=trusting) as fetcher:
            assert fetcher.get(server.at("/a", f"news.example:{server.port}")).data == WORDS
            said = refused(fetcher, server.at("/a", f"other.example:{server.port}"))
            assert "is not trusted" in said
            assert "other.example" in said


def test_a_port_that_speaks_no_tls_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, Fetcher(Fetching(True)) as fetcher:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(b"220 mail.example ready\r\n")
                connection.recv(65_536)

        thread = threading.Thread(target=answer)
        thread.start()
        said = refused(fetcher, f"https://127.0.0.1:{listening.getsockname()[1]}/")
        assert said == "can't be reached: no encrypted connection could be made"
        thread.join()


def test_robots_txt_is_read_once_and_heeded(web: WebServer, make: Make) -> None:
    web.pages["/robots.txt"] = Page(
        b"User-agent: *\nDisallow: /\n\n"
        b"User-agent: footnote\nDisallow: /private\nAllow: /private/a\n",
        "text/plain",
    )
    web.pages["/a"] = web.pages["/private/a"] = web.pages["/private/b"] = TEXT
    fetcher = make()
    assert fetcher.get(web.at("/a")).data == WORDS
    assert fetcher.get(web.at("/private/a")).data == WORDS
    said = refused(fetcher, web.at("/private/b"))
    assert said == "is kept from programs by robots.txt of 127.0.0.1"
    assert [path for path, _ in web.asked].count("/robots.txt") == 1
    assert "/private/b" not in web.paths()


def test_robots_txt_holds_for_where_a_redirect_leads(web: WebServer, make: Make) -> None:
    web.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /b\n", "text/plain")
    web.pages["/a"] = Page(status=302, headers={"Location": "/b"})
    assert "is kept from programs" in refused(make(), web.at("/a"))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_without_a_robots_txt_everything_may_be_read(
    web: WebServer, make: Make, status: int
) -> None:
    web.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /\n", "text/plain", status)
    web.pages["/a"] = TEXT
    assert make().get(web.at("/a")).data == WORDS


@pytest.mark.parametrize("status", [500, 503, 429])
def test_with_a_robots_txt_that_fails_nothing_is_read(
    web: WebServer, make: Make, status: int
) -> None:
    web.pages["/robots.txt"] = Page(status=status)
    web.pages["/a"] = TEXT
    fetcher = make()
    said = refused(fetcher, web.at("/a"))
    assert said == (
        "can't be had for now: robots.txt of 127.0.0.1, which says what programs may read, "
        f"was answered with {status}"
    )
    assert refused(fetcher, web.at("/b")) == said
    assert len(web.asked) == 1


def test_a_robots_txt_may_be_elsewhere_large_or_damaged(web: WebServer, make: Make) -> None:
    rules = b"User-agent: *\nDisallow: /b\n"
    web.pages["/a"] = TEXT
    web.pages["/robots.txt"] = Page(status=301, headers={"Location": "/r"})
    web.pages["/r"] = Page(rules + b"#" * 600_000 + b"\nDisallow: /a\n", "text/plain")
    fetcher = make()
    assert fetcher.get(web.at("/a")).data == WORDS
    assert "is kept from programs" in refused(fetcher, web.at("/b"))
    web.pages["/r"] = Page(status=301, headers={"Location": "/r"})
    assert make().get(web.at("/a")).data == WORDS
    web.pages["/r"] = Page(status=301, headers={"Location": "http://10.0.0.1/"})
    assert "robots.txt of 127.0.0.1, which says what programs may read, leads to 10.0.0.1" in (
        refused(make(), web.at("/a"))
    )
    web.pages["/robots.txt"] = Page(rules, "text/plain", headers={"Content-Encoding": "gzip"})
    assert "which says what programs may read, is damaged" in refused(make(), web.at("/a"))


def test_a_host_gets_the_time_that_it_asks_for(web: WebServer, make: Make) -> None:
    slept: list[float] = []
    web.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 7\n", "text/plain")
    web.pages["/a"] = TEXT
    fetcher = make(clock=lambda: 100.0, sleep=slept.append)
    for _ in range(3):
        fetcher.get(web.at("/a"))
    assert slept == [7.0, 7.0]
    web.pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 100000\n", "text/plain")
    fetcher = make(clock=lambda: 100.0, sleep=slept.append)
    fetcher.get(web.at("/a"))
    fetcher.get(web.at("/a"))
    assert slept[2:] == [60.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_once_more_when_it_says(
    web: WebServer, make: Make, status: int
) -> None:
    slept: list[float] = []
    web.pages["/a"] = [Page(status=status, headers={"Retry-After": "7"}), TEXT]
    assert make(clock=lambda: 0.0, sleep=slept.append).get(web.at("/a")).data == WORDS
    assert slept == [7.0]


def test_a_server_that_stays_busy_is_left_alone_for_the_run(web: WebServer, make: Make) -> None:
    slept: list[float] = []
    web.pages["/a"] = Page(status=429, headers={"Retry-After": "7"})
    web.pages["/b"] = Page(status=503, headers={"Retry-After": "86400"})
    fetcher = make(clock=lambda: 0.0, sleep=slept.append)
    assert refused(fetcher, web.at("/b")).startswith("can't be had for now (503)")
    assert slept == []
    assert refused(fetcher, web.at("/a")).startswith("can't be had for now (429)")
    assert slept == [7.0]
    assert refused(fetcher, web.at("/c")) == (
        "can't be had for now: 127.0.0.1 wants to be asked less often"
    )
    assert web.paths() == ["/b", "/a", "/a"]


def test_a_host_that_fails_three_times_is_left_alone_for_the_run(
    web: WebServer, make: Make
) -> None:
    for path in "abcd":
        web.pages[f"/{path}"] = Page(raw=b"nothing\r\n\r\n")
    fetcher = make()
    for path in "abcd":
        assert "is not HTTP" in refused(fetcher, web.at(f"/{path}"))
    assert web.paths() == ["/a", "/b", "/c"]


def test_the_time_to_wait_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2024, 5, 6, 7, 0, tzinfo=UTC)
    assert asked_to_wait("120", now) == 120.0
    assert asked_to_wait("Mon, 06 May 2024 08:00:00 GMT", now) == 3_600.0
    assert asked_to_wait("Mon, 06 Sep 2021 00:01:00 -0000", now) == 0.0
    assert asked_to_wait(None, now) is None
    assert asked_to_wait("soon", now) is None
    assert asked_to_wait("Mon, 06 May 2024 08:00:00 +99999999999999", now) is None


def test_a_connection_that_breaks_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, Fetcher(Fetching(True)) as fetcher:

        def reset() -> None:
            connection, _ = listening.accept()
            connection.recv(1)
            # Closed with something unread and no time to linger: the other side is told so.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

        thread = threading.Thread(target=reset)
        thread.start()
        said = refused(fetcher, f"http://127.0.0.1:{listening.getsockname()[1]}/")
        assert said == "can't be reached: the connection broke"
        thread.join()


def test_addresses_are_kept_in_one_form() -> None:
    assert check_addresses(
        [
            "HTTPS://Exämple.ORG:443/pä th?q=ü#part",
            "https://xn--exmple-cua.org/p%C3%A4%20th?q=%C3%BC",
            "http://example.org",
            "http://example.org:8080/a/../b",
        ]
    ) == [
        "https://xn--exmple-cua.org/p%C3%A4%20th?q=%C3%BC",
        "http://example.org/",
        "http://example.org:8080/b",
    ]
    assert written(parse_address("http://[::1]:8/")) == "http://[::1]:8/"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://example.org/a", "ftp://example.org/a begins with ftp:, and only http and https"),
        ("file:///etc/passwd", "file:///etc/passwd begins with file:"),
        ("https://me:secret@example.org/a@b", "https://example.org/a@b holds a name or password"),
        ("https://token@example.org/", "https://example.org/ holds a name or password"),
        ("http://", "http:// is no address that can be read"),
        ("http://a.example:0/", "is no address"),
        ("http://a\n.example/", "is no address"),
        ("http://a b.example/", "is no address"),
        ("http://[/", "is no address"),
    ],
)
def test_an_address_that_can_never_be_fetched_is_named_without_its_password(
    address: str, reason: str
) -> None:
    with pytest.raises(CorpusError) as caught:
        check_addresses([address])
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "token" not in str(caught.value)


def test_a_password_is_taken_out_of_any_address() -> None:
    assert without_password("http://a:b@c@example.org/x@y") == "http://example.org/x@y"
    assert without_password("http://example.org") == "http://example.org"
