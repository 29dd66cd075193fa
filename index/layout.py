"""The layout of plain text, where nothing but blank lines and short lines marks it: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.types import Block, Span

MAX_HEADING_WORDS = 14
MAX_HEADING_CHARACTERS = 100
# Lines of a text that no editor wrapped are as long as their paragraphs.
UNWRAPPED_CHARACTERS = 130
BULLET = re.compile(r"\s*(?:[-*•–+]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
UNDERLINE = re.compile(r"\s*(?:={3,}|-{3,}|~{3,})\s*$")
ENDS_SENTENCE = re.compile(r"[.!…,;:。！、][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines that stand together, as spans without the white space around them."""

    lines: tuple[Span, ...]


def text_blocks(text: str) -> tuple[Block, ...]:
    """Find the headings, paragraphs and lists of a plain text.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of Block
        In order, not overlapping, covering every character that is not white space. A first line
        that stands as a title does is a heading of level 1, every other heading is of level 2.
    """
    groups = [part for group in _groups(text) for part in _unfold(text, group)]
    blocks: list[Block] = []
    for position, group in enumerate(groups):
        following = groups[position + 1] if position + 1 < len(groups) else None
        blocks.extend(_blocks_of(text, group, following, first=not blocks))
    return _settle(text, blocks)


def looks_like_heading(line: str) -> bool:
    """Say whether a line that stands alone reads as a heading: short, and no whole sentence."""
    line = line.strip()
    return (
        0 < len(line) <= MAX_HEADING_CHARACTERS
        and len(line.split()) <= MAX_HEADING_WORDS
        and any(character.isalpha() for character in line)
        and not line[0].islower()
        and not BULLET.match(line)
        and not ENDS_SENTENCE.search(line)
        and line[0] not in "\"“«„'‘"
    )


def _groups(text: str) -> Iterator[_Group]:
    lines: list[Span] = []
    for match in re.finditer(r"[^\n]*\n?", text):
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            lines.append(Span(start, match.start() + len(line.rstrip())))
        elif lines:
            yield _Group(tuple(lines))
            lines = []
    if lines:
        yield _Group(tuple(lines))


def _unfold(text: str, group: _Group) -> Iterator[_Group]:
    """Take apart lines that are paragraphs of their own, with no blank line between them."""
    longest = max(line.end - line.start for line in group.lines)
    if longest > UNWRAPPED_CHARACTERS and not any(BULLET.match(x.of(text)) for x in group.lines):
        yield from (_Group((line,)) for line in group.lines)
    else:
        yield group


def _blocks_of(text: str, group: _Group, following: _Group | None, *, first: bool) -> list[Block]:
    lines = group.lines
    bullets = [bool(BULLET.match(line.of(text))) for line in lines]
    left = sum(bullets)
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        listed = left >= 2 or bullets[at]
        alone = len(lines) == 1 and following is not None
        height = _heading_height(text, lines[at : at + 2], listed=listed, alone=alone)
        if not height:
            span = Span(lines[at].start, lines[-1].end)
            return [*blocks, Block("list" if listed else "paragraph", span)]
        blocks.append(Block("heading", lines[at], 1 if first and not blocks else 2))
        left -= sum(bullets[at : at + height])
        at += height
    return blocks


def _heading_height(text: str, lines: Sequence[Span], *, listed: bool, alone: bool) -> int:
    """Say how many of the next lines, two at most, are a heading and its underline."""
    if len(lines) == 2 and UNDERLINE.match(lines[1].of(text)):
        return 2
    if listed:
        return 0
    if len(lines) == 1:
        return int(alone and looks_like_heading(lines[0].of(text)))
    return int(_heads_its_group(text, lines))


def _heads_its_group(text: str, lines: Sequence[Span]) -> bool:
    """Say whether the first of several lines is a heading set tight on its paragraph."""
    line, below = lines[0].of(text), lines[1].of(text)
    if not looks_like_heading(line):
        return False
    # Where all is in capitals, they say nothing.
    shouted = line.isupper() and not below.isupper()
    return shouted or (len(line) < len(below) / 2 and len(below) > 50)


def _settle(text: str, blocks: list[Block]) -> tuple[Block, ...]:
    """Turn runs of three or more headings, and headings over nothing, back into paragraphs."""
    settled = list(blocks)
    start = 0
    while start < len(settled):
        end = start
        while end < len(settled) and settled[end].kind == "heading":
            end += 1
        if end - start >= 3 or end == len(settled):
            keep = 1 if start == 0 and end - start >= 3 and end < len(settled) else 0
            for position in range(start + keep, end):
                settled[position] = replace(settled[position], kind="paragraph", level=0)
        start = end + 1
    return tuple(settled)
