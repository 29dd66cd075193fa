"""Formats of the ledger: which there are, and how one becomes the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from index.errors import MismatchError
from index.seals import seal_settings

FORMAT = 1
# How articles are split: whole sentences, up to so many words, with so much of an overlap.
SPLITTER = "sentences-1"
MAX_WORDS = 100
OVERLAP_SENTENCES = 1
# A number SQLite keeps in the file's header, by which a ledger knows its own ("FtNt").
APPLICATION_ID = 0x46744E74

# From each older format to the one after it. A migration works inside a transaction that it
# neither commits nor ends, and seals the articles whose records it changes.
Migrations = Mapping[int, Callable[[sqlite3.Connection], None]]
MIGRATIONS: Migrations = {}


def is_older(connection: sqlite3.Connection, path: Path, migrations: Migrations) -> bool:
    """Say whether a ledger is of a format that can be brought up to date.

    Raises
    ------
    MismatchError
        If it is none of ours, newer, or older than the first of ``migrations``.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise MismatchError(f"{path} is not a Footnote index; name another folder with --index.")
    version = _version(connection)
    if version == FORMAT:
        return False
    if version > FORMAT or not all(step in migrations for step in range(version, FORMAT)):
        raise MismatchError(
            f"{path} is an index of format {version}, this version reads format {FORMAT}; "
            "index your articles into a new folder with --index."
        )
    return True


def migrate(connection: sqlite3.Connection, migrations: Migrations) -> None:
    """Bring an older ledger up to date, inside a transaction that the caller holds."""
    for version in range(_version(connection), FORMAT):
        migrations[version](connection)
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    seal_settings(connection)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
