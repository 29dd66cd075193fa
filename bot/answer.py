"""From a question to a cited answer: the story of the product, top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from bot.agreement import compare, overtaken, said
from bot.citations import cite
from bot.followup import resolve
from bot.notes import age_note, conflict_note
from bot.prompts import Prompt, digests
from bot.reader import Reader, Reading
from bot.types import Answer, Citation, Note, RefusalKind, Trace, Turn
from index import EVERYTHING, Article, ArticleInfo, Hit, Scope

# A refusal shows this many passages; an answer keeps all that were read.
NEAREST = 3
# The best passage's score below which the articles are not even on the question's subject.
ON_SUBJECT = 0.9
# The mark of a list item; the citation keeps it, the answer reads better without.
LIST_MARK = re.compile(r"^(?:[-*•–]|\(?\d{1,3}[.)]) +")


class Corpus(Protocol):
    """What answering needs of an index."""

    def search(self, query: str, k: int = 5, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """Find the passages that answer a query best."""
        ...

    def corrected(self, query: str) -> str:
        """Return a query as it is searched, its spelling corrected."""
        ...

    def rarities(self, text: str) -> Mapping[str, float]:
        """Return the words of a text that tell something, with how rare each is."""
        ...

    def article(self, id: str) -> Article:
        """Return a stored article; KeyError if there is none of this id."""
        ...

    def articles(self) -> list[ArticleInfo]:
        """List what is indexed."""
        ...


class Answerer:
    """Answers questions from an index, or says that it does not know.

    Parameters
    ----------
    corpus : Corpus
    reader : Reader
    refusals : Prompt
        The texts of refusals, by kind.
    notes : Prompt
        The texts of what is to be known about an answer.
    threshold : float
        Confidence below which an answer is refused.
    passages : int
        How many passages are read.
    clock : callable
        Seconds, for timing.
    """

    def __init__(
        self,
        corpus: Corpus,
        reader: Reader,
        refusals: Prompt,
        notes: Prompt,
        *,
        threshold: float,
        passages: int,
        clock: Callable[[], float],
    ) -> None:
        self.corpus = corpus
        self.reader = reader
        self.threshold = threshold
        self._refusals = refusals
        self._notes = notes
        self._passages = passages
        self._clock = clock

    def ask(
        self, question: str, history: Sequence[Turn] = (), *, scope: Scope = EVERYTHING
    ) -> Answer:
        """Answer a question.

        Parameters
        ----------
        question : str
        history : sequence of Turn
            Earlier exchanges of the conversation, oldest first.
        scope : Scope
            Which articles may answer.

        Returns
        -------
        Answer
            Answered with at least one citation, or refused with a reason and the nearest
            passages.
        """
        started = self._clock()
        if not any(map(str.isalnum, question)):
            return self._refuse(question, question, "empty", 0.0, [], started)
        asked = resolve(question, history, self.corpus.rarities, self._text)
        query = self.corpus.corrected(asked.query)
        hits = asked.nearer(self.corpus.search(query, self._passages, scope=scope))
        if not hits and not self.corpus.articles():
            return self._refuse(question, query, "no-articles", 0.0, [], started)
        sure = max(self.reader.sure, self.threshold)
        verdict = compare(query, self.reader.read(query, hits), self._published, sure)
        for reading in verdict.readings[:NEAREST]:
            if reading.probability < self.threshold:
                break
            citation = self._cite(reading)
            if citation is not None:
                answer = self._answer(question, query, reading, citation, hits, started)
                rival = verdict.rival if reading is verdict.readings[0] else None
                return self._noted(answer, reading, rival)
        best = verdict.readings[0].probability if verdict.readings else 0.0
        return self._refuse(question, query, _kind(hits), best, hits, started)

    def _text(self, id: str) -> str:
        try:
            return self.corpus.article(id).text
        except KeyError:  # removed since it was shown
            return ""

    def _published(self, id: str) -> str | None:
        try:
            return self.corpus.article(id).published
        except KeyError:
            return None

    def _noted(self, answer: Answer, reading: Reading, rival: Reading | None) -> Answer:
        """Add what contradicts an answer, or else by what its article is overtaken."""
        query, dates = answer.trace.query, self._published
        other = self._cite(rival, 2) if rival is not None else None
        if rival is not None and other is not None:
            text = conflict_note(self._notes, reading, rival, dates)
            note, citations = Note("conflict", text, 2), (*answer.citations, other)
        else:
            by = None if answer.tentative else overtaken(query, reading, answer.hits, dates)
            if by is None:
                return answer
            note, citations = Note("age", age_note(self._notes, by)), answer.citations
        trace = replace(answer.trace, prompts=digests(self._notes))
        return replace(answer, citations=citations, notes=(note,), trace=trace)

    def _cite(self, reading: Reading, number: int = 1) -> Citation | None:
        """Check the words against the article as it is stored at this moment."""
        passage = reading.hit.passage
        start = passage.span.start
        quote = passage.text[reading.sentence.start - start : reading.sentence.end - start]
        try:
            article = self.corpus.article(passage.article_id)
        except KeyError:  # removed since the search
            return None
        return cite(number, article, passage.heading, reading.sentence, quote)

    def _answer(
        self,
        question: str,
        query: str,
        reading: Reading,
        citation: Citation,
        hits: Sequence[Hit],
        started: float,
    ) -> Answer:
        return Answer(
            question=question,
            status="answered",
            text=LIST_MARK.sub("", " ".join(said(reading).split())),
            citations=(citation,),
            confidence=reading.probability,
            kind=None,
            reason=None,
            hits=tuple(hits),
            trace=Trace(query, self.threshold, self.reader.name, reading.why),
            seconds=self._clock() - started,
            tentative=reading.probability < self.reader.sure,
        )

    def _refuse(
        self,
        question: str,
        query: str,
        kind: RefusalKind,
        confidence: float,
        hits: Sequence[Hit],
        started: float,
    ) -> Answer:
        return Answer(
            question=question,
            status="refused",
            text="",
            citations=(),
            confidence=confidence,
            kind=kind,
            reason=self._refusals.render(kind),
            hits=tuple(hits[:NEAREST]),
            trace=Trace(query, self.threshold, self.reader.name, prompts=digests(self._refusals)),
            seconds=self._clock() - started,
        )


def _kind(hits: Sequence[Hit]) -> RefusalKind:
    return "not-stated" if hits and hits[0].score >= ON_SUBJECT else "off-subject"
