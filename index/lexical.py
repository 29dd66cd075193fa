"""The lexical side: candidates by SQLite's FTS5, and BM25 with its parts laid open."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """A query's distinct terms, in order, and how much each tells.

    ``idf`` is float64, shape (n_terms,), not negative, no unit.
    """

    terms: tuple[str, ...]
    idf: NDArray[np.float64]

    def coverage(self, held: Sequence[str] | Counter[str]) -> float:
        """Return the idf-weighted share of the terms that ``held`` holds, in [0, 1]."""
        total = float(self.idf.sum())
        present = sum(
            float(idf) for term, idf in zip(self.terms, self.idf, strict=True) if term in held
        )
        return present / total if total else 0.0

    def bm25(self, held: Counter[str], length: int, average_length: float) -> float:
        """Return BM25 over the best BM25 that any passage could have for these terms, in [0, 1).

        Parameters
        ----------
        held : Counter
            The passage's terms and how often it holds each.
        length : int
            Number of terms in the passage.
        average_length : float
            The same, over the corpus.

        References
        ----------
        Robertson and Zaragoza (2009), Foundations and Trends in IR 3(4), 333-389; k1 1.2, b 0.75.
        """
        total = float(self.idf.sum())
        if not total:
            return 0.0
        norm = K1 * (1 - B + B * length / max(average_length, 1.0))
        # Term frequency saturates at k1 + 1, so idf * (k1 + 1) is the most a term can give.
        return (
            sum(
                float(idf) * held[term] / (held[term] + norm)
                for term, idf in zip(self.terms, self.idf, strict=True)
            )
            / total
        )


def query_terms(connection: sqlite3.Connection, terms: Sequence[str], passages: int) -> QueryTerms:
    """Look up how rare a query's terms are in the corpus.

    Parameters
    ----------
    connection : sqlite3.Connection
    terms : sequence of str
        As the analyser makes them.
    passages : int
        Number of passages in the corpus.

    Returns
    -------
    QueryTerms
        With idf = ln(1 + (N - df + 0.5) / (df + 0.5)).
    """
    distinct = tuple(dict.fromkeys(terms))
    found = dict(
        connection.execute(
            "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(distinct),),
        ).fetchall()
    )
    idf = [
        math.log(1 + (passages - found.get(term, 0) + 0.5) / (found.get(term, 0) + 0.5))
        for term in distinct
    ]
    return QueryTerms(distinct, np.array(idf, dtype=np.float64))


def candidates(connection: sqlite3.Connection, terms: Sequence[str], k: int) -> list[int]:
    """Return the numbers of the ``k`` passages that match best by FTS5's own BM25."""
    if not terms:
        return []
    expression = " OR ".join(f'"{term}"' for term in terms)
    rows = connection.execute(
        "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rank, rowid LIMIT ?", (expression, k)
    )
    return [int(number) for (number,) in rows]
