"""Training examples: a question, a passage as the product cuts it, and the answers in it."""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reader.train.alter import Alterer
from bot.reader.train.squad import Question
from index import Article, Passage, Span, split_article

# Articles whose questions are kept for choosing settings and for calibration.
HELD_OUT = ("/Normans", "/Islamism", "/Solar_energy")
# Posts and reviews have no articles of note: one paragraph in so many is kept.
HELD_OUT_SHARE = 16
PERSONAL = ("squadshifts_reddit", "squadshifts_amazon")
# Unanswerable examples for each answerable one: of articles, of posts and reviews.
ALTERED, HARD, NEXT = (0.2, 0.04), (0.25, 0.03), (0.08, 0.08)


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a passage.

    Parameters
    ----------
    question : str
    text : str
        The passage.
    sentences : tuple of Span
        Of the text.
    answers : tuple of (Span, float)
        Answers in the text with the share of people who gave them; none: it does not answer.
    """

    question: str
    text: str
    sentences: tuple[Span, ...]
    answers: tuple[tuple[Span, float], ...] = ()

    def cropped(self, words: int, chooser: random.Random) -> Example:
        """Return it with neighbouring sentences only, the answers' among them.

        Parameters
        ----------
        words : int
            Sentences are added, on either side by chance, up to so many words.
        chooser : random.Random
        """
        kept = [i for i, s in enumerate(self.sentences) for a, _ in self.answers if s.meets(a)]
        first = min(kept) if kept else chooser.randrange(len(self.sentences))
        last = max(kept) if kept else first
        while True:
            sides = [first - 1] * (first > 0) + [last + 1] * (last + 1 < len(self.sentences))
            if not sides:
                break
            side = chooser.choice(sides)
            start, end = min(first, side), max(last, side)
            text = self.text[self.sentences[start].start : self.sentences[end].end]
            if len(text.split()) > words:
                break
            first, last = start, end
        shift, stop = self.sentences[first].start, self.sentences[last].end
        return replace(
            self,
            text=self.text[shift:stop],
            sentences=tuple(_moved(s, shift) for s in self.sentences[first : last + 1]),
            answers=tuple((_moved(a, shift), share) for a, share in self.answers),
        )


def _moved(span: Span, shift: int) -> Span:
    return Span(span.start - shift, span.end - shift)


def is_held_out(question: Question) -> bool:
    """Say whether a question is kept from training."""
    if any(kind in question.article_id for kind in PERSONAL):
        place = f"{question.article_id} {question.paragraph.start}"
        return zlib.crc32(place.encode()) % HELD_OUT_SHARE == 0
    return question.article_id.endswith(HELD_OUT)


class Passages:
    """The passages of some articles, and where questions find theirs."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.all: list[Passage] = [p for article in articles for p in split_article(article)]
        self._of: dict[str, list[int]] = defaultdict(list)
        for number, passage in enumerate(self.all):
            self._of[passage.article_id].append(number)

    def of_paragraph(self, question: Question) -> list[int]:
        """Return the numbers of the passages of a question's paragraph."""
        numbers = self._of[question.article_id]
        return [i for i in numbers if question.paragraph.covers(self.all[i].span)]


def positive(question: Question, passages: Sequence[Passage]) -> Example | None:
    """Return a question with the passage that holds most of its answers; None if none holds one."""
    best: Example | None = None
    most = 0
    for passage in passages:
        votes = {
            a: v
            for a, v in zip(question.answers, question.votes, strict=True)
            if passage.span.covers(a)
        }
        total = sum(votes.values())
        if total > most:
            most, start = total, passage.span.start
            answers = tuple((_moved(a, start), v / total) for a, v in votes.items())
            best = replace(negative(question.text, passage), answers=answers)
    return best


def negative(question: str, passage: Passage) -> Example:
    """Return a question with a passage that does not answer it."""
    start = passage.span.start
    return Example(question, passage.text, tuple(_moved(s, start) for s in passage.sentences))


def lacks(passage: Passage, question: Question, answers: Sequence[str]) -> bool:
    """Say whether a passage holds none of a question's answers, in its place or in words."""
    if passage.article_id == question.article_id and any(
        passage.span.meets(answer) for answer in question.answers
    ):
        return False
    text = passage.text.casefold()
    return not any(answer.casefold() in text for answer in answers)


@dataclass(frozen=True, slots=True)
class Source:
    """What examples are made of.

    Parameters
    ----------
    questions : sequence of Question
    texts : mapping of str to str
        Articles' texts by id.
    passages : Passages
    neighbours : mapping of str to sequence of int
        Passages near each question, by its id, nearest first.
    """

    questions: Sequence[Question]
    texts: Mapping[str, str]
    passages: Passages
    neighbours: Mapping[str, Sequence[int]]

    def epoch(self, number: int, seed: int) -> list[Example]:
        """Return the examples of one epoch, in an order that seed and number decide.

        Every question on an article comes once, every other one on a post or a review, and every
        truly unanswerable one twice, with different passages where its paragraph has them.
        """
        chooser = random.Random(f"{seed} {number}")
        alterer = Alterer(self.questions, chooser)
        examples: list[Example] = []
        for place, question in enumerate(self.questions):
            personal = any(kind in question.article_id for kind in PERSONAL)
            if personal and (place + number) % 2:
                continue
            examples.extend(self._of(question, personal, alterer, chooser))
        chooser.shuffle(examples)
        return examples

    def _of(
        self, question: Question, personal: bool, alterer: Alterer, chooser: random.Random
    ) -> Iterator[Example]:
        own = self.passages.of_paragraph(question)
        paragraph = [self.passages.all[i] for i in own]
        if not paragraph:
            return
        if not question.answerable:
            for passage in chooser.sample(paragraph, min(2, len(paragraph))):
                yield negative(question.text, passage)
            return
        found = positive(question, paragraph)
        if found is None:
            return
        yield found
        answers = [answer.of(self.texts[question.article_id]) for answer in question.answers]
        if chooser.random() < ALTERED[personal]:
            altered = alterer.alter(question, found.text, chooser)
            if altered:
                yield replace(found, question=altered, answers=())
        if chooser.random() < NEXT[personal]:
            others = [p for p in paragraph if lacks(p, question, answers)]
            yield from (negative(question.text, p) for p in others[:1])
        if chooser.random() < HARD[personal]:
            near = [self.passages.all[i] for i in self.neighbours.get(question.id, ())]
            near = [p for p in near if lacks(p, question, answers)][:5]
            if near:
                yield negative(question.text, chooser.choice(near))
