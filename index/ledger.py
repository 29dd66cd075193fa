"""The ledger: one SQLite file that names everything an index holds, and its only commit point."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.errors import CorpusError, DamagedError, MismatchError, MissingIndexError
from index.types import ArticleInfo, Span

FORMAT = 1
LEDGER = "footnote.sqlite"
# A number SQLite keeps in the file's header, by which a ledger knows its own ("FtNt").
APPLICATION_ID = 0x46744E74
WAIT_SECONDS = 10.0

SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
  number INTEGER PRIMARY KEY,      -- corpus order
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  url TEXT,
  published TEXT,
  encoding TEXT NOT NULL,
  digest TEXT NOT NULL,            -- of the source's bytes
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  indexed_at TEXT NOT NULL,
  characters INTEGER NOT NULL,
  first_row INTEGER NOT NULL,      -- of its vectors: passages first, then sentences
  passages INTEGER NOT NULL,
  sentences INTEGER NOT NULL,
  checksum INTEGER NOT NULL,       -- CRC-32 of its rows of the matrix
  text TEXT NOT NULL
);
CREATE TABLE passage (
  number INTEGER PRIMARY KEY,
  article INTEGER NOT NULL REFERENCES article(number),
  ordinal INTEGER NOT NULL,
  heading TEXT NOT NULL,
  start INTEGER NOT NULL,          -- span: start <= character < stop
  stop INTEGER NOT NULL,
  first_sentence INTEGER NOT NULL, -- its sentences: first_sentence <= ordinal < stop_sentence
  stop_sentence INTEGER NOT NULL,
  length INTEGER NOT NULL,         -- in terms
  UNIQUE (article, ordinal)
);
CREATE TABLE sentence (
  article INTEGER NOT NULL REFERENCES article(number),
  ordinal INTEGER NOT NULL,
  start INTEGER NOT NULL,
  stop INTEGER NOT NULL,
  PRIMARY KEY (article, ordinal)
) WITHOUT ROWID;
-- Content words: a line for each sentence in body.
CREATE VIRTUAL TABLE terms USING fts5(heading_words, body, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms, 'row');
"""


def create(folder: Path, settings: Mapping[str, str]) -> None:
    """Make a folder with an empty ledger in it, whole or not at all.

    Raises
    ------
    CorpusError
        If the folder can't be written.
    """
    path = folder / LEDGER
    draft = folder / f"{LEDGER}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.glob(f"{LEDGER}.new*"):
            leftover.unlink()
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.executescript(f"PRAGMA application_id = {APPLICATION_ID};")
            connection.executescript(f"PRAGMA user_version = {FORMAT};")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)
            connection.executemany("INSERT INTO setting VALUES (?, ?)", settings.items())
        finally:
            connection.close()
        os.replace(draft, path)
    except (OSError, sqlite3.Error) as error:
        raise CorpusError(f"{folder} can't be written ({reason(error)}); {WRITE_REMEDY}") from error


WRITE_REMEDY = "free the disk or its permissions, or name another folder with --index."


def reason(error: Exception) -> str:
    """Say in a few words what the operating system or SQLite had against it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).lower()


def connect(folder: Path, *, write: bool = False) -> sqlite3.Connection:
    """Open a folder's ledger.

    Parameters
    ----------
    folder : Path
    write : bool
        False opens it read-only, and works on a folder that can't be written.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode: transactions are begun by hand.

    Raises
    ------
    MissingIndexError, MismatchError, DamagedError
    """
    path = folder / LEDGER
    try:
        there = path.is_file()
    except OSError as error:
        raise CorpusError(
            f"{path} can't be opened ({reason(error)}); check permissions."
        ) from error
    if not there:
        raise MissingIndexError(
            f"there is no index in {folder}; make one with: footnote index ARTICLES"
            + ("" if folder.name == ".footnote" else f" --index {folder}")
        )
    mode = "rw" if write else "ro"
    if not write and not os.access(folder, os.W_OK) and not (folder / f"{LEDGER}-wal").exists():
        mode = "ro&immutable=1"
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=WAIT_SECONDS,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise CorpusError(
            f"{path} can't be opened ({reason(error)}); check permissions."
        ) from error
    try:
        _check_format(connection, path)
        if write:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    with damage_named(path):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise MismatchError(f"{path} is not a Footnote index; name another folder with --index.")
    if version != FORMAT:
        raise MismatchError(
            f"{path} is an index of format {version}, this version reads format {FORMAT}; "
            "index your articles into a new folder with --index."
        )


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged file into a sentence with a remedy."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise CorpusError(
                f"{path} is held by another program; close it and try again."
            ) from error
        raise CorpusError(f"{path} failed ({reason(error)}); {WRITE_REMEDY}") from error
    except sqlite3.ProgrammingError:
        raise  # a closed connection is no damage
    except sqlite3.DatabaseError as error:
        raise DamagedError(
            f"{path} is damaged ({reason(error)}); delete the folder {path.parent} and index your "
            "articles again."
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit all that is done inside, or nothing of it when anything goes wrong."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def settings_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return all settings."""
    return dict(connection.execute("SELECT name, value FROM setting"))


def change_settings(connection: sqlite3.Connection, settings: Mapping[str, int | str]) -> None:
    """Set some settings."""
    connection.executemany(
        "INSERT OR REPLACE INTO setting VALUES (?, ?)",
        [(name, str(value)) for name, value in settings.items()],
    )


def delete_article(connection: sqlite3.Connection, number: int) -> int:
    """Delete an article and all that hangs on it; return how many terms its passages held."""
    passages = connection.execute(
        "SELECT number, length FROM passage WHERE article = ?", (number,)
    ).fetchall()
    connection.executemany("DELETE FROM terms WHERE rowid = ?", [(p,) for p, _ in passages])
    connection.execute("DELETE FROM passage WHERE article = ?", (number,))
    connection.execute("DELETE FROM sentence WHERE article = ?", (number,))
    connection.execute("DELETE FROM article WHERE number = ?", (number,))
    return sum(int(length) for _, length in passages)


def insert_passages(
    connection: sqlite3.Connection,
    article: int,
    passages: Sequence[tuple[str, Span, int, int, str, str]],
    sentences: Sequence[Span],
) -> int:
    """Insert an article's passages and sentences.

    Parameters
    ----------
    connection : sqlite3.Connection
    article : int
        The article's number.
    passages : sequence of (heading, span, first sentence, stop sentence, heading words, body words)
    sentences : sequence of Span

    Returns
    -------
    int
        How many terms the passages hold.
    """
    total = 0
    for ordinal, (heading, span, first, end, heading_terms, body_terms) in enumerate(passages):
        count = len(heading_terms.split()) + len(body_terms.split())
        total += count
        cursor = connection.execute(
            "INSERT INTO passage (article, ordinal, heading, start, stop, first_sentence, "
            "stop_sentence, length) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (article, ordinal, heading, span.start, span.end, first, end, count),
        )
        connection.execute(
            "INSERT INTO terms (rowid, heading_words, body) VALUES (?, ?, ?)",
            (cursor.lastrowid, heading_terms, body_terms),
        )
    connection.executemany(
        "INSERT INTO sentence VALUES (?, ?, ?, ?)",
        [(article, ordinal, span.start, span.end) for ordinal, span in enumerate(sentences)],
    )
    return total


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the ledger is whole and that what it says of its articles can be true.

    Raises
    ------
    DamagedError
    """
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    (outside,) = connection.execute(
        "SELECT count(*) FROM passage JOIN article ON article.number = passage.article "
        "WHERE start < 0 OR stop <= start OR stop > characters"
    ).fetchone()
    if found != "ok" or outside:
        raise DamagedError(
            f"{path} is damaged ({found if found != 'ok' else 'passages outside their articles'}); "
            f"delete the folder {path.parent} and index your articles again."
        )


def articles_of(connection: sqlite3.Connection) -> list[ArticleInfo]:
    """List all articles in corpus order."""
    rows = connection.execute(
        "SELECT id, title, source, url, published, passages, characters, encoding FROM article "
        "ORDER BY number"
    )
    return [ArticleInfo(*row) for row in rows]
