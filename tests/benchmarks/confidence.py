"""How often the sentence reader is right at which score, on training questions.

``python -m tests.benchmarks.confidence`` prints what CROWDING, KNOTS and the threshold of
``bot/reader/sentence.py`` are read off, and how well these hold.

Each question is asked of the whole benchmark, of the benchmark without the question's article (an
answer is then always wrong), of its article alone, as a small index would be, and of another
article alone.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.reader import Reading, SentenceReader
from bot.reader.sentence import CROWD, CROWDING
from bot.reader.train.calibrate import build
from bot.reader.train.squad import DATA, Question, benchmark, load
from index import Hit, PassageIndex

PASSAGES = 5
# Deep enough that five passages of other articles are among them.
DEPTH = 60
# Near misses are half of SQuAD 2's questions; of people's, they are taken to be a fifth.
NEAR_MISS_WEIGHT = 0.33

Case = tuple[str, Reading, bool]


def cases(
    index: PassageIndex, small: dict[str, PassageIndex], questions: Sequence[Question]
) -> Iterator[Case]:
    """Yield the kind of case, the reader's first choice, and whether it is right."""
    names = list(small)
    for question in questions:
        kind = "answerable" if question.answerable else "near miss"
        found = index.search(question.text, DEPTH)
        yield from _case(kind, question, found)
        own = small[question.article_id]
        yield from _case(f"{kind}, small", question, own.search(question.text, PASSAGES))
        if question.answerable:
            others = [hit for hit in found if hit.passage.article_id != question.article_id]
            yield from _case("absent", question, others)
            other = small[names[(names.index(question.article_id) + 1) % len(names)]]
            yield from _case("absent, small", question, other.search(question.text, PASSAGES))


def _case(kind: str, question: Question, hits: Sequence[Hit]) -> Iterator[Case]:
    readings = SentenceReader().read(question.text, hits[:PASSAGES])
    if readings:
        yield kind, readings[0], is_right(question, readings[0])


def is_right(question: Question, reading: Reading) -> bool:
    """Say whether the cited sentence holds a gold answer whole."""
    return (
        question.answerable
        and reading.hit.passage.article_id == question.article_id
        and any(reading.sentence.covers(answer) for answer in question.answers)
    )


def report(found: Sequence[Case]) -> None:
    """Print the figures."""
    kinds = np.array([kind for kind, _, _ in found])
    right = np.array([is_it for _, _, is_it in found])
    scores = np.array([reading.score for _, reading, _ in found])
    likely = np.array([reading.probability for _, reading, _ in found])
    crowd = np.log([reading.hit.among / CROWD for _, reading, _ in found])
    weight = np.where(np.char.startswith(kinds, "near"), NEAR_MISS_WEIGHT, 1.0)
    for kind in np.unique(kinds):
        here = kinds == kind
        print(
            f"{kind:18} {here.sum():5} asked, {right[here].mean():.3f} right, "
            f"mean confidence {likely[here].mean():.3f}, "
            f"answered at .2: {np.mean(likely[here] >= 0.2):.3f}"
        )
    for size in ("", ", small"):
        for wrong in ("absent", "near miss"):
            good, bad = kinds == "answerable" + size, kinds == wrong + size
            area = roc_auc_score(good[good | bad], scores[good | bad])
            kept = np.quantile(scores[good], 0.1)
            share = np.mean(scores[bad] >= kept)
            print(f"{wrong + size:18} AUROC {area:.3f}, false answers at 90 % kept {share:.3f}")
    high = {k: np.quantile(scores[kinds == k], 0.95) for k in ("absent", "absent, small")}
    sizes = {k: crowd[kinds == k].mean() for k in high}
    slope = np.subtract(*high.values()) / np.subtract(*sizes.values())
    print(f"CROWDING {slope:.3f}")
    adjusted = scores - CROWDING * crowd
    for low in np.arange(1.2, 4.2, 0.2):
        here = (adjusted >= low) & (adjusted < low + 0.2)
        if here.any():
            score = np.average(adjusted[here], weights=weight[here])
            share = np.average(right[here], weights=weight[here])
            print(f"KNOT {score:.2f} {share:.3f}  of {here.sum()}")
    bins = np.minimum((likely * 10).astype(int), 9)
    error = sum(
        weight[bins == b].sum()
        * abs(np.average(right[bins == b] - likely[bins == b], weights=weight[bins == b]))
        for b in np.unique(bins)
    )
    print(f"expected calibration error {error / math.fsum(weight):.3f}")


def main() -> None:
    """Measure on training questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="keep the benchmark's index here between runs")
    parser.add_argument("--limit", type=int, default=1000, help="so many questions, spread evenly")
    options = parser.parse_args()
    articles, _ = benchmark()
    own, questions = load([DATA / "train/squad2_8_articles.json"])
    questions = questions[:: max(1, len(questions) // options.limit)]
    with tempfile.TemporaryDirectory() as folder:
        index = build(articles, options.index or Path(folder) / "whole")
        small = {
            article.id: build([article], Path(folder) / str(number))
            for number, article in enumerate(own)
        }
        report(list(cases(index, small, questions)))


if __name__ == "__main__":
    main()
