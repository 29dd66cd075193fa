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
    site = _innermost(source, sites)
    if site is None:
        # An address without its beginning is worth keeping, a path alone is not.
        return named if named and HOST.match(named) else None
    folder, address = site
    file = os.path.relpath(source, folder).replace(os.sep, "/")
    path = _path(file, named)
    if not path:
        address = address.replace(f"{PATH}/", "")
    return address.replace(PATH, quote(path)).replace(FILE, quote(file))


def is_at(url: str | None, source: str, sites: Mapping[str, str]) -> bool:
    """Say whether an address is one that its site can have given a file, or it has no site."""
    site = _innermost(source, sites)
    if site is None or url == address_of(source, None, sites):
        return True
    folder, address = site
    head, tail = address.partition("{")[0], address.rpartition("}")[2]
    # It may hold a slug, but not what the other of the two would have made.
    other = {PATH: FILE, FILE: PATH}
    swapped = {folder: re.sub(r"\{\w+\}", lambda found: other[found.group()], address)}
    return (
        url is not None
        and url.startswith(head)
        and url.endswith(tail)
        and url != address_of(source, None, swapped)
    )


def _innermost(source: str, sites: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the folder and the address of the site that a file belongs to."""
    found = [
        (folder, address)
        for folder, address in ((os.path.abspath(each), to) for each, to in sites.items())
        if source.startswith(os.path.join(folder, ""))
    ]
    return max(found, key=lambda site: len(site[0]), default=None)


def _path(file: str, named: str | None) -> str:
    folder, stem = posixpath.split(posixpath.splitext(file)[0])
    if named:
        return posixpath.normpath(posixpath.join("/", folder, named)).strip("/")
    return folder if stem.lower() in FIRST_PAGES else posixpath.join(folder, stem)
