"""`footnote replay`: an answer run again, and what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.answer import Answerer
from bot.slack.record import Provenance, history_of, recalled
from bot.slack.state import Given
from bot.types import Answer
from bot.wording import one_line
from index import Scope

# Confidence that differs by less is the same.
SAME_CONFIDENCE = 0.005


def replayed(given: Given, answerer: Answerer) -> Answer:
    """Ask the question of an answer again, with the thread before it, of the same collections."""
    record = given.record
    scope = Scope(frozenset(record["collections"]))
    return answerer.ask(record["answer"]["question"], history_of(record), scope=scope)


def difference_lines(given: Given, now: Answer, provenance: Provenance) -> list[str]:
    """Say what differs between an answer as it was given and as it is now."""
    before = recalled(given.record)
    lines = [f"question     {one_line(before.question)}"]
    answers = list(_differing(_told(before), _told(now)))
    made_with = list(_differing(_flat(given.record["provenance"]), _flat(asdict(provenance))))
    if not answers:
        return [*lines, f"the same     {_told(now)['answer']}", *_made_with(made_with)]
    return [*lines, *(line for each in answers for line in _lines(*each)), *_made_with(made_with)]


def _told(answer: Answer) -> dict[str, Any]:
    nearest = [hit.passage.text for hit in answer.hits]
    return {
        "status": answer.status + (", as the closest found" if answer.tentative else ""),
        "answer": one_line(answer.text or answer.reason or ""),
        "confidence": answer.confidence,
        "notes": [note.text for note in answer.notes],
        "sources": [f"{each.article_id}: {one_line(each.quote)}" for each in answer.citations],
        "best passage": one_line(nearest[0]) if nearest else "",
        "searched": answer.trace.query,
    }


def _differing(before: dict[str, Any], now: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in {**before, **now}:
        old, new = before.get(name, ""), now.get(name, "")
        close = isinstance(old, float) and isinstance(new, float)
        if abs(old - new) >= SAME_CONFIDENCE if close else old != new:
            yield name, old, new


def _flat(found: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            flat |= {f"{name} {part}": each for part, each in value.items()}
        else:
            flat[name] = value
    return flat


def _made_with(differing: list[tuple[str, Any, Any]]) -> list[str]:
    if not differing:
        return ["made with    the same index, models, texts and settings"]
    return ["made with", *(line for each in differing for line in _lines(*each, indent="  "))]


def _lines(name: str, old: Any, new: Any, indent: str = "") -> list[str]:
    label = f"{indent}{name}".ljust(12)
    return [f"{label} - {_shown(old)}", f"{'':12} + {_shown(new)}"]


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "; ".join(value) if isinstance(value, list) else str(value)
