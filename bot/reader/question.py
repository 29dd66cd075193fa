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


# What an answer to such a question holds, or it is no answer.
_MUST_HOLD: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(
            r"\bhow (?:many|far|old|tall|heavy)\b|"
            r"\bhow much (?:does|do|did|will|is|was|would|has) .*\b(?:cost\w*|pay|paid|weigh)\b",
            re.I,
        ),
        re.compile(
            rf"\d|(?i:\b{_NUMBER_WORD}\b|\b(?:no|none|zero|several|many|few|single|both|pair|most|all|"
            r"majority|every|multiple|numerous|countless|only|an?)\b)"
        ),
    ),
    (
        re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|decade|century)\b", re.I),
        re.compile(
            rf"\d|{_HOLDS['time'].pattern}|(?i:\b(?:after|before|during|while|when|until|till|since|"
            r"once|upon|as|from|at|by|early|late|later|now|then|soon|recent(?:ly)?|ago|ages?|era|"
            r"period|times?|season|war|night|dawn|birth|death|always|never|anniversary|easter|"
            r"christmas|ramadan)\b)"
        ),
    ),
)
# What the sentence around such an answer holds: a quantity is told with its unit.
_UNITS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\bwhat(?:['’]s| is| was| are| were) the (?:\w+ )?range\b|\bhow far\b", re.I),
        re.compile(
            r"(?<!-)\b(?:rang\w+|km|kilomet\w+|miles?|met(?:er|re)s?|feet|degrees?)\b|°", re.I
        ),
    ),
    (
        re.compile(
            r"\bwhat(?:['’]s| is| was| are| were) the (?:\w+ )?prices?\b|"
            r"\bhow much (?:does|do|did|will|is|was|would|has) .*\bcost\w*\b",
            re.I,
        ),
        re.compile(
            r"[$€£¥₹]|\b(?:euros?|dollars?|pounds?|crowns?|kron\w+|francs?|marks?|yen|yuan|rupees?|"
            r"roubles?|rubles?|pesos?|lire?|cents?|pence|shillings?|eur|usd|gbp|chf|free|nothing)\b",
            re.I,
        ),
    ),
    (
        re.compile(r"\b(?:what|which) (?:percentage|percent|per cent|proportion)\b", re.I),
        re.compile(
            r"%|\b(?:per ?cent\w*|half|halves|thirds?|quarters?|fifths?|tenths?|all|none|most|"
            r"majority|minority|one in|out of)\b",
            re.I,
        ),
    ),
)
# What tells a price tells it in money.
_PRICED = re.compile(
    r"\bwhat (?:does|do|did|will|would) .*\bcost\b|\bhow much .*\bcosts?\b|\bprices?\b", re.I
)
_NO_PRICE = re.compile(
    r"\d\s?(?:kwh?|kg|km|cm|mm|per ?cent|kilomet\w+|met(?:er|re)s?|miles?|hours?|minutes?|days?|"
    r"weeks?|months?|years?|people|litres?|liters?)\b|\d\s?%",
    re.I,
)
# Who does this has a name. Of a hundred such training questions, one was answered without.
_WHO_LEADS = re.compile(
    r"\bwho (?:(?:currently|now|first|originally) )?(?:runs?|ran|leads?|led|heads?|headed|manages?|"
    r"managed|directs?|directed|chairs?|chaired|owns?|owned|founded|designed|built|wrote|invented|"
    r"discovered)\b",
    re.I,
)
# "Piva 52": of several that are called alike, the number says which.
_NUMBERED = re.compile(r"\b([^\W\d_a-zß-öø-ÿ][\w’'-]+) (\d[\w.]*\w|\d)\b")
_CAPITAL = re.compile(r"[^\W\d_a-zß-öø-ÿ]")
_WORD = re.compile(r"\w+")
_BARE = frozenset(["a", "an", "and", "at", "by", "in", "is", "it", "of", "on", "the", "to", "was"])
_YES_NO = re.compile(
    r"^(?:(?:and|but|so|or)\s+)?(?:is|are|was|were|am|do|does|did|will|would|can|could|has|have|had|"
    r"should|shall|may|might|must|isn['’]t|aren['’]t|wasn['’]t|don['’]t|doesn['’]t|didn['’]t|"
    r"won['’]t|can['’]t|hasn['’]t|haven['’]t)\s",
    re.I,
)
# A follow-up comes after the words that it leans on.
_YES_NO_AFTER = re.compile(
    r"\s(?:Is|Are|Was|Were|Do|Does|Did|Will|Would|Can|Could|Has|Have|Had|Should)\s"
    r"(?i:it|he|she|they|this|that|these|those|there|the|any|all)\b[^?]*\??$"
)
# A question that offers what to choose from.
_CHOICE = re.compile(r"\bor\b|\bbetween\b|\b(?:which|who|what) of\b|\b(?:which|who)\b.*[:,]", re.I)
# "Who is Ada Lind?", not "Who is the mayor?".
_WHO_IS = re.compile(
    r"^(?i:who) (?i:is|was|are|were) (?!(?i:the|a|an|in|on|at|to)\b)[A-Z][^?]*\??$"
)
_VERB = re.compile(r"\b(?:[a-z]+(?:ed|ing)|in|of|for|by|responsible|behind|known|called)\b")
_LIST = re.compile(
    r"\b(?:what|which) (?:are|were) |\b(?:what|which) (?:two|three|four|five|six|\d+) |"
    r"^(?:name|list)\b|\bwho (?:are|were) ",
    re.I,
)
_ENUMERATED = re.compile(r",| and | or |;")


def fits(question: str, answer: str, sentence: str) -> bool:
    """Say whether an answer is of the kind asked for, where that can be told for certain.

    A question after a number or a date is not answered by words that hold none, nor one after a
    range, a price or a percentage by a sentence without a unit of it, nor who leads something by
    words without a name; a price is no length or weight; a sentence on the Piva 40 says nothing of
    the Piva 52; and what only says the question's words again tells nothing. Other kinds are taken
    to fit.
    """
    last = [part for part in question.split("?") if part.strip()][-1:]
    if _echoes(question, answer) or any(_is_of_another(part, sentence) for part in last):
        return False
    if (
        any(_WHO_LEADS.search(part) for part in last)
        and _CAPITAL.search(sentence, 1)
        and not _CAPITAL.search(answer)
    ):
        return False
    if any(_PRICED.search(part) for part in last) and _NO_PRICE.search(answer):
        return False
    return all(
        holds.search(text)
        for kinds, text in ((_MUST_HOLD, answer), (_UNITS, sentence))
        for asks, holds in kinds
        if any(asks.search(part) for part in last)
    )


def _is_of_another(question: str, sentence: str) -> bool:
    """Say whether a sentence names another one of those that the question names by a number."""
    asked, told = _numbered(question), _numbered(sentence)
    return not asked & told and bool({name for name, _ in asked} & {name for name, _ in told})


def _numbered(text: str) -> set[tuple[str, str]]:
    return {
        (name, number)
        for name, number in _NUMBERED.findall(text)
        if not re.fullmatch(_MONTH, name, re.I)
    }


def _echoes(question: str, answer: str) -> bool:
    """Say whether an answer has no word but the question's, where it offers none to choose from."""
    said = set(_WORD.findall(answer.lower())) - _BARE
    asked = set(_WORD.findall(question.lower()))
    return bool(said) and said <= asked and not (_CHOICE.search(question) or _is_yes_no(question))


def _is_yes_no(question: str) -> bool:
    asked = question.strip()
    return bool(_YES_NO.match(asked) or _YES_NO_AFTER.search(asked))


def wants_sentence(question: str, sentence: str, answer: str) -> bool:
    """Say whether the whole sentence answers better than the words found in it.

    So it is for questions to be answered by yes or no, for who somebody is, and for a list of
    which the answer holds one part.
    """
    asked = question.strip()
    if _is_yes_no(asked):
        return True
    if _WHO_IS.match(asked) and not _VERB.search(asked.partition(" ")[2].partition(" ")[2]):
        return True
    return bool(
        _LIST.search(asked) and _ENUMERATED.search(sentence) and not _ENUMERATED.search(answer)
    )
