"""Words as claims and quotes share them: folded, and alike when they are forms of one. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*", re.UNICODE)
# They bind, point or ask; they state nothing.
_EMPTY = (
    "a about according after again all also although am among an and another any are as at be "
    "became "
    "because become becomes been before being between both but by can could did do does "
    "doing done during each either else even ever every few for from further get gets got "
    "had has have having he her here hers him his how however i if in into is it its itself "
    "just later least made make makes making many may me might more most much must my near "
    "of off on once one only onto or other others our out over own per rather said same say "
    "says she should since so some such than that the their theirs them then there these "
    "they this those through thus to too toward towards under until up upon us very was we "
    "well were what when where which while who whom whose why will with within would yet "
    "you your no not never none nothing without cannot isnt arent wasnt werent dont doesnt "
    "didnt wont wouldnt cant couldnt hasnt havent "
)
EMPTY = frozenset(_EMPTY.split())
IRREGULAR = (
    "build built", "buy bought", "sell sold", "rise rose risen", "fall fell fallen", "grow "
    "grew grown",
    "begin began begun", "pay paid", "cost costs", "lose lost", "win won", "leave left", "keep "
    "kept",
    "find found", "take took taken", "give gave given", "go went gone", "come came", "see saw seen",
    "write wrote written", "know knew known", "show showed shown", "speak spoke spoken", "lead led",
    "meet met", "hold held", "spend spent", "send sent", "lend lent", "bring brought", "think "
    "thought",
    "teach taught", "catch caught", "run ran", "drive drove driven", "break broke broken",
    "choose chose chosen", "wear wore worn", "draw drew drawn", "fly flew flown", "swim swam swum",
    "stand stood", "understand understood", "mean meant", "shut shuts", "cut cuts", "people person",
    "children child", "men man", "women woman", "weigh weight", "live life", "die died death",
    "sell sale", "grow growth", "long length", "high height", "wide width", "deep depth",
)  # fmt: skip
BASES = {form: forms.split()[0] for forms in IRREGULAR for form in forms.split()}
ENDINGS = ("ies", "ing", "ed", "es", "ly", "s", "e")
LEAST_STEM = 3
# Words with a beginning of so many letters in common, and most of the longer, are of one family.
SHARED, MOSTLY = 5, 0.6


def words(text: str) -> list[str]:
    """Return the words of a text as they stand."""
    return WORD.findall(text)


def folded(word: str) -> str:
    """Lower a word; take off accents, dots and a possessive 's."""
    spread = unicodedata.normalize("NFKD", word.replace("’", "'")).casefold()
    kept = "".join(each for each in spread if each.isalnum() or each == "'")
    return kept.removesuffix("'s").replace("'", "")


def stem(word: str) -> str:
    """Return what the forms of a folded word have in common, roughly."""
    word = BASES.get(word, word)
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            word = word[: -len(ending)]
            break
    if len(word) > LEAST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]  # running, planned
    return word.rstrip("iy") if len(word) > LEAST_STEM else word


def telling(text: str) -> list[str]:
    """Return the stems of the words that state something, in order."""
    folds = (folded(part) for word in words(text) for part in word.split("-"))
    return [stem(word) for word in folds if word and word not in EMPTY]


def alike(one: str, other: str) -> bool:
    """Say whether two stems are of one word, or of one family of words."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    shared = next((i for i, c in enumerate(shorter) if c != longer[i]), len(shorter))
    return shared >= SHARED and shared >= MOSTLY * len(longer)


def held(stems: Iterable[str], among: Iterable[str]) -> list[str]:
    """Return those of some stems that others have, or have one like it."""
    others = set(among)
    return [each for each in stems if each in others or any(alike(each, o) for o in others)]
