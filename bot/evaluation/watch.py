"""Stands between an answerer and its parts, and remembers what passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.reader import Reader, Reading
from index import EVERYTHING, Article, ArticleInfo, Hit, PassageIndex, Scope

# Figures are taken at up to ten passages. The first five of ten are what five would be.
DEPTH = 10


class Watch:
    """Both a corpus and a reader, which are those that it watches.

    Parameters
    ----------
    index : PassageIndex
    reader : Reader
    clock : callable
        Seconds.

    Attributes
    ----------
    hits, readings : list
        Of the last question; `DEPTH` hits or more, whatever was asked for.
    search_seconds, read_seconds : float
    """

    def __init__(self, index: PassageIndex, reader: Reader, clock: Callable[[], float]) -> None:
        self.name, self.threshold, self.sure = reader.name, reader.threshold, reader.sure
        self._index = index
        self._reader = reader
        self._clock = clock
        self._known: dict[tuple[str, Scope], tuple[list[Hit], float]] = {}
        self.forget()

    def forget(self) -> None:
        """Be ready for another question."""
        self.hits: list[Hit] = []
        self.readings: list[Reading] = []
        self.search_seconds = self.read_seconds = 0.0

    def search_ahead(self, questions: Sequence[str], *, scope: Scope = EVERYTHING) -> None:
        """Search for questions that are about to be asked, all together."""
        started = self._clock()
        queries = [self._index.corrected(question) for question in questions]
        found = self._index.search_many(queries, DEPTH, scope=scope)
        each = (self._clock() - started) / max(1, len(queries))
        self._known = {
            (query, scope): (hits, each) for query, hits in zip(queries, found, strict=True)
        }

    def search(self, query: str, k: int = 5, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """Find passages, or return those that were found ahead."""
        started = self._clock()
        if (query, scope) in self._known and k <= DEPTH:
            self.hits, self.search_seconds = self._known[query, scope]
        else:
            self.hits = self._index.search(query, max(k, DEPTH), scope=scope)
            self.search_seconds = self._clock() - started
        return self.hits[:k]

    def corrected(self, query: str) -> str:
        """Correct a query's spelling."""
        return self._index.corrected(query)

    def rarities(self, text: str) -> Mapping[str, float]:
        """Return how rare words are."""
        return self._index.rarities(text)

    def article(self, id: str) -> Article:
        """Return a stored article."""
        return self._index.article(id)

    def articles(self) -> list[ArticleInfo]:
        """List what is indexed."""
        return self._index.articles()

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Read, and remember what was read."""
        started = self._clock()
        self.readings = self._reader.read(question, hits)
        self.read_seconds = self._clock() - started
        return self.readings
