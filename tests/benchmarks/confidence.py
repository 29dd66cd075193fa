"""Fits the probability that the sentence reader's answer is right, on training questions.

``python -m tests.benchmarks.confidence`` prints SLOPE, MIDDLE and the threshold for
``bot/reader/sentence.py``, and how well they hold.

Each question is asked of three corpora: the whole benchmark, the same without the question's
article (an answer is then always wrong), and its article alone, as a small index would be.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.reader import Reading, SentenceReader
from index import Hit, PassageIndex
from tests.benchmarks.ranking import build
from tests.benchmarks.squad import DATA, Question, benchmark, load

PASSAGES = 5
# Deep enough that five passages of other articles are among them.
DEPTH = 60
MOST_FALSE_ANSWERS = 0.05


def best(question: Question, hits: Sequence[Hit]) -> Reading | None:
    """Return the reader's first choice."""
    readings = SentenceReader().read(question.text, hits[:PASSAGES])
    return readings[0] if readings else None


def is_right(question: Question, reading: Reading) -> bool:
    """Say whether the cited sentence holds a gold answer whole."""
    return (
        question.answerable
        and reading.hit.passage.article_id == question.article_id
        and any(reading.sentence.covers(answer) for answer in question.answers)
    )


def whole_corpus(
    index: PassageIndex, questions: Sequence[Question]
) -> Iterator[tuple[float, bool, str]]:
    """Yield score, whether right, and the kind of case."""
    for question in questions:
        hits = index.search(question.text, DEPTH)
        reading = best(question, hits)
        if reading:
            kind = "answerable" if question.answerable else "near miss"
            yield reading.score, is_right(question, reading), kind
        others = [h for h in hits if h.passage.article_id != question.article_id]
        reading = best(question, others)
        if reading and question.answerable:
            yield reading.score, False, "absent"


def small_corpora(
    index_of: dict[str, PassageIndex], questions: Sequence[Question]
) -> Iterator[tuple[float, bool, str]]:
    """Ask each question of its own article alone, and of the next one."""
    names = list(index_of)
    for question in questions:
        if question.answerable:
            own = names.index(question.article_id)
            reading = best(question, index_of[names[own]].search(question.text, PASSAGES))
            if reading:
                yield reading.score, is_right(question, reading), "answerable, small"
            other = index_of[names[(own + 1) % len(names)]]
            reading = best(question, other.search(question.text, PASSAGES))
            if reading:
                yield reading.score, False, "absent, small"


def report(scores: NDArray[np.float64], right: NDArray[np.bool_], kinds: NDArray[np.str_]) -> None:
    """Fit, and print the constants and how they hold."""
    model = LogisticRegression(C=1e6).fit(scores[:, None], right)
    slope = float(model.coef_[0, 0])
    middle = float(-model.intercept_[0] / slope)
    probability = 1 / (1 + np.exp(-slope * (scores - middle)))
    print(f"SLOPE = {slope:.2f}\nMIDDLE = {middle:.2f}")
    for kind in np.unique(kinds):
        here = probability[kinds == kind]
        share = right[kinds == kind].mean()
        print(
            f"{kind:18} {len(here):5} asked, {share:.3f} right, mean confidence {here.mean():.3f}"
        )
    for suffix in ("", ", small"):
        answerable, absent = kinds == "answerable" + suffix, kinds == "absent" + suffix
        both = answerable | absent
        auroc = roc_auc_score(answerable[both], probability[both])
        kept = float(np.quantile(probability[answerable], 0.1))
        least = float(np.quantile(probability[absent], 1 - MOST_FALSE_ANSWERS))
        print(
            f"absent{suffix}: AUROC {auroc:.3f}; at 90 % of the answerable kept "
            f"(threshold {kept:.3f}) {np.mean(probability[absent] >= kept):.3f} false answers; "
            f"threshold {least:.3f} gives {MOST_FALSE_ANSWERS:.2f} and keeps "
            f"{np.mean(probability[answerable] >= least):.3f}"
        )
    bins = np.minimum((probability * 10).astype(int), 9)
    error = sum(
        (bins == b).mean() * abs(right[bins == b].mean() - probability[bins == b].mean())
        for b in np.unique(bins)
    )
    print(f"expected calibration error {error:.3f}")


def main() -> None:
    """Fit on training questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="keep the benchmark's index here between runs")
    parser.add_argument("--limit", type=int, default=1500, help="so many questions, spread evenly")
    options = parser.parse_args()
    articles, _ = benchmark()
    own, questions = load([DATA / "train/squad2_8_articles.json"])
    questions = questions[:: max(1, len(questions) // options.limit)]
    with tempfile.TemporaryDirectory() as folder:
        index = build(articles, options.index or Path(folder) / "whole")
        small = {
            a.id: PassageIndex(Path(folder) / str(i), index.encoder) for i, a in enumerate(own)
        }
        for article in own:
            small[article.id].add([article])
        rows = [*whole_corpus(index, questions), *small_corpora(small, questions)]
    scores, right, kinds = (np.array(column) for column in zip(*rows, strict=True))
    report(scores, right, kinds)


if __name__ == "__main__":
    main()
