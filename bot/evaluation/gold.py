"""Gold sets: questions with their answers, one JSON object a line, or SQuAD's JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
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
    history : tuple of str
        What was asked before in the same conversation, oldest first.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    answerable: bool
    sources: tuple[GoldSource, ...] = ()
    tags: tuple[str, ...] = ()
    history: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong with a line of a gold set: its file, its number, and a sentence."""

    path: Path
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.said}"


FIELDS = tuple(field.name for field in fields(GoldCase))
LEFT_OUT = "left out."


def read_gold(paths: Iterable[Path]) -> tuple[list[GoldCase], list[Problem]]:
    """Read gold sets.

    Parameters
    ----------
    paths : iterable of Path
        Files of JSON lines, empty lines passed over; or SQuAD's JSON, whose problems have the
        line 0.

    Returns
    -------
    cases : list of GoldCase
        No two of them with the same id.
    problems : list of Problem
        For each line that can't be used, and each field or id that isn't.

    Raises
    ------
    GoldError
        If a file can't be read, or no case is in any.
    """
    cases: dict[str, GoldCase] = {}
    problems: list[Problem] = []
    paths = list(paths)
    for path in paths:
        for number, case in _cases(path, problems):
            if case.id in cases:
                other = _free(f"{path.stem}-{number}", cases)
                taken = f"the id {case.id} is taken; it goes as {other}."
                problems.append(Problem(path, number, taken))
                case = replace(case, id=other)
            cases[case.id] = case
    if not cases:
        named = ", ".join(map(str, paths))
        why = f" ({problems[0]})" if problems else ""
        raise GoldError(f"there is no question in {named}{why}; write one JSON object a line.")
    return list(cases.values()), problems


def case_line(case: GoldCase) -> str:
    """Return a case as a line of JSON, without the fields that may be left out and are empty."""
    record: dict[str, Any] = {
        "id": case.id,
        "question": case.question,
        "answers": list(case.answers),
        "answerable": case.answerable,
        "sources": [source._asdict() for source in case.sources],
    }
    record |= {name: list(getattr(case, name)) for name in ("tags", "history")}
    kept = {name: value for name, value in record.items() if value or name in FIELDS[:4]}
    return json.dumps(kept, ensure_ascii=False)


def read_case(record: Any, default_id: str) -> GoldCase:
    """Make a case of a JSON object.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        If it is none.
    """
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    for name in sorted(set(record) - set(FIELDS)):
        if meant := get_close_matches(name, FIELDS, 1):
            raise ValueError(f"there is no field {name}; {meant[0]} may be meant")
    question = record["question"]
    if not isinstance(question, str) or not question.strip():
        raise ValueError("question is no text")
    answers = _texts(record, "answers")
    answerable = record.get("answerable", bool(answers))
    if not isinstance(answerable, bool):
        raise ValueError("answerable is neither true nor false")
    if not isinstance(record.get("sources", []), list):
        raise ValueError("sources is no list")
    return GoldCase(
        id=str(record.get("id") or default_id),
        question=question,
        answers=answers,
        answerable=answerable,
        sources=tuple(
            GoldSource(str(each["article"]), str(each["quote"]))
            for each in record.get("sources", [])
        ),
        tags=_texts(record, "tags"),
        history=_texts(record, "history"),
    )


def _cases(path: Path, problems: list[Problem]) -> Iterator[tuple[int, GoldCase]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GoldError(f"{path} can't be read ({error.strerror}); check the path.") from error
    except UnicodeDecodeError as error:
        place = error.object.count(b"\n", 0, error.start) + 1
        raise GoldError(f"{path} is not UTF-8 in line {place}; save it as UTF-8.") from error
    entries = _squad_entries(text)
    if entries is not None:
        # Imported late: it splits paragraphs into sentences, which JSON lines need not.
        from bot.evaluation.squad import squad_cases

        for found in squad_cases(entries):
            if isinstance(found, str):
                problems.append(Problem(path, 0, f"{found}; {LEFT_OUT}"))
            else:
                yield 0, found
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            _check_characters(record)
            case = read_case(record, f"{path.stem}-{number}")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            problems.append(Problem(path, number, f"{said(error)}; {LEFT_OUT}"))
            continue
        for name in sorted(set(record) - set(FIELDS)):
            passed = f"the field {name} is passed over; there are {', '.join(FIELDS)}."
            problems.append(Problem(path, number, passed))
        yield number, case


def _check_characters(record: Any) -> None:
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a character, a surrogate without its other half") from None


def _squad_entries(text: str) -> list[Any] | None:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    entries = whole.get("data") if isinstance(whole, dict) else None
    return entries if isinstance(entries, list) else None


def _free(wanted: str, taken: dict[str, GoldCase]) -> str:
    id, again = wanted, 2
    while id in taken:
        id, again = f"{wanted}-{again}", again + 1
    return id


def _texts(record: dict[str, Any], name: str) -> tuple[str, ...]:
    found: Sequence[Any] = record.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"{name} is no list of texts")
    return tuple(found)


def said(error: Exception) -> str:
    """Say in words what an error of `read_case`, or of the JSON, is."""
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON ({error.msg}, column {error.colno})"
    return str(error)
