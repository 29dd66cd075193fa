"""Asks every question of a gold set."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from bot.answer import Answerer
from bot.bootstrap import make_answerer, make_reader
from bot.config import Settings
from bot.evaluation.failures import failure_of, retrieval_failure
from bot.evaluation.gold import GoldCase
from bot.evaluation.judge import cites_gold, says_gold
from bot.evaluation.outcome import Cited, Found, Outcome, Seconds
from bot.evaluation.places import Library, Place
from bot.evaluation.watch import DEPTH, Watch
from bot.types import Answer, Citation, Turn
from index import EVERYTHING, Hit, PassageIndex, Scope, Span

# So many questions are searched for together where none is read for: few enough to be interrupted
# and not to wake torch.
BATCH = 128


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions ended how."""

    answerable: int
    answered_right: int
    answered_wrong: int
    refused_wrongly: int
    unanswerable: int
    refused_rightly: int
    answered_falsely: int


class Examiner:
    """Asks questions of an index and judges what comes.

    Parameters
    ----------
    index : PassageIndex
    settings : Settings
    clock : callable, optional
        Seconds.
    scope : Scope
        Which articles may answer.
    """

    def __init__(
        self,
        index: PassageIndex,
        settings: Settings,
        clock: Callable[[], float] = time.perf_counter,
        *,
        scope: Scope = EVERYTHING,
    ) -> None:
        self._watch = Watch(index, make_reader(settings), clock)
        self._index = index
        self._scope = scope
        self._library = Library(index)
        self._passages = settings.passages
        # Reading takes so much longer that the time of each search is worth more than the time won.
        self._batch = BATCH if settings.reader == "none" else 1
        self.answerer: Answerer = make_answerer(settings, self._watch, self._watch)

    def ask_all(self, cases: Iterable[GoldCase]) -> Iterator[Outcome]:
        """Yield the outcome of each question; without a reader, many are searched for together."""
        for batch in _batches(cases, self._batch):
            if self._batch > 1:
                alone = [case.question for case in batch if not case.history]
                self._watch.search_ahead(alone, scope=self._scope)
            yield from map(self.ask, batch)

    def search_all(self, cases: Iterable[GoldCase]) -> Iterator[Outcome]:
        """Yield what is found for each question, without an answer; ``history`` is passed over."""
        for batch in _batches(cases, BATCH):
            self._watch.search_ahead([case.question for case in batch], scope=self._scope)
            yield from map(self._search, batch)

    def ask(self, case: GoldCase) -> Outcome:
        """Ask one question, after those that come before it in its conversation."""
        turns: list[Turn] = []
        for earlier in case.history:
            turns.append(Turn(earlier, self.answerer.ask(earlier, turns, scope=self._scope)))
        self._watch.forget()
        return self._judged(case, self.answerer.ask(case.question, turns, scope=self._scope))

    def _judged(self, case: GoldCase, answer: Answer) -> Outcome:
        places, answered = self._library.places(case), answer.status == "answered"
        cited = [(each.article_id, each.span) for each in answer.citations]
        cites = (
            answered and case.answerable and cites_gold(places, cited, answer.text, case.answers)
        )
        right = cites and says_gold(answer.text, case.answers) if case.answerable else not answered
        best, best_right = self._best(case, places) if not answered else (answer.text, right)
        outcome = Outcome(
            **self._asked(case),
            places=len(places),
            status=answer.status,
            answer=answer.text,
            confidence=answer.confidence,
            tentative=answer.tentative,
            best=best,
            best_right=best_right,
            cites=cites,
            right=right,
            failure="",
            evidence="",
            citations=[self._cited(each, places) for each in answer.citations],
            hits=[_found(hit, places) for hit in self._watch.hits],
            seconds=self._seconds(answer.seconds),
            notes=[note.text for note in answer.notes],
        )
        failure, evidence = failure_of(
            outcome, read=self._passages, threshold=answer.trace.threshold
        )
        return replace(outcome, failure=failure, evidence=evidence)

    def _best(self, case: GoldCase, places: Sequence[Place]) -> tuple[str, bool]:
        """Return the likeliest answer of a refused question, and whether it is right."""
        if not self._watch.readings:
            return "", False
        reading = self._watch.readings[0]
        article = reading.hit.passage.article_id
        best = reading.answer.of(self._library.text(article))
        cites = cites_gold(places, [(article, reading.sentence)], best, case.answers)
        return best, case.answerable and cites and says_gold(best, case.answers)

    def _search(self, case: GoldCase) -> Outcome:
        watch, places = self._watch, self._library.places(case)
        watch.forget()
        watch.search(watch.corrected(case.question), DEPTH, scope=self._scope)
        outcome = Outcome(
            **self._asked(case),
            places=len(places),
            status="searched",
            answer="",
            confidence=0.0,
            tentative=False,
            best="",
            best_right=False,
            cites=False,
            right=True,
            failure="",
            evidence="",
            citations=[],
            hits=[_found(hit, places) for hit in watch.hits],
            seconds=Seconds(watch.search_seconds, 0.0, watch.search_seconds),
        )
        failure, evidence = retrieval_failure(outcome)
        return replace(outcome, right=not failure, failure=failure, evidence=evidence)

    def _asked(self, case: GoldCase) -> dict[str, Any]:
        return {
            "id": case.id,
            "question": case.question,
            "answers": list(case.answers),
            "answerable": case.answerable,
            "tags": list(case.tags),
            "history": list(case.history),
            "sources": [list(source) for source in case.sources],
            "missing": [
                source.quote
                for source in case.sources
                if next(self._library.find(source), None) is None
            ],
        }

    def _seconds(self, answering: float) -> Seconds:
        """Count the search in where it was made ahead."""
        search, read = self._watch.search_seconds, self._watch.read_seconds
        return Seconds(search, read, answering if self._batch == 1 else search + answering)

    def _cited(self, citation: Citation, places: Sequence[Place]) -> Cited:
        span = citation.span
        return Cited(
            citation.article_id,
            citation.title,
            citation.url,
            span.start,
            span.end,
            citation.quote,
            span.of(self._index.article(citation.article_id).text) == citation.quote,
            _met(places, citation.article_id, span),
        )


def count(outcomes: Sequence[Outcome]) -> Counts:
    """Count how the questions ended."""
    asked = [each for each in outcomes if each.answerable]
    others = [each for each in outcomes if not each.answerable]
    answered = [each for each in asked if each.status == "answered"]
    falsely = sum(each.status == "answered" for each in others)
    right = sum(each.right for each in answered)
    return Counts(
        answerable=len(asked),
        answered_right=right,
        answered_wrong=len(answered) - right,
        refused_wrongly=len(asked) - len(answered),
        unanswerable=len(others),
        refused_rightly=len(others) - falsely,
        answered_falsely=falsely,
    )


def _found(hit: Hit, places: Sequence[Place]) -> Found:
    passage, span = hit.passage, hit.passage.span
    marks = [
        [max(each.start, span.start) - span.start, min(each.end, span.end) - span.start]
        for place in places
        if place.article == passage.article_id
        for each in place.spans
        if each.meets(span)
    ]
    return Found(
        passage.article_id,
        hit.title,
        span.start,
        span.end,
        hit.score,
        passage.text,
        _met(places, passage.article_id, span),
        marks,
    )


def _met(places: Sequence[Place], article: str, span: Span) -> list[int]:
    return [i for i, place in enumerate(places) if place.met_by(article, span)]


def _batches(cases: Iterable[GoldCase], size: int) -> Iterator[list[GoldCase]]:
    left = iter(cases)
    while batch := list(islice(left, size)):
        yield batch
