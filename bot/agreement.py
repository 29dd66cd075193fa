"""Whether passages agree on an answer, and whether an old one has been overtaken: pure."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.reader import Reading
from bot.reader.protocol import CONTRADICTED, NEAR_SCORE
from bot.reader.question import asked_type
from bot.values import Day, day, differ
from index import Hit

# Of an article, by its id, the day it is of as its source says; None where it says none.
Published = Callable[[str], str | None]

# A question after what once was keeps the likeliest answer, however old.
FORMERLY = re.compile(
    r"\b(?:original(?:ly)?|initial(?:ly)?|at first|first|formerly|previous(?:ly)?|before|once|used "
    r"to|supposed to|was to|were to|planned|old)\b",
    re.I,
)
NAME = re.compile(r"(?<=[^\W_]\s)[A-ZÀ-Þ][\w’'-]*\w|(?<=\s)\d[\d.,]*\b")
# Up to two words on either side of a number, which are looked for in so many characters.
AROUND = 80
BEFORE = re.compile(r"(?:[^\W\d_]+\.? ){0,2}$")
AFTER = re.compile(r"(?: [^\W\d_]+){0,2}")
# A newer passage touches on the subject if it scores at most so much less, and so much at least.
TOUCHES, ON_SUBJECT = 0.1, 0.9
# A passage on the same subject has at most so much less of the question's words, by rarity.
COVER_SLACK = 0.1
# An article so many days older than another on the subject is old.
OLD_DAYS = 180
DAYS_OF_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Verdict:
    """Readings in the order in which they may be the answer, and what contradicts the first."""

    readings: Sequence[Reading]
    rival: Reading | None = None


@dataclass(frozen=True, slots=True)
class Overtaken:
    """An article of a day, and a newer one on the subject, so many months later."""

    published: str
    newer: Hit
    newer_published: str
    months: int


def compare(
    question: str, readings: Sequence[Reading], published: Published, sure: float
) -> Verdict:
    """Find a reading that contradicts the best one.

    Both must be sure, from different articles on all that the question names, and give numbers of
    the same unit, dates or persons that can't both be right. Then the answer is that of the newer
    article, unless the question is after what once was, or a date is not known: then the likelier.

    Parameters
    ----------
    question : str
        As it was searched.
    readings : sequence of Reading
        Best first.
    published : callable
        The date of an article.
    sure : float
        Probability from which on a reading is told as a fact.
    """
    kind = asked_type(question)
    if kind not in CONTRADICTED or not readings or not _on_subject(question, readings[0], sure):
        return Verdict(readings)
    best = readings[0]
    for rival in readings[1:]:
        if not _is_rival(best.hit, rival.hit) or not _on_subject(question, rival, sure):
            continue
        if differ(kind, _worded(kind, best), _worded(kind, rival)):
            if not FORMERLY.search(question) and _is_newer(rival, best, published):
                rest = [reading for reading in readings if reading is not rival]
                return Verdict([rival, *rest], best)
            return Verdict(readings, rival)
    return Verdict(readings)


def overtaken(
    question: str, reading: Reading, hits: Sequence[Hit], published: Published
) -> Overtaken | None:
    """Return by what an answer's article is overtaken: the newest one found on the subject.

    None where the question is after what does not change, or once was.
    """
    kind = asked_type(question)
    if kind not in CONTRADICTED or FORMERLY.search(question):
        return None
    own = published(reading.hit.passage.article_id) or ""
    since = _date(own)
    near = [
        hit
        for hit in hits
        if hit.score >= max(reading.hit.score - TOUCHES, ON_SUBJECT)
        and _covers(hit, reading.hit)
        and _names_in(question, hit)
    ]
    dated = [(date, hit) for hit in near if (date := _date(published(hit.passage.article_id)))]
    if since is None or not dated:
        return None
    newest, hit = max(dated, key=lambda pair: pair[0])
    if (newest - since).days < OLD_DAYS:
        return None
    months = round((newest - since).days / DAYS_OF_A_MONTH)
    return Overtaken(own, hit, published(hit.passage.article_id) or "", months)


def said(reading: Reading) -> str:
    """Return the words of a reading."""
    passage = reading.hit.passage
    start = passage.span.start
    return passage.text[reading.answer.start - start : reading.answer.end - start]


def _worded(kind: str, reading: Reading) -> str:
    """Return the words of a reading; of a number also those around it, which may be its unit."""
    if kind != "number":
        return said(reading)
    text, start = reading.hit.passage.text, reading.hit.passage.span.start
    first, last = reading.answer.start - start, reading.answer.end - start
    before = BEFORE.search(text[max(0, first - AROUND) : first])
    after = AFTER.match(text[last : last + AROUND])
    return f"{before[0] if before else ''}{said(reading)}{after[0] if after else ''}"


def _on_subject(question: str, reading: Reading, sure: float) -> bool:
    return reading.probability >= sure and _names_in(question, reading.hit)


def _is_rival(best: Hit, hit: Hit) -> bool:
    """Say whether a passage of another article is as good as one, or nearly."""
    elsewhere = hit.passage.article_id != best.passage.article_id
    return elsewhere and hit.score >= best.score - NEAR_SCORE and _covers(hit, best)


def _covers(hit: Hit, best: Hit) -> bool:
    """Say whether a passage has as much of the question's rare words as another, or nearly."""
    return hit.why.get("cover", 1.0) >= best.why.get("cover", 1.0) - COVER_SLACK


def _names_in(question: str, hit: Hit) -> bool:
    """Say whether a passage, or what stands above it, has all names and numbers of a question."""
    text = f"{hit.title} {hit.passage.heading} {hit.passage.text}".casefold()
    return all(_plain(name) in text for name in NAME.findall(question))


def _plain(name: str) -> str:
    return re.sub(r"['’]s$", "", name.casefold())


def _is_newer(one: Reading, other: Reading, published: Published) -> bool:
    first, second = (_date(published(each.hit.passage.article_id)) for each in (one, other))
    return first is not None and second is not None and first > second


def _date(text: str | None) -> datetime.date | None:
    found: Day | None = day(text or "")
    if found is None or not found.year:
        return None
    try:
        return datetime.date(found.year, found.month or 1, found.day or 1)
    except ValueError:
        return None
