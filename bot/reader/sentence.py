"""The reader that needs no training: the best sentence is the answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bot.reader.protocol import Reading
from bot.reader.question import type_fit
from index import Hit

# Weights of the score S, found on training questions.
WEIGHTS: Mapping[str, float] = {"cosine": 0.4, "cover": 0.9, "passage": 1.0, "type": 0.25}
# Read off tests/benchmarks/confidence.py. The best of many unrelated sentences scores higher than
# the best of few, by CROWDING for each factor e; scores are compared as if out of CROWD passages.
CROWDING = 0.17
CROWD = 2700
# Score so adjusted, and how often a sentence of that score held the answer.
KNOTS = (
    (1.4, 0.0), (1.6, 0.02), (1.75, 0.06), (1.88, 0.2), (2.05, 0.4),
    (2.35, 0.5), (2.7, 0.6), (3.3, 0.7), (3.9, 0.8),
)  # fmt: skip


class SentenceReader:
    """Takes the best sentence of the best passages."""

    name = "none"
    threshold = 0.2
    sure = 0.35

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
            likely = probability(score, hit.among)
            yield Reading(hit, sentence.span, sentence.span, score, likely, why)


def probability(score: float, among: int) -> float:
    """Return the probability that a sentence holds the answer.

    Parameters
    ----------
    score : float
        Its score S.
    among : int
        Number of passages it was chosen from, at least 1.

    Returns
    -------
    float in [0, 0.8]
        Interpolated between shares observed on training questions.
    """
    adjusted = score - CROWDING * math.log(among / CROWD)
    scores, shares = zip(*KNOTS, strict=True)
    return float(np.interp(adjusted, scores, shares))
