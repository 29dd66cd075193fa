"""Answers in sentences: what a language model writes, checked word by word against its quotes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.citations import cite
from bot.claims import Evidence, Fault, fault_of, first_order
from bot.errors import GeneratorError, NoStructureError
from bot.generator import JSON, LINES, Claim, Format, Generator, Reply
from bot.generator.excerpts import Excerpt, bare, excerpts_of, shown
from bot.prompts import Prompt
from bot.quotes import find_in, sentences_of
from bot.types import Citation, Sentence, Turn, Writing
from bot.wording import one_line
from index import Article, Hit, Span

logger = logging.getLogger("footnote.llm")

# An answer is short; a message shows so many sources.
MOST_CITATIONS = 4
MOST_SENTENCES = 6
# Of a conversation, a rewritten question may need so many turns, and has so many characters.
TURNS = 3
LONGEST_QUESTION = 500
# The part of the time limit that it may take to rewrite one.
FOR_REWRITING = 0.3
# What is sent back to the model has a text in prompts/answer.md; the rest is dropped at once.
SENT_BACK = frozenset({"passage", "quote", "number", "name", "negation", "words"})
NO_QUESTION = "its reply is no question"

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
        if any(sentence == each.text for each in self.sentences):
            return
        found = self._checked(sentence, claim)
        if isinstance(found, Fault):
            self.faults.append((sentence, found))
        elif (number := self._number(found)) and len(self.sentences) < MOST_SENTENCES:
            self.sentences.append(Sentence(sentence, (number,)))
            self.tell(self.sentences[-1])

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


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing; without sentences or failure: the model knows none."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    writing: Writing


class Writer:
    """Has a language model write answers, and believes none of it.

    Parameters
    ----------
    articles : Articles
        What quotes are checked against.
    generator : Generator
    answer, rewrite : Prompt
        ``prompts/answer.md`` and ``prompts/rewrite.md``.
    timeout : float
        Seconds that an answer may take.
    structured : bool
        Whether claims are asked for by a schema; where that fails, they are asked for in lines.
    clock : callable
        Seconds.
    token : callable
        Returns letters and digits that nobody can guess, other ones each time.
    """

    def __init__(
        self,
        articles: Articles,
        generator: Generator,
        answer: Prompt,
        rewrite: Prompt,
        *,
        timeout: float,
        structured: bool,
        clock: Callable[[], float],
        token: Callable[[], str],
    ) -> None:
        self.generator = generator
        self.format = JSON if structured else LINES
        self._articles = articles
        self._answer = answer
        self._rewrite = rewrite
        self._timeout = timeout
        self._clock = clock
        self._token = token

    def standalone(self, question: str, history: Sequence[Turn]) -> tuple[str, Writing]:
        """Return a follow-up as a question that can be understood by itself.

        Raises
        ------
        GeneratorError
            If the model gives none.
        """
        started = self._clock()
        said = "\n".join(
            f"Q: {one_line(bare(turn.question))}\nA: {one_line(bare(turn.answer.text)) or '–'}"
            for turn in history[-TURNS:]
        )
        reply = self.generator.reply(
            self._rewrite.render("instructions"),
            [self._rewrite.render("question", conversation=said, question=question)],
            seconds=self._timeout * FOR_REWRITING,
        )
        found = one_line(bare(reply.text)).strip('"“”')
        if not 0 < len(found) <= LONGEST_QUESTION or not any(map(str.isalnum, found)):
            raise GeneratorError(NO_QUESTION)
        return found, _counted(Writing(self.generator.name), [reply], self._clock() - started)

    def write(self, question: str, hits: Sequence[Hit], tell: Tell) -> Written:
        """Have an answer written from passages, and keep what is borne out.

        Parameters
        ----------
        question : str
            Understandable by itself.
        hits : sequence of Hit
        tell : callable
            Is handed each sentence once it has been checked.

        Returns
        -------
        Written
            Of a model that fails midway, what was checked until then.
        """
        started = self._clock()
        boundary = self._token()
        draft = Draft(self._articles, excerpts_of(hits, self._token()), tell)
        passages = shown(draft.excerpts, boundary)
        said = [self._answer.render("question", passages=passages, question=question)]
        failure = ""
        try:
            self._reply(boundary, said, draft, started)
            faults = self._faults(draft.faults)
            if faults:
                again = self._answer.render("again", faults=faults)
                said = [*said, draft.replies[-1].text, again]
                self._reply(boundary, said, draft, started)
        except GeneratorError as error:
            failure = str(error)
            # No warning: there is an answer without the model.
            logger.info("the language model gave no answer: %s", failure)
        writing = Writing(
            self.generator.name,
            dropped=tuple(f"{fault.kind}: {text}" for text, fault in draft.faults),
            failure=failure,
        )
        writing = _counted(writing, draft.replies, self._clock() - started)
        return Written(tuple(draft.sentences), tuple(draft.citations), writing)

    def _reply(self, boundary: str, said: Sequence[str], draft: Draft, started: float) -> None:
        """Have claims given and taken; in lines from then on, if a schema brings none."""
        try:
            self._claims(self.format, boundary, said, draft, started)
            return
        except NoStructureError as error:
            if self.format is LINES:
                raise
            logger.info("claims are asked for in lines: %s", error)
        self._claims(LINES, boundary, said, draft, started)
        self.format = LINES

    def _claims(
        self, form: Format, boundary: str, said: Sequence[str], draft: Draft, started: float
    ) -> None:
        taken = 0

        def hear(text: str, ended: bool = False) -> None:
            nonlocal taken
            claims = form.read(text, ended)
            for claim in claims[taken:]:
                draft.take(claim)
            taken = len(claims)

        asked_for = self._answer.render(form.name)
        reply = self.generator.reply(
            self._answer.render("instructions", boundary=boundary, format=asked_for),
            said,
            seconds=self._timeout - (self._clock() - started),
            schema=form.schema,
            hear=hear,
        )
        draft.replies.append(reply)
        hear(reply.text, ended=True)

    def _faults(self, found: Sequence[tuple[str, Fault]]) -> str:
        """Return what is wrong with claims, for the model; empty if nothing is to be sent back."""
        return "\n".join(
            self._answer.render(f"fault-{fault.kind}", sentence=sentence, words=fault.words)
            for sentence, fault in found
            if fault.kind in SENT_BACK
        )


def _counted(writing: Writing, replies: Sequence[Reply], seconds: float) -> Writing:
    return replace(
        writing,
        requests=writing.requests + len(replies),
        input_tokens=writing.input_tokens + sum(each.input_tokens for each in replies),
        output_tokens=writing.output_tokens + sum(each.output_tokens for each in replies),
        seconds=writing.seconds + seconds,
    )
