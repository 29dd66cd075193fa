"""The HTTP side: only what Slack signed, and lately, gets in; health and metrics are there."""

from __future__ import annotations

import http.client
import io
import itertools
import json
import random
import socket
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter
from slack_sdk.signature import SignatureVerifier

from bot.errors import SlackError
from bot.slack.http import Door, HttpServer

SECRET = "0123456789abcdef0123456789abcdef"
VERIFIER = SignatureVerifier(SECRET)
BODY = b'{"type": "event_callback", "event": {"type": "app_mention", "text": "Where?"}}'
TRIES = 10_000
FIVE_MINUTES = 300


class Slack:
    """What stands behind the door; keeps the bodies that got in."""

    def __init__(self) -> None:
        self.let_in: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Take a request in."""
        self.let_in.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0)))
        start("200 OK", [("Content-Type", "text/plain")])
        return [f"in at {environ['PATH_INFO']}".encode()]


@pytest.fixture
def slack() -> Slack:
    """Return what stands behind the door."""
    return Slack()


@pytest.fixture
def trouble() -> list[str]:
    """Return what is wrong: nothing until something is put in."""
    return []


@pytest.fixture
def door(slack: Slack, trouble: list[str]) -> Door:
    """Return the door."""
    registry = CollectorRegistry()
    Counter("footnote_questions", "Questions.", registry=registry).inc()
    return Door(slack, VERIFIER, registry, lambda: "".join(trouble))


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a request as Slack signs it, by its own library."""
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}


def knock(
    door: Door,
    path: str = "/slack/events",
    *,
    method: str = "POST",
    body: bytes = BODY,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    """Make a request; return status and body."""
    environ: dict[str, Any] = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{n.upper().replace('-', '_')}": v for n, v in (headers or {}).items()},
    }
    setup_testing_defaults(environ)
    statuses: list[str] = []
    answer = b"".join(door(environ, lambda status, headers, *_: statuses.append(status)))
    return int(statuses[0].split()[0]), answer


def test_a_request_that_slack_signed_gets_in_whole(door: Door, slack: Slack) -> None:
    assert knock(door, headers=signed(BODY)) == (200, b"in at /slack/events")
    assert slack.let_in == [BODY]


def flipped(signature: str, rng: random.Random) -> str:
    """Return a signature with one digit changed."""
    place = rng.randrange(3, len(signature))
    other = rng.choice([digit for digit in "0123456789abcdef" if digit != signature[place]])
    return signature[:place] + other + signature[place + 1 :]


def wrong_ones(rng: random.Random) -> Iterator[tuple[bytes, dict[str, str]]]:
    """Yield requests, each wrong in another way."""
    while True:
        body = json.dumps({"text": rng.random(), "type": "event_callback"}).encode()
        right = signed(body)
        named = "X-Slack-Signature"
        yield body, {**right, named: f"v0={rng.getrandbits(256):064x}"}
        yield body, {**right, named: flipped(right[named], rng)}
        yield body, {**right, named: right[named][: rng.randrange(len(right[named]))]}
        yield body + b" ", right
        yield body, signed(body, secret=f"{rng.getrandbits(128):032x}")
        earlier = int(right["X-Slack-Request-Timestamp"]) - 1 - rng.randrange(9)
        yield body, {**right, "X-Slack-Request-Timestamp": str(earlier)}
        # Rightly signed, and too long ago, or not yet.
        old = FIVE_MINUTES + 5 + rng.expovariate(1 / 10_000)
        yield body, signed(body, time.time() - old)
        yield body, signed(body, time.time() + old)


def test_ten_thousand_wrong_signatures_and_old_timestamps_are_refused(
    door: Door, slack: Slack
) -> None:
    wrong = itertools.islice(wrong_ones(random.Random(20261124)), TRIES)
    statuses = Tally(knock(door, body=body, headers=headers)[0] for body, headers in wrong)
    assert statuses == {401: TRIES}
    assert slack.let_in == []
    assert knock(door, headers=signed(BODY))[0] == 200


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_request_without_a_header_is_refused(door: Door, slack: Slack, missing: str) -> None:
    headers = signed(BODY)
    del headers[missing]
    assert knock(door, headers=headers)[0] == 401
    assert slack.let_in == []


@given(st.text(), st.text(), st.binary())
def test_whatever_the_headers_hold_a_request_is_refused_and_nothing_breaks(
    timestamp: str, signature: str, body: bytes
) -> None:
    slack = Slack()
    door = Door(slack, VERIFIER, CollectorRegistry(), lambda: "")
    headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}
    assert knock(door, body=body, headers=headers)[0] == 401
    assert slack.let_in == []


@pytest.mark.parametrize(
    ("path", "method"),
    [("/", "GET"), ("/slack/events", "GET"), ("/slack/events/", "POST"), ("/healthz", "POST")],
)
def test_there_is_nothing_at_other_places(door: Door, slack: Slack, path: str, method: str) -> None:
    assert knock(door, path, method=method, headers=signed(BODY))[0] == 404
    assert slack.let_in == []


@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
def test_the_pages_that_install_the_app_need_no_signature(door: Door, path: str) -> None:
    assert knock(door, path, method="GET", body=b"") == (200, f"in at {path}".encode())


def test_health_is_told_without_a_signature(door: Door, trouble: list[str]) -> None:
    assert knock(door, "/healthz", method="GET", body=b"") == (200, b"ok\n")
    trouble.append("The articles can't be read.")
    assert knock(door, "/healthz", method="GET", body=b"") == (
        503,
        b"The articles can't be read.\n",
    )


def test_metrics_are_in_the_format_of_prometheus(door: Door) -> None:
    status, body = knock(door, "/metrics", method="GET", body=b"")
    assert status == 200
    assert b"footnote_questions_total 1.0\n" in body


@pytest.mark.parametrize("path", ["/bot/slack/events", "/slack/events"])
def test_a_proxy_may_leave_its_prefix_or_take_it_off(slack: Slack, path: str) -> None:
    door = Door(slack, VERIFIER, CollectorRegistry(), lambda: "", prefix="/bot/")
    assert knock(door, path, headers=signed(BODY)) == (200, b"in at /slack/events")


@pytest.fixture
def server(door: Door) -> Iterator[HttpServer]:
    """Serve the door at a free port."""
    with HttpServer(door, "127.0.0.1", 0) as server:
        yield server


def request(server: HttpServer, method: str, path: str, body: Any = None, **more: Any) -> int:
    """Make a request over a connection of its own; return the status."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
        connection.request(method, path, body, **more)
        with connection.getresponse() as response:
            return response.status


def test_over_a_connection_the_same_gets_in_and_the_same_does_not(
    server: HttpServer, slack: Slack
) -> None:
    assert request(server, "POST", "/slack/events", BODY, headers=signed(BODY)) == 200
    wrong = wrong_ones(random.Random(7))
    for _ in range(80):
        body, headers = next(wrong)
        assert request(server, "POST", "/slack/events", body, headers=headers) == 401
    assert slack.let_in == [BODY]


def test_headers_of_any_bytes_are_refused(server: HttpServer) -> None:
    headers = {"X-Slack-Request-Timestamp": "²³", "X-Slack-Signature": "v0=é"}
    assert request(server, "POST", "/slack/events", BODY, headers=headers) == 401


def test_a_proxy_may_send_the_body_in_chunks(server: HttpServer, slack: Slack) -> None:
    parts = iter([BODY[:7], BODY[7:]])
    assert (
        request(server, "POST", "/slack/events", parts, headers=signed(BODY), encode_chunked=True)
        == 200
    )
    assert slack.let_in == [BODY]


def test_a_proxy_s_headers_change_nothing(server: HttpServer) -> None:
    headers = {**signed(BODY), "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    assert request(server, "POST", "/slack/events", BODY, headers=headers) == 200


def test_a_body_beyond_all_measure_is_not_taken(server: HttpServer, slack: Slack) -> None:
    headers = {**signed(BODY), "Content-Length": str(2 * 1024 * 1024 + 1)}
    assert request(server, "POST", "/slack/events", headers=headers) == 413
    assert slack.let_in == []


def test_a_health_check_may_ask_for_the_head_alone(server: HttpServer) -> None:
    assert request(server, "HEAD", "/healthz") == 200


def test_a_port_that_is_taken_is_told(door: Door) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            SlackError, match=rf"127.0.0.1 port {port} can't be listened on .*--http"
        ):
            HttpServer(door, "127.0.0.1", port)


def test_a_name_that_is_no_address_is_told(door: Door) -> None:
    with pytest.raises(SlackError, match=r"no\.such\.invalid port 0 can't be listened on"):
        HttpServer(door, "no.such.invalid", 0)


def test_it_listens_to_the_newer_addresses_too(door: Door) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with (
        HttpServer(door, "::1", 0) as server,
        closing(http.client.HTTPConnection("::1", server.port, timeout=30)) as connection,
    ):
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200


def test_leaving_answers_the_request_under_way() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        go_on.wait(30)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]

    answered: list[int] = []
    with HttpServer(slow, "127.0.0.1", 0) as server:
        asking = threading.Thread(target=lambda: answered.append(request(server, "GET", "/")))
        asking.start()
        assert begun.wait(30)
        threading.Timer(0.2, go_on.set).start()
    asking.join(30)
    assert answered == [200]
    with pytest.raises(ConnectionRefusedError):
        request(server, "GET", "/")


def test_a_connection_that_nobody_uses_keeps_nobody_from_leaving(door: Door) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", timeout=30)
    with closing(connection):
        with HttpServer(door, "127.0.0.1", 0) as server:
            connection.port = server.port
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b"ok\n"
        connection.request("GET", "/healthz")
        with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
            connection.getresponse()
