"""What scores the spans of a passage as answers to a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from index import Span


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of a passage's text, with the probability that it is the answer."""

    span: Span
    probability: float


@dataclass(frozen=True, slots=True)
class Scored:
    """What was read in one passage.

    Parameters
    ----------
    spans : tuple of ScoredSpan
        The likeliest answers, likeliest first; none if the text has no word.
    none : float
        Probability that the text does not answer, in [0, 1].
    odds : float
        Logarithm of the odds that it does, in [-20, 20].
    """

    spans: tuple[ScoredSpan, ...]
    none: float
    odds: float


class SpanScorer(Protocol):
    """Reads a question and a passage together."""

    @property
    def name(self) -> str:
        """What the user calls it."""
        ...

    def score(self, question: str, text: str) -> Scored:
        """Score the spans of a text; what goes beyond the model's limit is not read."""
        ...
