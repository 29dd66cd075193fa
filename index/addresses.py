"""Addresses of the web among the sources: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Fetching:
    """How addresses are fetched.

    Parameters
    ----------
    allow_private : frozenset of str, or bool
        Hosts, or hosts with their ports as in ``wiki.local:8080``, that may lead to machines that
        are not on the public internet; True: all may.
    pages : int
        Of what a feed or a sitemap lists, at most so many are read.
    seconds : float
        How long one address may take, from its first byte to its last.
    """

    allow_private: frozenset[str] | bool = False
    pages: int = 1_000
    seconds: float = 30.0

    def allows(self, host: str, port: int) -> bool:
        """Say whether a host may lead to a machine that is not on the public internet."""
        return self.allow_private is True or self.names(host, port)

    def names(self, host: str, port: int) -> bool:
        """Say whether a host is named as one that may."""
        named = self.allow_private
        if isinstance(named, bool):
            return False
        return bool(named & {host, f"{host}:{port}", f"[{host}]:{port}"})


USUAL = Fetching()


def is_address(source: str | Path) -> bool:
    """Say whether a source is an address of the web rather than a file or a folder."""
    return isinstance(source, str) and ADDRESS.match(source) is not None
