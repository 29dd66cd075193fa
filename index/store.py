"""PassageIndex: the only owner of an index folder."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from index import ledger
from index.background import Background, load_background
from index.encoder import Encoder, SentenceEncoder, check_weights
from index.errors import CorpusError, MismatchError
from index.formats import MAX_WORDS, OVERLAP_SENTENCES, SPLITTER
from index.integrity import check_codes, damaged_article, examine
from index.lexical import passage_counts, rarities
from index.models import DEFAULT_MODEL
from index.search import search
from index.snapshot import EXACT_PASSAGES, Snapshot, generation_of, load_snapshot, matrix_path
from index.spelling import correct
from index.types import EVERYTHING, Article, ArticleInfo, Hit, Scope, Skipped, Visit
from index.vectors import MatrixFile, checksum_of
from index.words import WORDS, content_words

MAX_QUERY_CHARACTERS = 2_000


if TYPE_CHECKING:
    from index.writer import Writer


class Known(NamedTuple):
    """What an index remembers of a source, to notice that it changed."""

    id: str
    digest: str
    size: int
    mtime_ns: int
    collection: str = ""
    origin: str = ""
    url: str | None = None


class PassageIndex:
    """Articles in a folder, searchable passage by passage.

    Reading never waits for writing: every call works on one committed state. An object may be
    used by several threads.

    Parameters
    ----------
    folder : str or Path
        Made by the first writing; :meth:`exists` says whether it was.
    encoder : Encoder, optional
        By default the model that the index was made with, or the bundled one for a new index.
    exact_passages : int
        Up to so many passages, every vector is compared; among more, those whose signs are near.

    Raises
    ------
    MismatchError
        If the index was made with another model than ``encoder``, or by a version of this
        software that splits or analyses text in another way.
    DamagedError
        If the ledger can't be read.
    """

    def __init__(
        self,
        folder: str | Path,
        encoder: Encoder | None = None,
        *,
        exact_passages: int = EXACT_PASSAGES,
    ) -> None:
        self.folder = Path(folder)
        self.exact_passages = exact_passages
        self._local = threading.local()
        # With the ledger and the generation that it is of.
        self._snapshot: tuple[tuple[int, int], Snapshot | None] = ((0, 0), None)
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._words: Background | None = None
        settings = self.settings() if self.exists() else {}
        name = settings.get("model", DEFAULT_MODEL)
        self.encoder: Encoder = encoder or SentenceEncoder(name)
        if settings:
            self._check(settings)

    def exists(self) -> bool:
        """Say whether there is an index in the folder."""
        return os.path.exists(self.folder / ledger.LEDGER)

    def verify(self, *, deep: bool = False) -> int:
        """Check that all that is stored is whole; return how many passages there are.

        Parameters
        ----------
        deep : bool
            Compare all that the ledger says with its checksums, too, article by article, and the
            codes with the vectors.

        Raises
        ------
        DamagedError
            If SQLite finds the ledger damaged, a passage does not lie in its article's text, or
            the matrix is short of rows or holds others than were written.
        """
        if deep:
            examine(self.folder)
        with self._reading() as connection:
            snapshot = self._current(connection)
            ledger.verify(connection, self.folder / ledger.LEDGER)
            articles = connection.execute(
                "SELECT id, source, first_row, passages + sentences, checksum FROM article"
            ).fetchall()
            for id, source, first, count, checksum in articles:
                if checksum_of(snapshot.matrix[first : first + count]) != checksum:
                    raise damaged_article("vectors", self.folder, id, source)
            if deep:
                matrix = int(ledger.settings_of(connection)["matrix"])
                rows = [(first, count) for _, _, first, count, _ in articles]
                check_codes(self.folder, matrix, snapshot.matrix, rows)
        return snapshot.passages

    def settings(self) -> dict[str, str]:
        """Return what the index was made with: model, its digest, dimension, splitter, counts."""
        with self._reading() as connection:
            return ledger.settings_of(connection)

    def articles(self) -> list[ArticleInfo]:
        """List what is indexed, in corpus order."""
        with self._reading() as connection:
            return ledger.articles_of(connection)

    def article(self, id: str) -> Article:
        """Return a stored article, without its layout.

        Raises
        ------
        KeyError
            If no article has this id.
        """
        with self._reading() as connection:
            article = ledger.article_of(connection, id)
        if article is None:
            raise KeyError(id)
        return article

    def collections(self) -> dict[str, int]:
        """Return how many articles each collection has, by name."""
        with self._reading() as connection:
            return ledger.collections_of(connection)

    def problems(self) -> list[Skipped]:
        """List the sources that could not be read when they were last looked at, and why."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT source, problem, coalesce(etag, '') FROM visit WHERE problem IS NOT NULL "
                "ORDER BY source"
            )
            return [Skipped(*row) for row in rows]

    def visits(self) -> dict[str, Visit]:
        """Return the last looks at addresses, and at sources that could not be read."""
        with self._reading() as connection:
            return ledger.visits_of(connection)

    def known(self) -> dict[str, Known]:
        """Return what is remembered of every source."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT source, id, digest, size, mtime_ns, collection, origin, url FROM article"
            )
            return {source: Known(*rest) for source, *rest in rows}

    def corrected(self, query: str) -> str:
        """Return a query as it is searched: at most 2,000 characters, its spelling corrected.

        A word is changed if neither the articles nor everyday English have it, and one of them has
        a word that is one slip away.
        """
        query, background = _taken(query), self._background()
        with self._reading() as connection:
            counts = self._current(connection).counts
            return correct(query, partial(passage_counts, connection, counts), background.rank)

    def rarities(self, text: str) -> dict[str, float]:
        """Return the words of a text that tell something, in order, with how rare each is.

        Parameters
        ----------
        text : str
            Of what is longer than 2,000 characters, the beginning is used.

        Returns
        -------
        dict of str to float
            Inverse document frequencies, positive, everyday English counted in.
        """
        words, background = tuple(dict.fromkeys(content_words(_taken(text)))), self._background()
        with self._reading() as connection:
            snapshot = self._current(connection)
            counts = passage_counts(connection, snapshot.counts, words)
        shares = [background.share(word) for word in words]
        return dict(zip(words, rarities(words, counts, snapshot.passages, shares), strict=True))

    def search(self, query: str, k: int = 5, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """Find the passages that answer a query best.

        Parameters
        ----------
        query : str
            Of what is longer than 2,000 characters, the beginning is used.
        k : int
            At most this many hits, at least 1.
        scope : Scope
            Which articles are searched. How rare a word is, and how words are spelt, stays a
            matter of the whole index, so that scores can be compared.

        Returns
        -------
        list of Hit
            Best first; empty for an empty index or a query without a letter or digit.

        Raises
        ------
        ValueError
            If ``k < 1``.
        """
        return self.search_many([query], k, scope=scope)[0]

    def search_many(
        self, queries: Sequence[str], k: int = 5, *, scope: Scope = EVERYTHING
    ) -> list[list[Hit]]:
        """Find the passages for each of several queries, which are encoded together.

        Parameters
        ----------
        queries : sequence of str
            Each taken as :meth:`search` takes it.
        k : int
            At most this many hits each, at least 1.
        scope : Scope
            Which articles are searched, for all of them.

        Returns
        -------
        list of list of Hit
            What :meth:`search` finds for each, all in one state of the index; scores may differ
            in the last digits.

        Raises
        ------
        ValueError
            If ``k < 1``.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        taken = [_taken(query) for query in queries]
        found: list[list[Hit]] = [[] for _ in taken]
        places = [i for i, query in enumerate(taken) if any(map(str.isalnum, query))]
        if not places:
            return found
        background = self._background()
        with self._reading() as connection:
            snapshot = self._current(connection)
            if scope:
                admitted = ledger.articles_in(connection, scope)
                snapshot = snapshot.narrowed(admitted, self.exact_passages)
            if not len(snapshot.passage_rows):
                return found
            in_corpus = partial(passage_counts, connection, snapshot.counts)
            asked = [correct(taken[i], in_corpus, background.rank) for i in places]
            for i, query, vector in zip(places, asked, self.encoder.encode(asked), strict=True):
                found[i] = search(connection, snapshot, background, query, vector, k)
        return found

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the writer's lock, making the index if there is none.

        Raises
        ------
        BusyError
            If another process is writing.
        CorpusError
            If the folder can't be written.
        """
        first_settings = None if self.exists() else self._first_settings()
        # Imported late: a question needs none of it.
        from index.writer import Writer

        with Writer(self.folder, self.encoder, first_settings) as writer:
            yield writer

    def add(
        self, articles: Iterable[Article], advance: Callable[[float], None] | None = None
    ) -> None:
        """Store articles, each in place of what its source held before, in one transaction.

        Raises
        ------
        ValueError
            If an article has no text, or one that can't be stored.
        """
        from index.writer import Entry

        last = {article.source or article.id: Entry(article) for article in articles}
        with self.writing() as writer:
            writer.put(list(last.values()), advance)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove articles, or what is noted of sources that could not be read.

        Raises
        ------
        CorpusError
            If one of the ids is neither an article's nor such a source; then none is removed.
        """
        there = (
            "SELECT id FROM article WHERE id = ?1 UNION SELECT source FROM visit WHERE source = ?1"
        )
        with self._reading() as connection:
            for id in ids:
                if not connection.execute(there, (id,)).fetchone():
                    raise CorpusError(
                        f"no article is called {id}; footnote sources lists those there are."
                    )
        with self.writing() as writer:
            writer.remove(ids)

    def compact(self) -> None:
        """Give back the room of vectors whose articles were changed or removed."""
        with self.writing() as writer:
            writer.compact()

    def close(self) -> None:
        """Close the folder's files; the object can't be used afterwards."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._snapshot = ((0, 0), None)

    def _first_settings(self) -> dict[str, str]:
        return {
            "model": self.encoder.name,
            "model_digest": self.encoder.digest,
            "model_stamp": self.encoder.stamp,
            "dimension": str(self.encoder.dimension),
            **_MADE_BY,
            "matrix": "1",
            "rows": "0",
            "terms": "0",
            "generation": "0",
        }

    def _check(self, settings: dict[str, str]) -> None:
        remedy = "index your articles into a new folder with --index."
        if settings.get("model") != self.encoder.name:
            raise MismatchError(
                f"{self.folder} was made with the model {settings.get('model')}, not "
                f"{self.encoder.name}; leave the model out, or {remedy}"
            )
        for name, value in _MADE_BY.items():
            if settings.get(name) != value:
                raise MismatchError(
                    f"{self.folder} was made by another version ({name} {settings.get(name)}, "
                    f"now {value}); {remedy}"
                )

    def check_model(self) -> None:
        """Compare the model's weights with those the index was made with.

        Raises
        ------
        MismatchError
            If they differ: every score would be meaningless. Weights whose file has the size and
            date it had then are taken for the same.
        """
        check_weights(self.folder, self.settings(), self.encoder)

    def _current(self, connection: sqlite3.Connection) -> Snapshot:
        """Return the newest snapshot; the connection's transaction may be begun anew."""
        while True:
            state = (self._local.ledger, generation_of(connection))
            with self._lock:
                held_state, held = self._snapshot
            if held is not None and held_state == state:
                return held
            try:
                held = load_snapshot(connection, self.folder, self.exact_passages)
            except FileNotFoundError:
                # A compaction came between reading the ledger and mapping the matrix.
                self._refuse_lost_matrix(connection)
                continue
            with self._lock:
                self._snapshot = (state, held)
            return held

    def _refuse_lost_matrix(self, connection: sqlite3.Connection) -> None:
        """Raise if the matrix file is gone for good, not just replaced."""
        settings = ledger.settings_of(connection)
        connection.execute("ROLLBACK")
        connection.execute("BEGIN")
        if ledger.settings_of(connection)["matrix"] == settings["matrix"]:
            path = matrix_path(self.folder, int(settings["matrix"]))
            raise MatrixFile(path, int(settings["dimension"])).lost()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Yield this thread's connection, in a transaction that sees one committed state."""
        connection = getattr(self._local, "connection", None)
        # A folder that was deleted and made anew holds another ledger than the one that is open.
        if connection is None or self._local.ledger != ledger.identity(self.folder):
            if connection is not None:
                connection.close()
            connection = self._local.connection = None
            connection = ledger.connect(self.folder)
            self._local.connection = connection
            self._local.ledger = ledger.identity(self.folder)
            with self._lock:
                self._connections.append(connection)
        with ledger.damage_named(self.folder / ledger.LEDGER):
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    def _background(self) -> Background:
        with self._lock:
            if self._words is None:
                self._words = load_background()
            return self._words


_MADE_BY = {
    "splitter": f"{SPLITTER}, {MAX_WORDS} words, overlap {OVERLAP_SENTENCES}",
    "words": WORDS,
}


def _taken(query: str) -> str:
    """Return so much of a query as is taken.

    A terminal hands on bytes that are not UTF-8 as lone surrogates, which nothing here takes.
    """
    return query[:MAX_QUERY_CHARACTERS].encode("utf-8", errors="replace").decode("utf-8")
