"""How well questions are answered, and refused, by the reader: on the open benchmark.

``python -m tests.benchmarks.reader`` asks every question of ``dev``: of its own paragraph, of all
1,216 paragraphs, and of all but its article's, where any answer is wrong. Impossible questions are
asked of all. An answer is compared with the gold ones as SQuAD's own script does it (Rajpurkar et
al. 2016): case, punctuation and articles apart. ``--train`` takes the training articles that the
reader has not seen.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.bootstrap import make_reader
from bot.config import Settings
from bot.evaluation.metrics import exact_match, f1
from bot.reader import Reader, Reading
from bot.reader.model import SpanModel
from bot.reader.train.calibrate import DEPTH, PASSAGES, build, expected_error, is_right
from bot.reader.train.examples import Passages, is_held_out
from bot.reader.train.squad import DATA, Question, benchmark, load
from index import PassageIndex
from tests.benchmarks.measuring import heading, interval, number, on_one_core, publish, table

DISTRIBUTIONS = ("numpy", "tokenizers")


@dataclass
class Found:
    """What came out, question by question."""

    given_exact: list[float] = field(default_factory=list)
    given_f1: list[float] = field(default_factory=list)
    open_exact: list[float] = field(default_factory=list)
    open_f1: list[float] = field(default_factory=list)
    cited: list[float] = field(default_factory=list)
    probability: dict[str, list[float]] = field(
        default_factory=lambda: {"answerable": [], "absent": [], "near miss": []}
    )
    right: dict[str, list[float]] = field(
        default_factory=lambda: {"answerable": [], "absent": [], "near miss": []}
    )
    seconds: list[float] = field(default_factory=list)

    def add(self, kind: str, question: Question, readings: Sequence[Reading]) -> None:
        """Note what was read for one asking."""
        self.probability[kind].append(readings[0].probability if readings else 0.0)
        self.right[kind].append(float(bool(readings) and is_right(question, readings[0])))


def given(model: SpanModel, question: Question, passages: Passages) -> str:
    """Return the likeliest span of a question's own paragraph."""
    texts = [passages.all[i].text for i in passages.of_paragraph(question)]
    best = max(
        ((span, text) for text in texts for span in model.score(question.text, text).spans),
        key=lambda pair: pair[0].probability,
    )
    return best[0].span.of(best[1])


def ask(
    found: Found,
    reader: Reader,
    model: SpanModel,
    index: PassageIndex,
    passages: Passages,
    question: Question,
    text: str,
) -> None:
    """Ask one question in every way."""
    started = time.perf_counter()
    hits = index.search(question.text, PASSAGES)
    readings = reader.read(question.text, hits)
    found.seconds.append(time.perf_counter() - started)
    if not question.answerable:
        found.add("near miss", question, readings)
        return
    found.add("answerable", question, readings)
    gold = [answer.of(text) for answer in question.answers]
    answer = given(model, question, passages)
    found.given_exact.append(exact_match(answer, gold))
    found.given_f1.append(f1(answer, gold))
    best = readings[0] if readings else None
    if best:
        start = best.hit.passage.span.start
        answer = best.hit.passage.text[best.answer.start - start : best.answer.end - start]
    found.open_exact.append(exact_match(answer, gold) if best else 0.0)
    found.open_f1.append(f1(answer, gold) if best else 0.0)
    found.cited.append(
        float(
            bool(best)
            and best.hit.passage.article_id == question.article_id
            and any(best.sentence.covers(gold) for gold in question.answers)
        )
    )
    deep = index.search(question.text, DEPTH)
    others = [hit for hit in deep if hit.passage.article_id != question.article_id]
    found.add("absent", question, reader.read(question.text, others[:PASSAGES]))


def refusing(found: Found, wrong: str, threshold: float) -> dict[str, float]:
    """Return how well one kind of question without an answer is told apart."""
    good, bad = np.array(found.probability["answerable"]), np.array(found.probability[wrong])
    truth = np.concatenate([np.ones(len(good)), np.zeros(len(bad))])
    kept = np.quantile(good, 0.1)
    return {
        f"{wrong}: AUROC": float(roc_auc_score(truth, np.concatenate([good, bad]))),
        f"{wrong}: false answers at 90 % kept": float((bad >= kept).mean()),
        f"{wrong}: answered at the default threshold": float((bad >= threshold).mean()),
    }


def figures(found: Found, threshold: float) -> Mapping[str, float | tuple[float, float, float]]:
    """Return every figure, means with their 95 % intervals."""
    likely = np.concatenate([found.probability[k] for k in ("answerable", "absent")])
    right = np.concatenate([found.right[k] for k in ("answerable", "absent")])
    answered = np.array(found.probability["answerable"]) >= threshold
    return {
        "questions": float(len(found.given_exact)),
        "right paragraph given: EM": interval(found.given_exact),
        "right paragraph given: F1": interval(found.given_f1),
        "open: EM": interval(found.open_exact),
        "open: F1": interval(found.open_f1),
        "open: cited sentence holds the gold answer": interval(found.cited),
        "answerable: answered at the default threshold": float(answered.mean()),
        **refusing(found, "absent", threshold),
        **refusing(found, "near miss", threshold),
        "expected calibration error, answerable and absent": expected_error(
            likely, right, np.ones(len(likely))
        ),
        "search and reading, p50 ms": 1000 * float(np.quantile(found.seconds, 0.5)),
        "search and reading, p95 ms": 1000 * float(np.quantile(found.seconds, 0.95)),
    }


def main() -> None:
    """Print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="training articles not trained on")
    parser.add_argument("--index", type=Path, help="keep the index here between runs")
    parser.add_argument("--limit", type=int, help="so many questions, spread evenly")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    on_one_core()
    articles, questions = benchmark()
    if options.train:
        _, questions = load([DATA / "train/squad2_8_articles.json"])
        questions = [question for question in questions if is_held_out(question)]
    if options.limit:
        questions = questions[:: max(1, len(questions) // options.limit)]
    texts, passages = {each.id: each.text for each in articles}, Passages(articles)
    reader, model, found = make_reader(Settings()), SpanModel.load(), Found()
    with tempfile.TemporaryDirectory() as folder:
        index = build(articles, options.index or Path(folder))
        for question in questions:
            ask(found, reader, model, index, passages, question, texts[question.article_id])
    result = figures(found, reader.threshold)
    rows = [
        [name, f"{value[0]:.3f} [{value[1]:.3f}, {value[2]:.3f}]"]
        if isinstance(value, tuple)
        else [name, number(value, 3)]
        for name, value in result.items()
    ]
    title = "Answers of the reader, one core; means with 95 % bootstrap intervals"
    publish(title, heading(DISTRIBUTIONS), table(["", ""], rows), dict(result), options.json)


if __name__ == "__main__":
    main()
