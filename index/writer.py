"""What changes an index: one lock, rows first, then the transaction that names them."""

from __future__ import annotations

import datetime
import hashlib
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index import ledger
from index.codes import signs
from index.encoder import Encoder, check_weights
from index.errors import BusyError, CorpusError, DamagedError
from index.formats import MIGRATIONS, Migrations
from index.passages import split_article
from index.seals import seal_article
from index.snapshot import code_file, matrix_path
from index.types import Article, Passage, Place, Skipped, Span, Visit
from index.vectors import MatrixFile, checksum_of
from index.words import content_words

LOCK = "write.lock"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article to be stored, with the size and modification time of its source."""

    article: Article
    size: int = 0
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class _Prepared:
    entry: Entry
    passages: tuple[Passage, ...]
    sentences: tuple[Span, ...]

    @property
    def texts(self) -> list[str]:
        """The passages' texts, then the sentences': the order of the article's rows."""
        text = self.entry.article.text
        return [p.text for p in self.passages] + [span.of(text) for span in self.sentences]


class Writer(AbstractContextManager["Writer"]):
    """The one process that may change a folder, for as long as it holds the lock.

    Parameters
    ----------
    folder : Path
    encoder : Encoder
    first_settings : mapping of str to str, optional
        With these an index is made if there is none.

    Raises
    ------
    BusyError
        If another process holds the lock.
    CorpusError
        If the folder can't be written.
    """

    def __init__(
        self, folder: Path, encoder: Encoder, first_settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.encoder = encoder
        self._lock = _locked(folder)
        try:
            # Under the lock: of two processes that find no index, one makes it.
            if first_settings is not None and not (folder / ledger.LEDGER).exists():
                ledger.create(folder, first_settings)
            self._connection = ledger.connect(folder, write=True)
        except BaseException:
            self._lock.release()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Readers, which may not write, leave the log as it is; in the file, checksums guard it.
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA busy_timeout = 0")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._connection.close()
        self._lock.release()

    def put(self, entries: Sequence[Entry], advance: Callable[[float], None] | None = None) -> None:
        """Store articles in one transaction, each in place of what its source held before.

        Parameters
        ----------
        entries : sequence of Entry
            No two of one source.
        advance : callable, optional
            Called with the share of the work that is done, from 0 to 1, as it is.

        Raises
        ------
        ValueError
            If an article has no text, or one that can't be stored.
        MismatchError
            If the model has other weights than the one that made the index.
        CorpusError
            If the disk is full or can't be written; what was stored before stays as it was.
        """
        with self._failing_clearly():
            check_weights(self.folder, ledger.settings_of(self._connection), self.encoder)
        prepared = [self._prepare(entry) for entry in entries]
        texts = list(dict.fromkeys(text for each in prepared for text in each.texts))
        position = {text: i for i, text in enumerate(texts)}
        done = 0

        def count(texts_done: int) -> None:
            nonlocal done
            done += texts_done
            if advance:
                advance(done / len(texts))

        vectors = self.encoder.encode(texts, count)
        rows = [position[text] for each in prepared for text in each.texts]
        with self._failing_clearly():
            self._commit(prepared, vectors[rows])

    def touch(self, source: str, size: int, mtime_ns: int) -> None:
        """Note that a source has another size or date, and the same content."""
        with self._failing_clearly(), ledger.transaction(self._connection):
            self._connection.execute(
                "UPDATE article SET size = ?, mtime_ns = ? WHERE source = ?",
                (size, mtime_ns, source),
            )

    def settle(self, origins: Mapping[str, tuple[int, int]]) -> None:
        """Note the size and date of files that hold several articles, now that all are stored."""
        with self._failing_clearly(), ledger.transaction(self._connection):
            self._connection.executemany(
                "UPDATE article SET size = ?, mtime_ns = ? WHERE origin = ?",
                [(size, mtime_ns, origin) for origin, (size, mtime_ns) in origins.items()],
            )

    def move(self, places: Mapping[str, Sequence[Place]]) -> None:
        """Note that articles stand elsewhere in their sources, unchanged; in one transaction."""
        connection = self._connection
        with self._failing_clearly(), ledger.transaction(connection):
            for source, found in places.items():
                numbers = connection.execute(
                    "UPDATE article SET places = ?1 WHERE source = ?2 AND places != ?1 "
                    "RETURNING number",
                    (json.dumps(found), source),
                ).fetchall()
                for (number,) in numbers:
                    seal_article(connection, number)

    def file(self, sources: Sequence[str], collection: str) -> None:
        """Move the articles of these sources to a collection, in one transaction."""
        connection = self._connection
        with self._failing_clearly(), ledger.transaction(connection):
            for source in sources:
                numbers = connection.execute(
                    "UPDATE article SET collection = ? WHERE source = ? RETURNING number",
                    (collection, source),
                ).fetchall()
                for (number,) in numbers:
                    seal_article(connection, number)
            self._advance(rows=0, terms=0)

    def remember(self, problems: Sequence[Skipped], forget: Sequence[str]) -> None:
        """Note which sources could not be read, and why; forget what was noted of others."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        with self._failing_clearly(), ledger.transaction(self._connection):
            self._connection.executemany(
                "DELETE FROM visit WHERE source = ?", [(source,) for source in forget]
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO visit (source, at, etag, problem) VALUES (?, ?, ?, ?)",
                [(each.source, now, each.stamp or None, each.reason) for each in problems],
            )

    def visited(self, visits: Sequence[Visit]) -> None:
        """Note what came of looks at addresses."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        with self._failing_clearly(), ledger.transaction(self._connection):
            self._connection.executemany(
                "INSERT OR REPLACE INTO visit (source, at, etag, modified, problem) "
                "VALUES (?, ?, ?, ?, ?)",
                [(each.source, now, each.etag, each.modified, each.problem) for each in visits],
            )

    def remove(self, ids: Sequence[str]) -> int:
        """Remove articles by id, and what was noted of their sources, in one transaction.

        An id may be an address of which only a problem is noted, too.

        Returns
        -------
        int
            How many articles there were.
        """
        connection = self._connection
        with self._failing_clearly(), ledger.transaction(connection):
            found = [
                row
                for id in ids
                for row in connection.execute(
                    "SELECT number, source FROM article WHERE id = ?", (id,)
                )
            ]
            terms = sum(ledger.delete_article(connection, number) for number, _ in found)
            connection.executemany(
                "DELETE FROM visit WHERE source = ?",
                [(source,) for source in (*ids, *(source for _, source in found))],
            )
            if found:
                self._advance(rows=0, terms=-terms)
        return len(found)

    def compact(self) -> None:
        """Copy the rows that count into a new matrix file and switch to it in one transaction.

        Raises
        ------
        DamagedError
            If the matrix file is gone or short of rows.
        CorpusError
            If the disk is full or can't be written; everything stays as it was.
        """
        connection = self._connection
        with self._failing_clearly(), ledger.transaction(connection):
            settings = ledger.settings_of(connection)
            number = int(settings["matrix"])
            try:
                old = self._matrix(settings).map(int(settings["rows"]))
            except FileNotFoundError as error:
                raise self._matrix(settings).lost() from error
            new = MatrixFile(matrix_path(self.folder, number + 1), int(settings["dimension"]))
            new.path.unlink(missing_ok=True)
            places = connection.execute(
                "SELECT number, first_row, passages + sentences FROM article ORDER BY number"
            ).fetchall()
            new.write_blocks(0, (old[first : first + count] for _, first, count in places))
            rows = 0
            for article, _, count in places:
                connection.execute(
                    "UPDATE article SET first_row = ? WHERE number = ?", (rows, article)
                )
                rows += count
            codes = code_file(self.folder, number + 1, new.dimension)
            codes.write(0, signs(new.map(rows)))
            ledger.change_settings(connection, {"matrix": number + 1, "rows": rows})
            self._advance(rows=0, terms=0)
        with self._failing_clearly():
            # Not the old one alone: an earlier compaction may have died before this line.
            for path in (*self.folder.glob("vectors-*.f32"), *self.folder.glob("codes-*.u64")):
                if path not in (new.path, codes.path):
                    path.unlink()

    @contextmanager
    def _failing_clearly(self) -> Iterator[None]:
        """Turn what SQLite and the operating system say into a sentence with a remedy."""
        try:
            with ledger.damage_named(self.folder / ledger.LEDGER):
                yield
        except OSError as error:
            raise CorpusError(
                f"{self.folder} can't be written ({ledger.reason(error)}); {ledger.WRITE_REMEDY}"
            ) from error

    def _prepare(self, entry: Entry) -> _Prepared:
        if "\0" in entry.article.text:  # SQLite takes it for the end of a text
            raise ValueError(f"the text of the article {entry.article.id} holds a NUL character")
        passages = split_article(entry.article)
        if not passages:
            raise ValueError(f"the article {entry.article.id} has no text to index")
        sentences = sorted({span for passage in passages for span in passage.sentences})
        return _Prepared(entry, passages, tuple(sentences))

    def _commit(self, prepared: Sequence[_Prepared], vectors: NDArray[np.float32]) -> None:
        connection = self._connection
        with ledger.transaction(connection):
            settings = ledger.settings_of(connection)
            first = int(settings["rows"])
            self._matrix(settings).write(first, vectors)
            self._write_codes(settings, first, vectors)
            terms, row = 0, 0
            for each in prepared:
                count = len(each.texts)
                terms += self._store(each, first + row, checksum_of(vectors[row : row + count]))
                row += count
            self._advance(rows=row, terms=terms)

    def _store(self, prepared: _Prepared, first_row: int, checksum: int) -> int:
        """Write one article's records; return by how many terms the corpus grew."""
        connection, article = self._connection, prepared.entry.article
        source = article.source or article.id
        before = connection.execute(
            "SELECT number, id FROM article WHERE source = ?", (source,)
        ).fetchone()
        lost = ledger.delete_article(connection, before[0]) if before else 0
        id = before[1] if before else _free_id(connection, article)
        cursor = connection.execute(
            f"INSERT INTO article VALUES ({', '.join('?' * 24)})",
            (
                before[0] if before else None, id, source, article.origin or source, article.kind,
                article.title, article.url, article.published, article.author, article.collection,
                article.language, article.problem, article.encoding,
                article.digest or digest_of(article.text),
                prepared.entry.size, prepared.entry.mtime_ns,
                datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
                len(article.text), first_row, len(prepared.passages), len(prepared.sentences),
                checksum, json.dumps(article.places), article.text,
            ),
        )  # fmt: skip
        number = int(cursor.lastrowid or 0)
        places = {span: i for i, span in enumerate(prepared.sentences)}
        records = [
            (
                p.heading,
                p.span,
                places[p.sentences[0]],
                places[p.sentences[-1]] + 1,
                " ".join(content_words(f"{article.title} {p.heading}")),
                _body(article.text, p.sentences),
            )
            for p in prepared.passages
        ]
        held = ledger.insert_passages(connection, number, records, prepared.sentences)
        seal_article(connection, number)
        return held - lost

    def _matrix(self, settings: dict[str, str]) -> MatrixFile:
        path = matrix_path(self.folder, int(settings["matrix"]))
        return MatrixFile(path, int(settings["dimension"]))

    def _write_codes(
        self, settings: dict[str, str], first: int, vectors: NDArray[np.float32]
    ) -> None:
        """Append the vectors' signs; make all codes anew where some are missing."""
        number, dimension = int(settings["matrix"]), int(settings["dimension"])
        codes = code_file(self.folder, number, dimension)
        try:
            codes.write(first, signs(vectors))
        except DamagedError:
            whole = self._matrix(settings).map(first + len(vectors))
            codes.write(0, signs(whole))

    def _advance(self, *, rows: int, terms: int) -> None:
        settings = ledger.settings_of(self._connection)
        ledger.change_settings(
            self._connection,
            {
                "generation": int(settings["generation"]) + 1,
                "rows": int(settings["rows"]) + rows,
                "terms": int(settings["terms"]) + terms,
            },
        )


def upgrade(folder: Path, migrations: Migrations = MIGRATIONS) -> None:
    """Bring an index of an older format up to date; nothing is done where there is none.

    Parameters
    ----------
    folder : Path
    migrations : mapping of int to callable, optional
        From each older format to the next.

    Raises
    ------
    BusyError
        If another process is writing.
    MismatchError
        If its format is newer, or too old.
    CorpusError
        If the folder can't be written; everything stays as it was.
    """
    if not (folder / ledger.LEDGER).exists() or not ledger.is_outdated(folder, migrations):
        return
    lock = _locked(folder)
    try:
        ledger.upgrade(folder, migrations)
    finally:
        lock.release()


def _locked(folder: Path) -> FileLock:
    """Take the writer's lock, making the folder if there is none."""
    lock = FileLock(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            f"another footnote is writing to {folder}; try again when it has finished."
        ) from error
    except OSError as error:
        raise CorpusError(
            f"{folder} can't be written ({ledger.reason(error)}); {ledger.WRITE_REMEDY}"
        ) from error
    return lock


def _body(text: str, sentences: Sequence[Span]) -> str:
    """Return the sentences' content words, a line for each."""
    return "\n".join(" ".join(content_words(span.of(text))) for span in sentences)


def digest_of(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _free_id(connection: sqlite3.Connection, article: Article) -> str:
    """Return the article's id, lengthened by folders, then by a number, until it is free."""
    path = Path(article.source or article.id)
    wanted = [article.id]
    if article.source and path.suffix:
        wanted.append(article.id + path.suffix)
        wanted += [f"{path.parent.name}/{w}" for w in wanted if path.parent.name]
    numbered = (f"{article.id}-{n}" for n in itertools.count(2))
    held = "SELECT 1 FROM article WHERE id = ?"
    return next(
        id
        for id in itertools.chain(wanted, numbered)
        if not connection.execute(held, (id,)).fetchone()
    )
