"""Which machines are spoken with."""

from __future__ import annotations

import pytest

from index.addresses import Fetching
from index.errors import UnreachableError, UnreadableError
from index.sources.fetch import Fetcher
from index.sources.guard import Deadline, GuardedNetwork, is_public, resolved
from tests.web_server import Page, WebServer, serving

TEXT = Page(b"The plant is in Brennholt.", "text/plain")


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.7", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.254", "192.0.0.1",
        "192.0.2.7", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
        "2001:db8::1", "100::1", "4000::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::7f00:1",
        "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1",
        "2002:7f00:1::1", "2002:808:808::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_a_number_of_no_public_machine_is_known(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize(
    "number",
    ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "::ffff:8.8.8.8",
     "64:ff9b::808:808"],
)  # fmt: skip
def test_a_number_of_a_public_machine_is_known(number: str) -> None:
    assert is_public(number)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "localhost"])
def test_a_host_is_judged_by_what_the_system_makes_of_it(host: str) -> None:
    with (
        serving() as server,
        Fetcher(Fetching()) as fetcher,
        pytest.raises(UnreadableError, match=r"^leads to (127\.0\.0\.1|::1), which is not on"),
    ):
        fetcher.get(f"http://{host}:{server.port}/")
    assert server.connections == 0


def test_a_number_written_with_octals_is_no_address(web: WebServer) -> None:
    with Fetcher(Fetching()) as fetcher, pytest.raises(UnreadableError, match="is no address"):
        fetcher.get(f"http://0177.0.0.1:{web.port}/")
    assert web.connections == 0


def test_one_private_number_among_public_ones_is_enough(web: WebServer) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8", "127.0.0.1"]

    with (
        Fetcher(Fetching(), resolve=resolve) as fetcher,
        pytest.raises(UnreadableError, match=r"leads to 127\.0\.0\.1"),
    ):
        fetcher.get(f"http://news.example:{web.port}/")
    assert asked == ["news.example"]
    assert web.connections == 0


def test_a_name_is_looked_up_once_and_its_number_is_the_one_spoken_with(web: WebServer) -> None:
    """A name that changes its number between the check and the connection gains nothing."""
    numbers = iter([["127.0.0.1"], ["127.0.0.99"]])
    web.pages["/a.txt"] = TEXT
    fetching = Fetching(frozenset({"news.example"}))
    with Fetcher(fetching, resolve=lambda host, port: next(numbers)) as fetcher:
        assert fetcher.get(f"http://news.example:{web.port}/a.txt").data == TEXT.body
    assert web.asked[-1][1]["host"] == f"news.example:{web.port}"
    assert next(numbers) == ["127.0.0.99"]


def test_a_name_is_checked_again_for_each_connection(web: WebServer) -> None:
    numbers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    web.pages["/a.txt"] = Page(raw=b"HTTP/1.1 302 x\r\nLocation: http://b.example/\r\n\r\n")
    fetching = Fetching(frozenset({"a.example"}))
    with (
        Fetcher(fetching, resolve=lambda host, port: next(numbers)) as fetcher,
        pytest.raises(
            UnreadableError, match=r"^redirects to http://b\.example/, which leads to 127\.0\.0\.1"
        ),
    ):
        fetcher.get(f"http://a.example:{web.port}/a.txt")


def test_a_number_that_does_not_answer_leaves_it_to_the_next(web: WebServer) -> None:
    web.pages["/a.txt"] = TEXT
    resolve = lambda host, port: ["127.0.0.2", "127.0.0.1"]  # noqa: E731
    with Fetcher(Fetching(True), resolve=resolve) as fetcher:
        assert fetcher.get(f"http://two.example:{web.port}/a.txt").data == TEXT.body


def test_hosts_are_allowed_with_and_without_their_ports() -> None:
    fetching = Fetching(frozenset({"wiki.local", "127.0.0.1:8080", "[::1]:8080"}))
    assert fetching.allows("wiki.local", 80)
    assert fetching.allows("127.0.0.1", 8080)
    assert fetching.allows("::1", 8080)
    assert not fetching.allows("127.0.0.1", 8081)
    assert not fetching.allows("mywiki.local", 80)


@pytest.mark.parametrize("host", ["no.invalid", "a" * 64 + ".example"])
def test_a_host_that_nobody_knows_is_named(host: str) -> None:
    deadline = Deadline(lambda: 0.0)
    deadline.start(5)
    with pytest.raises(UnreachableError, match=f"no machine is called {host}"):
        GuardedNetwork(Fetching(), deadline, _unknown).connect_tcp(host, 80)


def _unknown(host: str, port: int) -> list[str]:
    """Look up as without a network, but for what can't be a name at all."""
    if len(host) > 63:
        return resolved(host, port)
    raise OSError("Name or service not known")


def test_a_host_without_a_number_is_named() -> None:
    deadline = Deadline(lambda: 0.0)
    deadline.start(5)
    with pytest.raises(UnreachableError, match=r"x\.example has no number"):
        GuardedNetwork(Fetching(), deadline, lambda host, port: []).connect_tcp("x.example", 80)
