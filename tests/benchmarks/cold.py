"""What one question costs in a new process: seconds of CPU and memory, side by side with peers.

``python -m tests.benchmarks.cold`` on the open benchmark's 1,216 paragraphs. The peers search the
same passages, stored with their vectors beforehand, and embed the question with the same model.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bot.reader.train.calibrate import build
from bot.reader.train.squad import benchmark
from index import DEFAULT_MODEL, Article, Encoder, split_article
from index.models import model_folder
from tests.benchmarks.measuring import (
    NOT_INSTALLED,
    OFFLINE,
    Spent,
    heading,
    installed,
    number,
    publish,
    ratio,
    spent,
    table,
)

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).resolve().parent / "peers"
PLAIN = "sentence-transformers and numpy"
# Name, the package it needs, the script, its distributions.
SCRIPTS = (
    (PLAIN, "sentence_transformers", "plain.py"),
    ("chromadb, sentence-transformers", "chromadb", "chroma.py"),
    ("haystack, sentence-transformers", "haystack", "haystack_search.py"),
)
DISTRIBUTIONS = (
    "numpy",
    "tokenizers",
    "torch",
    "transformers",
    "sentence-transformers",
    "chromadb",
    "haystack-ai",
)
ASKED = 20


def store(articles: Sequence[Article], encoder: Encoder, folder: Path) -> None:
    """Write the passages' texts and vectors for the peers, unless they are there."""
    vectors, texts = folder / "vectors.npy", folder / "texts.json"
    folder.mkdir(parents=True, exist_ok=True)
    if vectors.exists():
        return
    held = [passage.text for article in articles for passage in split_article(article)]
    texts.write_text(json.dumps(held), encoding="utf-8")
    np.save(vectors, encoder.encode(held))


def commands(folder: Path, peers: Path, question: str) -> dict[str, list[str]]:
    """Return the command of each contender; those that are not installed are left out."""
    ours = [sys.executable, "-m", "bot"]
    found = {
        "footnote search": [*ours, "search", question, "--index", str(folder)],
        "footnote ask": [*ours, "ask", question, "--index", str(folder)],
    }
    model = str(model_folder(DEFAULT_MODEL))
    for name, package, script in SCRIPTS:
        if installed(package):
            found[name] = [
                sys.executable, str(PEERS / script), "search", str(peers), model, question,
            ]  # fmt: skip
    return found


def ready(folder: Path, peers: Path) -> dict[str, str]:
    """Index the benchmark for us and for the peers; return the peers that failed, and why."""
    articles, _ = benchmark()
    index = build(articles, folder)
    if index.settings()["model_stamp"] != index.encoder.stamp:
        # Each of our runs would read all weights to compare their digest.
        raise SystemExit(f"{folder} was made by another installation; name another folder")
    store(articles, index.encoder, peers)
    return prepare(peers)


def prepare(peers: Path) -> dict[str, str]:
    """Let each peer store the passages once; return those that failed, and the last they said."""
    failed = {}
    model = str(model_folder(DEFAULT_MODEL))
    for name, package, script in SCRIPTS:
        marker = peers / f"{script}.done"
        if not installed(package) or marker.exists():
            continue
        command = [sys.executable, str(PEERS / script)]
        for action in (["prepare", str(peers), model], ["search", str(peers), model, "who?"]):
            print(f"{name}: {action[0]}", file=sys.stderr)
            ended = subprocess.run(
                [*command, *action],
                env={**os.environ, **OFFLINE},
                capture_output=True,
                text=True,
                check=False,
            )
            if ended.returncode:
                failed[name] = (ended.stderr.strip().splitlines() or ["no message"])[-1]
                break
        else:
            marker.touch()
    return failed


def measure(
    folder: Path, peers: Path, questions: Sequence[str], leave: Sequence[str], *, one_core: bool
) -> dict[str, list[Spent]]:
    """Run every contender in turn, once for each question."""
    found: dict[str, list[Spent]] = {}
    for i, question in enumerate(["a warm disk", *questions]):
        for name, command in commands(folder, peers, question).items():
            if name in leave:
                continue
            took = spent(command, one_core=one_core, folder=ROOT)
            if i:
                found.setdefault(name, []).append(took)
                print(f"{name:34} {took.cpu:6.2f} s {took.peak:5.0f} MiB", file=sys.stderr)
    return found


def main() -> None:
    """Measure, print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="keep the benchmark's index here between runs")
    parser.add_argument("--runs", type=int, default=7, help="runs of each, interleaved")
    parser.add_argument("--all-cores", action="store_true", help="do not keep to one core")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    _, questions = benchmark()
    texts = [q.text for q in questions if q.answerable]
    texts = texts[:: len(texts) // ASKED]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.index or Path(temporary) / "index"
        peers = folder.with_name(folder.name + "-peers")
        # Elsewhere, for what this process once held would count as its children's peak.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
            failed = elsewhere.submit(ready, folder, peers).result()
        asked = [texts[i % len(texts)] for i in range(options.runs)]
        found = measure(folder, peers, asked, list(failed), one_core=not options.all_cores)
    figures = summary(found)
    for name, _, _ in SCRIPTS:
        if name not in figures:
            figures[name] = {"note": failed.get(name, NOT_INSTALLED)}
    rows = [
        [
            name,
            *(number(row.get(key)) for key in ("cpu_s", "wall_s", "peak_mib", "times_search")),
            row.get("note", ""),
        ]
        for name, row in figures.items()
    ]
    cores = "all cores" if options.all_cores else "one core"
    title = f"One question in a new process, {cores}, medians of {options.runs} interleaved runs"
    columns = ["", "CPU s", "wall s", "peak MiB", "× CPU of `footnote search`", ""]
    publish(title, heading(DISTRIBUTIONS), table(columns, rows), figures, options.json)


def summary(found: dict[str, list[Spent]]) -> dict[str, dict[str, Any]]:
    """Return medians, and how many times more CPU than ours each takes."""
    ours = [took.cpu for took in found["footnote search"]]
    return {
        name: {
            "cpu_s": statistics.median(took.cpu for took in runs),
            "wall_s": statistics.median(took.wall for took in runs),
            "peak_mib": statistics.median(took.peak for took in runs),
            "times_search": ratio(ours, [took.cpu for took in runs]),
        }
        for name, runs in found.items()
    }


if __name__ == "__main__":
    main()
