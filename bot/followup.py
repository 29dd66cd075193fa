"""What a follow-up question leaves out, put back from the conversation: pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Turn

# Words that point back to something said before.
POINTERS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|"
    r"then|one|ones|former|latter|same|such)\b",
    re.I,
)
OPENERS = re.compile(
    r"^\W*(?:and|but|or|so|also|what about|how about|what else|any others?|ok(?:ay)?)\b", re.I
)
# Words that ask or bind, and name no subject.
EMPTY_WORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "else",
        "exactly",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "me",
        "much",
        "many",
        "more",
        "of",
        "on",
        "or",
        "please",
        "really",
        "so",
        "than",
        "that",
        "the",
        "then",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
    ]
)
NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]*|\d")
PROPER_NAME = re.compile(r"(?<=\s)(?:[A-Z][\w’'-]*|\d[\d.,]*)")
# "Where does it live?": with one of these, the last word is what is done.
AUXILIARY = re.compile(r"\b(?:do|does|did|will|would|can|could|should|may|might)\b", re.I)
MAX_EARLIER_TURNS = 2


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return a question that can be searched by itself.

    Parameters
    ----------
    question : str
    history : sequence of Turn
        Earlier exchanges of the same conversation, oldest first.

    Returns
    -------
    str
        The question itself unless it leans on what was said before; else preceded by the
        questions it leans on, or by their subjects alone if it asks for something of its own.
    """
    if not history or not leans_back(question):
        return question
    asked: list[str] = []
    for turn in reversed(history[-MAX_EARLIER_TURNS:]):
        asked.insert(0, turn.question)
        if not leans_back(turn.question):
            break
    if _telling(question):
        asked = [subject(earlier) for earlier in asked]
    return " ".join([*asked, question])


def subject(question: str) -> str:
    """Return what a question is about: the names in it, or its words without the last verb."""
    names = PROPER_NAME.findall(question)
    if names:
        return " ".join(names)
    words = _telling(question)
    last = re.findall(r"[^\W_]+", question.lower())[-1:]
    if len(words) > 1 and words[-1:] == last and AUXILIARY.search(question):
        words.pop()
    return " ".join(words)


def leans_back(question: str) -> bool:
    """Say whether a question can't be understood without the ones before it."""
    telling = _telling(question)
    if not telling:
        return True
    if OPENERS.search(question) and len(telling) <= 4:
        return True
    return bool(POINTERS.search(question)) and len(telling) <= 3 and not NAME.search(question)


def _telling(question: str) -> list[str]:
    """Return the words that name something."""
    words = re.findall(r"[^\W_]+", question.lower())
    return [word for word in words if word not in EMPTY_WORDS and not POINTERS.fullmatch(word)]
