"""An answer while a language model writes it: claims in, checked sentences out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.citations import cite
from bot.claims import Evidence, Fault, fault_of, first_order
from bot.generator import Claim, Reply
from bot.generator.excerpts import Excerpt, bare
from bot.quotes import find_in, sentences_of
from bot.types import Citation, Sentence
from bot.wording import one_line
from index import Article, Hit, Span

# An answer is short; a message shows so many sources.
MOST_CITATIONS = 4
MOST_SENTENCES = 6

Tell = Callable[[Sentence], None]


class Articles(Protocol):
    """What checking needs of an index."""

    def article(self, id: str) -> Article:
        """Return a stored article; KeyError if there is none of this id."""
        ...


@dataclass(slots=True)
class Draft:
    """An answer while it is written: what has been accepted, and what has not.

    Parameters
    ----------
    articles : Articles
    excerpts : sequence of Excerpt
        What the model was shown.
    tell : callable
        Is handed each sentence once it is accepted.
    """

    articles: Articles
    excerpts: Sequence[Excerpt]
    tell: Tell
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def take(self, claim: Claim) -> None:
        """Accept a claim, or note what is wrong with it."""
        sentence = one_line(bare(claim.sentence))
        full = len(self.sentences) == MOST_SENTENCES
        if full or any(sentence == each.text for each in self.sentences):
            return
        found = self._checked(sentence, claim)
        if isinstance(found, Fault):
            self.faults.append((sentence, found))
        elif number := self._number(found):
            self.sentences.append(Sentence(sentence, (number,)))
            self.tell(self.sentences[-1])

    def dropped(self) -> tuple[str, ...]:
        """Return what was not accepted, with why; not what was mended when it was sent back."""
        accepted = {each.text for each in self.sentences}
        return tuple(f"{fault.kind}: {text}" for text, fault in self.faults if text not in accepted)

    def _checked(self, sentence: str, claim: Claim) -> Citation | Fault:
        """Return what a claim rests on, in the article's own words; or what is wrong."""
        excerpt = next((each for each in self.excerpts if each.id == claim.passage), None)
        if excerpt is None:
            return Fault("passage", claim.passage)
        hit = excerpt.hit
        span = find_in(claim.quote, hit.passage.text)
        if span is None:
            return Fault("quote", one_line(claim.quote))
        span = sentences_of(span, hit.passage)
        quote = span.of(hit.passage.text)
        order = first_order(hit.passage.text)
        if order is not None and order < span.end:
            return Fault("order", quote)
        evidence = Evidence(quote, hit.title, hit.passage.heading, hit.passage.text[:order])
        fault = fault_of(sentence, evidence)
        return fault or self._cited(hit, span, quote) or Fault("changed", quote)

    def _cited(self, hit: Hit, span: Span, quote: str) -> Citation | None:
        """Check the words against the article as it is stored at this moment."""
        start = hit.passage.span.start
        placed = Span(start + span.start, start + span.end)
        try:
            article = self.articles.article(hit.passage.article_id)
        except KeyError:  # removed since the search
            return None
        return cite(len(self.citations) + 1, article, hit.passage.heading, placed, quote)

    def _number(self, citation: Citation) -> int:
        """Return a citation's number, the same for the same words; 0 once there are enough."""
        for each in self.citations:
            if (each.article_id, each.span) == (citation.article_id, citation.span):
                return each.number
        if len(self.citations) == MOST_CITATIONS:
            return 0
        self.citations.append(citation)
        return citation.number
