"""The records that flow through the index; none holds a vector, a client or an open file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import datetime

# A year, month or day, or the day of a moment.
ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?![\d-])")
BlockKind = Literal["heading", "paragraph", "list", "table", "code"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters in an article's text.

    Parameters
    ----------
    start, end : int
        Character offsets, ``0 <= start < end``.

    Raises
    ------
    ValueError
        If the range is empty or starts before the text does.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span of characters: {self.start} to {self.end}")

    def of(self, text: str) -> str:
        """Return the characters of ``text`` that the span covers."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Say whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Say whether the two share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of an article that its author set apart: a heading, a paragraph, a list.

    ``level`` is the depth of a heading, 1 for the highest, and 0 for every other kind.
    """

    kind: BlockKind
    span: Span
    level: int = 0


class Place(NamedTuple):
    """Where in its source an article's text stands, from one character to the next place.

    ``at`` is what follows ``#`` in the source's address, such as ``page=3`` or ``L12``, or a whole
    address of its own.
    """

    start: int
    at: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its reader understood it.

    Parameters
    ----------
    id : str
        Short name, unique in an index; the index lengthens it when another article has it.
    title : str
        For people; never empty.
    text : str
        The whole text as shown; every span of the article points into it.
    url : str, optional
        Where the article can be read, as its author gave it.
    published : str, optional
        ISO 8601 date, or the date as its author wrote it.
    source : str
        Where the text came from: the absolute path of a file. Empty: the id stands for it.
    digest : str
        SHA-256 of the source's bytes in hexadecimal, by which a change is noticed.
    encoding : str
        How the bytes became text.
    blocks : tuple of Block
        The layout, in order; empty leaves it to be read off the text.
    author : str, optional
        Who wrote it; several are separated by semicolons.
    kind : str
        What its source is: ``text``, ``markdown``, ``pdf``.
    language : str
        ISO 639-1 code; empty where it is not known.
    problem : str, optional
        What of the source could not be read.
    places : tuple of Place
        Where in the source the parts of the text stand, in order.
    origin : str
        The file or address that it came out of, where that holds several articles; empty: its
        source.
    collection : str
        What it was filed under; empty for nothing.
    """

    id: str
    title: str
    text: str
    url: str | None = None
    published: str | None = None
    source: str = ""
    digest: str = ""
    encoding: str = "utf-8"
    blocks: tuple[Block, ...] = ()
    author: str | None = None
    kind: str = "text"
    language: str = ""
    problem: str | None = None
    places: tuple[Place, ...] = ()
    origin: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole neighbouring sentences of one paragraph: what is searched and shown.

    ``article.text[span.start:span.end] == text`` holds for the article it came from, and
    ``sentences`` are spans of that same text, in order, all inside ``span``.
    """

    id: str
    article_id: str
    heading: str
    text: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """One sentence of a hit, with what speaks for it; every number in ``why`` is in [-1, 1]."""

    span: Span
    why: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    Parameters
    ----------
    passage : Passage
    title : str
        Title of the passage's article.
    url : str, optional
        Address of the passage's article.
    score : float
        On an absolute scale, higher is better: comparable between queries.
    rank : int
        1 for the best.
    why : mapping of str to float
        The parts of the score, before their weights.
    sentences : tuple of SentenceScore
        One for each of the passage's sentences, in order.
    among : int
        How many passages it was chosen from: of many, even the best of unrelated ones scores
        well.
    """

    passage: Passage
    title: str
    url: str | None
    score: float
    rank: int
    why: Mapping[str, float]
    sentences: tuple[SentenceScore, ...] = ()
    among: int = 1


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was passed over, and the sentence that says why and what to do.

    ``stamp`` is what its file had for size and date, where the reason lies in the file itself:
    until they change, it stays as it is.
    """

    source: str
    reason: str
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """The last look at an address.

    Parameters
    ----------
    source : str
        The address.
    etag, modified : str, optional
        What came with it as ``ETag`` and ``Last-Modified``.
    problem : str, optional
        Why it could not be read.
    """

    source: str
    etag: str | None = None
    modified: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """What is listed of an indexed article; ``characters`` is the length of its text.

    ``fetched`` says when its address was last looked at; None for a file.
    """

    id: str
    title: str
    source: str
    url: str | None
    published: str | None
    passages: int
    characters: int
    encoding: str
    collection: str = ""
    author: str | None = None
    kind: str = "text"
    language: str = ""
    problem: str | None = None
    size: int = 0
    indexed_at: str = ""
    fetched: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which articles are searched; one that limits nothing is false.

    Parameters
    ----------
    collections : frozenset of str
        Those an article may be of; empty for all.
    authors : frozenset of str
        Those of whom one must have written it, in whatever case; empty for anybody.
    since, until : date, optional
        Both included. With either, an article of no date, or of one that is not ISO 8601, is left
        out; a year or month counts as its first day.
    """

    collections: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    since: datetime.date | None = None
    until: datetime.date | None = None

    def __bool__(self) -> bool:
        return bool(self.collections or self.authors or self.since or self.until)

    def admits(self, collection: str, author: str | None, published: str | None) -> bool:
        """Say whether an article is searched."""
        if self.collections and collection not in self.collections:
            return False
        if self.authors:
            wanted = {name.casefold() for name in self.authors}
            if wanted.isdisjoint(name.strip().casefold() for name in (author or "").split(";")):
                return False
        return self._dated(published or "")

    def _dated(self, published: str) -> bool:
        if self.since is None and self.until is None:
            return True
        found = ISO_DATE.match(published)
        if not found:
            return False
        day = "-".join(part or "01" for part in found.groups())
        return (self.since is None or self.since.isoformat() <= day) and (
            self.until is None or day <= self.until.isoformat()
        )


EVERYTHING = Scope()
