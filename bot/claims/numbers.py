"""The figures of a text, as digits or in words, with what they count, and dates and times. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
ORDINALS = [
    "zeroth",
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
SMALL = {
    **{word: float(value) for value, word in enumerate(ONES)},
    **{word: float(value) for value, word in enumerate(ORDINALS)},
    **{word: 20.0 + 10 * place for place, word in enumerate(TENS)},
    **{word[:-1] + "ieth": 20.0 + 10 * place for place, word in enumerate(TENS)},
}
SCALES = {
    "hundred": 1e2, "hundredth": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
    "trillion": 1e12, "dozen": 12.0, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6,
    "billions": 1e9,
}  # fmt: skip
SHORT_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "tn": 1e12}
# Words that are figures by themselves, as (value, unit); a share is one by its percentage, too.
ALONE = {
    "half": ((0.5, ""), (50.0, "%")), "halves": ((0.5, ""), (50.0, "%")),
    "halved": ((0.5, ""), (50.0, "%")), "quarter": ((0.25, ""), (25.0, "%"), (3.0, "month")),
    "quarters": ((0.25, ""), (25.0, "%")), "twice": ((2.0, ""), (200.0, "%")),
    "double": ((2.0, ""), (100.0, "%")), "doubled": ((2.0, ""), (100.0, "%")),
    "doubles": ((2.0, ""), (100.0, "%")), "triple": ((3.0, ""), (200.0, "%")),
    "tripled": ((3.0, ""), (200.0, "%")), "dozen": ((12.0, ""),), "noon": ((720.0, "clock"),),
    "midday": ((720.0, "clock"),), "midnight": ((0.0, "clock"),),
}  # fmt: skip
# A third, and two thirds.
PARTS = {word: 1 / value for value, word in enumerate(ORDINALS) if value > 2}
ALONE |= {f"{word}s": ((share, ""),) for word, share in PARTS.items()}
UNITS = {
    "%": "% percent per-cent pct", "pp": "percentage-point percentage-points",
    "eur": "€ eur euro euros", "usd": "$ usd dollar dollars us$", "gbp": "£ gbp pound pounds",
    "jpy": "¥ jpy yen", "chf": "chf franc francs", "cent": "cent cents ct",
    "km": "km kilometre kilometres kilometer kilometers", "mile": "mile miles",
    "metre": "metre metres meter meters", "cm": "cm centimetre centimetres centimeter centimeters",
    "mm": "mm millimetre millimetres millimeter millimeters", "foot": "foot feet ft",
    "kg": "kg kilo kilos kilogram kilograms", "gram": "gram grams", "tonne": "tonne tonnes ton "
    "tons",
    "litre": "litre litres liter liters", "hectare": "hectare hectares ha", "acre": "acre acres",
    "second": "seconds sec secs", "minute": "minute minutes min mins", "hour": "hour hours hr hrs",
    "day": "day days", "week": "week weeks", "month": "month months", "year": "year years",
    "kwh": "kwh kilowatt-hour kilowatt-hours", "mwh": "mwh megawatt-hour megawatt-hours",
    "kw": "kw kilowatt kilowatts", "mw": "mw megawatt megawatts", "gw": "gw gigawatt gigawatts",
    "°c": "°c celsius", "°f": "°f fahrenheit", "gb": "gb gigabyte gigabytes",
    "mb": "mb megabyte megabytes", "tb": "tb terabyte terabytes",
}  # fmt: skip
UNIT_OF = {form: unit for unit, forms in UNITS.items() for form in forms.split()}
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTH_OF = {
    **{name: float(i) for i, name in enumerate(MONTHS, 1)},
    **{name[:3]: float(i) for i, name in enumerate(MONTHS, 1)}, "sept": 9.0,
}  # fmt: skip
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
    return " ".join(word for word in kept if _unit_form(word) not in UNIT_OF)


def units(text: str) -> frozenset[str]:
    """Return the units that a text names."""
    found = re.findall(r"percentage[ -]points?|per[ -]cent|°[CF]|[€$£¥%]|[^\W\d_]+", text)
    return frozenset(UNIT_OF[each] for each in map(_unit_form, found) if each in UNIT_OF)


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
    unit = _unit(before[1] if before else (after["unit"] if after else None))
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
    unit = _unit(after["unit"] if after else None)
    for value in _sums(parts):
        share = {(100 * value, "%")} if value < 1 and parts[-1] in ALONE else set()
        yield Figure(match.group(), frozenset({(value, unit), *share}))


def _sums(parts: Sequence[str]) -> Iterator[float]:
    """Yield the numbers that words in a row make: one, or several that only stand side by side."""
    total, current = 0.0, 0.0
    for part in parts:
        if part in SCALES:
            current = (current or 1.0) * SCALES[part]
            if SCALES[part] > SCALES["hundred"]:
                total, current = total + current, 0.0
        elif part in SMALL:
            if not _goes_on(current, SMALL[part]):
                yield total + current
                total, current = 0.0, 0.0
            current += SMALL[part]
        elif part == "half" or not current:
            current += ALONE[part][0][0]
        elif parts[0] in ORDINALS:  # the third quarter
            break
        else:  # three quarters
            current *= ALONE[part][0][0]
    if total or current or parts == ["zero"]:
        yield total + current


def _goes_on(current: float, value: float) -> bool:
    """Say whether a number may go on with a word: a hundred with any, twenty with one to nine."""
    if not current:
        return True
    return value < (
        100.0 if current % 100 == 0 else 10.0 if current % 10 == 0 and current > 10 else 0
    )


def _unit(form: str | None) -> str:
    return UNIT_OF.get(_unit_form(form), "") if form else ""


def _unit_form(form: str) -> str:
    return re.sub(r"[ -]", "-", form.lower())
