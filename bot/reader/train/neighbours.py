"""Hard negatives: the passages nearest to each question."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.reader.train.squad import Question
from index import Passage, SentenceEncoder

NEAREST = 12
_BLOCK = 1024


def neighbours(
    questions: Sequence[Question], passages: Sequence[Passage], cache: Path
) -> dict[str, list[int]]:
    """Find the passages nearest to questions.

    Parameters
    ----------
    questions : sequence of Question
    passages : sequence of Passage
    cache : Path
        An ``.npz`` file that keeps what was found for the same questions and passages.

    Returns
    -------
    dict of str to list of int
        For each question's id, positions of passages, nearest first.
    """
    texts = [question.text for question in questions]
    key = hashlib.sha256("\0".join([*texts, *(p.text for p in passages)]).encode()).hexdigest()
    near = _kept(cache, key)
    if near is None:
        encoder = SentenceEncoder()
        matrix, asked = encoder.encode([p.text for p in passages]), encoder.encode(texts)
        blocks = []
        for first in range(0, len(asked), _BLOCK):
            cosines = asked[first : first + _BLOCK] @ matrix.T
            best = np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST]
            order = np.argsort(-np.take_along_axis(cosines, best, 1), axis=1, kind="stable")
            blocks.append(np.take_along_axis(best, order, 1))
        near = np.concatenate(blocks).astype(np.int32)
        np.savez(cache, key=np.array(key), near=near)
    return {q.id: row for q, row in zip(questions, near.tolist(), strict=True)}


def _kept(cache: Path, key: str) -> NDArray[np.int32] | None:
    if not cache.is_file():
        return None
    with np.load(cache, allow_pickle=False) as kept:
        found: NDArray[np.int32] = kept["near"]
        return found if str(kept["key"]) == key else None
