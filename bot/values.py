"""What an answer says in numbers, dates and names, and whether two say the same: pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = {
    **{word: number for number, word in enumerate(_ONES.split())},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), 2)},
}
SCALES = {
    "dozen": 12, "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6,
    "billion": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
UNITS = {
    "€": "euro", "eur": "euro", "$": "dollar", "usd": "dollar", "£": "pound", "gbp": "pound",
    "%": "percent", "per cent": "percent", "km": "kilometre", "kilometer": "kilometre",
    "metre": "metre", "meter": "metre", "people": "person", "kg": "kilogram",
}  # fmt: skip
# Words between a number and what it counts.
_LOOSE = "of the new more other additional a an per in each about some"
LOOSE = frozenset(_LOOSE.split())
ROUGH = re.compile(
    r"\b(?:about|around|approx\w*|almost|nearly|roughly|some|circa|ca|over|under|up to|at least|"
    r"at most|(?:more|less|fewer) than)\b",
    re.I,
)
# What only bounds the number or the date asked for is none to compare with another.
BOUND = re.compile(
    r"\b(?:over|under|up to|at (?:least|most|the latest|the earliest)|min(?:imum)?|max(?:imum)?|"
    r"(?:more|less|fewer|later|earlier) than|from|since|until|till|by|before|after)\b",
    re.I,
)
# Numbers that differ by less say the same: a rounded one, and one said to be rough.
ROUNDED, ROUGHLY = 0.01, 0.15
# Numbers of which one is so many times the other are hardly of the same thing.
MOST_TIMES = 5
NUMBER = re.compile(
    r"(?P<sign>[€$£]?) ?(?P<digits>\d+(?:[,\u00a0\u202f ]\d{3})*(?:\.\d+)?)(?P<rest>.*)", re.S
)
_ONE_TO_NINE = "|".join(_ONES.split()[1:10])
SPELT = re.compile(
    rf"\b(?P<word>{'|'.join(WORDS)})(?:[- ](?P<ones>{_ONE_TO_NINE}))?\b(?P<rest>.*)", re.I | re.S
)
_MONTHS = "january february march april may june july august september october november december"
MONTHS = {name[:3]: number for number, name in enumerate(_MONTHS.split(), 1)}
# In small letters, "may" is hardly a month.
_MONTH = "|".join([*_MONTHS.replace("may", "(?-i:May)").split(), "sept", *(set(MONTHS) - {"may"})])
MONTH = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?\b(?!\d))?",
    re.I,
)
DAY = re.compile(r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)?$")
YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")
# "2024/25", and a winter, are of two years.
TWO_YEARS = re.compile(r"\b\d{4}[/–-]\d\d\b(?!-\d)|\bwinter\b", re.I)
ISO = re.compile(r"\b(\d{4})-(\d\d)(?:-(\d\d))?\b")
_TITLES = (
    "mr mrs ms dr prof professor sir dame lord lady capt captain mayor president minister king "
    "queen director chief head jr sr chair chairman chairwoman manager managing executive officer "
    "founder owner architect captain"
)
TITLES = frozenset(_TITLES.split())
PERSON = re.compile(r"(?:[A-ZÀ-Þ][\w’'-]*\.?|de|van|von|der|la|le|bin|al)")
# What begins so is no name.
NO_NAME = frozenset({"the", "an", "he", "she", "they", "we", "it"})
MAX_NAMES = 5


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what it counts, singular; ``rough`` if it is said not to be exact."""

    number: float
    unit: str
    rough: bool = False

    def differs(self, other: Quantity) -> bool:
        """Say whether both count the same thing, and not to the same number."""
        if self.unit != other.unit:
            return False
        less, more = sorted((self.number, other.number))
        slack = ROUGHLY if self.rough or other.rough else ROUNDED
        return slack * more < more - less and more <= MOST_TIMES * less


@dataclass(frozen=True, slots=True)
class Day:
    """A date; what it leaves open is 0."""

    year: int = 0
    month: int = 0
    day: int = 0

    def differs(self, other: Day) -> bool:
        """Say whether the two can't be the same day."""
        mine, others = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return any(a and b and a != b for a, b in zip(mine, others, strict=True))


def quantity(text: str) -> Quantity | None:
    """Return the number that a short text gives, or None where it gives none, or several."""
    found = NUMBER.search(text)
    if found:
        number = float(re.sub(r"[,\u00a0\u202f ]", "", found["digits"]))
        if re.search(r"\d", found["rest"]):
            return None
        sign = found["sign"]
    else:
        found = SPELT.search(text)
        if not found:
            return None
        number, sign = float(WORDS[found["word"].lower()]), ""
        number += WORDS[found["ones"].lower()] if found["ones"] else 0
    words = re.findall(r"%|[^\W\d_]+", found["rest"].lower())
    while words and words[0] in SCALES:
        number *= SCALES[words.pop(0)]
    return Quantity(number, _unit(sign, words), bool(ROUGH.search(text)))


def day(text: str) -> Day | None:
    """Return the date that a short text gives, or None where it gives none, or several."""
    iso = ISO.findall(text)
    if len(iso) == 1:
        return Day(*(int(part or 0) for part in iso[0]))
    if not iso and TWO_YEARS.search(text):
        return None
    months, years = list(MONTH.finditer(text)), sorted(set(YEAR.findall(text)))
    if len(months) > 1 or len(years) > 1 or not (months or years):
        return None
    year = int(years[0]) if years else 0
    if not months:
        return Day(year)
    found = months[0]
    before = DAY.search(text[: found.start()].rstrip())
    number = before["day"] if before else found["after"]
    return Day(year, MONTHS[found["month"].lower()[:3]], int(number or 0))


def names(text: str) -> frozenset[str]:
    """Return the words of a person's name without titles and initials; none if it is no name.

    Spellings with and without accents, apostrophes and hyphens are the same.
    """
    words = text.split()
    if words and words[0].casefold() in NO_NAME:
        return frozenset()
    if not words or len(words) > MAX_NAMES or not all(PERSON.fullmatch(word) for word in words):
        return frozenset()
    folded = (part for word in words for part in _folded(word).split("-"))
    return frozenset(word for word in folded if len(word) > 2 and word not in TITLES)


def differ(kind: str, one: str, other: str) -> bool:
    """Say whether two answers of a kind can't both be right.

    Parameters
    ----------
    kind : str
        ``number``, ``time`` or ``person``; answers of other kinds are not compared.
    one, other : str

    Returns
    -------
    bool
        False also where it can't be told.
    """
    a, b = " ".join(one.split()), " ".join(other.split())
    if not a or not b or a.casefold() in b.casefold() or b.casefold() in a.casefold():
        return False
    if BOUND.findall(a.casefold()) != BOUND.findall(b.casefold()):
        return False
    if kind == "number":
        first, second = quantity(a), quantity(b)
        return first is not None and second is not None and first.differs(second)
    if kind == "time":
        begin, end = day(a), day(b)
        return begin is not None and end is not None and begin.differs(end)
    if kind == "person":
        mine, others = names(a), names(b)
        # A single word may be a nickname, or a firm.
        full = all(len(_untitled(text)) > 1 for text in (a, b))
        return full and bool(mine and others) and not mine & others
    return False


def _untitled(text: str) -> list[str]:
    words = (word.strip(".,") for word in text.split())
    return [word for word in words if word.casefold() not in TITLES]


def _folded(word: str) -> str:
    """Return a word of a name as it is compared."""
    plain = unicodedata.normalize("NFKD", word.strip(".,").casefold())
    letters = "".join(c for c in plain if c == "-" or c.isalnum())
    return re.sub(r"(?<=[aou])e", "", letters)  # of ä, ö and ü


def _unit(sign: str, words: list[str]) -> str:
    if sign in UNITS:
        return UNITS[sign]
    if words[:2] == ["per", "cent"]:
        return "percent"
    words = [word for word in words if word not in LOOSE]
    if not words:
        return ""
    word = words[0]
    singular = word[:-1] if word.endswith("s") and not word.endswith("ss") else word
    return UNITS.get(word) or UNITS.get(singular) or singular
