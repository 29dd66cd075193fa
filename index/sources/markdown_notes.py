"""The footnotes of a Markdown text, set where it refers to them: pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from markdown_it.token import Token

from index.sources.notes import noted

OPENING, CLOSING = "footnote_reference_open", "footnote_reference_close"


def place_notes(tokens: Sequence[Token], listed: Mapping[int, Mapping[str, Any]]) -> list[Token]:
    """Give each note to the first words that refer to it.

    Parameters
    ----------
    tokens : sequence of Token
        With the notes where they are written.
    listed : mapping of int to mapping
        The plugin's list of the notes that are referred to, by their numbers.

    Returns
    -------
    list of Token
        Without these notes; those that nothing refers to stay where they are.
    """
    notes = _Notes(*_written(tokens), listed)
    used = {str(each.get("label")) for each in listed.values()}
    placed = []
    hidden = False
    for token in tokens:
        if token.type == OPENING:
            hidden = token.meta["label"] in used
        elif token.type == CLOSING:
            hidden = False
        elif not hidden:
            if token.children:
                token.children = [notes.placed(child) for child in token.children]
            placed.append(token)
    # Notes to which only each other refer.
    for label in used & notes.texts.keys():
        text = Token("text", "", 0, content=notes.marked(label))
        placed += [
            Token("paragraph_open", "p", 1),
            Token("inline", "", 0, children=[text], content=text.content),
            Token("paragraph_close", "p", -1),
        ]
    return placed


def _written(tokens: Sequence[Token]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the texts of the notes by their labels, and the notes that they refer to."""
    texts: dict[str, str] = {}
    nested: dict[str, list[str]] = {}
    label = ""
    for token in tokens:
        if token.type == OPENING:
            label = token.meta["label"]
        elif token.type == CLOSING:
            label = ""
        elif label and token.content:
            nested.setdefault(label, []).extend(_referred(token.children or ()))
            own = _visible(token.children) if token.type == "inline" else token.content
            texts[label] = f"{texts.get(label, '')} {own}".strip()
    return texts, nested


def _referred(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "footnote_ref" and "label" in token.meta:
            yield token.meta["label"]


def _visible(tokens: Sequence[Token] | None) -> str:
    return "".join(_pieces(tokens or ()))


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in {"text", "code_inline", "image"}:
            yield token.content
        elif token.type in {"softbreak", "hardbreak"}:
            yield " "
        elif token.type == "footnote_ref":  # a note to a note
            yield f"[{token.meta.get('label', token.meta['id'] + 1)}]"


class _Notes:
    """Hands out each note once."""

    def __init__(
        self,
        texts: dict[str, str],
        nested: Mapping[str, Sequence[str]],
        listed: Mapping[int, Mapping[str, Any]],
    ) -> None:
        self.texts = texts
        self._nested = nested
        self._listed = listed
        self._labels = set(texts)

    def placed(self, token: Token) -> Token:
        """Return a token of what a reader sees for a reference, any other as it is."""
        if token.type != "footnote_ref":
            return token
        label = token.meta.get("label")
        if label is None:  # written where it is referred to
            label = next(str(n) for n in count(1) if str(n) not in self._labels)
            self._labels.add(label)
            self.texts[label] = _visible(self._listed[token.meta["id"]].get("tokens"))
        return Token("text", "", 0, content=self.marked(label))

    def marked(self, label: str) -> str:
        """Return a reference's mark, its note behind it, and behind that what this refers to."""
        text = self.texts.pop(label, "")
        if not text:
            return f"[{label}]"
        deeper = (self.marked(each) for each in self._nested.get(label, ()))
        return noted(label, text) + "".join(each.partition("]")[2] for each in deeper)
