"""The footnotes of pages, where they are marked as such, set where the text refers to them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from index.sources.notes import noted

# As DPUB-ARIA and EPUB name notes, what lists them, what refers to them and what leads back.
NOTES = frozenset(
    {"doc-footnote", "doc-endnote", "doc-endnotes", "footnote", "footnotes", "endnote", "endnotes",
     "rearnote", "rearnotes", "footnote-item", "footnotes-list", "footnote-list"}
)  # fmt: skip
REFERENCES = frozenset({"doc-noteref", "noteref", "footnote-ref", "footnote-reference"})
BACK = frozenset(
    {"doc-backlink", "backlink", "footnote-back", "footnote-backref", "reversefootnote"}
)
BACK_SIGNS = " \n\t↩↑^⤴\ufe0e"
# What a note is when its id stands inside it.
WHOLE = frozenset({"li", "p", "aside", "div", "dd", "section", "td"})


def place_page_notes(pages: Mapping[str, Any]) -> None:
    """Take notes from where they stand, and hide them behind the words that refer to them.

    Parameters
    ----------
    pages : mapping of str to lxml element
        By their names, which links in them are relative to. They are changed; a note to which
        nothing refers stays where it is.
    """
    targets = {
        f"{name}#{element.get('id')}": element
        for name, page in pages.items()
        for element in page.iter()
        if element.get("id")
    }
    references = [
        (link, note)
        for name, page in pages.items()
        for link in page.iter("a")
        if (note := _note_of(link, targets.get(_target(name, link)))) is not None
    ]
    texts: dict[Any, str] = {note: _text(note) for _, note in references}
    for link, note in references:
        label = "".join(link.itertext()).strip(" \n\t[]()") or "*"
        text = texts.pop(note, "")
        _replace(link, noted(label, text) if text else f"[{label}]")
    for note in {note for _, note in references}:
        note.drop_tree()


def _target(page: str, link: Any) -> str:
    name, _, id = (link.get("href") or "").partition("#")
    if name:
        name = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(name)))
    return f"{name or page}#{unquote(id)}"


def _note_of(link: Any, target: Any) -> Any:
    """Return the note that a link refers to; None if it is no such link."""
    if target is None or any(_says(each, NOTES) for each in (link, *link.iterancestors())):
        return None
    marked = _says(link, REFERENCES) or any(
        _says(each, NOTES) for each in (target, *target.iterancestors())
    )
    if not marked:
        return None
    whole = (each for each in (target, *target.iterancestors()) if each.tag in WHOLE)
    note = next(whole, None)
    # What holds the link itself is no note of it.
    return None if note is None or note in set(link.iterancestors()) else note


def _says(element: Any, names: frozenset[str]) -> bool:
    facts = (element.get("role"), element.get("epub:type"), element.get("class"))
    return not names.isdisjoint(word for fact in facts if fact for word in fact.lower().split())


def _text(note: Any) -> str:
    return " ".join("".join(_visible(note)).split())


def _visible(element: Any) -> Iterator[str]:
    """Yield a note's text, without the link that leads back."""
    skipped = {
        inside
        for link in element.iter("a")
        if _says(link, BACK) or not "".join(link.itertext()).strip(BACK_SIGNS)
        for inside in link.iter()
    }
    for each in element.iter():
        if each not in skipped and isinstance(each.tag, str):
            yield each.text or ""
        if each is not element:
            yield each.tail or ""


def _replace(link: Any, text: str) -> None:
    for child in list(link):
        link.remove(child)
    link.text = text
    link.drop_tag()
