"""What kind of answer a question asks for, and whether a sentence holds one: pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

AnswerType = Literal["person", "place", "time", "number", "reason"]

_ASKS: tuple[tuple[AnswerType, str], ...] = (
    ("number", r"\bhow (?:many|much|old|long|far|tall|big|large|high|fast|often|heavy|wide)\b"),
    (
        "number",
        r"\bwhat (?:is|was|are|were)? ?(?:the )?"
        r"(?:number|percentage|share|amount|price|cost|population|rate|total|capacity|range)\b",
    ),
    (
        "time",
        r"\bwhen\b|\b(?:what|which) (?:year|month|day|date|decade|century|time)\b|\bhow soon\b",
    ),
    ("person", r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman)\b"),
    (
        "place",
        r"\bwhere\b|\b(?:what|which) "
        r"(?:city|town|country|state|place|region|continent|location|county|province)\b",
    ),
    ("reason", r"\bwhy\b|\bwhat (?:was|is) the reason\b|\bfor what reason\b|\bhow come\b"),
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|"
    r"dozens?|half|third|quarter|twice|double)"
)
_HOLDS: Mapping[AnswerType, re.Pattern[str]] = {
    "number": re.compile(rf"\d|(?i:\b{_NUMBER_WORD}\b)"),
    "time": re.compile(
        rf"\b1\d{{3}}\b|\b20\d\d\b|(?i:\b{_MONTH}\b\.? ?\d|\d\.? (?:of )?{_MONTH}\b|\b{_MONTH}\b|"
        r"\b(?:century|centuries|decade|years?|months?|weeks?|days?|today|tomorrow|yesterday|"
        r"spring|summer|autumn|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
        r"morning|evening|night|noon|midnight)\b)"
    ),
    # Bounded, because an unbroken line of a megabyte would be searched again from every letter.
    "person": re.compile(r"(?<=[^.!?\s”\"] )[A-Z][\w’'.-]|[A-Z][\w’'.-]{1,60} [A-Z][\w’'.-]"),
    "place": re.compile(
        r"\b(?:in|at|to|from|near|of|on|into|across|outside|around|over|through|between|via|"
        r"towards?|based in)\s+(?:the\s+)?(?:[A-Z]\w+)"
    ),
    "reason": re.compile(
        r"\b(?:because|since|due to|owing to|so that|in order to|therefore|thus|as a result|"
        r"reasons?|caused?|to avoid|to prevent|that is why|this is why|thanks to)\b",
        re.I,
    ),
}


def asked_type(question: str) -> AnswerType | None:
    """Return the type of answer that a question asks for, or None where its words don't say.

    Of several questions the last that says it counts: a follow-up comes after what it leans on.
    """
    for part in reversed(question.split("?")):
        for kind, pattern in _ASKS:
            if re.search(pattern, part, re.I):
                return kind
    return None


def type_fit(question: str, sentence: str) -> float:
    """Say how a sentence fits the type of answer asked for.

    Returns
    -------
    float
        1.0 if it holds something of that type, 0.0 if not, 0.5 where no type is asked for.
    """
    kind = asked_type(question)
    if kind is None:
        return 0.5
    return 1.0 if _HOLDS[kind].search(sentence) else 0.0
