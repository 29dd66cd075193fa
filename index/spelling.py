"""Misspelt words and their likeliest neighbours: pure."""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Mapping

from index.words import STOP_WORDS, TOKEN, fold

LEAST_LETTERS = 3
# Longer ones are no words, and their neighbours too many.
MOST_LETTERS = 30
ENDINGS = ("s", "es", "d", "ed", "ing", "ly")
LETTERS = string.ascii_lowercase

Counts = Callable[[Collection[str]], Mapping[str, int]]


def correct(question: str, in_corpus: Counts, everyday: Mapping[str, int]) -> str:
    """Replace words that nobody knows by the likeliest word one slip away.

    A slip is one letter lost, added, replaced, or swapped with its neighbour (optimal string
    alignment distance 1). Words of the corpus come before everyday ones, those with the same
    first letter before others, frequent ones before rare ones.

    Parameters
    ----------
    question : str
    in_corpus : callable
        Returns, for those of some words that the corpus holds, in how many passages.
    everyday : mapping of str to int
        Rank of everyday words, 1 for the most frequent.

    Returns
    -------
    str
        The question, its other words and its spaces untouched.
    """
    words = {fold(match.group()) for match in TOKEN.finditer(question)}
    forms = {word: _forms(word) for word in words if _may_be_misspelt(word)}
    forms = {word: each for word, each in forms.items() if each.isdisjoint(everyday)}
    if not forms:
        return question
    held = in_corpus({form for each in forms.values() for form in each})
    better = {
        word: nearest
        for word in sorted(forms)
        if forms[word].isdisjoint(held) and (nearest := _nearest(word, in_corpus, everyday)) != word
    }
    return TOKEN.sub(lambda match: better.get(fold(match.group()), match.group()), question)


def slips(word: str) -> set[str]:
    """Return every word one slip away from ``word``, without it; none for 31 letters or more."""
    if len(word) > MOST_LETTERS:
        return set()
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    lost = {a + b[1:] for a, b in splits if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    replaced = {a + c + b[1:] for a, b in splits if b for c in LETTERS}
    added = {a + c + b for a, b in splits for c in LETTERS}
    return (lost | swapped | replaced | added) - {word}


def _may_be_misspelt(word: str) -> bool:
    return (
        len(word) >= LEAST_LETTERS and word.isascii() and word.isalpha() and word not in STOP_WORDS
    )


def _forms(word: str) -> set[str]:
    """Return the word, and what it may be a form of or have as its form."""
    shorter = {word.removesuffix(ending) for ending in ENDINGS}
    return {form for form in shorter | {word + e for e in ENDINGS} if len(form) >= LEAST_LETTERS}


def _nearest(word: str, in_corpus: Counts, everyday: Mapping[str, int]) -> str:
    near = {slip for slip in slips(word) if len(slip) >= LEAST_LETTERS}
    counts = dict(in_corpus(near)) or {slip: -everyday[slip] for slip in near if slip in everyday}
    order = sorted(counts, key=lambda slip: (slip[0] != word[0], -counts[slip], slip))
    return order[0] if order else word
