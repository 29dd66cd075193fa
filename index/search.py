"""One query against one snapshot: candidates from three sides, one score, the best as hits."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis import Analyser
from index.fusion import fuse, rank_order, top
from index.lexical import QueryTerms, candidates, query_terms
from index.snapshot import Snapshot
from index.types import Hit, Passage, SentenceScore, Span

# From each side this many go into the common ranking.
CANDIDATES = 100
# No question needs more; it bounds what a pasted page costs.
MAX_QUERY_TERMS = 64


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage under consideration, as the ledger has it."""

    number: int
    article: int
    ordinal: int
    first_sentence: int
    stop_sentence: int
    length: int
    terms: Counter[str]


def search(
    connection: sqlite3.Connection,
    snapshot: Snapshot,
    analyser: Analyser,
    query: str,
    vector: NDArray[np.float32],
    k: int,
) -> list[Hit]:
    """Rank passages for a query, inside a transaction that sees ``snapshot``.

    Parameters
    ----------
    connection : sqlite3.Connection
    snapshot : Snapshot
    analyser : Analyser
    query : str
    vector : ndarray of float32, shape (dimension,)
        The query's, unit length.
    k : int
        At most this many hits.

    Returns
    -------
    list of Hit
        Best first.
    """
    terms = query_terms(connection, analyser.terms(query)[:MAX_QUERY_TERMS], snapshot.passages)
    cosines = np.asarray(snapshot.matrix @ vector)
    found = list(_found(connection, snapshot, terms, cosines))
    parts = [_parts(candidate, snapshot, terms, cosines) for candidate in found]
    scores = [fuse(part) for part in parts]
    order = rank_order(scores, [(c.article, c.ordinal) for c in found])[:k]
    return [
        _hit(connection, snapshot, analyser, terms, vector, found[i], scores[i], rank, parts[i])
        for rank, i in enumerate(order, start=1)
    ]


def _found(
    connection: sqlite3.Connection,
    snapshot: Snapshot,
    terms: QueryTerms,
    cosines: NDArray[np.float32],
) -> Iterable[_Candidate]:
    by_passage = snapshot.passage_rows[top(cosines[snapshot.passage_rows], CANDIDATES)]
    by_sentence = snapshot.sentence_rows[top(cosines[snapshot.sentence_rows], CANDIDATES)]
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
        SELECT passage.number, article, ordinal, first_sentence, stop_sentence, length,
               terms.heading || ' ' || terms.body
        FROM found CROSS JOIN passage ON passage.number = found.number
                   CROSS JOIN terms ON terms.rowid = found.number
        """,
        {
            "numbers": json.dumps(candidates(connection, terms.terms, CANDIDATES)),
            "passages": json.dumps([snapshot.place(int(row)) for row in by_passage]),
            "sentences": json.dumps([snapshot.place(int(row)) for row in by_sentence]),
        },
    )
    for *numbers, held in rows:
        number, article, ordinal, first, stop, length = numbers
        yield _Candidate(number, article, ordinal, first, stop, length, Counter(held.split()))


def _parts(
    candidate: _Candidate, snapshot: Snapshot, terms: QueryTerms, cosines: NDArray[np.float32]
) -> dict[str, float]:
    passages, sentences = snapshot.rows_of(candidate.article)
    own = cosines[sentences + candidate.first_sentence : sentences + candidate.stop_sentence]
    return {
        "passage": float(cosines[passages + candidate.ordinal]),
        "sentence": float(own.max()),
        "coverage": terms.coverage(candidate.terms),
        "bm25": terms.bm25(candidate.terms, candidate.length, snapshot.average_length),
    }


def _hit(
    connection: sqlite3.Connection,
    snapshot: Snapshot,
    analyser: Analyser,
    terms: QueryTerms,
    vector: NDArray[np.float32],
    candidate: _Candidate,
    score: float,
    rank: int,
    parts: dict[str, float],
) -> Hit:
    id, title, url, heading, start, end, text = connection.execute(
        "SELECT id, title, url, heading, start, stop, substr(text, start + 1, stop - start) "
        "FROM passage JOIN article ON article.number = passage.article WHERE passage.number = ?",
        (candidate.number,),
    ).fetchone()
    spans = [
        Span(*row)
        for row in connection.execute(
            "SELECT start, stop FROM sentence WHERE article = ? AND ordinal >= ? AND ordinal < ? "
            "ORDER BY ordinal",
            (candidate.article, candidate.first_sentence, candidate.stop_sentence),
        )
    ]
    passage = Passage(
        f"{id}:{candidate.ordinal}", id, heading, text, Span(start, end), tuple(spans)
    )
    _, first = snapshot.rows_of(candidate.article)
    vectors = snapshot.matrix[first + candidate.first_sentence : first + candidate.stop_sentence]
    held = [set(analyser.terms(text[s.start - start : s.end - start])) for s in spans]
    sentences = _sentence_scores(spans, np.asarray(vectors), held, terms, vector)
    return Hit(passage, title, url, score, rank, parts, tuple(sentences))


def _sentence_scores(
    spans: Sequence[Span],
    vectors: NDArray[np.float32],
    held: Sequence[set[str]],
    terms: QueryTerms,
    vector: NDArray[np.float32],
) -> Iterable[SentenceScore]:
    for i, span in enumerate(spans):
        low, high = max(i - 1, 0), i + 2
        window = vectors[low:high].mean(axis=0)
        norm = float(np.linalg.norm(window)) or 1.0
        yield SentenceScore(
            span,
            {
                "cosine": float(vectors[i] @ vector),
                "window": float(window @ vector) / norm,
                "coverage": terms.coverage(tuple(held[i])),
                "window_coverage": terms.coverage(tuple(set().union(*held[low:high]))),
            },
        )
