"""Numbers in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
ONES = _ONES.split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = _TENS.split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
ORDINALS = _ORDINALS.split()
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
    "tripled": ((3.0, ""), (200.0, "%")), "noon": ((720.0, "clock"),),
    "midday": ((720.0, "clock"),), "midnight": ((0.0, "clock"),),
}  # fmt: skip
# A third, and two thirds.
PARTS = {word: 1 / value for value, word in enumerate(ORDINALS) if value > 2}
ALONE |= {f"{word}s": ((share, ""),) for word, share in PARTS.items()}


def sums(parts: Sequence[str]) -> Iterator[float]:
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
