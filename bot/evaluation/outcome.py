"""What became of a question: the record that figures, comparisons and reports are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, NamedTuple, Self

Failure = Literal[
    "",
    "not indexed",
    "not retrieved",
    "ranked low",
    "wrong sentence",
    "wrong span",
    "wrongly refused",
    "wrongly answered",
    "bad citation",
]
# In the order in which a question passes the places where they happen.
FAILURES: tuple[Failure, ...] = (
    "not indexed",
    "not retrieved",
    "ranked low",
    "wrongly refused",
    "bad citation",
    "wrong sentence",
    "wrong span",
    "wrongly answered",
)


class Seconds(NamedTuple):
    """How long a question took.

    ``search`` has its share of what encoding its batch took; ``all`` is more than the two others
    by citing and deciding.
    """

    search: float
    read: float
    all: float


class Found(NamedTuple):
    """A passage that was found; ``places`` are the gold places it meets, by number.

    ``marks`` are the gold quotes' characters in ``text``, by start and end.
    """

    article: str
    title: str
    start: int
    end: int
    score: float
    text: str
    places: list[int]
    marks: list[list[int]]


class Cited(NamedTuple):
    """A citation; ``verbatim``: its quote stands there letter for letter."""

    article: str
    title: str
    url: str | None
    start: int
    end: int
    quote: str
    verbatim: bool
    places: list[int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, what came of it, and whether that was right.

    Parameters
    ----------
    id, question, answers, answerable, tags, history
        As the gold set has them.
    sources : list of list of str
        Article and quote of each gold source.
    missing : list of str
        Quotes that stand in no article.
    places : int
        How many places of the articles answer the question, as far as the gold set says.
    status : {"answered", "refused", "searched"}
        ``searched``: no answer was asked for.
    answer : str
        Empty unless answered.
    confidence : float
    tentative : bool
    best : str
        The likeliest answer, given or not.
    best_right : bool
        Whether it would have been right.
    cites : bool
        Answered, and a gold place cited.
    right : bool
        Answered, a gold place cited and a gold answer said; of what is not answerable: refused;
        if only searched: a gold place is among the passages found.
    failure : str
        What went wrong, one of `FAILURES`; empty if right.
    evidence : str
        A sentence on it.
    citations : list of Cited
    hits : list of Found
        Best first.
    seconds : Seconds
    notes : list of str
        What was said beside the answer.
    """

    id: str
    question: str
    answers: list[str]
    answerable: bool
    tags: list[str]
    history: list[str]
    sources: list[list[str]]
    missing: list[str]
    places: int
    status: Literal["answered", "refused", "searched"]
    answer: str
    confidence: float
    tentative: bool
    best: str
    best_right: bool
    cites: bool
    right: bool
    failure: Failure
    evidence: str
    citations: list[Cited]
    hits: list[Found]
    seconds: Seconds
    notes: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """Return what `record` made a record of.

        Raises
        ------
        KeyError, TypeError
            If it did not.
        """
        return cls(
            **{
                **record,
                "citations": [Cited(*each) for each in record["citations"]],
                "hits": [Found(*each) for each in record["hits"]],
                "seconds": Seconds(*record["seconds"]),
            }
        )
