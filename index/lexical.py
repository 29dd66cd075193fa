"""The lexical side: which passages hold a query's words, and how rare these are."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Mapping, Sequence

# The background counts like so many passages of everyday text: it keeps rarity meaningful in an
# index of a single article, and vanishes in a large one.
BACKGROUND_PASSAGES = 200
# A question's rarest words are looked for, until they stand in so many passages together.
MATCHED_PASSAGES = 2_000
# A word that stands in more is not looked for even if it is the rarest: vectors have to do.
MOST_MATCHED = 20_000


def passage_counts(
    connection: sqlite3.Connection, known: dict[str, int], words: Collection[str]
) -> dict[str, int]:
    """Return in how many passages words stand, for those that stand in any.

    Parameters
    ----------
    connection : sqlite3.Connection
    known : dict of str to int
        What was counted before, in the same state of the index; what is counted now is added,
        because a common word's passages take a while to count.
    words : collection of str
    """
    new = sorted(word for word in words if word not in known)
    known.update(
        connection.execute(
            "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
            (json.dumps(new),),
        ).fetchall()
        if new
        else ()
    )
    return {word: known[word] for word in words if word in known}


def rarity(count: int, passages: int, share: float) -> float:
    """Return a word's inverse document frequency, the background counted in.

    Parameters
    ----------
    count : int
        Passages that hold it.
    passages : int
        Passages there are.
    share : float
        Share of everyday passages that hold it, in [0, 1].

    Returns
    -------
    float
        ln(1 + (N - n + 0.5) / (n + 0.5)), positive, where N is ``passages`` and n ``count``, both
        with the background added (Robertson and Zaragoza 2009, Foundations and Trends in IR 3(4),
        with the 1 that keeps it positive).
    """
    total = passages + BACKGROUND_PASSAGES
    held = count + BACKGROUND_PASSAGES * share
    return math.log1p((total - held + 0.5) / (held + 0.5))


def candidates(
    connection: sqlite3.Connection,
    words: Sequence[str],
    counts: Mapping[str, int],
    k: int,
    articles: Collection[int] | None = None,
) -> list[int]:
    """Return the numbers of passages that match best by FTS5's BM25.

    Parameters
    ----------
    connection : sqlite3.Connection
    words : sequence of str
    counts : mapping of str to int
        In how many passages each word stands. The rarest words are looked for, as many as stand
        in 2,000 passages together, so that a common one does not make a large index slow.
    k : int
        At most so many.
    articles : collection of int, optional
        The numbers of those whose passages count, where not all do.

    Returns
    -------
    list of int
        Best first.
    """
    sought = _rarest(words, counts, MATCHED_PASSAGES if articles is None else MOST_MATCHED)
    if not sought:
        return []
    expression = " OR ".join(f'"{word}"' for word in sought)
    if articles is None:
        rows = connection.execute(
            "SELECT rowid FROM terms WHERE terms MATCH ? ORDER BY rank, rowid LIMIT ?",
            (expression, k),
        )
    else:
        rows = connection.execute(
            "SELECT terms.rowid FROM terms CROSS JOIN passage ON passage.number = terms.rowid "
            "WHERE terms MATCH ? AND article IN (SELECT value FROM json_each(?)) "
            "ORDER BY rank, terms.rowid LIMIT ?",
            (expression, json.dumps(list(articles)), k),
        )
    return [int(number) for (number,) in rows]


def _rarest(words: Sequence[str], counts: Mapping[str, int], most: int) -> list[str]:
    there = (word for word in words if 0 < counts.get(word, 0) <= MOST_MATCHED)
    held = sorted(there, key=lambda word: counts[word])
    total = 0
    for place, word in enumerate(held):
        total += counts[word]
        if place and total > most:
            return held[:place]
    return held


def rarities(
    words: Sequence[str], counts: Mapping[str, int], passages: int, shares: Sequence[float]
) -> list[float]:
    """Return the rarity of each word."""
    return [
        rarity(counts.get(word, 0), passages, share)
        for word, share in zip(words, shares, strict=True)
    ]
