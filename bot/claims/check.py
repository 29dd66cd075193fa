"""Whether a claim says no more than its quote. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.claims import names, numbers, polarity
from bot.claims.words import held, telling

# The last four are found before a claim is held against its quote.
Kind = Literal[
    "number", "name", "negation", "address", "words", "form", "passage", "quote", "changed", "order"
]

# The share of what a claim says that quote, title, heading and passage must hold.
LEAST_SHARE = 0.5
MOST_CHARACTERS = 400
# What leads somewhere, calls somebody or is markup: only the article's own, letter for letter.
ADDRESS = re.compile(
    r"(?:https?|ftp|file|data|javascript|mailto|slack)\s*:\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.\w+|(?<!\w)[@#]\w+|"
    r"<[^<>\s][^<>]*>|!?\[[^\]]*\]\([^)]*\)|\b(?:[\w-]+\.)+(?:com|org|net|io|example|test|dev|info)\b\S*",
    re.I,
)
SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n")
CODE = re.compile(r"```|[{}]|^\s*(?:system|assistant|user|tool)\s*:", re.I)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a claim rests on.

    Parameters
    ----------
    quote : str
        The article's own words: whole sentences.
    title, heading : str
        Of the article, and above the quote.
    passage : str
        What the quote stands in.
    """

    quote: str
    title: str = ""
    heading: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a claim is dropped: the kind, and the words that its quote doesn't bear out."""

    kind: Kind
    words: str


def fault_of(claim: str, evidence: Evidence) -> Fault | None:
    """Return what a claim says that its evidence doesn't, or None.

    It may say the same in other words. Figures are those of the quote, its title or heading, in any
    way of writing, with the same unit; names those of the quote, or those around it where the quote
    points to them; nothing is denied that isn't denied there, or affirmed that is; addresses and
    markup are the quote's, letter for letter; half of the rest is in the article's words.

    What it doesn't see: who did it to whom, if both are in the quote, and words that are neither
    figure, name, denial nor one of the common opposites.

    Parameters
    ----------
    claim : str
        A sentence.
    evidence : Evidence

    Returns
    -------
    Fault or None
    """
    if not 0 < len(claim) <= MOST_CHARACTERS or CODE.search(claim) or not telling(claim):
        return Fault("form", claim[:80])
    for match in ADDRESS.finditer(claim):
        if match.group() not in evidence.quote:
            return Fault("address", match.group())
    quote, label = evidence.quote, f"{evidence.title}. {evidence.heading}."
    if figure := numbers.missing(claim, quote, label):
        return Fault("number", figure)
    if name := names.missing(claim, quote, f"{label} {evidence.passage}"):
        return Fault("name", name)
    if word := polarity.contradicted(claim, quote):
        return Fault("negation", word)
    return _unsupported(claim, evidence)


def _unsupported(claim: str, evidence: Evidence) -> Fault | None:
    """Look for what is said; figures and names, found before, say nothing alone."""
    around = f"{evidence.title} {evidence.heading} {evidence.passage}"
    named = telling(" ".join(names.certain(claim, f"{evidence.quote} {around}")))
    quoted = telling(evidence.quote)
    there = [*quoted, *telling(around)]
    for part in SENTENCE_END.split(claim):
        said, figures = _said(part, named), len(numbers.figures(part))
        known = held(said, there)
        enough = len(known) + figures >= LEAST_SHARE * (len(said) + figures)
        if said and not (enough and (figures or held(said, quoted))):
            return Fault("words", " ".join(word for word in said if word not in known) or part)
    for part in polarity.CLAUSE.split(claim):
        said = _said(part, named)
        if said and not held(said, there) and not numbers.figures(part):
            return Fault("words", part.strip())
    return None


def _said(text: str, named: Sequence[str]) -> list[str]:
    """Return the words of a text that are neither figures nor names, each once."""
    stems = dict.fromkeys(telling(numbers.without_figures(text)))
    return [word for word in stems if word not in named]
