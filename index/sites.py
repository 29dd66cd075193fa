"""Addresses at which the files of a folder can be read: pure."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote

# What a folder shows first.
FIRST_PAGES = frozenset({"readme", "index"})
HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}(?:[/:?#]|$)")
PATH, FILE = "{path}", "{file}"


def address_of(source: str, named: str | None, sites: Mapping[str, str]) -> str | None:
    """Return where a file can be read, or None if that is not known.

    Parameters
    ----------
    source : str
        The file's absolute path.
    named : str, optional
        What the file says itself: an address, or a path (a slug), which a site's address makes
        whole; one that begins with a slash counts from the site's folder.
    sites : mapping of str to str
        By folder, an address in which ``{path}`` stands for a file's path below it without its
        ending, and ``{file}`` for the path with it; the innermost folder holds.
    """
    if named and "://" in named:
        return named
    folders = [f for f in map(os.path.abspath, sites) if source.startswith(os.path.join(f, ""))]
    if not folders:
        # An address without its beginning is worth keeping, a path alone is not.
        return named if named and HOST.match(named) else None
    folder = max(folders, key=len)
    file = os.path.relpath(source, folder).replace(os.sep, "/")
    path = _path(file, named)
    address = next(a for f, a in sites.items() if os.path.abspath(f) == folder)
    if not path:
        address = address.replace(f"{PATH}/", "")
    return address.replace(PATH, quote(path)).replace(FILE, quote(file))


def is_at(url: str | None, source: str, sites: Mapping[str, str]) -> bool:
    """Say whether an address is one that the sites can have given a file, or none of them does."""
    heads = [
        address.partition("{")[0]
        for folder, address in sites.items()
        if source.startswith(os.path.join(os.path.abspath(folder), ""))
    ]
    return not heads or any((url or "").startswith(head) for head in heads)


def _path(file: str, named: str | None) -> str:
    folder, stem = posixpath.split(posixpath.splitext(file)[0])
    if named:
        return posixpath.normpath(posixpath.join("/", folder, named)).strip("/")
    return folder if stem.lower() in FIRST_PAGES else posixpath.join(folder, stem)
