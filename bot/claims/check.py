"""Whether a claim says no more than its quote. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.claims import names, numbers, polarity
from bot.claims.words import held, telling

# The last three are found before a claim is held against its quote.
Kind = Literal[
    "number", "name", "negation", "address", "words", "form", "passage", "quote", "changed"
]

# The share of a claim's telling words that quote, title, heading and passage must hold.
LEAST_SHARE = 0.34
MOST_CHARACTERS = 400
# What leads somewhere, calls somebody or is markup: only the article's own, letter for letter.
ADDRESS = re.compile(
    r"(?:https?|ftp|file|data|javascript|mailto|slack)\s*:\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.\w+|(?<!\w)[@#]\w+|"
    r"<[^<>\s][^<>]*>|!?\[[^\]]*\]\([^)]*\)|\b(?:[\w-]+\.)+(?:com|org|net|io|example|test|dev|info)\b\S*",
    re.I,
)
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
    markup are the quote's, letter for letter; a third of the words are the article's.

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
    """Look for the words; those of figures and of names inside the sentence were found before."""
    said = list(dict.fromkeys(telling(claim)))
    inside = " ".join(name.word for name in names.names(claim) if not name.beginning)
    bare = telling(numbers.without_figures(claim))
    quoted = telling(evidence.quote)
    around = telling(f"{evidence.title} {evidence.heading} {evidence.passage}")
    sought = [word for word in said if word in bare and word not in telling(inside)]
    unknown = [word for word in sought if not held([word], [*quoted, *around])]
    if len(unknown) <= (1 - LEAST_SHARE) * len(said) and (
        held(said, quoted) or len(sought) < len(said)
    ):
        return None
    return Fault("words", " ".join(unknown) or claim[:80])
