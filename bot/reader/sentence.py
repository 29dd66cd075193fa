"""The reader that needs no training: the best sentence is the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from bot.reader.protocol import Reading
from bot.reader.question import type_fit
from index import Hit

# Weights of the score S, found on training questions.
WEIGHTS: Mapping[str, float] = {
    "cosine": 0.7,
    "window": 0.3,
    "coverage": 0.3,
    "window_coverage": 0.2,
    "passage": 1.0,
    "type": 0.1,
}
# Probability that the sentence answers: logistic in S, fitted by tests/benchmarks/confidence.py.
SLOPE = 2.35
MIDDLE = 2.29


class SentenceReader:
    """Takes the best sentence of the best passages."""

    name = "none"

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Return every sentence of the hits as a possible answer, best first.

        Parameters
        ----------
        question : str
        hits : sequence of Hit

        Returns
        -------
        list of Reading
            Sentences that two passages share come once; equal scores keep the hits' order.
        """
        best: dict[tuple[str, int], Reading] = {}
        for reading in _readings(question, hits):
            place = (reading.hit.passage.article_id, reading.sentence.start)
            if place not in best or best[place].score < reading.score:
                best[place] = reading
        return sorted(best.values(), key=lambda reading: -reading.score)


def _readings(question: str, hits: Sequence[Hit]) -> Iterator[Reading]:
    for hit in hits:
        for sentence in hit.sentences:
            start = sentence.span.start - hit.passage.span.start
            text = hit.passage.text[start : start + sentence.span.end - sentence.span.start]
            why = {**sentence.why, "passage": hit.score, "type": type_fit(question, text)}
            score = sum(weight * why[name] for name, weight in WEIGHTS.items())
            yield Reading(hit, sentence.span, sentence.span, score, probability(score), why)


def probability(score: float) -> float:
    """Return the probability that a sentence of this score S holds the answer, in (0, 1)."""
    return 1 / (1 + math.exp(-SLOPE * (score - MIDDLE)))
