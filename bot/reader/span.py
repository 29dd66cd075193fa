"""The reader that finds the exact answer: the best span of the best passages."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.reader.calibration import Calibration
from bot.reader.protocol import CONTRADICTED, NEAR_SCORE, Reading
from bot.reader.question import asked_type, fits, type_fit, wants_sentence
from bot.reader.scoring import Scored, ScoredSpan, SpanScorer
from bot.reader.sentence import CROWD
from index import Hit, SentenceScore, Span


class SpanReader:
    """Takes the likeliest span of the passages it reads, one after the other until it is sure.

    Parameters
    ----------
    scorer : SpanScorer
    calibration : Calibration
    """

    def __init__(self, scorer: SpanScorer, calibration: Calibration) -> None:
        self._scorer = scorer
        self._calibration = calibration

    @property
    def name(self) -> str:
        """The scorer's name."""
        return self._scorer.name

    @property
    def threshold(self) -> float:
        """Probability below which readings are better not given."""
        return self._calibration.threshold

    @property
    def sure(self) -> float:
        """Probability from which on a reading may be told as a fact."""
        return self._calibration.sure

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Return the best answer of each passage read, best first.

        Parameters
        ----------
        question : str
        hits : sequence of Hit

        Returns
        -------
        list of Reading
            A passage without an answer of the kind asked for gives none.
        """
        readings: list[Reading] = []
        enough: Hit | None = None
        for hit in hits:
            if enough is not None and not _may_contradict(hit, enough):
                continue
            scored = self._scorer.score(question, hit.passage.text)
            reading = self._reading(question, hit, scored)
            if reading is None:
                continue
            readings.append(reading)
            if enough is None and reading.probability >= self._calibration.enough:
                if asked_type(question) not in CONTRADICTED:
                    break
                enough = hit
        return sorted(readings, key=lambda reading: -reading.score)

    def _reading(self, question: str, hit: Hit, scored: Scored) -> Reading | None:
        text, start = hit.passage.text, hit.passage.span.start
        for best in scored.spans:
            answer = Span(start + best.span.start, start + best.span.end)
            crossed = [s for s in hit.sentences if s.span.meets(answer)]
            if not crossed:
                continue
            sentence = Span(crossed[0].span.start, crossed[-1].span.end)
            cited = Span(sentence.start - start, sentence.end - start).of(text)
            if fits(question, best.span.of(text), cited):
                break
        else:
            return None
        why = _parts(question, hit, scored, best, crossed, cited)
        if wants_sentence(question, cited, best.span.of(text)):
            answer = sentence
        return Reading(
            hit,
            answer,
            sentence,
            self._calibration.choice.logit(why),
            self._calibration.probability(why),
            why,
        )


def _may_contradict(hit: Hit, enough: Hit) -> bool:
    """Say whether a passage is read after one that was enough: of another article, and near."""
    elsewhere = hit.passage.article_id != enough.passage.article_id
    return elsewhere and hit.score >= enough.score - NEAR_SCORE


def _parts(
    question: str,
    hit: Hit,
    scored: Scored,
    best: ScoredSpan,
    crossed: Sequence[SentenceScore],
    cited: str,
) -> dict[str, float]:
    return {
        "odds": scored.odds,
        "share": math.log(max(best.probability / max(1 - scored.none, 1e-9), 1e-9)),
        "passage": hit.score,
        "cosine": max(s.why["cosine"] for s in crossed),
        "cover": max(s.why["cover"] for s in crossed),
        "type": type_fit(question, cited),
        "crowd": math.log(hit.among / CROWD),
    }
