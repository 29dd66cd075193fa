"""Where the quotes of gold sets stand in the articles as they are indexed now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.evaluation.gold import GoldCase, GoldSource
from index import PassageIndex, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A part of an article that answers a question.

    Parameters
    ----------
    article : str
        Id of the article.
    spans : tuple of Span
        Of the quotes; to meet one of them is enough.
    """

    article: str
    spans: tuple[Span, ...]

    def met_by(self, article: str, span: Span) -> bool:
        """Say whether words of an article share a character with one of the quotes."""
        return article == self.article and any(span.meets(each) for each in self.spans)


class Library:
    """The indexed articles' texts, each read once.

    Parameters
    ----------
    index : PassageIndex
    """

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        self._ids: dict[str, str] = {}
        for info in reversed(index.articles()):  # of equal titles the first counts, ids before all
            self._ids[_folded(info.title)] = info.id
        self._all = [info.id for info in index.articles()]
        self._ids |= {id: id for id in self._all}
        self._texts: dict[str, str] = {}

    def text(self, id: str) -> str:
        """Return an article's text; KeyError if it is not indexed."""
        if id not in self._texts:
            self._texts[id] = self._index.article(id).text
        return self._texts[id]

    def find(self, source: GoldSource) -> Iterator[tuple[str, Span]]:
        """Yield every place of a quote in the article named, else in the first that has it.

        The article may be named by its id or its title; runs of white space are alike.
        """
        named = self._named(source.article)
        for id in [named, *self._all] if named else self._all:
            spans = occurrences(source.quote, self.text(id))
            if spans:
                yield from ((id, span) for span in spans)
                return

    def is_named(self, name: str, id: str) -> bool:
        """Say whether a name, id or title, is that of an article."""
        return self._named(name) == id

    def _named(self, name: str) -> str | None:
        return self._ids.get(name) or self._ids.get(_folded(name))

    def places(self, case: GoldCase) -> list[Place]:
        """Return the places that answer a question; quotes of one paragraph are one place."""
        places: list[Place] = []
        for source in case.sources:
            found = list(self.find(source))
            if not found:
                continue
            article, spans = found[0][0], tuple(span for _, span in found)
            near = next((each for each in places if self._together(each, article, spans)), None)
            if near is None:
                places.append(Place(article, spans))
            else:
                places[places.index(near)] = Place(article, (*near.spans, *spans))
        return places

    def _together(self, place: Place, article: str, spans: tuple[Span, ...]) -> bool:
        if place.article != article:
            return False
        text = self.text(article)
        return any(
            "\n\n" not in text[min(one.end, other.end) : max(one.start, other.start)]
            for one in place.spans
            for other in spans
        )


def occurrences(quote: str, text: str) -> list[Span]:
    """Return every place of a quote in a text; runs of white space are alike."""
    pattern = r"\s+".join(map(re.escape, quote.split()))
    return [Span(*found.span()) for found in re.finditer(pattern, text)] if pattern else []


def _folded(title: str) -> str:
    return " ".join(title.replace("_", " ").casefold().split())
