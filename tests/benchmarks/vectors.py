"""A million vectors on one core: time, recall, memory and build, side by side with peers.

``python -m tests.benchmarks.vectors --cache DIR``. The rows are mixtures of the sentence vectors
of the open benchmark, with a little noise; the queries are real questions on the same articles.
Graph indexes take long to build, so ``--graph-rows`` may give them fewer rows than the others.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.reader.train.squad import DATA, benchmark, load
from index import SentenceEncoder, split_article
from index.codes import nearest, signs
from index.fusion import top
from index.search import RESCORED
from tests.benchmarks.measuring import (
    NOT_INSTALLED,
    heading,
    installed,
    number,
    on_one_core,
    percentiles,
    publish,
    resident,
    table,
)

K = 10
WIDTH = 384
BLOCK_ROWS = 20_000
NOISE = 0.01
NEIGHBOURS = 32  # of a graph's node, "M"
EXPANSION = 128  # of a graph's search, "ef"
BUILD_EXPANSION = 200
CELLS = 1024
PROBED = 32
CHROMA_BATCH = 5_000
DISTRIBUTIONS = ("numpy", "faiss-cpu", "hnswlib", "usearch", "chromadb", "lancedb", "pylance")
Vectors = NDArray[np.float32]
Search = Callable[[Vectors], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A way to search: its name, the package it needs, how it is made, and if it is a graph."""

    name: str
    package: str
    make: Callable[[Vectors, Path], Search]
    graph: bool = False


@dataclass(slots=True)
class Measured:
    """What a contender took."""

    search: Search
    rows: int
    build_s: float
    memory_mib: float
    seconds: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)


def real(cache: Path) -> tuple[Vectors, Vectors]:
    """Return the vectors of the benchmark's sentences, and of held-out questions."""
    sentences, questions = cache / "sentences.npy", cache / "questions.npy"
    encoder = SentenceEncoder()
    if not sentences.exists():
        texts = {
            span.of(article.text)
            for article in benchmark()[0]
            for passage in split_article(article)
            for span in passage.sentences
        }
        np.save(sentences, encoder.encode(sorted(texts), _shown))
    if not questions.exists():
        asked = [q.text for q in load([DATA / "train/squad2_8_articles.json"])[1] if q.answerable]
        np.save(questions, encoder.encode(asked[:: max(1, len(asked) // 400)], _shown))
    return np.load(sentences), np.load(questions)


def _shown(done: int) -> None:
    print(f"embedded {done} more", file=sys.stderr)


def made(cache: Path, rows: int, seed: int = 0) -> Vectors:
    """Return so many unit vectors, mapped from a file that is made if there is none."""
    path = cache / f"mixed-{rows}.f32"
    if not path.exists():
        sentences, _ = real(cache)
        chooser = np.random.default_rng(seed)
        with (draft := path.with_suffix(".new")).open("wb") as file:
            for first in range(0, rows, BLOCK_ROWS):
                count = min(BLOCK_ROWS, rows - first)
                pairs = chooser.integers(0, len(sentences), (2, count))
                share = chooser.random((count, 1), np.float32)
                mixed = share * sentences[pairs[0]] + (1 - share) * sentences[pairs[1]]
                mixed += NOISE * chooser.standard_normal(mixed.shape, np.float32)
                mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
                file.write(mixed.astype("<f4").data)
        draft.rename(path)
    return np.memmap(path, "<f4", "r", shape=(rows, WIDTH))


def coded(vectors: Vectors, folder: Path) -> Search:
    """Search as the index does: signs first, then the nearest by their vectors."""
    words = np.empty((WIDTH // 64, len(vectors)), np.uint64)
    for first in range(0, len(vectors), BLOCK_ROWS):
        block = vectors[first : first + BLOCK_ROWS]
        words[:, first : first + len(block)] = signs(np.asarray(block)).T

    def search(query: Vectors) -> Sequence[int]:
        rows = nearest(words, signs(query[None])[0], RESCORED)
        cosines = np.asarray(vectors[rows] @ query)
        return [int(row) for row in rows[top(cosines, K)]]

    return search


def exact(vectors: Vectors, folder: Path) -> Search:
    """Multiply the mapped matrix."""
    return lambda query: [int(row) for row in top(np.asarray(vectors @ query), K)]


def faiss_index(vectors: Vectors, folder: Path, factory: str) -> Search:
    """Search with an index that faiss makes from a description."""
    import faiss

    index = faiss.index_factory(WIDTH, factory, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(np.array(vectors[:: max(1, len(vectors) // 100_000)]))
    for first in range(0, len(vectors), BLOCK_ROWS):
        index.add(np.array(vectors[first : first + BLOCK_ROWS]))
    if factory.startswith("IVF"):
        index.nprobe = PROBED
    elif factory.startswith("HNSW"):
        index.hnsw.efSearch = EXPANSION
    return lambda query: [int(row) for row in index.search(query[None], K)[1][0]]


def hnswlib_index(vectors: Vectors, folder: Path) -> Search:
    """Search with hnswlib."""
    import hnswlib

    index = hnswlib.Index("ip", WIDTH)
    index.init_index(len(vectors), ef_construction=BUILD_EXPANSION, M=NEIGHBOURS)
    index.add_items(np.array(vectors), num_threads=len(os.sched_getaffinity(0)))
    index.set_ef(EXPANSION)
    return lambda query: [int(row) for row in index.knn_query(query, K, num_threads=1)[0][0]]


def usearch_index(vectors: Vectors, folder: Path) -> Search:
    """Search with usearch."""
    from usearch.index import Index

    index = Index(
        ndim=WIDTH, metric="ip", dtype="f32", connectivity=NEIGHBOURS,
        expansion_add=BUILD_EXPANSION, expansion_search=EXPANSION,
    )  # fmt: skip
    threads = len(os.sched_getaffinity(0))
    index.add(np.arange(len(vectors)), np.array(vectors), threads=threads)
    return lambda query: [int(row) for row in index.search(query, K, threads=1).keys]


def chroma_index(vectors: Vectors, folder: Path) -> Search:
    """Search with Chroma on disk."""
    import chromadb

    client = chromadb.PersistentClient(str(folder / f"chroma-{time.time_ns()}"))
    graph = {"space": "ip", "max_neighbors": NEIGHBOURS, "ef_search": EXPANSION}
    collection = client.create_collection(
        "vectors",
        embedding_function=None,
        configuration={"hnsw": {**graph, "ef_construction": BUILD_EXPANSION}},
    )
    for first in range(0, len(vectors), CHROMA_BATCH):
        block = np.array(vectors[first : first + CHROMA_BATCH])
        collection.add(ids=[str(first + i) for i in range(len(block))], embeddings=block)

    def search(query: Vectors) -> Sequence[int]:
        found = collection.query(query_embeddings=[query], n_results=K, include=["distances"])
        return [int(id) for id in found["ids"][0]]

    return search


def lance_table(vectors: Vectors, folder: Path) -> Search:
    """Search with LanceDB, comparing every vector."""
    import lancedb
    import pyarrow as pa

    def batches() -> Any:
        for first in range(0, len(vectors), BLOCK_ROWS):
            block = np.array(vectors[first : first + BLOCK_ROWS])
            numbers = pa.array(np.arange(first, first + len(block)))
            lists = pa.FixedSizeListArray.from_arrays(pa.array(block.ravel()), WIDTH)
            yield pa.RecordBatch.from_arrays([numbers, lists], schema=schema)

    schema = pa.schema([("row", pa.int64()), ("vector", pa.list_(pa.float32(), WIDTH))])
    database = lancedb.connect(str(folder / f"lance-{time.time_ns()}"))
    reader = pa.RecordBatchReader.from_batches(schema, batches())
    held = database.create_table("vectors", reader)

    def search(query: Vectors) -> Sequence[int]:
        found = held.search(query).distance_type("dot").select(["row", "_distance"]).limit(K)
        return [int(row) for row in found.to_arrow()["row"].to_pylist()]

    return search


CONTENDERS = (
    Contender(f"Footnote: sign codes, {RESCORED:,} rescored from the mapped file", "numpy", coded),
    Contender("numpy exact, mapped float32", "numpy", exact),
    Contender("faiss flat", "faiss", partial(faiss_index, factory="Flat")),
    Contender("faiss IVF-SQ8", "faiss", partial(faiss_index, factory=f"IVF{CELLS},SQ8")),
    Contender("LanceDB exact", "lancedb", lance_table),
    Contender("faiss HNSW", "faiss", partial(faiss_index, factory=f"HNSW{NEIGHBOURS}"), True),
    Contender("hnswlib", "hnswlib", hnswlib_index, True),
    Contender("usearch", "usearch", usearch_index, True),
    Contender("Chroma", "chromadb", chroma_index, True),
)


def measure(
    cache: Path, rows: int, graph_rows: int, queries: int, only: Sequence[str]
) -> dict[str, Measured]:
    """Build everything, then ask every contender each query in turn."""
    held: dict[str, Measured] = {}
    whole = made(cache, rows)
    for contender in CONTENDERS:
        if not installed(contender.package) or not _wanted(contender, only):
            continue
        vectors = whole[:graph_rows] if contender.graph else whole
        print(f"{contender.name}: {len(vectors):,} rows", file=sys.stderr)
        before, started = resident(), time.perf_counter()
        search = contender.make(vectors, cache)
        took = time.perf_counter() - started
        search(np.array(whole[0]))
        held[contender.name] = Measured(search, len(vectors), took, resident() - before)
        print(f"  {took:.0f} s, {resident() - before:.0f} MiB", file=sys.stderr)
    asked = real(cache)[1]
    asked = asked[:: max(1, len(asked) // queries)][:queries]
    for query in asked:
        right = {
            count: set(exact(whole[:count], cache)(query))
            for count in {each.rows for each in held.values()}
        }
        for each in held.values():
            started = time.perf_counter()
            found = each.search(query)
            each.seconds.append(time.perf_counter() - started)
            each.recalls.append(len(right[each.rows] & set(found)) / K)
    return held


def _wanted(contender: Contender, only: Sequence[str]) -> bool:
    return not only or any(word in contender.name for word in only)


def main() -> None:
    """Measure, print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="keep vectors and indexes here")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--graph-rows", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--only", nargs="*", default=(), help="words in the contenders' names")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    on_one_core()
    options.cache.mkdir(parents=True, exist_ok=True)
    found = measure(
        options.cache,
        options.rows,
        min(options.rows, options.graph_rows),
        options.queries,
        options.only,
    )
    figures: dict[str, dict[str, Any]] = {
        name: {
            "rows": each.rows,
            **percentiles(each.seconds),
            f"recall_at_{K}": statistics.mean(each.recalls),
            "memory_mib": each.memory_mib,
            "build_s": each.build_s,
        }
        for name, each in found.items()
    }
    for contender in CONTENDERS:
        if not installed(contender.package):
            figures[contender.name] = {"rows": NOT_INSTALLED}
    keys = ("p50_ms", "p95_ms", f"recall_at_{K}", "memory_mib", "build_s")
    rows = [
        [
            name,
            f"{row['rows']:,}" if found.get(name) else row["rows"],
            *(_cell(row, k) for k in keys),
        ]
        for name, row in figures.items()
    ]
    title = (
        f"Vectors of {WIDTH} numbers, {options.queries} real questions, interleaved, one core; "
        "memory: growth of the process's own (RssAnon), mapped files left out; graphs: "
        f"M {NEIGHBOURS}, ef {EXPANSION}; IVF: {CELLS} cells, {PROBED} probed"
    )
    columns = ["", "rows", "p50 ms", "p95 ms", f"recall@{K}", "own MiB", "build s"]
    publish(title, heading(DISTRIBUTIONS), table(columns, rows), figures, options.json)


def _cell(row: dict[str, Any], key: str) -> str:
    return number(row.get(key), 3)


if __name__ == "__main__":
    main()
