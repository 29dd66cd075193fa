"""The ledger: one SQLite file that names everything an index holds, and its only commit point."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from index.errors import CorpusError, DamagedError, MismatchError, MissingIndexError
from index.formats import APPLICATION_ID, FORMAT, MIGRATIONS, Migrations, is_older, migrate
from index.seals import seal_settings
from index.types import Article, ArticleInfo, Place, Scope, Span, Visit

LEDGER = "footnote.sqlite"
WAIT_SECONDS = 10.0
# What SQLite says when not the file is at fault, but its place or those who hold it.
HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
ELSEWHERE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_READONLY,
)

SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
  number INTEGER PRIMARY KEY,      -- corpus order
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL UNIQUE,
  origin TEXT NOT NULL,            -- the file or address that holds it, maybe among others
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  url TEXT,
  published TEXT,
  author TEXT,
  collection TEXT NOT NULL,
  language TEXT NOT NULL,
  problem TEXT,                    -- what of it could not be read
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
  places TEXT NOT NULL,            -- JSON: [[character, where in the source], ...]
  text TEXT NOT NULL
);
CREATE INDEX article_origin ON article (origin);
CREATE INDEX article_scope ON article (collection, author, published);
CREATE TABLE visit (               -- the last look at an address, or at a source that failed
  source TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  etag TEXT,                       -- of a file its size and date, as web servers make them
  modified TEXT,
  problem TEXT
) WITHOUT ROWID;
CREATE TABLE seal (
  subject INTEGER PRIMARY KEY,     -- an article's number; 0 for the settings and the schema
  checksum INTEGER NOT NULL        -- CRC-32
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
        # A journal left by a ledger that somebody deleted would be played back into this one.
        for leftover in (*folder.glob(f"{LEDGER}.new*"), *folder.glob(f"{LEDGER}-*")):
            leftover.unlink()
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            with transaction(connection):
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
                for statement in filter(str.strip, SCHEMA.split(";\n")):
                    connection.execute(statement)
                change_settings(connection, settings)
            # Last, so that nothing stays in a log that would not move with the file.
            (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
            if mode != "wal":  # SQLite is silent about it, and readers would block writers
                raise sqlite3.OperationalError("no write-ahead log can be kept there")
        finally:
            connection.close()
        os.replace(draft, path)
        sync_folder(folder)
        sync_folder(folder.parent)
    except (OSError, sqlite3.Error) as error:
        raise CorpusError(f"{folder} can't be written ({reason(error)}); {WRITE_REMEDY}") from error


WRITE_REMEDY = "free the disk or its permissions, or name another folder with --index."


def identity(folder: Path) -> int:
    """Return a number that changes when the ledger's file is replaced; 0 where there is none."""
    try:
        return (folder / LEDGER).stat().st_ino
    except OSError:
        return 0


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names of a folder's files, where the system can do that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def reason(error: Exception) -> str:
    """Say in a few words what the operating system or SQLite had against it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).lower()


def connect(
    folder: Path, *, write: bool = False, migrations: Migrations = MIGRATIONS
) -> sqlite3.Connection:
    """Open a folder's ledger.

    Parameters
    ----------
    folder : Path
    write : bool
        False opens it read-only, and works on a folder that can't be written.
    migrations : mapping of int to callable
        What :func:`upgrade` knows to do.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode: transactions are begun by hand.

    Raises
    ------
    MissingIndexError, MismatchError, DamagedError
    """
    connection = _open(folder, write=write)
    path = folder / LEDGER
    try:
        with damage_named(path):
            older = is_older(connection, path, migrations)
            if write:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
        if older:
            raise MismatchError(
                f"{path} is of an older format; run footnote index SOURCE once to bring it up to "
                "date."
            )
    except BaseException:
        connection.close()
        raise
    return connection


def is_outdated(folder: Path, migrations: Migrations = MIGRATIONS) -> bool:
    """Say whether :func:`upgrade` has something to do; it needs no lock."""
    path = folder / LEDGER
    with closing(_open(folder, write=False)) as connection, damage_named(path):
        return is_older(connection, path, migrations)


def upgrade(folder: Path, migrations: Migrations = MIGRATIONS) -> None:
    """Bring a ledger of an older format up to date, in one transaction.

    To be called by the holder of the writer's lock.

    Raises
    ------
    MismatchError
        If ``migrations`` don't lead from its format to this version's.
    """
    path = folder / LEDGER
    with closing(_open(folder, write=True)) as connection, damage_named(path):
        connection.execute("PRAGMA synchronous = FULL")
        with transaction(connection):
            if is_older(connection, path, migrations):
                migrate(connection, migrations)


def _open(folder: Path, *, write: bool) -> sqlite3.Connection:
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
        return sqlite3.connect(
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


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged file into a sentence with a remedy."""
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in HELD:
            raise CorpusError(
                f"{path} is held by another program; close it and try again."
            ) from error
        if code in ELSEWHERE:
            raise CorpusError(f"{path} failed ({reason(error)}); {WRITE_REMEDY}") from error
        raise _damaged(path, error) from error  # such as a table that is gone
    except sqlite3.ProgrammingError:
        raise  # a closed connection is no damage
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # it may quote what is damaged
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> DamagedError:
    return DamagedError(
        f"{path} is damaged ({reason(error)}); delete the folder {path.parent} and index your "
        "articles again."
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit all that is done inside, or nothing of it when anything goes wrong."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    try:
        connection.execute("COMMIT")
    except sqlite3.Error:
        _take_back(connection)
        raise


def _take_back(connection: sqlite3.Connection) -> None:
    """Make sure that a commit that failed stays undone.

    When only the waiting for the disk failed, the journal holds the commit whole: after a crash
    it would be played back, and name rows that others have replaced. A commit that changes
    nothing takes its place in the journal.
    """
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version}")


def settings_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return all settings."""
    return dict(connection.execute("SELECT name, value FROM setting"))


def change_settings(connection: sqlite3.Connection, settings: Mapping[str, int | str]) -> None:
    """Set some settings, and seal them all."""
    connection.executemany(
        "INSERT OR REPLACE INTO setting VALUES (?, ?)",
        [(name, str(value)) for name, value in settings.items()],
    )
    seal_settings(connection)


def delete_article(connection: sqlite3.Connection, number: int) -> int:
    """Delete an article and all that hangs on it; return how many terms its passages held."""
    passages = connection.execute(
        "SELECT number, length FROM passage WHERE article = ?", (number,)
    ).fetchall()
    connection.executemany("DELETE FROM terms WHERE rowid = ?", [(p,) for p, _ in passages])
    connection.execute("DELETE FROM passage WHERE article = ?", (number,))
    connection.execute("DELETE FROM sentence WHERE article = ?", (number,))
    connection.execute("DELETE FROM article WHERE number = ?", (number,))
    connection.execute("DELETE FROM seal WHERE subject = ?", (number,))
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
        "SELECT id, title, article.source, url, published, passages, characters, encoding, "
        "collection, author, kind, language, article.problem, size, indexed_at, visit.at "
        "FROM article "
        # An entry of a feed has no address of its own that was looked at.
        "LEFT JOIN visit ON origin LIKE '%://%' AND visit.source = coalesce("
        "(SELECT source FROM visit WHERE source = article.source), origin) ORDER BY number"
    )
    return [ArticleInfo(*row) for row in rows]


def visits_of(connection: sqlite3.Connection) -> dict[str, Visit]:
    """Return the last looks at addresses, and at sources that failed."""
    rows = connection.execute("SELECT source, etag, modified, problem FROM visit")
    return {source: Visit(source, *rest) for source, *rest in rows}


def article_of(connection: sqlite3.Connection, id: str) -> Article | None:
    """Return an article without its layout, or None if there is none of this id."""
    columns = (
        "id, title, text, url, published, source, digest, encoding, author, kind, language, "
        "problem, places, origin, collection"
    )
    row = connection.execute(f"SELECT {columns} FROM article WHERE id = ?", (id,)).fetchone()
    if row is None:
        return None
    fields = dict(zip(columns.split(", "), row, strict=True))
    fields["places"] = tuple(Place(*place) for place in json.loads(fields["places"]))
    return Article(**fields)


def articles_in(connection: sqlite3.Connection, scope: Scope) -> list[int]:
    """Return the numbers of the articles that a scope admits."""
    rows = connection.execute(
        "SELECT number, collection, author, published FROM article "
        + ("WHERE collection IN (SELECT value FROM json_each(?))" if scope.collections else ""),
        (json.dumps(sorted(scope.collections)),) if scope.collections else (),
    )
    return [int(number) for number, *facts in rows if scope.admits(*facts)]


def collections_of(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many articles each collection has, by name; those of none are left out."""
    return dict(
        connection.execute(
            "SELECT collection, count(*) FROM article WHERE collection != '' GROUP BY collection"
        )
    )
