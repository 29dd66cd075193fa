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
        questions it leans on.
    """
    if not history or not leans_back(question):
        return question
    asked: list[str] = []
    for turn in reversed(history[-MAX_EARLIER_TURNS:]):
        asked.insert(0, turn.question)
        if not leans_back(turn.question):
            break
    return " ".join([*asked, question])


def leans_back(question: str) -> bool:
    """Say whether a question can't be understood without the ones before it."""
    words = re.findall(r"[^\W_]+", question.lower())
    telling = [word for word in words if word not in EMPTY_WORDS and not POINTERS.fullmatch(word)]
    if not telling:
        return True
    if OPENERS.search(question) and len(telling) <= 4:
        return True
    return bool(POINTERS.search(question)) and len(telling) <= 3 and not NAME.search(question)
