"""One query against one snapshot: candidates from three sides, one score, the best as hits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.background import Background
from index.codes import nearest, signs
from index.cover import Cover, Query, cover
from index.fusion import best_sentences, fuse, rank_order, top
from index.lexical import candidates, passage_counts, rarities
from index.minibert.weights import Floats
from index.snapshot import Snapshot
from index.types import Hit, Passage, SentenceScore, Span
from index.words import content_words

# From each side this many go into the common ranking, or as many as are wanted; on training
# questions neither 100 rank better nor 10 worse.
CANDIDATES = 16
# No question needs more; it bounds what a pasted page costs.
MAX_QUERY_WORDS = 64
# Among many passages, so many with the nearest signs have their vectors compared.
RESCORED = 2_000


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage under consideration, as the ledger has it: ``body`` has a line a sentence."""

    number: int
    article: int
    ordinal: int
    first_sentence: int
    stop_sentence: int
    first_row: int
    first_sentence_row: int
    headings: str
    body: str


def search(
    connection: sqlite3.Connection,
    snapshot: Snapshot,
    background: Background,
    query: str,
    vector: Floats,
    k: int,
) -> list[Hit]:
    """Rank passages for a query, inside a transaction that sees ``snapshot``.

    Parameters
    ----------
    connection : sqlite3.Connection
    snapshot : Snapshot
    background : Background
    query : str
        Its spelling corrected.
    vector : ndarray of float32, shape (dimension,)
        The query's, unit length.
    k : int
        At most this many hits.

    Returns
    -------
    list of Hit
        Best first.
    """
    asked = _query(connection, snapshot, background, query)
    found = _candidates(connection, snapshot, asked, vector, max(k, CANDIDATES))
    if not found:
        return []
    ranking = _Ranking.of(found, snapshot, background, asked, vector)
    places = [(each.article, each.ordinal) for each in found]
    order = rank_order([fuse(parts) for parts in ranking.parts], places)[:k]
    return [
        ranking.hit(connection, len(snapshot.passage_rows), i, rank)
        for rank, i in enumerate(order, start=1)
    ]


def _query(
    connection: sqlite3.Connection, snapshot: Snapshot, background: Background, text: str
) -> Query:
    in_order = tuple(content_words(text)[:MAX_QUERY_WORDS])
    words = tuple(dict.fromkeys(in_order))
    counts = passage_counts(connection, snapshot.counts, words)
    shares = [background.share(word) for word in words]
    return Query(
        in_order,
        words,
        np.array(rarities(words, counts, snapshot.passages, shares), np.float32),
        counts,
    )


def _candidates(
    connection: sqlite3.Connection, snapshot: Snapshot, query: Query, vector: Floats, k: int
) -> list[_Found]:
    by_passage, by_sentence = _nearest(snapshot, vector, k)
    rows = connection.execute(
        """
        WITH found(number) AS (
          SELECT value FROM json_each(:numbers)
          UNION SELECT number FROM json_each(:passages) AS at CROSS JOIN passage
            ON article = json_extract(at.value, '$[0]') AND ordinal = json_extract(at.value, '$[1]')
          UNION SELECT number FROM json_each(:sentences) AS at CROSS JOIN passage
            ON article = json_extract(at.value, '$[0]')
            AND first_sentence <= json_extract(at.value, '$[1]')
            AND stop_sentence > json_extract(at.value, '$[1]')
        )
        SELECT passage.number, article, ordinal, first_sentence, stop_sentence,
               first_row, first_row + passages, heading_words, body
        FROM found CROSS JOIN passage ON passage.number = found.number
                   CROSS JOIN article ON article.number = passage.article
                   CROSS JOIN terms ON terms.rowid = found.number
        ORDER BY passage.number
        """,
        {
            "numbers": json.dumps(
                candidates(connection, query.words, query.counts, k, _articles(snapshot))
            ),
            "passages": json.dumps(snapshot.places(by_passage)),
            "sentences": json.dumps(snapshot.places(by_sentence)),
        },
    )
    return [_Found(*row) for row in rows]


def _articles(snapshot: Snapshot) -> list[int] | None:
    return snapshot.articles[:, 0].tolist() if snapshot.narrow else None


def _nearest(
    snapshot: Snapshot, vector: Floats, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of the ``k`` passages and of the ``k`` sentences nearest to a vector.

    Among many passages no sentence is sought by itself, but twice as many passages: of one that
    matters, its own vector or its words are among the nearest, too.
    """
    if snapshot.codes is None:
        if snapshot.narrow:  # other articles' rows need not be read
            passages, sentences = snapshot.passage_rows, snapshot.sentence_rows
            return (
                passages[top(np.asarray(snapshot.matrix[passages] @ vector), k)],
                sentences[top(np.asarray(snapshot.matrix[sentences] @ vector), k)],
            )
        cosines = np.asarray(snapshot.matrix @ vector)
        return (
            snapshot.passage_rows[top(cosines[snapshot.passage_rows], k)],
            snapshot.sentence_rows[top(cosines[snapshot.sentence_rows], k)],
        )
    rows = snapshot.passage_rows[nearest(snapshot.codes, signs(vector[None])[0], RESCORED)]
    cosines = np.asarray(snapshot.matrix[rows] @ vector)
    return rows[top(cosines, 2 * k)], rows[:0]


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Everything that speaks for the passages under consideration.

    ``cosines`` are those of their sentences, one passage after the other.
    """

    found: list[_Found]
    parts: list[dict[str, float]]
    cover: Cover
    cosines: Floats

    @classmethod
    def of(
        cls,
        found: list[_Found],
        snapshot: Snapshot,
        background: Background,
        query: Query,
        vector: Floats,
    ) -> _Ranking:
        """Compare a query with passages."""
        held = cover(
            query,
            [each.body for each in found],
            [each.headings for each in found],
            background.vectors,
        )
        passages = snapshot.matrix[[each.first_row + each.ordinal for each in found]]
        own = [
            range(
                each.first_sentence_row + each.first_sentence,
                each.first_sentence_row + each.stop_sentence,
            )
            for each in found
        ]
        cosines = np.asarray(snapshot.matrix[[row for each in own for row in each]] @ vector)
        best = best_sentences(cosines, held.sentences, held.starts)
        columns = {
            "passage": np.asarray(passages) @ vector,
            "cover": held.passages,
            "pairs": held.pairs,
            "sentence": cosines[best],
            "sentence_cover": held.sentences[best],
        }
        parts = [
            {name: float(column[i]) for name, column in columns.items()} for i in range(len(found))
        ]
        return cls(found, parts, held, cosines)

    def hit(self, connection: sqlite3.Connection, among: int, i: int, rank: int) -> Hit:
        """Return one of the passages as a hit."""
        found = self.found[i]
        id, title, url, heading, start, stop, text = connection.execute(
            "SELECT id, title, url, heading, start, stop, substr(text, start + 1, stop - start) "
            "FROM passage JOIN article ON article.number = passage.article "
            "WHERE passage.number = ?",
            (found.number,),
        ).fetchone()
        spans = connection.execute(
            "SELECT start, stop FROM sentence WHERE article = ? AND ordinal >= ? AND ordinal < ? "
            "ORDER BY ordinal",
            (found.article, found.first_sentence, found.stop_sentence),
        ).fetchall()
        sentences = tuple(Span(*span) for span in spans)
        passage = Passage(f"{id}:{found.ordinal}", id, heading, text, Span(start, stop), sentences)
        return Hit(
            passage=passage,
            title=title,
            url=url,
            score=fuse(self.parts[i]),
            rank=rank,
            why=self.parts[i],
            sentences=self._sentences(i, sentences),
            among=among,
        )

    def _sentences(self, i: int, spans: Sequence[Span]) -> tuple[SentenceScore, ...]:
        start = int(self.cover.starts[i])
        covers = self.cover.sentences
        return tuple(
            SentenceScore(
                span,
                {
                    "cosine": float(self.cosines[start + j]),
                    "cover": float(covers[start + j]),
                },
            )
            for j, span in enumerate(spans)
        )
