"""How fast passages are embedded, side by side with sentence-transformers as it comes.

``python -m tests.benchmarks.bulk`` on one core, ``--all-cores`` on all. Both embed the same
passages in turn; the ratio is the median of the turns'. Then both vectors of every passage are
compared: does a passage have the same ten nearest neighbours?
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reader.train.squad import benchmark
from index import DEFAULT_MODEL, SentenceEncoder, split_article
from index.encoder import BULK_TEXTS, Engine, TorchEngine, cores, has_bfloat16, has_gpu
from index.minibert import MiniBertEncoder, compiled
from index.models import model_folder
from tests.benchmarks.measuring import heading, number, on_one_core, publish, ratio, table

WORDS = range(80, 101)
NEIGHBOURS = 10
DISTRIBUTIONS = (
    "numpy",
    "tokenizers",
    "torch",
    "transformers",
    "sentence-transformers",
    "openvino",
)
PLAIN = "SentenceTransformer.encode, defaults"
Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


def passages(count: int) -> list[str]:
    """Return so many passages of about 90 words, spread evenly over the benchmark."""
    held = [p.text for article in benchmark()[0] for p in split_article(article)]
    fitting = [text for text in held if len(text.split()) in WORDS]
    return fitting[:: max(1, len(fitting) // count)][:count]


def plain() -> Encode:
    """Return sentence-transformers' encode with its defaults, but for the progress bar."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu")

    def encode(texts: Sequence[str]) -> Vectors:
        return np.asarray(model.encode(list(texts), show_progress_bar=False))

    return encode


def footnote(bulk: Engine) -> Encode:
    """Return the product's encode, with this engine for many texts."""
    encoder = SentenceEncoder()
    encoder._bulk = bulk
    return encoder.encode


def contenders(texts: int) -> dict[str, Encode]:
    """Return every way that this machine has, sentence-transformers' own first."""
    folder = model_folder(DEFAULT_MODEL)
    numpy = MiniBertEncoder.load(folder)
    found = {PLAIN: plain(), "Footnote, numpy": footnote(numpy)}
    if has_gpu() or has_bfloat16():
        found["Footnote, torch bfloat16"] = footnote(TorchEngine(DEFAULT_MODEL, folder))
        if compiled.installed():
            engine = compiled.CompiledEncoder(numpy, cores())
            found["Footnote, OpenVINO bfloat16 (the extra fast)"] = footnote(engine)
    if texts < BULK_TEXTS:
        raise SystemExit(f"Fewer than {BULK_TEXTS} passages are no bulk; name more.")
    return found


def overlap(one: Vectors, other: Vectors, k: int = NEIGHBOURS) -> float:
    """Return the share of each row's ``k`` nearest rows in one that are nearest in the other."""
    shares = [
        len(set(a) & set(b)) / k for a, b in zip(_nearest(one, k), _nearest(other, k), strict=True)
    ]
    return statistics.mean(shares)


def _nearest(vectors: Vectors, k: int) -> NDArray[np.intp]:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -1)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


def seconds(encode: Encode, texts: Sequence[str]) -> float:
    """Return how long it takes."""
    started = time.perf_counter()
    encode(texts)
    return time.perf_counter() - started


def main() -> None:
    """Measure, print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=600)
    parser.add_argument("--runs", type=int, default=5, help="runs of each, interleaved")
    parser.add_argument("--all-cores", action="store_true", help="do not keep to one core")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    if not options.all_cores:
        on_one_core()
    texts = passages(options.passages)
    found = contenders(len(texts))
    took: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(options.runs):
        for name, encode in found.items():
            took[name].append(seconds(encode, texts))
            print(f"{name:40} {took[name][-1]:6.1f} s", file=sys.stderr)
    exact = found[PLAIN](texts)
    figures: dict[str, dict[str, Any]] = {
        name: {
            "passages_per_s": len(texts) / statistics.median(runs),
            "seconds": runs,
            "times": ratio(runs, took[PLAIN]),
            "top_10_overlap": overlap(exact, found[name](texts)),
        }
        for name, runs in took.items()
    }
    rows = [
        [name, *(number(row.get(k)) for k in ("passages_per_s", "times", "top_10_overlap"))]
        for name, row in figures.items()
    ]
    cores = "all cores" if options.all_cores else "one core"
    words = statistics.mean(len(text.split()) for text in texts)
    title = (
        f"Embedding {len(texts)} passages of {words:.0f} words on average, {cores}, medians of "
        f"{options.runs} interleaved runs; bfloat16 {'is' if has_bfloat16() else 'is not'} in "
        "this CPU"
    )
    columns = ["", "passages/s", "× torch float32", "top-10 overlap"]
    publish(title, heading(DISTRIBUTIONS), table(columns, rows), figures, options.json)


if __name__ == "__main__":
    main()
