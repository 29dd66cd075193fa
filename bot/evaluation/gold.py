"""Gold sets: questions with their answers, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import GoldError


class GoldSource(NamedTuple):
    """Words of an article that answer a question: a quote, so that it outlives re-splitting."""

    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class GoldCase:
    """One question.

    Parameters
    ----------
    id : str
    question : str
    answers : tuple of str
        Each of them right; empty if it is not answerable.
    answerable : bool
        Whether the articles answer it.
    sources : tuple of GoldSource
        Where; may be empty.
    tags : tuple of str
    """

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    sources: tuple[GoldSource, ...] = ()
    tags: tuple[str, ...] = ()


def read_gold(paths: Iterable[Path]) -> tuple[list[GoldCase], list[str]]:
    """Read gold sets.

    Parameters
    ----------
    paths : iterable of Path
        Files of JSON lines; empty lines are passed over.

    Returns
    -------
    cases : list of GoldCase
    problems : list of str
        A sentence for each line that can't be used, with its file and number.

    Raises
    ------
    GoldError
        If a file can't be read, or no case is in any.
    """
    cases: list[GoldCase] = []
    problems: list[str] = []
    paths = list(paths)
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise GoldError(f"{path} can't be read ({error}); check the path.") from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                cases.append(_case(json.loads(line), f"{path.stem}-{number}"))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                problems.append(f"{path}, line {number}: {_said(error)}; left out.")
    if not cases:
        named = ", ".join(map(str, paths))
        raise GoldError(f"there is no question in {named}; write one JSON object a line.")
    return cases, problems


def _case(record: Any, default_id: str) -> GoldCase:
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    question = record["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("question is no text")
    answers = _texts(record, "answers")
    answerable = record.get("answerable", bool(answers))
    if not isinstance(answerable, bool):
        raise ValueError("answerable is neither true nor false")
    sources = record.get("sources", [])
    return GoldCase(
        id=str(record.get("id") or default_id),
        question=question,
        answers=answers,
        answerable=answerable,
        sources=tuple(GoldSource(str(each["article"]), str(each["quote"])) for each in sources),
        tags=_texts(record, "tags"),
    )


def _texts(record: dict[str, Any], name: str) -> tuple[str, ...]:
    found: Sequence[Any] = record.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"{name} is no list of texts")
    return tuple(found)


def _said(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON ({error.msg}, column {error.colno})"
    return str(error)
