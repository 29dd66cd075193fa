"""What a large index costs: opening, searching, adding, removing, compacting, disk.

``python -m tests.benchmarks.scale --index DIR`` on 100,000 made-up passages; ``--passages 500000``
for more. Building goes on where it was broken off, and a larger number goes on from a smaller one.
Words follow each other as they do in the benchmark's articles; names are made up, a few frequent
and very many rare; vectors are random, so what is found means nothing, and what it costs does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reader.train.squad import DATA, benchmark, load
from index import Article, Block, PassageIndex, Span
from tests.benchmarks.measuring import (
    ONE_THREAD,
    heading,
    number,
    on_one_core,
    percentiles,
    publish,
    resident,
    table,
)

ROOT = Path(__file__).resolve().parents[2]
PARAGRAPHS = 20  # of an article; each is one passage
WORDS = 85  # of a paragraph
SENTENCE_WORDS = 17
BATCH = 100  # articles in a transaction
JUMP = 0.05  # of the words, drawn from all, so that no two articles go the same way
NAMES = 0.02  # of the words, made up
NAME_EXPONENT = 1.3
SYLLABLES = ("ba", "den", "fos", "gri", "ka", "lor", "mi", "nat", "pel", "ru", "sto", "ves", "zan")
DISTRIBUTIONS = ("numpy", "tokenizers")


@dataclass
class MadeUpEncoder:
    """Random unit vectors, quickly; ``seconds`` and ``cpu`` are what they took altogether."""

    name: str = "made-up"
    stamp: str = "1"
    digest: str = "0" * 64
    dimension: int = 384
    seconds: float = 0.0
    cpu: float = 0.0

    def encode(
        self, texts: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return a vector for each text, the same for the same first text and number."""
        started, cpu = time.perf_counter(), time.process_time()
        seed = [len(texts), *(texts[0].encode()[:64] if texts else b"")]
        chooser = np.random.default_rng(seed)
        vectors = chooser.standard_normal((len(texts), self.dimension), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self.seconds += time.perf_counter() - started
        self.cpu += time.process_time() - cpu
        return vectors


class Author:
    """Writes articles by the benchmark's words and pairs of words.

    Parameters
    ----------
    texts : sequence of str
        What the words are taken from.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._words = [word for text in texts for word in text.split()]
        self._after: dict[str, list[int]] = defaultdict(list)
        for i, word in enumerate(self._words[:-1]):
            self._after[word].append(i + 1)

    def article(self, number: int) -> Article:
        """Return the article of a number, always the same."""
        chooser = np.random.default_rng([7, number])
        paragraphs = list(self._paragraphs(chooser))
        blocks, start = [], 0
        for paragraph in paragraphs:
            blocks.append(Block("paragraph", Span(start, start + len(paragraph))))
            start += len(paragraph) + 2
        text = "\n\n".join(paragraphs)
        title = " ".join(paragraphs[0].split()[:4]).rstrip(".")
        return Article(f"article-{number}", title, text, blocks=tuple(blocks))

    def _paragraphs(self, chooser: np.random.Generator) -> Iterator[str]:
        count = PARAGRAPHS * WORDS
        jumps = chooser.random(count) < JUMP
        named = chooser.random(count) < NAMES
        places = chooser.integers(0, len(self._words) - 1, count)
        turns = chooser.random(count)
        names = chooser.zipf(NAME_EXPONENT, count)
        at, words = int(places[0]), []
        for i in range(count):
            after = self._after.get(self._words[at])
            at = int(places[i]) if jumps[i] or not after else after[int(turns[i] * len(after))]
            words.append(name_of(int(names[i])) if named[i] else self._words[at].strip(".!?"))
        for first in range(0, count, WORDS):
            paragraph = words[first : first + WORDS]
            sentences = (
                " ".join(paragraph[s : s + SENTENCE_WORDS]) for s in range(0, WORDS, SENTENCE_WORDS)
            )
            yield " ".join(f"{s[:1].upper()}{s[1:]}." for s in sentences)


def name_of(rank: int) -> str:
    """Return the made-up name of this rank."""
    rank, syllables = rank % 10**9 + len(SYLLABLES), []
    while rank:
        rank, digit = divmod(rank, len(SYLLABLES))
        syllables.append(SYLLABLES[digit])
    return "".join(syllables).capitalize()


def author() -> Author:
    """Return the author that the benchmark's articles made."""
    return Author([article.text for article in benchmark()[0]])


def build(folder: Path, passages: int) -> float:
    """Bring the index to so many passages; return the seconds that it took this time."""
    index = PassageIndex(folder, MadeUpEncoder())
    held = len(index.articles()) if index.exists() else 0
    wanted = passages // PARAGRAPHS
    writer, started = author(), time.perf_counter()
    for first in range(held, wanted, BATCH):
        index.add([writer.article(n) for n in range(first, min(first + BATCH, wanted))])
        passed = time.perf_counter() - started
        done = min(first + BATCH, wanted)
        print(f"{done * PARAGRAPHS:,} passages, {passed:.0f} s", file=sys.stderr)
    index.close()
    return time.perf_counter() - started


def questions(count: int) -> list[str]:
    """Return real questions, whose words the made-up articles have, too."""
    asked = [q.text for q in load([DATA / "dev/squad2_8_articles.json"])[1] if q.answerable]
    return asked[:: max(1, len(asked) // count)][:count]


def first_answer(folder: Path, question: str) -> None:
    """Open, ask, and print how long it took, imports left out."""
    started, cpu = time.perf_counter(), time.process_time()
    hits = PassageIndex(folder, MadeUpEncoder()).search(question)
    took = {"wall_s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}
    print(json.dumps({**took, "hits": len(hits), "own_mib": resident()}))


def opening(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """Return medians of the first answer in a new process."""
    found = []
    for question in asked:
        command = [
            sys.executable, "-m", "tests.benchmarks.scale",
            "--index", str(folder.resolve()), "--first-answer", question,
        ]  # fmt: skip
        started = time.perf_counter()
        ended = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **ONE_THREAD}, capture_output=True, check=True
        )
        wall = time.perf_counter() - started
        found.append({**json.loads(ended.stdout), "process_s": wall})
    return {
        "first_answer_ms": 1000 * statistics.median(each["wall_s"] for each in found),
        "first_answer_cpu_ms": 1000 * statistics.median(each["cpu_s"] for each in found),
        "process_ms": 1000 * statistics.median(each["process_s"] for each in found),
        "own_mib": statistics.median(each["own_mib"] for each in found),
    }


def searching(folder: Path, asked: Sequence[str]) -> dict[str, float]:
    """Return percentiles of searching in a warm process."""
    index = PassageIndex(folder, MadeUpEncoder())
    for question in asked[:5]:
        index.search(question)
    took, cpu = [], []
    for question in asked:
        started, cpu_started = time.perf_counter(), time.process_time()
        index.search(question)
        took.append(time.perf_counter() - started)
        cpu.append(time.process_time() - cpu_started)
    index.close()
    return {
        **{f"search_{name}": value for name, value in percentiles(took).items()},
        **{f"search_cpu_{name}": value for name, value in percentiles(cpu).items()},
    }


def changing(folder: Path, runs: int) -> dict[str, float]:
    """Return medians of adding and removing an article, embedding left out."""
    encoder = MadeUpEncoder()
    index = PassageIndex(folder, encoder)
    writer = author()
    index.search("Who wrote it?")
    took: dict[str, list[float]] = defaultdict(list)
    for run in range(runs):
        article = writer.article(10**6 + run)
        with _Timed(took, "add", encoder):
            index.add([article])
        with _Timed(took, "search_after_add", encoder):
            index.search("Who wrote it?")
        with _Timed(took, "remove", encoder):
            index.remove([article.id])
    index.close()
    return {name: statistics.median(values) for name, values in took.items()}


class _Timed:
    """Adds the milliseconds that something took, of the clock and of CPU, less the encoder's."""

    def __init__(self, into: dict[str, list[float]], name: str, encoder: MadeUpEncoder) -> None:
        self._into, self._name, self._encoder = into, name, encoder

    def __enter__(self) -> None:
        self._encoder.seconds = self._encoder.cpu = 0.0
        self._started, self._cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *error: object) -> None:
        wall, cpu = time.perf_counter() - self._started, time.process_time() - self._cpu
        self._into[f"{self._name}_ms"].append(1000 * (wall - self._encoder.seconds))
        self._into[f"{self._name}_cpu_ms"].append(1000 * (cpu - self._encoder.cpu))


def compacting(folder: Path) -> dict[str, float]:
    """Return how long a compaction takes."""
    index = PassageIndex(folder, MadeUpEncoder())
    started = time.perf_counter()
    index.compact()
    index.close()
    return {"compact_ms": 1000 * (time.perf_counter() - started)}


def sizes(folder: Path) -> dict[str, float]:
    """Return the size of each file of the index in MiB."""
    return {f"{path.name} MiB": path.stat().st_size / 2**20 for path in sorted(folder.iterdir())}


def main() -> None:
    """Build, measure, print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="keep the index here")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--first-answer", metavar="QUESTION", help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    on_one_core()
    if options.first_answer:
        first_answer(options.index, options.first_answer)
        return
    built = build(options.index, options.passages)
    if options.build_only:
        return
    index = PassageIndex(options.index, MadeUpEncoder())
    counts = [info.passages for info in index.articles()]
    index.close()
    figures: dict[str, Any] = {
        "articles": len(counts),
        "passages": sum(counts),
        "build_s": built,
        **opening(options.index, questions(options.runs)),
        **searching(options.index, questions(options.queries)),
        **changing(options.index, options.runs),
        **compacting(options.index),
        **sizes(options.index),
    }
    title = (
        "A large index, one core; embedding left out: an encoder of random vectors. "
        "first_answer: opening and one search in a new process, imports left out; "
        "process: with them. Adding waits for the disk, which CPU leaves out"
    )
    rows = [[name.replace("_", " "), number(value, 3)] for name, value in figures.items()]
    publish(title, heading(DISTRIBUTIONS), table(["", ""], rows), figures, options.json)


if __name__ == "__main__":
    main()
