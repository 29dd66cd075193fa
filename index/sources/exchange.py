"""One request and its answer, unpacked as it arrives, up to a limit."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import httpcore2
import httpx2

from index.errors import UnreachableError, UnreadableError
from index.sources.body import admits
from index.sources.guard import Deadline

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
# How much is unpacked at once, whatever the rate of compression.
PIECE_BYTES = 65_536
ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/pdf, "
    "application/xml;q=0.9, text/plain;q=0.9, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; ``address`` is where it came from, after redirects.

    ``headers`` have their names in small letters, and of several of one name the first.
    """

    address: str
    status: int
    headers: Mapping[str, str]
    data: bytes = b""

    @property
    def type(self) -> str:
        """The media type, in small letters and without parameters; empty if none is told."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends requests; ``agent`` is what we are called."""

    pool: httpcore2.ConnectionPool
    deadline: Deadline
    seconds: float
    agent: str

    def get(
        self, url: httpx2.URL, headers: Mapping[str, str], limit: int, *, cut: bool = False
    ) -> Answer:
        """Ask for an address.

        Parameters
        ----------
        url : httpx2.URL
        headers : mapping of str to str
            Sent beside our own.
        limit : int
            How many bytes are read, unpacked.
        cut : bool
            True: of more, the first ones are taken.

        Returns
        -------
        Answer
            Without data unless its status is 200 or 203, and its type one that is read.

        Raises
        ------
        UnreachableError
            If there is no answer, or none in time.
        UnreadableError
            If it is more than ``limit``, or damaged.
        """
        self.deadline.start(self.seconds)
        own = {"Host": url.netloc.decode("ascii"), "User-Agent": self.agent, "Accept": ACCEPT}
        own["Accept-Encoding"] = "gzip"
        times = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS}
        target = httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        sent = [(n.encode(), v.encode("latin-1")) for n, v in {**own, **headers}.items()]
        with (
            _failures_said(self.deadline),
            self.pool.stream(
                "GET", target, headers=sent, extensions={"timeout": times}
            ) as response,
        ):
            answer = Answer(str(url), response.status, _headers(response))
            if answer.status not in {200, 203} or not admits(answer.type):
                _drain(response.iter_stream())
                return answer
            coding = answer.headers.get("content-encoding", "").strip().lower()
            pieces = _unpacked(response.iter_stream(), coding)
            return replace(answer, data=_taken(pieces, limit, cut=cut))


@contextmanager
def _failures_said(deadline: Deadline) -> Iterator[None]:
    """Turn what the network and unpackers say into a sentence."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        deadline.within(None)
        raise UnreachableError("can't be reached: nothing came in time") from error
    except httpcore2.ConnectError as error:
        raise UnreachableError(_unreached(error)) from error
    except httpcore2.ProtocolError as error:
        raise UnreachableError("was answered by something that is not HTTP") from error
    except httpcore2.NetworkError as error:
        raise UnreachableError("can't be reached: the connection broke") from error
    except zlib.error as error:
        raise UnreadableError("is damaged: it can't be unpacked") from error


def _headers(response: httpcore2.Response) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in response.headers:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found


def _drain(pieces: Iterable[bytes]) -> None:
    """Take a little of what is not wanted: its end leaves the connection to the next request."""
    left = PIECE_BYTES
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            return


def _taken(pieces: Iterable[bytes], limit: int, *, cut: bool) -> bytes:
    taken = bytearray()
    for piece in pieces:
        taken += piece
        if len(taken) > limit:
            if cut:
                return bytes(taken[:limit])
            raise UnreadableError(
                f"is more than the {limit / 1e6:.3g} MB allowed; raise max_megabytes in "
                "footnote.toml to read it"
            )
    return bytes(taken)


def _unpacked(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Unpack a body piece by piece (RFC 9110, section 8.4.1)."""
    if coding in {"", "identity"}:
        yield from pieces
    elif coding in {"gzip", "x-gzip", "deflate"}:
        yield from unzipped(pieces)
    else:
        raise UnreadableError(f"is packed by {coding[:40]}, which was not asked for")


def unzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip or zlib, 64 KiB at once at most.

    Raises
    ------
    UnreadableError
        If it ends too early.
    zlib.error
        If it is neither.
    """
    either = zlib.MAX_WBITS | 32
    inflate = zlib.decompressobj(either)
    for each in pieces:
        piece = each
        while piece:
            if inflate.eof:  # gzip may be several, one after the other
                inflate = zlib.decompressobj(either)
            yield inflate.decompress(piece, PIECE_BYTES)
            piece = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    yield inflate.flush()
    if not inflate.eof:
        raise UnreadableError("arrived in part only")


def unzipped_to(data: bytes, limit: int) -> bytes:
    """Unpack a file of gzip, such as a sitemap's.

    Raises
    ------
    UnreadableError
        If it is damaged, or would be more than ``limit`` bytes.
    """
    try:
        return _taken(unzipped([data]), limit, cut=False)
    except zlib.error as error:
        raise UnreadableError("is damaged: it can't be unpacked") from error


def _unreached(error: httpcore2.ConnectError) -> str:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"has a certificate that is not trusted ({cause.verify_message})"
    if isinstance(cause, ssl.SSLError):
        return "can't be reached: no encrypted connection could be made"
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else "no connection"
    return f"can't be reached ({reason.lower()})"
