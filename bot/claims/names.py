"""The names of a text, and those of a claim that its quote doesn't hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.claims.units import MONTH_OF
from bot.claims.words import EMPTY, WORD, folded, stem

# A capital begins a sentence, a quotation and what follows a colon; such a word need be no name.
BEGINNING = re.compile(r"(?:^|[.!?:…]['’\"”)]?\s+|[\"“„«(\[]\s*|\n\s*(?:[-*•]\s+)?)$")
# Ordinary words that often begin a sentence; others are known by how they end.
_OPENERS = (
    "add allow apply ask book bring buy call check choose click close contact create delete do "
    "enter fill find follow give go hand install keep let log look make move note pay pick press "
    "put read register remember report request run save see select send set sign start stop take "
    "talk tell turn update visit wait write "
    "according additional admission afterwards altogether anybody anyone applicants apart "
    "around articles asked backed based beyond bikes boards books boys building built bus "
    "cars cats cheap children city clients closed companies company compared cost costs "
    "currently customer daily damage data days demand despite dogs double drinks due "
    "earlier eight electric electricity employees energy entry everybody everyone "
    "everything experts factory failing families fares farmers fees fewer fifty finally "
    "first five food forty four free fuel full funds girls given guests half heat help high "
    "higher homes hours houses inside instead items jobs keys kids large last late later "
    "left less lessons light like local located lost low lower lunch machines main managers "
    "materials meals meat members men money monthly nearby neither never new next nine "
    "nobody none noon nothing now officials old older open opened open original outside "
    "overall owners paid parents parking parts past patients payment payments pedestrians "
    "people plants players power present previous probably profit profits proof pupils rain "
    "readers rent repairs research residents rooms rules sales schools seven several shares "
    "ships shops short six small smoking snow someone something sometimes soon staff "
    "standard stock storage students subscribers subsidies summer swimming tax taxes "
    "teachers teams ten texts thanks third thirty thousands three tickets today together "
    "tomorrow tonight tools total trade traffic trains transport trees tuesdays twelve "
    "twenty twice two typical unless unlike used users usually vehicles volunteers wages "
    "walks warm waste water weekly winter without women wood work workers yearly years yes "
    "yesterday young "
)
OPENERS = frozenset(_OPENERS.split())
ORDINARY = re.compile(
    r"(?:ing|ly|tions?|sions?|ments?|ness|it(?:y|ies)|ers|ors|ees|[ae]nces?|ures?|ages|als|ists|[ae]nts"
    r"|ces|ships?|isms?|ed)$"
)
# He who is not named in a sentence is pointed to in it.
POINTING = re.compile(
    r"\b(?:it|its|itself|he|him|his|she|her|hers|they|them|their|this|these|those|such|here|there|we|our|us|"
    r"the (?:company|group|firm|plant|factory|city|town|country|model|car|team|club|museum"
    r"|school|bank|"
    r"project|article|author|association|council|university|former|latter|same))\b",
    re.I,
)
ENDINGS_OF_PEOPLES = re.compile(r"(?:ians?|ans?|ish|ese|ns?|is?|s|y)$")
LEAST_COMMON = 4
# Words with capitals in a row, as the names of institutions have them.
NAMED = r"[A-Z][\w’'-]*\s+(?:(?:of|and|the|for)\s+)*"
RUN, RUN_BEFORE = re.compile(rf"(?:{NAMED})*[A-Z][\w’'-]*"), re.compile(rf"(?:{NAMED})+$")
# Peoples that aren't called as their countries are.
PEOPLES = (
    "scotland scottish scots scot",
    "france french",
    "england english",
    "britain british uk",
    "ireland irish",
    "wales welsh",
    "netherlands dutch",
    "spain spanish",
    "denmark danish danes",
    "germany german germans",
    "switzerland swiss",
    "greece greek greeks",
    "poland polish poles",
    "sweden swedish swedes",
    "norway norwegian",
    "finland finnish finns",
    "turkey turkish",
    "china chinese",
    "europe european",
    "usa us american america",
)
COUNTRIES = {each: people.split()[0] for people in PEOPLES for each in people.split()}


@dataclass(frozen=True, slots=True)
class Name:
    """A word with a capital, where it stands, and whether a beginning may be why."""

    word: str
    start: int
    beginning: bool


def names(text: str) -> list[Name]:
    """Return the words of a text that are names or may be, in order; months are figures."""
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word == "I" or re.match(r"I['’]", word):
            continue
        lone = folded(word)
        beginning = bool(BEGINNING.search(text[: match.start()]))
        if lone in MONTH_OF or not any(map(str.isalpha, word)):
            continue
        if lone in EMPTY and not (word.isupper() and len(word) > 1 and not beginning):
            continue
        found.append(Name(word, match.start(), beginning))
    return found


def missing(claim: str, quote: str, context: str) -> str | None:
    """Return the first name of a claim that was put into it, or None.

    Names are those of the quote. Where the quote only points ("it opens in May"), or names nobody
    that the claim leaves out, they may be of its title, its heading and the rest of its passage.

    Parameters
    ----------
    claim : str
    quote : str
    context : str
        Title, heading and passage of the quote.
    """
    quoted, around = _forms(quote), _forms(context)
    added = ""
    for name in _certain(claim, f"{quote} {context}"):
        for part in _parts(name.word):
            if _is_held(part, quoted, quote):
                continue
            if not (
                _is_held(part, around, context) or _is_spelt_out(name, claim, f"{quote} {context}")
            ):
                return name.word
            added = added or name.word
    return added if added and _replaces(claim, quote) else None


def certain(claim: str, evidence: str) -> list[str]:
    """Return the words of a claim that are names for certain."""
    return [name.word for name in _certain(claim, evidence)]


def _certain(claim: str, evidence: str) -> list[Name]:
    """Return the names of a claim; a word at its beginning only if it is no ordinary one."""
    lower = {stem(folded(word)) for word in WORD.findall(evidence) if word[0].islower()}
    return [
        name for name in names(claim) if not (name.beginning and _is_ordinary(name.word, lower))
    ]


def _is_ordinary(word: str, lower: Iterable[str]) -> bool:
    if (word.isupper() and len(word) > 1) or re.search(r"['’]s$", word):
        return False
    fold = folded(word)
    return fold in OPENERS or stem(fold) in lower or bool(ORDINARY.search(fold))


def _replaces(claim: str, quote: str) -> bool:
    """Say whether a quote names somebody, before it points, whom the claim leaves out."""
    claimed = _forms(claim)
    lower = {stem(folded(word)) for word in WORD.findall(f"{quote} {claim}") if word[0].islower()}
    left_out = [
        name.start
        for name in names(quote)
        if not (name.beginning and _is_ordinary(name.word, lower))
        and not all(_is_held(part, claimed, claim) for part in _parts(name.word))
    ]
    pointer = POINTING.search(quote)
    return bool(left_out) and (pointer is None or left_out[0] < pointer.start())


def _parts(word: str) -> list[str]:
    return [part for part in re.split(r"[-&/]", word) if part and part[0].isupper()]


def _forms(text: str) -> frozenset[str]:
    parts = (part for word in WORD.findall(text) for part in (word, *re.split(r"[-&/]", word)))
    return frozenset(filter(None, map(folded, parts)))


def _is_held(part: str, forms: frozenset[str], text: str) -> bool:
    fold = folded(part)
    if fold in forms or stem(fold) in {stem(each) for each in forms}:
        return True
    if len(fold) == 1:  # J. Brenn for Julia Brenn
        return bool(re.search(rf"\b{part[0]}", text))
    if part.isupper():
        return _initials_in(part, text)
    if fold in COUNTRIES and COUNTRIES[fold] in map(COUNTRIES.get, forms):
        return True
    trunk = ENDINGS_OF_PEOPLES.sub("", fold)
    return len(trunk) >= LEAST_COMMON and any(
        trunk == ENDINGS_OF_PEOPLES.sub("", each) for each in forms
    )


def _initials_in(short: str, text: str) -> bool:
    """Say whether neighbouring words with capitals begin with the letters of an abbreviation."""
    capitals = re.findall(r"\b[A-Z](?=[\w’'-]*[a-z])", text)
    return short in "".join(capitals)


def _is_spelt_out(name: Name, claim: str, text: str) -> bool:
    """Say whether a name is part of one whose abbreviation the text has."""
    before = RUN_BEFORE.search(claim[: name.start])
    after = RUN.match(claim, name.start)
    first = re.findall(r"\b[A-Z]", before.group() if before else "")
    rest = "".join(re.findall(r"\b[A-Z]", after.group() if after else ""))
    shorts = ("".join(first[at:]) + rest for at in range(len(first) + 1))
    return any(len(short) > 1 and re.search(rf"\b{short}\b", text) for short in shorts)
