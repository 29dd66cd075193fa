"""How accurate Footnote is, as `footnote eval` counts it: samples, news, the open benchmark.

``python -m tests.benchmarks.accuracy`` prints a table in Markdown. The open benchmark's questions
are asked of all 1,216 paragraphs; ``--limit`` asks fewer of them, spread evenly, and
``--search-only`` none for an answer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import click
from threadpoolctl import threadpool_limits

from bot.config import Settings
from bot.evaluation.figures import LABELS, figures
from bot.evaluation.gold import GoldCase, read_gold
from bot.evaluation.intervals import Estimate
from bot.evaluation.outcome import Outcome
from bot.evaluation.run import Examiner
from bot.evaluation.summary import failures, shown
from bot.reader.train.calibrate import build
from bot.reader.train.squad import DATA, benchmark
from index import PassageIndex, update
from tests.benchmarks.measuring import heading, publish, table

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = ("numpy", "scipy", "ir-measures")
NAMES = (
    "correct", "precision", "f1_answerable", "em_answerable", "false_answers", "false_refusals",
    "verbatim", "citation_precision", "recall@1", "recall@5", "ndcg@10", "aurc", "ece",
)  # fmt: skip


class Set(NamedTuple):
    """A gold set and what it is asked of."""

    name: str
    index: PassageIndex
    cases: Sequence[GoldCase]


def sets(folder: Path, limit: int | None) -> Iterator[Set]:
    """Yield the samples and, where the data is, a news article and the open benchmark."""
    shared = DATA.parent
    small = [("samples", ROOT / "bot" / "samples", ROOT / "tests" / "data" / "samples.jsonl")]
    if shared.is_dir():
        small.append(("news", shared / "seed", shared / "gold" / "seed_questions.jsonl"))
    for name, articles, gold in small:
        index = PassageIndex(folder / name)
        update(index, [articles])
        yield Set(name, index, read_gold([gold])[0])
    if shared.is_dir():
        cases, _ = read_gold([DATA / "dev" / "squad2_8_articles.json"])
        cases = [
            replace(case, tags=("answerable" if case.answerable else "near miss",))
            for case in cases
        ]
        yield Set("SQuAD 2", build(benchmark()[0], folder / "squad"), spread(cases, limit))


def spread(cases: Sequence[GoldCase], limit: int | None) -> Sequence[GoldCase]:
    """Return so many cases, evenly from all."""
    return cases[:: max(1, len(cases) // limit)] if limit else cases


def outcomes_of(each: Set, *, search_only: bool) -> tuple[list[Outcome], float]:
    """Ask a set; return what came, and the seconds it took."""
    # The data's own settings, whatever the folder this runs in says.
    examiner = Examiner(each.index, Settings(calibration=""))
    found = examiner.search_all(each.cases) if search_only else examiner.ask_all(each.cases)
    started = time.perf_counter()
    with click.progressbar(found, len(each.cases), each.name, file=sys.stderr) as bar:
        outcomes = list(bar)
    return outcomes, time.perf_counter() - started


def rows(found: Mapping[str, Mapping[str, Estimate]]) -> Iterator[list[str]]:
    """Yield a line for each figure, with a cell for each set."""
    for name in NAMES:
        cells = [shown(name, each[name]) if name in each else "" for each in found.values()]
        if any(cells):
            yield [LABELS[name], *cells]


def main() -> None:
    """Print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="keep the indexes here between runs")
    parser.add_argument("--limit", type=int, help="so many questions of the open benchmark")
    parser.add_argument("--search-only", action="store_true", help="ask for no answer")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    found: dict[str, dict[str, Estimate]] = {}
    lines = []
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1, "blas"):
        for each in sets(options.index or Path(folder), options.limit):
            outcomes, seconds = outcomes_of(each, search_only=options.search_only)
            found[each.name] = figures(outcomes)
            wrong = ", ".join(f"{number} {name}" for name, number in failures(outcomes).items())
            said = f"{each.name}: {len(outcomes)} questions in {seconds:.0f} s"
            lines.append(f"{said}; wrong: {wrong or 'none'}.")
            each.index.close()
    printed = table(["", *found], rows(found)) + "\n\n" + "\n".join(lines)
    title = "Accuracy, with 95 % bootstrap intervals"
    about = heading(DISTRIBUTIONS)
    publish(title, about, printed, found, options.json)


if __name__ == "__main__":
    main()
