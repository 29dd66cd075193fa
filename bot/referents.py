"""What pronouns, ordinals and bare names of a follow-up stand for: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.types import Answer
from index import Span

# The text of an article that a person was shown a part of, and where that stands.
Shown = tuple[str, Span]

ORDINALS = (
    ("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"),
    ("sixth", "6th"), ("seventh", "7th"), ("eighth", "8th"),
)  # fmt: skip
LAST = ("last", "latter")
COUNTED = re.compile(
    r"\bthe (?P<nth>{})(?: one\b| of (?:them|these|those)\b|(?=\W*$))".format(
        "|".join([word for each in ORDINALS for word in each] + [*LAST, "former"])
    ),
    re.I,
)
LIST = re.compile(r"(?:^[ \t]*(?:[-*•–]|\(?\d{1,3}[.)])[ \t]+\S.*\n?)+", re.M)
ITEM = re.compile(r"^[ \t]*(?:[-*•–]|\(?\d{1,3}[.)])[ \t]+(\S.*)$", re.M)
# A list begins at most so many characters after the passage that leads to it.
LEADS_TO = 40
SUBCLAUSE = re.compile(r"[,;:(–]")
SHORT_ITEM = 4
ITEM_WORDS = 10
# Names: capitalised words, with what joins them, and numbers that go with them.
NAME = re.compile(
    r"(?<![\w’'-])(?:[A-Z][\w’'-]*\.?|\d[\d.,]*\w*)"
    r"(?: (?:(?:d['’]|de |von |van |of the |of )?[A-Z][\w’'-]*|\d[\d.,]*\w*))*"
)
# A point ends a sentence, but for one after an initial or a title.
FULL_NAME = r"[A-ZÀ-Þ](?:[\w’'-]*|\w{0,3}\.(?:[A-ZÀ-Þ]\.)*)(?: [A-ZÀ-Þ](?:\.|[\w’'-]+))+"
PERSON = re.compile(r"\b(?:he|him|she|her|his|hers)\b", re.I)
# A place, not that something exists: "is there a plan?"
THERE = r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )\bthere\b"
PLACE = re.compile(THERE, re.I)
THING = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those)\b", re.I)
IT = re.compile(r"\bits?\b", re.I)
POSSESSIVE = frozenset({"his", "its", "their"})
# A question word that asks for no noun, and what may stand alone in its place.
ASKS = re.compile(r"^(?:where|when|why|how)(?= (?:is|are|was|were|do|does|did|will|would|can|could|"
                  r"has|have|had|should|may|might)\b)", re.I)  # fmt: skip
FOLLOWS = re.compile(
    r"^\W*(?:and |but |so )?(?P<asks>(?:where|when|why)\b[\w ’'-]{0,40}?)\W*$", re.I
)
PREPOSITION = re.compile(r"^(?P<word>in|at|for|of|on|from|to|as|with|by) (?P<rest>.+)$", re.I)
SHORT_ANSWER = 6


def listed(question: str, shown: Iterable[Shown]) -> str:
    """Return a question that counts off an item of a list with that item, or nothing.

    A short item takes the place of its number; a longer one comes before the question.
    """
    found = COUNTED.search(question)
    items = next((items for each in shown if (items := _list(*each))), []) if found else []
    place = _place(found["nth"].lower(), len(items)) if found else 0
    if not found or not place < len(items):
        return ""
    head = SUBCLAUSE.split(items[place])[0]
    if len(head.split()) <= SHORT_ITEM:
        return question[: found.start()] + head + question[found.end() :]
    return f"{' '.join(items[place].split()[:ITEM_WORDS])}. {question}"


def swapped(before: str, other: str) -> str:
    """Return the question before, asked of something else.

    Its name, that after the same preposition, or that which shares a word, is replaced; without
    any, the other thing is put behind it.
    """
    found = PREPOSITION.match(other)
    word, rest = (found["word"], found["rest"]) if found else ("", other)
    names = list(NAME.finditer(before, before.find(" ")))
    name = _parallel(before, names, rest, word) if NAME.search(rest) else None
    if name is None:
        return f"{before} {other}?"
    rest = re.sub(r"^(?:the|a|an) ", "", rest)
    after = before[name.end() :]
    words = rest.split()
    for count in range(len(words) - 1, 0, -1):  # what both end with is said once
        tail = " " + " ".join(words[-count:])
        if after.lower().startswith(tail.lower()) and not after[len(tail) :][:1].isalnum():
            after = after[len(tail) :]
            break
    return before[: name.start()] + rest + after


def asked_anew(before: str, question: str) -> str:
    """Return the question before with the bare question word that follows it up."""
    follows = FOLLOWS.match(question)
    asks = ASKS.match(before)
    if follows and asks:
        word = follows["asks"]
        return f"{word[0].upper()}{word[1:]}{before[asks.end() :]}"
    return f"{before} {question}"


def referent(question: str, before: str, last: Answer) -> str:
    """Return a question with what its pronoun stands for, or nothing where that can't be told.

    It stands for the answer, where that is the name of the person, place or thing asked for; else
    he or she is whom a passage that was shown calls by a word of the question before.
    """
    for pronoun, asked in ((PERSON, r"\bwho"), (PLACE, r"\bwhere|\bwhich"), (THING, r"\bwhich")):
        found = pronoun.search(question)
        if found:
            name = _answered(before, last, asked)
            if pronoun is PERSON and not name:
                name = _called(before, last)
            return _put(question, found, name, place=pronoun is PLACE) if name else ""
    return ""


def about(question: str, own: str) -> str:
    """Return a question with "it" replaced by the one name in the last question of its own."""
    found = IT.search(question)
    names = {name[0] for name in NAME.finditer(own, own.find(" ") + 1)}
    if found is None or len(names) != 1:
        return ""
    return _put(question, found, names.pop(), place=False)


def _answered(before: str, last: Answer, asked: str) -> str:
    if last.status == "refused" or last.tentative:
        return ""
    asking = [part for part in before.split("?") if part.strip()][-1:]
    if not any(re.search(asked, part, re.I) for part in asking):
        return ""
    if not NAME.match(last.text) or len(last.text.split()) > SHORT_ANSWER:
        return ""
    quote = " ".join(last.citations[0].quote.split())
    return f"the {last.text}" if f"the {last.text}" in quote else last.text


def _called(before: str, last: Answer) -> str:
    called_by = re.findall(r"\b(?!from\b|with\b)[a-zà-ÿ]{4,}\b", before)  # no names
    words = "|".join(called_by)
    called = re.compile(rf"(?i:\b(?:{words})) (?P<name>{FULL_NAME})") if words else None
    for text in (*(each.quote for each in last.citations), *(h.passage.text for h in last.hits)):
        found = called.search(" ".join(text.split())) if called else None
        if found:
            return found["name"]
    return ""


def _put(question: str, found: re.Match[str], name: str, *, place: bool) -> str:
    word = found[0].lower()
    owns = word in POSSESSIVE or (word == "her" and re.match(r" \w", question[found.end() :]))
    put = f"in {name}" if place else f"{name}’s" if owns else name
    return question[: found.start()] + put + question[found.end() :]


def _parallel(
    before: str, names: list[re.Match[str]], rest: str, word: str
) -> re.Match[str] | None:
    """Return the name in a question that another one takes the place of."""
    words = set(rest.lower().split())
    for name in names:
        if words & set(name[0].lower().split()):
            return name
    for name in names:
        if word and before[: name.start()].lower().endswith((f" {word} ", f" {word} the ")):
            return name
    return names[0] if len(names) == 1 else None


def _list(text: str, span: Span) -> list[str]:
    """Return the list that a passage holds or leads to; none that has but one item."""
    for run in LIST.finditer(text):
        if run.start() <= span.end + LEADS_TO and span.start < run.end():
            items = [item.rstrip(" \t;,.") for item in ITEM.findall(run[0])]
            return items if len(items) > 1 else []
    return []


def _place(word: str, count: int) -> int:
    if word in LAST:
        return max(count - 1, 0)
    return next((i for i, names in enumerate(ORDINALS) if word in names), 0)
