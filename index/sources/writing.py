"""Visible text and its layout, written block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.sources.notes import CLOSE, OPEN, unfold
from index.types import Block, BlockKind, Place, Span

LIST_ITEM = "- "
INDENT = "  "
CELL_SEPARATOR = " | "
REPLACED = str.maketrans(dict.fromkeys(("\0", OPEN, CLOSE), "\ufffd"))


class BlockWriter:
    """Collects the visible text, the blocks in it, and where in the source they stand."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._places: list[Place] = []
        self._at = ""

    def at(self, place: str) -> None:
        """Say where in the source the next blocks stand."""
        self._at = place

    def block(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Write a block, its notes behind it; one without a visible character is left out."""
        if OPEN not in text:
            self._block(kind, text, level)
            return
        for kind_of_part, part in unfold(kind, text):
            self._block(kind_of_part, part, level if kind_of_part == "heading" else 0)

    def _block(self, kind: BlockKind, text: str, level: int) -> None:
        # SQLite takes NUL for the end of a text.
        text = text.translate(REPLACED).strip("\n").rstrip()
        stripped = text.lstrip()
        if not stripped:
            return
        if self._pieces:
            self._write("\n\n")
        start = self._length + len(text) - len(stripped)
        if self._at and (not self._places or self._places[-1].at != self._at):
            self._places.append(Place(start, self._at))
        self._write(text)
        self._blocks.append(Block(kind, Span(start, self._length), level))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Write a table, a row a line."""
        lines = (CELL_SEPARATOR.join(" ".join(cell.split()) for cell in row) for row in rows)
        self.block("table", "\n".join(line for line in lines if line.strip(" |")))

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(self._pieces)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it stands in the source."""
        return tuple(self._places)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The layout; with no body, headings are the body, so that they can be searched."""
        if any(block.kind != "heading" for block in self._blocks):
            return tuple(self._blocks)
        return tuple(replace(block, kind="paragraph", level=0) for block in self._blocks)

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
