"""How a language model writes claims down: as JSON, or in lines. Pure.

Both are read while they are written: a claim is given once it is whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import GeneratorError, NoStructureError

NOT_ASKED_FOR = "its reply is in no form that was asked for"
BROKEN_OFF = "its reply broke off"
FIELDS = ("passage", "quote", "sentence")
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in FIELDS},
                "required": list(FIELDS),
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}
CLAIMS = re.compile(r'"claims"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")
LINE = re.compile(r"^[\s*>_-]*(passage|quote|sentence)[\s*_]*:[\s*_]*(.*?)[\s*_]*$", re.I)
NONE = re.compile(r"^\W*none\W*$", re.I)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, and what it is said to rest on: a passage's id, a quote. Unchecked."""

    passage: str
    quote: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write claims down.

    Parameters
    ----------
    name : str
        The text of ``prompts/answer.md`` that asks for it.
    schema : mapping, optional
        For servers that keep to one.
    read : callable
        Returns the claims of a reply that are whole; see `read_json`.
    """

    name: str
    schema: Mapping[str, Any] | None
    read: Callable[[str, bool], list[Claim]]


def read_json(text: str, ended: bool) -> list[Claim]:
    """Read the claims of a JSON object, whatever stands around it.

    Parameters
    ----------
    text : str
    ended : bool
        Whether nothing comes after it.

    Returns
    -------
    list of Claim
        Those that are whole.

    Raises
    ------
    NoStructureError
        If it has ended without being such an object.
    GeneratorError
        If it broke off before the first claim.
    """
    opening = CLAIMS.search(text)
    if opening is None:
        if ended:
            raise NoStructureError(NOT_ASKED_FOR)
        return []
    claims: list[Claim] = []
    at, decoder = opening.end(), json.JSONDecoder()
    while True:
        at = BETWEEN.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] == "]":
            return claims
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # not whole yet, or nested too deep
            break
        claims += _claims(found)
    if ended and not claims:
        raise GeneratorError(BROKEN_OFF)
    return claims


def read_lines(text: str, ended: bool) -> list[Claim]:
    """Read claims in lines: PASSAGE, QUOTE, SENTENCE; or NONE. See `read_json`."""
    lines = text.splitlines()
    if not ended and text[-1:] != "\n":
        lines = lines[:-1]
    claims = list(_blocks(lines))
    if ended and not claims and not any(NONE.match(line) for line in lines):
        raise NoStructureError(NOT_ASKED_FOR)
    return claims


JSON = Format("json", SCHEMA, read_json)
LINES = Format("lines", None, read_lines)


def _claims(found: object) -> Iterator[Claim]:
    if isinstance(found, dict) and all(isinstance(found.get(name), str) for name in FIELDS):
        yield Claim(*(found[name].strip() for name in FIELDS))


def _blocks(lines: list[str]) -> Iterator[Claim]:
    fields: dict[str, str] = {}
    for line in lines:
        match = LINE.match(line)
        if match is None:
            continue
        name = match[1].lower()
        if name == "passage":
            fields = {}
        fields[name] = match[2]
        if name == "sentence" and len(fields) == len(FIELDS):
            yield Claim(*(fields[each].strip() for each in FIELDS))
