"""A host and its wishes: what it keeps from programs, how often and whether it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import httpx2

from index.addresses import Fetching
from index.errors import UnreachableError, UnreadableError
from index.sources.exchange import Answer, Exchange
from index.sources.robots import ROBOTS_BYTES, Robots, asked_to_wait
from index.sources.urls import check_step, parse_address, written

NAME = "Footnote"
MAX_REDIRECTS = 5
# A host is asked no more in a run after so many failures of the network in a row.
MAX_FAILURES = 3
# Nobody waits longer for a host than this many seconds.
MAX_WAIT = 60.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})


class Host:
    """One host for the time of a run, asked for one thing after the other.

    Parameters
    ----------
    exchange : Exchange
    fetching : Fetching
    clock, sleep : callable
        In seconds.
    """

    def __init__(
        self,
        exchange: Exchange,
        fetching: Fetching,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._exchange = exchange
        self._fetching = fetching
        self._clock = clock
        self._sleep = sleep
        self._robots: Robots | None = None
        self._due = 0.0
        self._failures = 0
        self._closed = ""

    def ask(self, url: httpx2.URL, headers: Mapping[str, str], limit: int) -> Answer:
        """Ask when it wants to be asked; once more when it is busy and says until when.

        Raises
        ------
        UnreadableError
            If robots.txt keeps us out or can't be had (RFC 9309, section 2.3.1), there is no
            answer, it can't be read, or there were none in this run already.
        """
        if self._robots is None:
            self._robots = self._read_robots(url)
        if not self._robots.admits(written(url)):
            raise UnreadableError(f"is kept from programs by robots.txt of {url.host}")
        answer = self._get(url, headers, limit)
        if answer.status not in BUSY:
            return answer
        wait = asked_to_wait(answer.headers.get("retry-after"), datetime.now(UTC))
        if wait is not None and wait <= MAX_WAIT:
            self._due = max(self._due, self._clock() + wait)
            answer = self._get(url, headers, limit)
        if answer.status == 429:
            self._closed = f"can't be had for now: {url.host} wants to be asked less often"
        return answer

    def _read_robots(self, url: httpx2.URL) -> Robots:
        place = url.join("/robots.txt")
        try:
            return Robots(self._robots_text(place), NAME)
        except UnreadableError as error:
            # Of a host that can't be reached, this was just the first thing to be asked.
            self._closed = self._closed or (
                f"can't be had for now: robots.txt of {url.host}, which says what programs may "
                f"read, {error}"
            )
            raise UnreachableError(self._closed) from error

    def _robots_text(self, place: httpx2.URL) -> bytes:
        try:
            answer = self._get(place, {}, ROBOTS_BYTES, cut=True)
        except UnreachableError as error:
            self._closed = str(error)
            raise
        for _ in range(MAX_REDIRECTS):
            if answer.status not in REDIRECTS:
                break
            place = redirected(place, answer, self._fetching)
            answer = self._exchange.get(place, {}, ROBOTS_BYTES, cut=True)
        if answer.status >= 500 or answer.status == 429:
            raise UnreadableError(f"was answered with {answer.status}")
        # Whatever else is answered, a redirect without end, too, says nothing against us.
        return answer.data if answer.status == 200 else b""

    def _get(
        self, url: httpx2.URL, headers: Mapping[str, str], limit: int, *, cut: bool = False
    ) -> Answer:
        if self._closed:
            raise UnreachableError(self._closed)
        if (wait := self._due - self._clock()) > 0:
            self._sleep(wait)
        try:
            answer = self._exchange.get(url, headers, limit, cut=cut)
        except UnreachableError as error:
            self._failures += 1
            if self._failures >= MAX_FAILURES:
                self._closed = str(error)
            raise
        finally:
            delay = self._robots.delay if self._robots else 0.0
            self._due = self._clock() + min(delay, MAX_WAIT)
        self._failures = 0
        return answer


def redirected(url: httpx2.URL, answer: Answer, fetching: Fetching) -> httpx2.URL:
    """Return where an answer leads.

    Raises
    ------
    UnreadableError
        If that is nothing that may be fetched.
    """
    try:
        target = parse_address(str(url.join(answer.headers.get("location", "about:blank"))))
        check_step(fetching, url, target)
    except httpx2.InvalidURL as error:
        raise UnreadableError("redirects to something that is no address") from error
    except UnreadableError as error:
        raise UnreadableError(f"redirects to an address that {error}") from error
    return target
