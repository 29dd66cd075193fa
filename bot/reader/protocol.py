"""What a reader is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from index import Hit, Span

# Answers of these kinds may be contradicted by another article, which is read even where one
# passage is enough, if its passage scores at most so much less.
CONTRADICTED = frozenset({"number", "time", "person"})
NEAR_SCORE = 0.2


@dataclass(frozen=True, slots=True)
class Reading:
    """A possible answer.

    Parameters
    ----------
    hit : Hit
        The passage it stands in.
    answer : Span
        The answer, in the article's text.
    sentence : Span
        The sentence to cite, around the answer.
    score : float
        For comparing readings of one question.
    probability : float
        That the answer is right, in [0, 1].
    why : mapping of str to float
        The parts of the score, before their weights.
    """

    hit: Hit
    answer: Span
    sentence: Span
    score: float
    probability: float
    why: Mapping[str, float]


class Reader(Protocol):
    """Finds answers in passages."""

    @property
    def name(self) -> str:
        """Its name, as it is set and traced."""
        ...

    @property
    def threshold(self) -> float:
        """Probability below which its readings are better not given, unless the user sets one."""
        ...

    @property
    def sure(self) -> float:
        """Probability from which on a reading may be told as a fact."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Return possible answers, best first; none if the passages hold no sentence."""
        ...
