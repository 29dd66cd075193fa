"""`footnote feedback`: what people thought of answers, listed, and as candidates for a gold set."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.slack.record import recalled
from bot.slack.state import Feedback, Given
from bot.types import Answer
from bot.wording import one_line

# Ids of Slack, addresses of mail, names as people write them after @.
IDS = re.compile(r"<?[@#!]?\b[UWCGDSTB](?=[A-Z0-9]*\d)[A-Z0-9]{7,}\b>?")
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
HANDLES = re.compile(r"(?<!\w)@[\w.-]+")
REMOVED = "…"

Judged = Sequence[tuple[Given, Sequence[Feedback]]]


def list_lines(judged: Judged) -> list[str]:
    """Return the answers that somebody judged as lines of plain text, oldest first."""
    lines: list[str] = []
    for given, found in judged:
        answer = recalled(given.record)
        up = sum(each.verdict == "up" for each in found)
        said = answer.text if answer.status == "answered" else "(refused)"
        day = datetime.fromtimestamp(given.at, UTC).date()
        lines.append(f"{given.id}  {day}  +{up} -{len(found) - up}  {one_line(answer.question)}")
        lines.append(f"    {one_line(said)}")
        lines += [f"    {why}" for each in found if (why := _why(each))]
    return lines or ["Nobody has judged an answer yet."]


def gold_candidates(judged: Judged) -> list[dict[str, Any]]:
    """Return judged answers as candidates for a gold set, without anybody's name or id.

    An answer found useful is taken for right, a refusal found useful for an unanswerable question.
    One that somebody found wrong has no answers: a person is to fill them in, and what was given
    is told under ``given``, what was wrong under ``tags`` and ``note``.
    """
    return [_candidate(given, found) for given, found in judged]


def nameless(text: str) -> str:
    """Return a text without ids of Slack, mail addresses and @names."""
    for pattern in (MAIL, IDS, HANDLES):
        text = pattern.sub(REMOVED, text)
    return text


def _candidate(given: Given, found: Sequence[Feedback]) -> dict[str, Any]:
    answer = recalled(given.record)
    downs = [each for each in found if each.verdict == "down"]
    useful = len(found) > 2 * len(downs)
    reasons = sorted({reason for each in downs for reason in each.reasons})
    candidate: dict[str, Any] = {
        "id": given.id,
        "question": nameless(answer.question),
        **_gold(answer, useful=useful, unanswerable="should-have-refused" in reasons),
        "tags": ["feedback", "useful" if useful else "not-useful", *reasons],
    }
    if not useful:
        candidate["given"] = answer.text
        notes = [nameless(each.words) for each in downs if each.words]
        candidate["note"] = " / ".join(notes)
    return candidate


def _gold(answer: Answer, *, useful: bool, unanswerable: bool) -> dict[str, Any]:
    answered = answer.status == "answered"
    if useful and answered:
        sources = [{"article": each.article_id, "quote": each.quote} for each in answer.citations]
        return {"answers": [answer.text], "answerable": True, "sources": sources}
    answerable = not (unanswerable or (useful and not answered))
    return {"answers": [], "answerable": answerable, "sources": []}


def _why(feedback: Feedback) -> str:
    reasons = ", ".join(feedback.reasons)
    return ": ".join(filter(None, (reasons, one_line(nameless(feedback.words)))))


def export_lines(judged: Judged) -> list[str]:
    """Return candidates for a gold set as lines of JSON."""
    return [json.dumps(each, ensure_ascii=False) for each in gold_candidates(judged)]
