"""The figures of a text, as digits or in words, with what they count, and dates and times. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.claims.spelt import ALONE, PARTS, SCALES, SHORT_SCALES, SMALL, sums
from bot.claims.units import MONTH_OF, unit_of, units

# "May" and "March" are verbs, too: such a word is a month by what stands around it.
MONTH = rf"(?P<month>{'|'.join(sorted((n.title() for n in MONTH_OF), key=len, reverse=True))})\b\.?"
NUMERIC_DATE = (
    r"(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|"
    r"(?P<a>\d\d?)(?P<sep>[./])(?P<b>\d\d?)(?P=sep)(?P<c>\d{4})"
)
CLOCK = (
    r"(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\b\.?|"
    r"(?P<h24>\d\d?):(?P<m24>\d\d)"
)
DIGITS = r"(?P<digits>\d{1,3}(?:[ ,.'’]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:[.,]\d+)*)(?:st|nd|rd|th)?"
SPELT = "|".join(sorted((*SMALL, *SCALES, *ALONE), key=len, reverse=True))
WORDS = rf"(?P<words>(?:{SPELT})(?:(?:-| and | )(?:{SPELT}))*)\b"
FIGURE = re.compile(
    rf"(?<![^\W\d_])(?:(?:{NUMERIC_DATE})(?!\d)|(?:{CLOCK})|{MONTH}|{DIGITS})|\b(?i:{WORDS})|[A-Za-z](?P<tail>\d+)"
)
# Two and a half, half a million.
HALF = re.compile(r"(?:(?<=and) an?)? half(?: an?)? |\bhalf an? ", re.I)
BEFORE = re.compile(r"(US\$|[€$£¥]|\b(?:EUR|USD|GBP|CHF|JPY))\s?$")
AFTER = re.compile(
    r"\s?(?:(?P<scale>hundred|thousand|million|billion|trillion)s?\b|(?P<short>bn|mn|mio|tn|[kKmM])\b)?\.?"
    r"[\s-]?(?P<unit>per[ -]cent|percentage[ -]points?|kilowatt-hours?|megawatt-hours?|°[CF]"
    r"|[€$£%]|[^\W\d_]+)?"
)
SHARED_SCALE = re.compile(
    r"\s?(?:to|and|or|[-–])\s?[€$£]?\d[\d.,]*\s(?P<scale>thousand|million|billion|trillion)\b"
)
MONTH_ALONE = re.compile(
    r"(?:\b(?:in|on|since|until|till|by|of|from|to|late|early|mid|next|last|and|or)[ -]|\d[ .])$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text, and the ways to read it: values and what they count, if that is told."""

    text: str
    readings: frozenset[tuple[float, str]]


def figures(text: str) -> list[Figure]:
    """Return the figures of a text, in order."""
    text = HALF.sub(" half ", unicodedata.normalize("NFKC", text))
    found: list[Figure] = []
    end = 0
    for match in FIGURE.finditer(text):
        if match.start() >= end:  # else it is the "million" of a number in digits
            found += _read(match, text)
            scale = AFTER.match(text, match.end()) if match["digits"] else None
            end = scale.end("scale") if scale else 0
    return found


def without_figures(text: str) -> str:
    """Return the words of a text that are neither figures nor units."""
    kept = FIGURE.sub(" ", unicodedata.normalize("NFKC", text)).split()
    return " ".join(word for word in kept if not unit_of(word))


def missing(claim: str, quote: str, context: str) -> str | None:
    """Return the first figure of a claim that a quote doesn't hold, or None.

    Parameters
    ----------
    claim : str
    quote : str
    context : str
        Title and heading of the quote: their figures count, and so do units named there.
    """
    there = (*figures(quote), *figures(context))
    known = [reading for each in there for reading in each.readings]
    # "In May 200 000 people", or "in 2024 200 people"?
    known += [
        (float(part), "") for each in there for part in each.text.split(" ") if part.isdigit()
    ]
    named = units(f"{quote} {context}")
    for figure in figures(claim):
        if figure.text.lower() not in {"one", "zero"} and not _is_held(figure, known, named):
            return figure.text
    return None


def _is_held(figure: Figure, known: list[tuple[float, str]], named: frozenset[str]) -> bool:
    return any(
        math.isclose(value, other, rel_tol=1e-9)
        and (unit in {"", other_unit} or (not other_unit and unit in named))
        for value, unit in figure.readings
        for other, other_unit in known
    )


def _read(match: re.Match[str], text: str) -> Iterator[Figure]:
    found = match.groupdict()
    if found["month"]:
        if _is_month(match, text):
            value = MONTH_OF[found["month"].lower()]
            yield Figure(match.group(), frozenset({(value, "month-name")}))
    elif found["y"] or found["a"]:
        yield from _date(match)
    elif found["hour"] or found["h24"]:
        yield _time(match)
    elif found["words"]:
        yield from _spelt(match, text)
    else:
        yield from _digits(match, text)


def _is_month(match: re.Match[str], text: str) -> bool:
    if match["month"].lower() not in {"may", "march", "mar"}:
        return True
    around = text[: match.start()], text[match.end() :]
    return bool(MONTH_ALONE.search(around[0]) or re.match(r"\s?\d", around[1]))


def _date(match: re.Match[str]) -> Iterator[Figure]:
    if match["y"]:
        yield Figure(match["y"], frozenset({(float(match["y"]), "")}))
        yield Figure(match["m"], frozenset({(float(match["m"]), "month-name")}))
        yield Figure(match["d"], frozenset({(float(match["d"]), "")}))
        return
    yield Figure(match["c"], frozenset({(float(match["c"]), "")}))
    for part in (match["a"], match["b"]):  # which of them is the month is anybody's guess
        yield Figure(part, frozenset({(float(part), ""), (float(part), "month-name")}))


def _time(match: re.Match[str]) -> Figure:
    if match["h24"]:
        value = 60.0 * int(match["h24"]) + int(match["m24"])
    else:
        hour = int(match["hour"]) % 12 + (12 if match["half"] == "p" else 0)
        value = 60.0 * hour + int(match["minute"] or 0)
    return Figure(match.group(), frozenset({(value, "clock")}))


def _digits(match: re.Match[str], text: str) -> Iterator[Figure]:
    shown = match["digits"] or match["tail"]
    before, after = BEFORE.search(text[: match.start()]), AFTER.match(text, match.end())
    unit = unit_of(before[1] if before else (after["unit"] if after else None))
    factors = {1.0}
    shared = SHARED_SCALE.match(text, match.end())
    if shared:  # from 2.6 to 2.1 million
        factors = {1.0, SCALES[shared["scale"]]}
    if after and after["scale"]:
        factors = {SCALES[after["scale"]]}
    elif after and after["short"]:
        factors = {SHORT_SCALES[after["short"].lower()]}
        if after["short"] == "m":  # five metres, or five million of something
            yield Figure(shown, _both(shown, factors, unit) | _both(shown, {1.0}, "metre"))
            return
    yield Figure(shown, _both(shown, factors, unit))


def _both(shown: str, factors: set[float], unit: str) -> frozenset[tuple[float, str]]:
    return frozenset((value * factor, unit) for value in _values(shown) for factor in factors)


def _values(shown: str) -> set[float]:
    """Return what digits may mean: some part thousands as others part decimals."""
    bare = re.sub(r"[ '’]", "", shown)
    if bare.isdigit():
        return {float(bare)}
    found = {
        float(bare.replace(thousands, "").replace(decimal, "."))
        for decimal, thousands in (".,", ",.")
        if re.fullmatch(rf"\d+(?:[{thousands}]\d{{3}})*(?:[{decimal}]\d+)?", bare)
    }
    return found or {float(re.sub(r"[.,]", "", bare))}  # 3.11.2: it need only be the same


def _spelt(match: re.Match[str], text: str) -> Iterator[Figure]:
    parts = re.split(r"-| and | ", match["words"].lower())
    if len(parts) == 1 and parts[0] in ALONE:
        yield Figure(match.group(), frozenset(ALONE[parts[0]]))
        return
    if parts[-1] in PARTS and parts[:-1] in ([], ["one"]):
        part = PARTS[parts[-1]]
        yield Figure(match.group(), frozenset({(float(round(1 / part)), ""), (part, "")}))
        return
    after = AFTER.match(text, match.end())
    unit = unit_of(after["unit"] if after else None)
    for value in sums(parts):
        share = {(100 * value, "%")} if value < 1 and parts[-1] in ALONE else set()
        yield Figure(match.group(), frozenset({(value, unit), *share}))
