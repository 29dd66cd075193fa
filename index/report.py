"""What an update did, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from index.types import Skipped


class Progress(NamedTuple):
    """How far an update has come, in bytes of files, then in addresses."""

    done: int
    total: int


@dataclass(slots=True)
class UpdateReport:
    """What an update did, as sources; ``read_as`` names encodings other than UTF-8."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    read_as: dict[str, str] = field(default_factory=dict)
    failed: list[Skipped] = field(default_factory=list)
