"""Fits how readings are compared and how sure they are, on questions kept from training.

``python -m bot.reader.train.calibrate --weights DIR`` writes ``calibration.json`` beside the
weights. Every question is asked of all articles, of all but its own (any answer is then wrong), of
its own alone, as a small index would be, and of another alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.reader.calibration import Calibration, Logistic
from bot.reader.model import SpanModel
from bot.reader.protocol import Reading
from bot.reader.scoring import Scored
from bot.reader.span import SpanReader
from bot.reader.train.examples import HELD_OUT, is_held_out
from bot.reader.train.loop import to_stderr
from bot.reader.train.squad import DATA, Question, load
from index import Article, Hit, PassageIndex

PASSAGES = 5
# Deep enough that five passages of other articles are among them.
DEPTH = 40
# Near misses are half of SQuAD 2's questions; of people's, they are taken to be a fifth.
NEAR_MISS_WEIGHT = 0.33
# Of questions whose article is absent, so many may be answered; asked of many articles, where the
# best of much that is unrelated comes nearest. On other articles it was three times as many.
FALSE_ANSWERS = 0.015
# An answer is told as a fact from so high a share of right ones on.
SURE = 0.45
START = Logistic({"odds": 0.5, "passage": 1.5}, -3.0)


@dataclass(frozen=True, slots=True)
class Case:
    """One asking of a question.

    Parameters
    ----------
    kind : str
        ``answerable``, ``near miss`` or ``absent``; of one article, with ``, small``.
    readings : tuple of Reading
        Of every passage, in the order of the hits.
    right : tuple of bool
    weight : float
    """

    kind: str
    readings: tuple[Reading, ...]
    right: tuple[bool, ...]
    weight: float


class Remembering:
    """A scorer that reads no passage twice."""

    name = "remembering"

    def __init__(self, scorer: SpanModel) -> None:
        self._scorer = scorer
        self._known: dict[tuple[str, str], Scored] = {}

    def score(self, question: str, text: str) -> Scored:
        """Score the spans of a text."""
        place = (question, text)
        if place not in self._known:
            self._known[place] = self._scorer.score(question, text)
        return self._known[place]


def cases(
    reader: SpanReader,
    index: PassageIndex,
    small: Mapping[str, PassageIndex],
    questions: Sequence[Question],
) -> Iterator[Case]:
    """Yield every asking of some questions."""
    names = list(small)
    for place, question in enumerate(questions):
        if place % 50 == 0:
            to_stderr(f"{place} of {len(questions)} questions")
        kind = "answerable" if question.answerable else "near miss"
        found = index.search(question.text, DEPTH)
        yield case(reader, kind, question, found)
        own = small[question.article_id]
        yield case(reader, f"{kind}, small", question, own.search(question.text, PASSAGES))
        if question.answerable:
            others = [hit for hit in found if hit.passage.article_id != question.article_id]
            yield case(reader, "absent", question, others)
            other = small[names[(names.index(question.article_id) + 1) % len(names)]]
            yield case(reader, "absent, small", question, other.search(question.text, PASSAGES))


def case(reader: SpanReader, kind: str, question: Question, hits: Sequence[Hit]) -> Case:
    """Read the hits of one asking."""
    found = {
        reading.hit.passage.id: reading for reading in reader.read(question.text, hits[:PASSAGES])
    }
    readings = tuple(found[hit.passage.id] for hit in hits[:PASSAGES] if hit.passage.id in found)
    weight = NEAR_MISS_WEIGHT if kind.startswith("near") else 1.0
    return Case(kind, readings, tuple(is_right(question, each) for each in readings), weight)


def is_right(question: Question, reading: Reading) -> bool:
    """Say whether the answer meets a gold answer that the cited sentences hold whole."""
    return (
        question.answerable
        and reading.hit.passage.article_id == question.article_id
        and any(
            reading.sentence.covers(gold) and reading.answer.meets(gold)
            for gold in question.answers
        )
    )


def fit(found: Sequence[Case]) -> Calibration:
    """Fit the calibration.

    Parameters
    ----------
    found : sequence of Case
        Each with the readings of every passage.
    """
    choice = _logistic(
        [reading for each in found for reading in each.readings],
        [right for each in found for right in each.right],
        [each.weight for each in found for _ in each.readings],
    )
    chosen = [_chosen(each, choice) for each in found]
    answered = [(each, i) for each, i in zip(found, chosen, strict=True) if i is not None]
    right = _logistic(
        [each.readings[i] for each, i in answered],
        [each.right[i] for each, i in answered],
        [each.weight for each, i in answered],
    )
    calibration = Calibration(choice, right, 1.0, 0.0, SURE)
    absent = [p for each, p in _probabilities(found, calibration) if each.kind == "absent"]
    threshold = float(np.quantile(absent, 1 - FALSE_ANSWERS))
    return replace(calibration, threshold=round(threshold, 3), enough=_enough(found, calibration))


def _logistic(
    readings: Sequence[Reading], right: Sequence[bool], weights: Sequence[float]
) -> Logistic:
    from sklearn.linear_model import LogisticRegression

    names = list(readings[0].why)
    table = np.array([[reading.why[name] for name in names] for reading in readings])
    spread = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=10.0, max_iter=1000).fit(table / spread, right, weights)
    slopes = (model.coef_[0] / spread).tolist()
    return Logistic(
        {name: round(slope, 4) for name, slope in zip(names, slopes, strict=True)},
        round(float(model.intercept_[0]), 4),
    )


def _chosen(each: Case, choice: Logistic, passages: int = PASSAGES) -> int | None:
    scores = [choice.logit(reading.why) for reading in each.readings[:passages]]
    return int(np.argmax(scores)) if scores else None


def _probabilities(found: Sequence[Case], calibration: Calibration) -> Iterator[tuple[Case, float]]:
    for each in found:
        i = _chosen(each, calibration.choice)
        yield each, 0.0 if i is None else calibration.probability(each.readings[i].why)


def _enough(found: Sequence[Case], calibration: Calibration) -> float:
    """Return the least probability from which on reading further changes hardly an answer."""
    asked = [each for each in found if each.kind == "answerable" and each.readings]
    whole = sum(each.right[_chosen(each, calibration.choice) or 0] for each in asked)
    for enough in np.arange(0.3, 1.0, 0.02):
        right = 0
        for each in asked:
            for passages in range(1, len(each.readings) + 1):
                i = _chosen(each, calibration.choice, passages) or 0
                if calibration.probability(each.readings[passages - 1].why) >= enough:
                    break
            right += each.right[i]
        if right >= whole - 0.002 * len(asked):
            return round(float(enough), 2)
    return 1.0


def report(found: Sequence[Case], calibration: Calibration) -> dict[str, float]:
    """Return how well a calibration does on some cases."""
    from sklearn.metrics import roc_auc_score

    likely = [p for _, p in _probabilities(found, calibration)]
    chosen = [_chosen(each, calibration.choice) for each in found]
    right = np.array([i is not None and e.right[i] for e, i in zip(found, chosen, strict=True)])
    kinds, probability = np.array([each.kind for each in found]), np.array(likely)
    weight = np.array([each.weight for each in found])
    figures: dict[str, float] = {}
    for size in ("", ", small"):
        good = kinds == f"answerable{size}"
        figures[f"right{size}"] = float(right[good].mean())
        figures[f"answered{size}"] = float((probability[good] >= calibration.threshold).mean())
        for wrong in ("absent", "near miss"):
            bad = kinds == f"{wrong}{size}"
            both = good | bad
            figures[f"{wrong} AUROC{size}"] = float(roc_auc_score(good[both], probability[both]))
            kept = np.quantile(probability[good], 0.1)
            figures[f"{wrong} false at 90 % kept{size}"] = float((probability[bad] >= kept).mean())
            answered = probability[bad] >= calibration.threshold
            figures[f"{wrong} answered{size}"] = float(answered.mean())
    figures["ECE"] = expected_error(probability, right, weight)
    return figures


def expected_error(
    probability: np.ndarray, right: np.ndarray, weight: np.ndarray, bins: int = 10
) -> float:
    """Return the expected calibration error (Guo et al. 2017, arXiv:1706.04599), equal widths."""
    place = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = weight * (right - probability)
    return float(sum(abs(gaps[place == b].sum()) for b in range(bins)) / weight.sum())


def build(articles: Sequence[Article], folder: Path) -> PassageIndex:
    """Index articles, or open the folder if they are in it."""
    index = PassageIndex(folder)
    if not index.exists() or len(index.articles()) != len(articles):
        index.add(articles)
    return index


def main() -> None:
    """Fit on the articles kept from training."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.reader.train.calibrate", description=__doc__
    )
    parser.add_argument("--data", type=Path, default=DATA / "train", help="folder of SQuAD files")
    parser.add_argument("--weights", type=Path, required=True, help="folder of the reader")
    parser.add_argument("--work", type=Path, required=True, help="folder for indexes")
    options = parser.parse_args()
    articles, questions = load(sorted(options.data.glob("squad2_*.json")))
    questions = [q for q in questions if is_held_out(q)]
    reader = SpanReader(
        Remembering(SpanModel.load(options.weights)), Calibration(START, START, 1.1, 0.0, 1.0)
    )
    index = build(articles, options.work / "all")
    small = {
        article.id: build([article], options.work / str(place))
        for place, article in enumerate(articles)
        if article.id.endswith(HELD_OUT)
    }
    found = list(cases(reader, index, small, questions))
    calibration = fit(found)
    calibration.save(options.weights / "calibration.json")
    print(json.dumps(report(found, calibration), indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
