"""Passages as a language model gets them: data, between marks that nobody can guess. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from index import Hit

# What shows nothing may hide something: joiners, marks of direction, tags, private characters.
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage, and the id by which a model may name it, of this request alone."""

    id: str
    hit: Hit


def excerpts_of(hits: Sequence[Hit], token: str) -> list[Excerpt]:
    """Give passages their ids.

    Parameters
    ----------
    hits : sequence of Hit
    token : str
        Unguessable, another one for each request: no article can tell what an id will be.
    """
    return [Excerpt(f"{token[:4]}{number}", hit) for number, hit in enumerate(hits, 1)]


def shown(excerpts: Sequence[Excerpt], boundary: str) -> str:
    """Return passages as a model gets them, each between lines with the boundary."""
    return "\n\n".join(_shown(each, boundary) for each in excerpts)


def _shown(excerpt: Excerpt, boundary: str) -> str:
    hit = excerpt.hit
    label = " › ".join(filter(None, (_line(hit.title), _line(hit.passage.heading))))
    text = bare(hit.passage.text).replace(boundary, "…")
    return (
        f"[{boundary} begin {excerpt.id}]\n{label.replace(boundary, '…')}\n\n{text}\n"
        f"[{boundary} end {excerpt.id}]"
    )


def bare(text: str) -> str:
    """Return a text without characters that show nothing, lines apart."""
    return "".join(
        each for each in text if each in "\n\t" or unicodedata.category(each) not in UNSEEN
    )


def _line(text: str) -> str:
    return " ".join(bare(text).split())
