"""Fetching what stands at an address: politely, within limits, and from public machines only."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from types import TracebackType
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from index.addresses import Fetching
from index.errors import CorpusError, GoneError, UnreachableError, UnreadableError
from index.sources.body import admits
from index.sources.exchange import Answer, Exchange
from index.sources.guard import Deadline, GuardedNetwork, Resolve, resolved
from index.sources.robots import ROBOTS_BYTES, Robots, asked_to_wait

if TYPE_CHECKING:
    import ssl

NAME = "Footnote"
MAX_REDIRECTS = 5
MAX_BYTES = 20_000_000
# A host is asked no more in a run after so many failures of the network in a row.
MAX_FAILURES = 3
# Nobody waits longer for a host than this many seconds.
MAX_WAIT = 60.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})


def parse_address(address: str) -> httpx2.URL:
    """Read an address that may be fetched.

    Raises
    ------
    UnreadableError
        If it is none of http or https, holds a password, or is damaged.
    """
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise UnreadableError("is no address that can be read; check how it is written") from error
    if url.scheme not in {"http", "https"}:
        raise UnreadableError(f"begins with {url.scheme}:, and only http and https are fetched")
    if url.userinfo:
        raise UnreadableError("holds a name or password, which is neither kept nor sent")
    if not url.host or not 0 < (url.port or 80) < 65_536:
        raise UnreadableError("is no address that can be read; check how it is written")
    return url.copy_with(fragment=None)


def written(url: httpx2.URL) -> str:
    """Return an address as it is kept: its host as the network has it, without a fragment."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}{url.raw_path.decode('ascii')}"


@dataclass(slots=True)
class _Host:
    """What is known of a host in this run."""

    robots: Robots | None = None
    due: float = 0.0
    failures: int = 0
    closed: str = ""


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
        The names of hosts, and the time.
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
        self._max_bytes = max_bytes
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        deadline = Deadline(clock)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=trust, network_backend=GuardedNetwork(fetching, deadline, resolve)
        )
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

    def get(self, address: str, *, etag: str | None = None, modified: str | None = None) -> Answer:
        """Fetch what stands at an address, unless it is what was there before.

        Parameters
        ----------
        address : str
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
        UnreadableError
            If it can't be had, or not now.
        """
        url = parse_address(address)
        before = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {name: value for name, value in before.items() if value}
        for _ in range(MAX_REDIRECTS + 1):
            self._admit(url)
            answer = self._polite(url, headers)
            if answer.status not in REDIRECTS:
                return _judged(answer, conditional=bool(headers))
            url = _next(url, answer)
        raise UnreadableError(f"redirects more than {MAX_REDIRECTS} times")

    def _admit(self, url: httpx2.URL) -> None:
        """Heed what robots.txt of the host says.

        Raises
        ------
        UnreadableError
            If it keeps us out, or can't be had (RFC 9309, section 2.3.1).
        """
        host = self._host(url)
        if host.closed:
            raise UnreadableError(host.closed)
        if host.robots is None:
            host.robots = self._robots(url)
        if not host.robots.admits(written(url), NAME):
            raise UnreadableError(f"is kept from programs by robots.txt of {url.host}")

    def _robots(self, url: httpx2.URL) -> Robots:
        try:
            return self._read_robots(url.join("/robots.txt"))
        except UnreachableError as error:
            self._host(url).closed = str(error)
            raise
        except UnreadableError as error:
            self._host(url).closed = (
                f"can't be had for now: robots.txt of {url.host}, which says what programs may "
                f"read, {error}"
            )
            raise UnreadableError(self._host(url).closed) from error

    def _read_robots(self, place: httpx2.URL) -> Robots:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(place, {}, limit=ROBOTS_BYTES, cut=True)
            if answer.status not in REDIRECTS:
                break
            place = _next(place, answer)
        if answer.status >= 500 or answer.status == 429:
            raise UnreadableError(f"was answered with {answer.status}")
        # Whatever else is answered, a redirect without end, too, says nothing against us.
        return Robots(answer.data if answer.status == 200 else b"")

    def _polite(self, url: httpx2.URL, headers: dict[str, str]) -> Answer:
        """Ask when the host wants to be asked; once more when it is busy and says until when."""
        answer = self._ask(url, headers)
        if answer.status not in BUSY:
            return answer
        host = self._host(url)
        wait = asked_to_wait(answer.headers.get("retry-after"))
        if wait is not None and wait <= MAX_WAIT:
            host.due = max(host.due, self._clock() + wait)
            answer = self._ask(url, headers)
        if answer.status == 429:
            host.closed = f"can't be had for now: {url.host} wants to be asked less often"
        return answer

    def _ask(
        self, url: httpx2.URL, headers: dict[str, str], limit: int = 0, *, cut: bool = False
    ) -> Answer:
        host = self._host(url)
        if host.closed:
            raise UnreadableError(host.closed)
        if (wait := host.due - self._clock()) > 0:
            self._sleep(wait)
        try:
            answer = self._exchange.get(url, headers, limit or self._max_bytes, cut=cut)
        except UnreachableError as error:
            host.failures += 1
            if host.failures >= MAX_FAILURES:
                host.closed = str(error)
            raise
        finally:
            delay = host.robots.delay(NAME) if host.robots else 0.0
            host.due = self._clock() + min(delay, MAX_WAIT)
        host.failures = 0
        return answer

    def _host(self, url: httpx2.URL) -> _Host:
        return self._hosts.setdefault(f"{url.scheme}://{url.netloc.decode('ascii')}", _Host())


def _next(url: httpx2.URL, answer: Answer) -> httpx2.URL:
    try:
        return parse_address(str(url.join(answer.headers.get("location", "about:blank"))))
    except httpx2.InvalidURL as error:
        raise UnreadableError("redirects to something that is no address") from error
    except UnreadableError as error:
        raise UnreadableError(f"redirects to an address that {error}") from error


def _judged(answer: Answer, *, conditional: bool) -> Answer:
    """Return an answer that holds something, or nothing new."""
    status = answer.status
    if status in {404, 410}:
        raise GoneError(f"is not there any more ({status})")
    if status in {401, 403, 407}:
        raise UnreadableError(f"may not be read ({status}): it wants a login, or no programs")
    if status in BUSY:
        raise UnreadableError(f"can't be had for now ({status}); try again later")
    if status >= 500:
        raise UnreadableError(f"can't be had for now: its server failed ({status})")
    if status == 304 and conditional:
        return answer
    if status not in {200, 203}:
        raise UnreadableError(f"was answered with {status}, which brings nothing to read")
    if not admits(answer.type):
        raise UnreadableError(f"is {answer.type}, a kind that is not read from the web")
    return answer


def check_addresses(addresses: list[str]) -> list[str]:
    """Return addresses as they are kept, each once.

    Raises
    ------
    CorpusError
        If one of them can't be fetched whatever the network says; it is named without a password.
    """
    kept = []
    for address in addresses:
        try:
            kept.append(written(parse_address(address)))
        except UnreadableError as error:
            raise CorpusError(f"{without_password(address)} {error}.") from error
    return list(dict.fromkeys(kept))


def without_password(address: str) -> str:
    """Return an address as it may be shown."""
    scheme, mark, rest = address.partition("://")
    host = rest.split("/", 1)[0]
    return f"{scheme}{mark}{rest[host.rfind('@') + 1 :]}"
