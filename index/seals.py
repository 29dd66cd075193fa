"""Seals: checksums over what the ledger says, since SQLite keeps none of its pages."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator

# The seal of the settings and the schema; those of articles go by the articles' numbers.
SETTINGS = 0


def _types(*columns: str) -> str:
    """Return the SQL for the types of columns, since a text and a blob can be of the same bytes."""
    return " || ".join(f"typeof({column})" for column in columns)


# All that is said of an article, but for what may change without it: the size and date of its
# source, and the place of its rows, over which the matrix has a checksum of its own.
ARTICLE = (
    "SELECT number, id, source, origin, kind, title, url, published, author, collection, language, "
    "problem, encoding, digest, indexed_at, characters, passages, sentences, checksum, places, "
    "text, "
    + _types("id", "source", "origin", "kind", "title", "url", "published", "author")
    + " || "
    + _types("collection", "language", "problem", "encoding", "digest", "indexed_at", "places")
    + " || "
    + _types("text")
    + ", "
    + _types("size", "mtime_ns", "first_row")
    + " FROM article WHERE number = ?",
    "SELECT number, ordinal, heading, start, stop, first_sentence, stop_sentence, length, "
    f"heading_words, body, {_types('heading', 'heading_words', 'body')} "
    "FROM passage LEFT JOIN terms ON terms.rowid = passage.number "
    "WHERE article = ? ORDER BY ordinal",
    "SELECT ordinal, start, stop FROM sentence WHERE article = ? ORDER BY ordinal",
)
WHOLE = (
    f"SELECT name, value, {_types('name', 'value')} FROM setting ORDER BY name",
    "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
)


def seal_article(connection: sqlite3.Connection, number: int) -> None:
    """Store the checksum of an article's records, as they stand now."""
    _seal(connection, number, article_sum(connection, number))


def seal_settings(connection: sqlite3.Connection) -> None:
    """Store the checksum of the settings and the schema, as they stand now."""
    _seal(connection, SETTINGS, settings_sum(connection))


def article_sum(connection: sqlite3.Connection, number: int) -> int:
    """CRC-32 of an article's records: its own, its passages', their words, its sentences'."""
    return _checksum(row for query in ARTICLE for row in connection.execute(query, (number,)))


def settings_sum(connection: sqlite3.Connection) -> int:
    """CRC-32 of the settings and the schema."""
    return _checksum(row for query in WHOLE for row in connection.execute(query))


def _seal(connection: sqlite3.Connection, subject: int, checksum: int) -> None:
    connection.execute("INSERT OR REPLACE INTO seal VALUES (?, ?)", (subject, checksum))


def _checksum(rows: Iterator[tuple[object, ...]]) -> int:
    """CRC-32 of rows, the same whether the connection gives text as str or as bytes."""
    checksum = 0
    for row in rows:
        fields = [_bytes_of(value) for value in row]
        lengths = ",".join(str(len(field)) for field in fields)
        checksum = zlib.crc32(b"".join([lengths.encode(), b";", *fields]), checksum)
    return checksum


def _bytes_of(value: object) -> bytes:
    if value is None:
        return b"\0"  # which no text here holds
    return value if isinstance(value, bytes) else str(value).encode()
