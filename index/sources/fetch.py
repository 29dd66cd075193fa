"""Fetching what stands at an address: politely, within limits, and from public machines only."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from index.addresses import Fetching
from index.errors import GoneError, UnreachableError, UnreadableError
from index.sources.body import admits
from index.sources.exchange import Answer, Exchange
from index.sources.guard import Deadline, GuardedNetwork, Resolve, resolved
from index.sources.host import BUSY, MAX_REDIRECTS, NAME, REDIRECTS, Host, redirected
from index.sources.urls import check_step, origin_of, parse_address, written

if TYPE_CHECKING:
    import ssl

MAX_BYTES = 20_000_000


class Fetcher:
    """Fetches one address after the other, keeping connections and what hosts' robots.txt say.

    No cookies are kept, no password is sent, and proxies of the environment are not used: they
    would look up names themselves.

    Parameters
    ----------
    fetching : Fetching
    max_bytes : int
        More than that, unpacked, is not read.
    resolve, clock, sleep : callable
        The numbers of hosts, and the time.
    trust : ssl.SSLContext, optional
        Whose certificates are trusted; by default those that the system trusts.
    """

    def __init__(
        self,
        fetching: Fetching,
        *,
        max_bytes: int = MAX_BYTES,
        resolve: Resolve = resolved,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._fetching = fetching
        self._max_bytes = max_bytes
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, Host] = {}
        deadline = Deadline(clock)
        network = GuardedNetwork(fetching, deadline, resolve)
        self._pool = httpcore2.ConnectionPool(ssl_context=trust, network_backend=network)
        agent = f"{NAME}/{version('footnote')}"
        self._exchange = Exchange(self._pool, deadline, fetching.seconds, agent)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()

    def get(
        self,
        address: str,
        *,
        by: str | None = None,
        etag: str | None = None,
        modified: str | None = None,
    ) -> Answer:
        """Fetch what stands at an address, unless it is what was there before.

        Parameters
        ----------
        address : str
        by : str, optional
            The address of the feed or sitemap that lists it.
        etag, modified : str, optional
            What came with it before as ``ETag`` and ``Last-Modified``.

        Returns
        -------
        Answer
            Of status 304 if it has not changed since.

        Raises
        ------
        GoneError
            If it is there no more.
        UnreachableError
            If it can't be had for now.
        UnreadableError
            If it can't be had.
        """
        before = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in before.items() if value}
        url = first = parse_address(address)
        if by is not None:
            check_step(self._fetching, parse_address(by), url)
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._host(url).ask(url, headers, self._max_bytes)
                if answer.status not in REDIRECTS:
                    return _judged(answer, conditional=bool(headers))
            except UnreadableError as error:
                if url == first:
                    raise
                raise type(error)(f"redirects to {written(url)}, which {error}") from error
            url = redirected(url, answer, self._fetching)
        raise UnreadableError(f"redirects more than {MAX_REDIRECTS} times")

    def _host(self, url: httpx2.URL) -> Host:
        made = Host(self._exchange, self._fetching, self._clock, self._sleep)
        return self._hosts.setdefault(origin_of(url), made)


def _judged(answer: Answer, *, conditional: bool) -> Answer:
    """Return an answer that holds something, or nothing new."""
    status = answer.status
    if status in {404, 410}:
        raise GoneError(f"is not there any more ({status})")
    if status in {401, 403, 407}:
        raise UnreadableError(f"may not be read ({status}): it wants a login, or no programs")
    if status in BUSY:
        raise UnreachableError(f"can't be had for now ({status}); try again later")
    if status >= 500:
        raise UnreachableError(f"can't be had for now: its server failed ({status})")
    if status == 304 and conditional:
        return answer
    if status not in {200, 203}:
        raise UnreadableError(f"was answered with {status}, which brings nothing to read")
    if not admits(answer.type):
        raise UnreadableError(f"is {answer.type}, a kind that is not read from the web")
    return answer
