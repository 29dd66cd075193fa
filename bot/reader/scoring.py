"""What scores the spans of a passage as answers to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index import Span

# A text is cut at so many characters before it is made into tokens: longer than any 256 of them.
MAX_CHARACTERS = 8_000
BEST_SPANS = 8
MOST_ODDS = 20.0


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


def scored(
    logits: NDArray[np.floating[Any]], none: float, offsets: Sequence[Sequence[int]]
) -> Scored:
    """Turn logits into the likeliest spans and the probability that there is none.

    Parameters
    ----------
    logits : ndarray of float, shape (n_tokens, n_tokens)
        Of the answer from the row's token to the column's; -inf for what is no span.
    none : float
        Logit of there being no answer.
    offsets : sequence of (start, end)
        Characters of each token in the text.

    Returns
    -------
    Scored
        The probabilities of all spans and of "none" sum to 1; ties in order of place.
    """
    highest = max(none, float(logits.max(initial=-np.inf)))
    shares = np.exp(logits - highest)
    nothing = float(np.exp(none - highest))
    something = float(shares.sum(dtype=np.float64))
    if not something:
        return Scored((), 1.0, -MOST_ODDS)
    spans = tuple(
        ScoredSpan(
            Span(offsets[first][0], offsets[last][1]),
            float(shares[first, last]) / (something + nothing),
        )
        for first, last in _largest(shares, BEST_SPANS)
        if offsets[first][0] < offsets[last][1]
    )
    odds = np.log(something) - np.log(max(nothing, 1e-30))
    return Scored(
        spans, nothing / (something + nothing), float(np.clip(odds, -MOST_ODDS, MOST_ODDS))
    )


def _largest(shares: NDArray[np.floating[Any]], k: int) -> list[tuple[int, int]]:
    """Return the places of the ``k`` largest positive shares, largest first, ties in order."""
    flat = shares.ravel()
    k = min(k, int(np.count_nonzero(flat)))
    least = np.partition(flat, len(flat) - k)[len(flat) - k]
    kept = np.flatnonzero(flat >= least)
    order = kept[np.argsort(-flat[kept], kind="stable")][:k]
    width = shares.shape[1]
    return [(place // width, place % width) for place in order.tolist()]
