"""Addresses as they are written, and which of them may be fetched: pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urljoin

import httpx2

from index.addresses import Fetching
from index.errors import CorpusError, UnreadableError

# A name as the network has it, or a number of IPv4 or IPv6.
HOST = re.compile(rb"[A-Za-z0-9._:-]+")
PORTS = range(1, 65_536)


def parse_address(address: str) -> httpx2.URL:
    """Read an address that may be fetched, without its fragment.

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
    if not HOST.fullmatch(url.raw_host) or (url.port is not None and url.port not in PORTS):
        raise UnreadableError("is no address that can be read; check how it is written")
    return url.copy_with(fragment=None)


def written(url: httpx2.URL) -> str:
    """Return an address as it is kept: its host as the network has it, without a fragment."""
    return f"{origin_of(url)}{url.raw_path.decode('ascii')}"


def origin_of(url: httpx2.URL) -> str:
    """Return scheme, host and port of an address."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def check_step(fetching: Fetching, origin: httpx2.URL, target: httpx2.URL) -> None:
    """Check that an address may lead to another one, by a redirect or as what it lists.

    Whoever writes a page on the public internet has no say in what is asked of machines that are
    not on it.

    Raises
    ------
    UnreadableError
        If ``target`` is of a host that ``allow_private`` names, and ``origin`` of none.
    """
    if fetching.names(*_place(target)) and not fetching.names(*_place(origin)):
        raise UnreadableError(
            f"lies on {target.host}, to which only hosts that allow_private names may lead; name "
            "it as a source of its own"
        )


def _place(url: httpx2.URL) -> tuple[str, int]:
    return url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def joined(base: str, address: str) -> str:
    """Return an address as it is meant where ``base`` stands; a damaged one as it is."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address


def check_addresses(addresses: Sequence[str]) -> list[str]:
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
