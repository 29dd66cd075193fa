"""Made-up unanswerable questions: one thing in a question changed, so that its passage is silent.

The ways are those in which people make SQuAD 2's impossible questions (Rajpurkar, Jia and Liang
2018, table 2): another entity, another number, an antonym, a negation.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence

from bot.reader.train.squad import Question

ENTITY = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w’'-]+)(?: (?:of |the |de )?[A-Z][\w’'-]+)*")
NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
OPPOSITES = (
    "first last", "before after", "more less", "most least", "largest smallest", "north south",
    "east west", "northern southern", "eastern western", "highest lowest", "oldest youngest",
    "increase decrease", "increased decreased", "begin end", "began ended", "start finish",
    "open close", "opened closed", "won lost", "win lose", "best worst", "early late",
    "male female", "men women", "good bad", "like dislike", "liked disliked", "major minor",
    "allowed forbidden", "accepted rejected", "included excluded", "rise fall", "rose fell",
    "above below", "inside outside", "public private", "maximum minimum", "long short",
    "strong weak", "left right", "old new", "cheap expensive", "positive negative",
    "modern ancient", "buy sell", "bought sold", "same different", "always never", "high low",
    "internal external", "support oppose", "supported opposed", "easy difficult", "safe dangerous",
    "joined left", "built destroyed", "created destroyed", "gained lost", "rich poor",
)  # fmt: skip
NEGATED = re.compile(r"\b(did|does|do|is|are|was|were|can|could|will|would|has|have|had)\b")
CONTRACTED = {"can": "cannot", "will": "will not"}


class Alterer:
    """Alters questions with what other questions name.

    Parameters
    ----------
    questions : sequence of Question
        Entities and numbers are taken from those of the same article.
    chooser : random.Random
    """

    def __init__(self, questions: Sequence[Question], chooser: random.Random) -> None:
        self._entities: dict[str, list[str]] = defaultdict(list)
        self._numbers: dict[str, list[str]] = defaultdict(list)
        for question in questions:
            self._entities[question.article_id] += ENTITY.findall(question.text)
            self._numbers[question.article_id] += NUMBER.findall(question.text)
        pairs = [pair.split() for pair in OPPOSITES]
        self._opposites = dict(pairs) | {b: a for a, b in pairs}
        self._opposite = re.compile(rf"\b(?:{'|'.join(self._opposites)})\b")

    def alter(self, question: Question, text: str, chooser: random.Random) -> str | None:
        """Return the question with one thing changed, or None where nothing can be.

        Parameters
        ----------
        question : Question
        text : str
            The passage that answers it; what is put in does not stand there.
        chooser : random.Random
        """
        ways = [self._swap_entity, self._swap_number, self._opposed, self._negated]
        chooser.shuffle(ways)
        ways.sort(key=lambda way: way == self._negated)  # the last resort: it is too easy to see
        for way in ways:
            altered = way(question, text, chooser)
            if altered:
                return altered
        return None

    def _swap_entity(self, question: Question, text: str, chooser: random.Random) -> str | None:
        return _swapped(ENTITY, question.text, self._entities[question.article_id], text, chooser)

    def _swap_number(self, question: Question, text: str, chooser: random.Random) -> str | None:
        found = self._numbers[question.article_id]
        length = {len(number) for number in NUMBER.findall(question.text)}
        like = [number for number in found if len(number) in length]
        return _swapped(NUMBER, question.text, like, text, chooser)

    def _opposed(self, question: Question, text: str, chooser: random.Random) -> str | None:
        found = list(self._opposite.finditer(question.text))
        if not found:
            return None
        match = chooser.choice(found)
        other = self._opposites[match.group()]
        if re.search(rf"\b{other}\b", text):
            return None
        return question.text[: match.start()] + other + question.text[match.end() :]

    def _negated(self, question: Question, text: str, chooser: random.Random) -> str | None:
        match = NEGATED.search(question.text)
        if not match or re.search(r"\bnot\b|n't\b", question.text) or chooser.random() < 0.5:
            return None
        verb = match.group()
        negated = CONTRACTED.get(verb, verb + "n't")
        return question.text[: match.start()] + negated + question.text[match.end() :]


def _swapped(
    pattern: re.Pattern[str],
    question: str,
    others: Sequence[str],
    text: str,
    chooser: random.Random,
) -> str | None:
    found = list(pattern.finditer(question))
    strangers = sorted({other for other in others if other not in text and other not in question})
    if not found or not strangers:
        return None
    match = chooser.choice(found)
    return question[: match.start()] + chooser.choice(strangers) + question[match.end() :]
