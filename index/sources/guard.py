"""Which machines are spoken with: each name is looked up here, and each of its numbers checked."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2

from index.addresses import Fetching
from index.errors import UnreachableError

Resolve = Callable[[str, int], Sequence[str]]

# All that IANA has given out for machines (RFC 4291, section 2.4).
UNICAST = IPv6Network("2000::/3")
# What lies in these reaches a machine of IPv4 that the last four bytes name (RFC 6052).
NAT64 = IPv6Network("64:ff9b::/96")
# 6to4 and Teredo: tunnels to whatever an address of IPv4 inside them names (RFC 3056, RFC 4380).
TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))


def is_public(number: str) -> bool:
    """Say whether an IP address is one of the public internet, by IANA's registries.

    Private, loopback, link-local, multicast, reserved and unspecified ones are not, nor those of
    carriers' own networks (RFC 6598) or of tunnels; one of IPv4 that is written as IPv6 is judged
    as what it means.
    """
    address = _meant(ip_address(number.partition("%")[0]))
    if isinstance(address, IPv6Address) and (
        address not in UNICAST or any(address in each for each in TUNNELS)
    ):
        return False
    return address.is_global and not address.is_multicast


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def resolved(host: str, port: int) -> list[str]:
    """Return the numbers of a host as the system knows them.

    Raises
    ------
    OSError, UnicodeError
        If it is not known, or can't be a name.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Deadline:
    """When an address must have arrived, however slowly it drips."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seconds = 0.0
        self._end = 0.0

    def start(self, seconds: float) -> None:
        """Let so many seconds begin."""
        self._seconds = seconds
        self._end = self._clock() + seconds

    def within(self, timeout: float | None) -> float:
        """Return a timeout that does not outlast the deadline.

        Raises
        ------
        UnreachableError
            If it has passed.
        """
        left = self._end - self._clock()
        if left <= 0:
            raise UnreachableError(f"took longer than {self._seconds:g} seconds to arrive")
        return left if timeout is None else min(left, timeout)


class GuardedNetwork(httpcore2.NetworkBackend):
    """Connects to the very numbers that were checked, so that no second look-up can differ.

    Parameters
    ----------
    fetching : Fetching
        Says which hosts may lead to machines that are not on the public internet.
    deadline : Deadline
    resolve : callable
        Returns the numbers of a host.
    """

    def __init__(self, fetching: Fetching, deadline: Deadline, resolve: Resolve = resolved) -> None:
        self._fetching = fetching
        self._deadline = deadline
        self._resolve = resolve
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to a host.

        Raises
        ------
        UnreachableError
            If it is not known, does not answer, or one of its numbers is none of the public
            internet.
        """
        failure: Exception | None = None
        for number in self._checked(host, port):
            try:
                within = self._deadline.within(timeout)
                stream = self._plain.connect_tcp(number, port, within, None, socket_options)
                return TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure or UnreachableError(f"can't be reached: {host} has no number")

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            numbers = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise UnreachableError(f"can't be reached: no machine is called {host}") from error
        if not self._fetching.allows(host, port):
            for number in numbers:
                if not is_public(number):
                    raise UnreachableError(
                        f"leads to {number}, which is not on the public internet; if that is "
                        f"meant, name {host} in allow_private in the table [fetch] of footnote.toml"
                    )
        return numbers


class TimedStream(httpcore2.NetworkStream):
    """A connection whose every step ends with the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what has come, waiting for something."""
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of a buffer."""
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Encrypt what follows; the certificate must be the name's, not the number's."""
        within = self._deadline.within(timeout)
        return TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, within), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection beneath says of itself."""
        return self._stream.get_extra_info(info)
