"""What figures count, and the months. Pure."""

from __future__ import annotations

import re

UNITS = {
    "%": "% percent per-cent pct", "pp": "percentage-point percentage-points",
    "eur": "€ eur euro euros", "usd": "$ usd dollar dollars us$", "gbp": "£ gbp pound pounds",
    "jpy": "¥ jpy yen", "chf": "chf franc francs", "cent": "cent cents ct",
    "km": "km kilometre kilometres kilometer kilometers", "mile": "mile miles",
    "metre": "metre metres meter meters", "cm": "cm centimetre centimetres centimeter centimeters",
    "mm": "mm millimetre millimetres millimeter millimeters", "foot": "foot feet ft",
    "kg": "kg kilo kilos kilogram kilograms", "gram": "gram grams",
    "tonne": "tonne tonnes ton tons",
    "litre": "litre litres liter liters", "hectare": "hectare hectares ha", "acre": "acre acres",
    "second": "seconds sec secs", "minute": "minute minutes min mins", "hour": "hour hours hr hrs",
    "day": "day days", "week": "week weeks", "month": "month months", "year": "year years",
    "kwh": "kwh kilowatt-hour kilowatt-hours", "mwh": "mwh megawatt-hour megawatt-hours",
    "kw": "kw kilowatt kilowatts", "mw": "mw megawatt megawatts", "gw": "gw gigawatt gigawatts",
    "°c": "°c celsius", "°f": "°f fahrenheit", "gb": "gb gigabyte gigabytes",
    "mb": "mb megabyte megabytes", "tb": "tb terabyte terabytes",
}  # fmt: skip
UNIT_OF = {form: unit for unit, forms in UNITS.items() for form in forms.split()}
_MONTHS = "january february march april may june july august september october november december"
MONTHS = _MONTHS.split()
MONTH_OF = {
    **{name: float(i) for i, name in enumerate(MONTHS, 1)},
    **{name[:3]: float(i) for i, name in enumerate(MONTHS, 1)}, "sept": 9.0,
}  # fmt: skip


def units(text: str) -> frozenset[str]:
    """Return the units that a text names."""
    found = re.findall(r"percentage[ -]points?|per[ -]cent|°[CF]|[€$£¥%]|[^\W\d_]+", text)
    return frozenset(UNIT_OF[each] for each in map(_unit_form, found) if each in UNIT_OF)


def unit_of(form: str | None) -> str:
    """Return the unit that a word or a sign stands for, or an empty text."""
    return UNIT_OF.get(_unit_form(form), "") if form else ""


def _unit_form(form: str) -> str:
    return re.sub(r"[ -]", "-", form.lower())
