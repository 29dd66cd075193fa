"""Answers in sentences: what a language model writes, checked word by word against its quotes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.claims import Fault
from bot.claims.words import held, telling
from bot.draft import Articles, Draft, Tell
from bot.errors import GeneratorError, NoStructureError
from bot.generator import JSON, LINES, Format, Generator, Reply
from bot.generator.excerpts import bare, excerpts_of, shown
from bot.prompts import Prompt, digests
from bot.types import Citation, Sentence, Turn, Writing
from bot.wording import one_line
from index import Hit

logger = logging.getLogger("footnote.llm")

# Of a conversation, a rewritten question may need so many turns, and has so many characters.
TURNS = 3
LONGEST_QUESTION = 500
# The part of the time limit that it may take to rewrite one.
FOR_REWRITING = 0.3
# What is sent back to the model has a text in prompts/answer.md; the rest is dropped at once.
SENT_BACK = frozenset({"passage", "quote", "number", "name", "negation", "words"})
NO_QUESTION = "its reply is no question"


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing; without sentences or failure: the model knows none.

    ``prompts`` are the digests of the files that the model was asked with, by name.
    """

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    writing: Writing
    prompts: Mapping[str, str]


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
        self.rewritten_with = digests(rewrite)
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
        # An apology, or an answer, has hardly a word of what was said.
        words, known = telling(found), telling(f"{said} {question}")
        if not 0 < len(found) <= LONGEST_QUESTION or len(held(words, known)) * 2 < max(
            1, len(words)
        ):
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
            dropped=draft.dropped(),
            failure=failure,
        )
        writing = _counted(writing, draft.replies, self._clock() - started)
        return Written(
            tuple(draft.sentences),
            tuple(draft.citations),
            writing,
            digests(self._answer),
        )

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
