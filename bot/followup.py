"""What a follow-up question leaves out, put back from the conversation: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.referents import THERE, Shown, about, asked_anew, listed, referent, swapped
from bot.types import Answer, Turn
from index import Hit

# The words of a text that tell something, with how rare each is.
Rarities = Callable[[str], Mapping[str, float]]

POINTERS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|then|one|"
    rf"ones|former|latter|same|such)\b|{THERE}",
    re.I,
)
OPENERS = re.compile(
    r"^\W*(?:and|but|or|so|also|what about|how about|what else|any others?|ok(?:ay)?)\b", re.I
)
ASKING = re.compile(r"\b(?:who|whom|whose|what|which|where|when|why|how)\b", re.I)
# With one of these, or a verb after it, a question is a sentence.
VERBS = re.compile(
    r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|will|would|can|could|shall|should|may|"
    r"might|must)\b|(?:n't|n’t)\b",
    re.I,
)
# "Who leads the design?" is a sentence, too.
WHO_DOES = re.compile(r"^\W*(?:(?:and|but|so) )?who \w+(?:s|ed|t|ade|ew|ote)\b", re.I)
_EMPTY = (
    "a about an and are as at be been but by can could did do does else exactly for from had "
    "has have how i in is it its long many me more much of off on or please really since so "
    "than that the then there they this to until was we were what when where which who whom "
    "whose why will with would you"
)
EMPTY_WORDS = frozenset(_EMPTY.split())
WHICH_ONES = re.compile(
    r"^\W*(?:and |so )?(?:which|what) (?:ones?|of (?:them|these|those))\W*$", re.I
)
HOW_MANY = re.compile(r"\bhow many\b", re.I)
NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]*|\d")
# "In Turin?" is asked after how it is elsewhere.
IN_ANOTHER = re.compile(r"^\W*(?:in|at|for|from|of) [\w ’'-]+\?\W*$", re.I)
# An ellipsis holds at most so many words that tell something; more make a question of its own.
ELLIPSIS_WORDS = 3
# So many of the words asked about before go with a follow-up, the rarest.
TOPIC_WORDS = 6
# What a passage's score gains that is in an article which the last answer rests on.
NEARER = 0.2


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched.

    Parameters
    ----------
    query : str
        The question, with what it leans on put back.
    near : frozenset of str
        Ids of the articles that the conversation is about; empty for a question of its own.
    about : str
        The question with "it" replaced by what the conversation is about; the likelier of the two
        is answered. Empty: there is no "it", or not one name that it may stand for.
    alone : bool
        Whether the question itself, as it was asked, may be answered if that can't be.
    """

    query: str
    near: frozenset[str] = frozenset()
    about: str = ""
    alone: bool = False

    def nearer(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return hits in the order of their scores, those of the conversation's articles raised."""
        if not self.near:
            return list(hits)
        raised = [_raised(hit) if hit.passage.article_id in self.near else hit for hit in hits]
        ordered = sorted(raised, key=lambda hit: -hit.score)
        return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1)]


def resolve(
    question: str,
    history: Sequence[Turn],
    rarities: Rarities,
    text_of: Callable[[str], str],
) -> Asked:
    """Return a question as it can be searched by itself.

    Parameters
    ----------
    question : str
    history : sequence of Turn
        Earlier exchanges of the same conversation, oldest first.
    rarities : callable
        The words of a text that tell something, with how rare each is, at least 0.
    text_of : callable
        The text of an article by its id; empty if it is gone.

    Returns
    -------
    Asked
        The question itself unless it leans on what was said before. Else an item of the list that
        it counts off, the subject that it swaps, or the one that a pronoun stands for are put in;
        failing these, the rarest words of the last question of its own come before it.
    """
    if not history or not leans_back(question):
        return Asked(question)
    last = history[-1].answer
    before = last.trace.query or history[-1].question
    places = [(each.article_id, each.span) for each in last.citations]
    places += [(hit.passage.article_id, hit.passage.span) for hit in last.hits]
    shown = ((text_of(id), span) for id, span in places)
    near = frozenset(id for id, _ in places[:1])
    own = next(
        (turn.question for turn in reversed(history) if not leans_back(turn.question)), before
    )
    alone = len(_telling(question)) > 1 and not (
        POINTERS.search(question) or OPENERS.search(question)
    )
    query = _resolved(question, before, own, last, rarities, shown)
    return Asked(query, near, about(question, own), alone)


def leans_back(question: str) -> bool:
    """Say whether a question can't be understood without the ones before it."""
    telling = _telling(question)
    if not telling:
        return True
    named = NAME.search(question)
    if OPENERS.search(question) and len(telling) <= ELLIPSIS_WORDS + 1:
        return True
    asks = ASKING.search(question) or VERBS.search(question)
    if len(telling) <= ELLIPSIS_WORDS and IN_ANOTHER.match(question) and not asks:
        return True
    if len(telling) > ELLIPSIS_WORDS or named:
        return False
    return bool(POINTERS.search(question)) or (
        bool(ASKING.search(question)) and not VERBS.search(question)
    )


def _resolved(
    question: str,
    before: str,
    own: str,
    last: Answer,
    rarities: Rarities,
    shown: Iterable[Shown],
) -> str:
    counted = listed(question, shown)
    if counted:
        return counted if VERBS.search(question) else f"{before} {counted}"
    if not ASKING.search(OPENERS.sub("", question)) and not VERBS.search(question):
        return swapped(before, OPENERS.sub("", question).strip(" ,?!."))
    if WHICH_ONES.search(question):
        return HOW_MANY.sub("Which", before)
    named = referent(question, before, last)
    if named:
        return named
    whole = VERBS.search(question) or POINTERS.search(question) or WHO_DOES.search(question)
    if not _telling(question) or not whole:
        return asked_anew(before, question)
    return " ".join([*_topic(question, own, rarities), question])


def _topic(question: str, before: str, rarities: Rarities) -> list[str]:
    """Return the rarest words of what was asked before, in their order."""
    own, asked = rarities(question), rarities(before)
    rarest = sorted((word for word in asked if word not in own), key=lambda word: -asked[word])
    kept = set(rarest[:TOPIC_WORDS])
    written = {word.lower(): word for word in re.findall(r"\w+", before)}
    return [written.get(word, word) for word in asked if word in kept]


def _telling(question: str) -> list[str]:
    """Return the words that name something."""
    words = re.findall(r"[^\W_]+", question.lower())
    return [word for word in words if word not in EMPTY_WORDS and not POINTERS.fullmatch(word)]


def _raised(hit: Hit) -> Hit:
    return replace(hit, score=hit.score + NEARER, why={**hit.why, "thread": NEARER})
