"""Formats of the ledger: which there are, and how one becomes the next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from index.errors import MismatchError
from index.seals import seal_article, seal_settings

FORMAT = 2
# How articles are split: whole sentences, up to so many words, with so much of an overlap.
SPLITTER = "sentences-1"
MAX_WORDS = 100
OVERLAP_SENTENCES = 1
# A number SQLite keeps in the file's header, by which a ledger knows its own ("FtNt").
APPLICATION_ID = 0x46744E74

# Format 2 keeps more of an article, its text in the last place: what stands behind a text costs
# the reading of it.
ARTICLE_2 = """
CREATE TABLE article_2 (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL UNIQUE,
  origin TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, url TEXT, published TEXT,
  author TEXT, collection TEXT NOT NULL, language TEXT NOT NULL, problem TEXT,
  encoding TEXT NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  indexed_at TEXT NOT NULL, characters INTEGER NOT NULL, first_row INTEGER NOT NULL,
  passages INTEGER NOT NULL, sentences INTEGER NOT NULL, checksum INTEGER NOT NULL,
  places TEXT NOT NULL, text TEXT NOT NULL
);
INSERT INTO article_2 SELECT number, id, source, source,
  CASE WHEN source GLOB '*.m[dk]*' OR source GLOB '*.markdown' THEN 'markdown' ELSE 'text' END,
  title, url, published, NULL, '', '', NULL, encoding, digest, size, mtime_ns, indexed_at,
  characters, first_row, passages, sentences, checksum, '[]', text FROM article;
DROP TABLE article;
ALTER TABLE article_2 RENAME TO article;
CREATE INDEX article_origin ON article (origin);
CREATE INDEX article_scope ON article (collection, author, published);
CREATE TABLE visit (
  source TEXT PRIMARY KEY, at TEXT NOT NULL, etag TEXT, modified TEXT, problem TEXT
) WITHOUT ROWID;
"""


def _more_of_articles(connection: sqlite3.Connection) -> None:
    for statement in filter(str.strip, ARTICLE_2.split(";\n")):
        connection.execute(statement)
    for (number,) in connection.execute("SELECT number FROM article").fetchall():
        seal_article(connection, number)


# From each older format to the one after it. A migration works inside a transaction that it
# neither commits nor ends, and seals the articles whose records it changes.
Migrations = Mapping[int, Callable[[sqlite3.Connection], None]]
MIGRATIONS: Migrations = {1: _more_of_articles}


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
