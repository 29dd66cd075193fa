"""Hard negatives: the passages that the product's own search finds for each question."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.reader.train.squad import Question
from index import Article, Passage, PassageIndex

NEAREST = 24


def neighbours(
    questions: Sequence[Question],
    articles: Sequence[Article],
    passages: Sequence[Passage],
    folder: Path,
) -> dict[str, list[int]]:
    """Find the passages nearest to questions.

    Parameters
    ----------
    questions : sequence of Question
    articles : sequence of Article
        What is searched.
    passages : sequence of Passage
        The articles', and perhaps others'.
    folder : Path
        Keeps the index and what was found, for the next time the same is asked.

    Returns
    -------
    dict of str to list of int
        For each question's id, positions of up to 24 passages, nearest first.
    """
    texts = [question.text for question in questions]
    key = hashlib.sha256("\0".join([*texts, *(p.text for p in passages)]).encode()).hexdigest()
    cache = folder / "neighbours.npz"
    near = _kept(cache, key)
    if near is None:
        near = np.array(list(_found(texts, articles, passages, folder / key[:12])), np.int32)
        np.savez(cache, key=np.array(key), near=near)
    return {
        question.id: [place for place in row if place >= 0]
        for question, row in zip(questions, near.tolist(), strict=True)
    }


def _found(
    texts: Sequence[str], articles: Sequence[Article], passages: Sequence[Passage], folder: Path
) -> Iterator[list[int]]:
    index = PassageIndex(folder)
    if not index.exists():
        index.add(articles)
    places = {(each.article_id, each.span): place for place, each in enumerate(passages)}
    for text in texts:
        hits = [hit.passage for hit in index.search(text, NEAREST)]
        row = [places[hit.article_id, hit.span] for hit in hits]
        yield row + [-1] * (NEAREST - len(row))


def _kept(cache: Path, key: str) -> NDArray[np.int32] | None:
    if not cache.is_file():
        return None
    with np.load(cache, allow_pickle=False) as kept:
        found: NDArray[np.int32] = kept["near"]
        return found if str(kept["key"]) == key else None
