"""How well the index ranks: R@1, R@5, nDCG@10 with 95 % intervals, plain and with one typo.

``python -m tests.benchmarks.ranking`` on the open benchmark; ``--train`` on training questions.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.reader.train.calibrate import build
from bot.reader.train.squad import DATA, Question, benchmark, load
from index import Hit, PassageIndex
from tests.benchmarks.measuring import interval

DEPTH = 30
CUTOFF = 10


def paragraph_rank(question: Question, hits: Sequence[Hit]) -> int | None:
    """Rank of the gold paragraph among the paragraphs found, from 1; each counts once.

    A passage is known for its paragraph by lying in it; other paragraphs by article and heading
    are told apart by the gap between passages, which share a sentence inside one paragraph.
    """
    seen: list[tuple[str, int, int]] = []
    for hit in hits:
        span, article = hit.passage.span, hit.passage.article_id
        if article == question.article_id and question.paragraph.covers(span):
            return len(seen) + 1
        if not any(a == article and s < span.end and span.start < e for a, s, e in seen):
            seen.append((article, span.start, span.end))
    return None


def passage_rank(question: Question, hits: Sequence[Hit]) -> int | None:
    """Rank of the first passage that holds a gold answer whole, from 1."""
    for hit in hits:
        if hit.passage.article_id == question.article_id and any(
            hit.passage.span.covers(answer) for answer in question.answers
        ):
            return hit.rank
    return None


def figures(ranks: Sequence[int | None]) -> dict[str, tuple[float, float, float]]:
    """R@1, R@5 and nDCG@10, each with its 95 % bootstrap interval (1,000 resamples)."""
    gains = {
        "R@1": [float(r == 1) for r in ranks],
        "R@5": [float(r is not None and r <= 5) for r in ranks],
        "nDCG@10": [1 / math.log2(r + 1) if r and r <= CUTOFF else 0.0 for r in ranks],
    }
    return {name: interval(values) for name, values in gains.items()}


def with_typo(question: str, chooser: random.Random) -> str:
    """Change one letter of one word of four letters or more: lost, doubled, wrong or swapped."""
    words = [m for m in re.finditer(r"[A-Za-z]{4,}", question)]
    words = [m for m in words if m.group().lower() not in QUESTION_WORDS] or words
    if not words:
        return question
    word = chooser.choice(words)
    at = word.start() + chooser.randrange(1, len(word.group()) - 1)
    letter = chooser.choice("abcdefghijklmnopqrstuvwxyz")
    return chooser.choice(
        [
            question[:at] + question[at + 1 :],
            question[:at] + letter + question[at:],
            question[:at] + letter + question[at + 1 :],
            question[:at] + question[at + 1] + question[at] + question[at + 2 :],
        ]
    )


QUESTION_WORDS = {"what", "when", "where", "which", "whose", "does", "were", "have", "that", "with"}


def run(
    index: PassageIndex, questions: Sequence[Question], change: Callable[[str], str] = str
) -> list[list[Hit]]:
    """Search for every question."""
    return [index.search(change(question.text), DEPTH) for question in questions]


def main() -> None:
    """Print the tables, and write them as JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="training questions instead of dev")
    parser.add_argument("--index", type=Path, help="keep the index here between runs")
    parser.add_argument("--limit", type=int, help="so many questions, spread evenly")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    articles, questions = benchmark()
    if options.train:
        _, questions = load([DATA / "train/squad2_8_articles.json"])
    questions = [question for question in questions if question.answerable]
    if options.limit:
        questions = questions[:: max(1, len(questions) // options.limit)]
    with tempfile.TemporaryDirectory() as folder:
        index = build(articles, options.index or Path(folder))
        started = time.perf_counter()
        plain = run(index, questions)
        seconds = (time.perf_counter() - started) / len(questions)
        chooser = random.Random(7)
        typos = run(index, questions, lambda text: with_typo(text, chooser))
        table = {
            "paragraph": figures(
                [paragraph_rank(q, h) for q, h in zip(questions, plain, strict=True)]
            ),
            "paragraph, one typo": figures(
                [paragraph_rank(q, h) for q, h in zip(questions, typos, strict=True)]
            ),
            "passage": figures([passage_rank(q, h) for q, h in zip(questions, plain, strict=True)]),
        }
    print(f"{len(questions)} questions, {1000 * seconds:.0f} ms each, encoding included")
    for name, row in table.items():
        cells = "  ".join(
            f"{m} {v:.3f} [{low:.3f}, {high:.3f}]" for m, (v, low, high) in row.items()
        )
        print(f"{name:20} {cells}")
    if options.json:
        options.json.write_text(json.dumps({"questions": len(questions), **table}, indent=2))


if __name__ == "__main__":
    main()
