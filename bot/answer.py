"""From a question to a cited answer: the story of the product, top to bottom."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from bot.agreement import Verdict, compare, overtaken, said
from bot.citations import cite
from bot.errors import GeneratorError
from bot.followup import Asked, resolve
from bot.notes import age_note, conflict_note
from bot.prompts import Prompt, digests
from bot.reader import Reader, Reading
from bot.types import Answer, Citation, Note, RefusalKind, Sentence, Trace, Turn, Writing
from index import EVERYTHING, Article, ArticleInfo, Hit, Scope

if TYPE_CHECKING:  # with no language model configured, nothing of it is imported
    from bot.writing import Writer, Written

# A refusal shows this many passages; an answer keeps all that were read.
NEAREST = 3
# The best passage's score below which the articles are not even on the question's subject.
ON_SUBJECT = 0.9
# The mark of a list item; the citation keeps it, the answer reads better without.
LIST_MARK = re.compile(r"^(?:[-*•–]|\(?\d{1,3}[.)]) +")


def untold(sentence: Sentence) -> None:
    """Show nothing before the whole answer is there."""


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
    writer : Writer, optional
        Writes answers in sentences, with a language model.
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
        writer: Writer | None = None,
    ) -> None:
        self.corpus = corpus
        self.reader = reader
        self.threshold = threshold
        self._refusals = refusals
        self._notes = notes
        self._passages = passages
        self._clock = clock
        self.writer = writer

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: Scope = EVERYTHING,
        tell: Callable[[Sentence], None] = untold,
        write: bool = True,
    ) -> Answer:
        """Answer a question.

        Parameters
        ----------
        question : str
        history : sequence of Turn
            Earlier exchanges of the conversation, oldest first.
        scope : Scope
            Which articles may answer.
        tell : callable
            Is handed each sentence that a language model writes, once it has been checked.
        write : bool
            Whether a language model may write the answer, if there is one.

        Returns
        -------
        Answer
            Answered with at least one citation, or refused with a reason and the nearest
            passages.
        """
        started = self._clock()
        if not any(map(str.isalnum, question)):
            return self._refuse(question, question, "empty", 0.0, [], started)
        writer = self.writer if write else None
        asked, before, rewritten_with = self._standalone(question, history, writer)
        query, hits, readings = self._read(asked, question, scope)
        if not hits and not self.corpus.articles():
            return self._refuse(question, query, "no-articles", 0.0, [], started)
        sure = max(self.reader.sure, self.threshold)
        verdict = compare(query, readings, self._published, sure)
        answer = self._found(question, query, hits, verdict, started)
        if writer is None or not hits or _kind(hits) == "off-subject":
            return _traced(answer, before, rewritten_with)
        written = writer.write(query, hits, tell)
        answer = self._written(answer, written, hits, verdict, started)
        return _traced(answer, before, rewritten_with)

    def _read(
        self, asked: Asked, question: str, scope: Scope
    ) -> tuple[str, list[Hit], list[Reading]]:
        """Read what a question is best asked as: what was searched, found and read."""
        tried = [self._try(asked.query, asked, scope)]
        if asked.about:
            tried.append(self._try(asked.about, asked, scope))
        best = max(tried, key=_probability)
        if asked.alone and _probability(best) < self.threshold:
            alone = self._try(question, Asked(question), scope)
            if _probability(alone) >= max(self.reader.sure, self.threshold):
                return alone
        return best

    def _try(self, query: str, asked: Asked, scope: Scope) -> tuple[str, list[Hit], list[Reading]]:
        corrected = self.corpus.corrected(query)
        hits = asked.nearer(self.corpus.search(corrected, self._passages, scope=scope))
        return corrected, hits, self.reader.read(corrected, hits)

    def _found(
        self, question: str, query: str, hits: Sequence[Hit], verdict: Verdict, started: float
    ) -> Answer:
        """Answer with the articles' own words, or refuse."""
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

    def _written(
        self,
        found: Answer,
        written: Written,
        hits: Sequence[Hit],
        verdict: Verdict,
        started: float,
    ) -> Answer:
        """Answer with the sentences that were written, if there are; refuse if none held."""
        trace = replace(found.trace, writing=written.writing)
        if not written.sentences and written.writing.failure:
            return replace(found, trace=trace, seconds=self._clock() - started)
        if not written.sentences:
            refused = self._refuse(
                found.question, found.trace.query, "not-stated", found.confidence, hits, started
            )
            prompts = {**refused.trace.prompts, **written.prompts}
            return replace(refused, trace=replace(trace, prompts=prompts))
        confidence = self._confidence(found.trace.query, written, hits, verdict.readings)
        answer = replace(
            found,
            status="answered",
            text=" ".join(sentence.text for sentence in written.sentences),
            citations=written.citations,
            confidence=confidence,
            kind=None,
            reason=None,
            hits=tuple(hits),
            trace=replace(trace, prompts=written.prompts),
            seconds=self._clock() - started,
            # Checked sentences make it surer by one grade than the reader is.
            tentative=confidence < self.threshold,
            sentences=written.sentences,
            notes=(),
        )
        return (
            self._noted(answer, verdict.readings[0], verdict.rival) if verdict.readings else answer
        )

    def _confidence(
        self, query: str, written: Written, hits: Sequence[Hit], readings: Sequence[Reading]
    ) -> float:
        """Return how likely the reader holds it that the passages cited answer the question."""
        cited = [
            hit.passage.id
            for hit in hits
            for each in written.citations
            if hit.passage.article_id == each.article_id and hit.passage.span.covers(each.span)
        ]
        likely = [each.probability for each in readings if each.hit.passage.id in cited]
        if not likely:  # the reader was sure of another passage, and read no further
            unread = [hit for hit in hits if hit.passage.id in cited]
            likely = [each.probability for each in self.reader.read(query, unread)]
        return max(likely, default=0.0)

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
        citations = list(answer.citations)
        cited = {each.article_id for each in citations}
        numbers = [
            number
            for each in (reading, rival)
            if each is not None and (number := self._number(each, citations))
        ]
        if rival is not None and len(numbers) == 2 and cited & _articles(reading, rival):
            text = conflict_note(self._notes, (reading, rival), numbers, dates)
            # The one that says otherwise than the answer: added to it, or cited after it.
            note = Note("conflict", text, max(numbers))
        elif answer.tentative or not cited & _articles(reading):
            return answer
        else:
            by = overtaken(query, reading, answer.hits, dates)
            if by is None or by.newer.passage.article_id in cited:
                return answer
            note, citations = Note("age", age_note(self._notes, by)), list(answer.citations)
        trace = replace(answer.trace, prompts={**answer.trace.prompts, **digests(self._notes)})
        return replace(answer, citations=tuple(citations), notes=(note,), trace=trace)

    def _number(self, reading: Reading, citations: list[Citation]) -> int | None:
        """Return the number of the citation of a reading, which is added unless it is there."""
        article = reading.hit.passage.article_id
        for each in citations:
            if each.article_id == article and each.span.meets(reading.sentence):
                return each.number
        added = self._cite(reading, len(citations) + 1)
        if added is None:
            return None
        citations.append(added)
        return added.number

    def _standalone(
        self, question: str, history: Sequence[Turn], writer: Writer | None
    ) -> tuple[Asked, Writing | None, Mapping[str, str]]:
        """Return the question as it is searched, what a language model did, and with what texts."""
        asked = resolve(question, history, self.corpus.rarities, self._text)
        if writer is None or not history:
            return asked, None, {}
        try:
            query, writing = writer.standalone(question, history)
        except GeneratorError as error:
            return asked, Writing(writer.generator.name, failure=str(error)), {}
        return replace(asked, query=query), writing, writer.rewritten_with

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


def _probability(tried: tuple[str, list[Hit], list[Reading]]) -> float:
    return tried[2][0].probability if tried[2] else 0.0


def _articles(*readings: Reading) -> set[str]:
    return {each.hit.passage.article_id for each in readings}


def _traced(answer: Answer, before: Writing | None, rewritten_with: Mapping[str, str]) -> Answer:
    """Count what a language model did for the question before it was searched, too."""
    if before is None:
        return answer
    after = answer.trace.writing
    total = (
        before
        if after is None
        else replace(
            after,
            requests=before.requests + after.requests,
            input_tokens=before.input_tokens + after.input_tokens,
            output_tokens=before.output_tokens + after.output_tokens,
            seconds=before.seconds + after.seconds,
            failure=after.failure or before.failure,
        )
    )
    prompts = {**answer.trace.prompts, **rewritten_with}
    return replace(answer, trace=replace(answer.trace, writing=total, prompts=prompts))


def _kind(hits: Sequence[Hit]) -> RefusalKind:
    return "not-stated" if hits and hits[0].score >= ON_SUBJECT else "off-subject"
