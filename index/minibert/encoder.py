"""Sentence vectors as sentence-transformers makes them, without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.minibert.settings import load_tokenizer, read_plan
from index.minibert.trunk import BertTrunk
from index.minibert.weights import Floats

_TOKENS_PER_BATCH = 256  # as fast as 512 or 1024 on one core, in less memory
_LEAST_FILL = 0.9  # a text shorter than this share of its batch's longest starts a new batch


@dataclass(frozen=True, slots=True, eq=False)
class MiniBertEncoder:
    """A sentence-transformers model of the BERT family, computed by `BertTrunk`.

    Attributes
    ----------
    trunk : BertTrunk
        Shared with whoever else reads the same folder.
    tokenizer : Tokenizer
        Cuts at the model's limit, does not pad.
    pooling : str
        ``"mean"`` of the tokens, or the first one, ``"cls"``.
    """

    trunk: BertTrunk
    tokenizer: Tokenizer
    pooling: str

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open a sentence-transformers model folder for which `supports` is true.

        Raises
        ------
        ValueError
            If the model is of another kind, or a file is damaged.
        OSError
            If a file cannot be read.
        """
        plan = read_plan(folder)
        tokenizer = load_tokenizer(plan.trunk, plan.max_tokens)
        return cls(BertTrunk.load(plan.trunk), tokenizer, plan.pooling)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.trunk.words.shape[1])

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts as ``SentenceTransformer.encode(normalize_embeddings=True)`` does.

        Parameters
        ----------
        texts : sequence of str
            Cut at the model's limit; an empty text has a vector too.

        Returns
        -------
        ndarray of float32, shape (len(texts), dimension)
            Rows of unit length, in the order of the texts.

        Raises
        ------
        ValueError
            If ``texts`` is one string, a text holds half a surrogate pair, or the weights yield
            numbers that are not finite.
        """
        if isinstance(texts, str):
            raise ValueError("texts must be a sequence of strings, not one string")
        tokens = [self._ids(text) for text in texts]
        vectors = np.empty((len(tokens), self.dimension), np.float32)
        for rows in _batches([len(ids) for ids in tokens]):
            vectors[rows] = self._pooled([tokens[row] for row in rows])
        norms = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
        vectors /= np.maximum(norms, np.float32(1e-12))
        if not np.isfinite(vectors).all():
            raise ValueError("the vectors are not finite: the weights are damaged, copy them anew")
        return vectors

    def _ids(self, text: str) -> NDArray[np.int32]:
        try:
            return np.array(self.tokenizer.encode(text).ids, np.int32)
        except TypeError as error:
            raise ValueError(f"not a text in Unicode: {text!r:.80}") from error

    def _pooled(self, tokens: Sequence[NDArray[np.int32]]) -> Floats:
        lengths = np.array([len(ids) for ids in tokens])
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.zeros(mask.shape, np.int32)
        ids[mask] = np.concatenate(tokens)
        hidden = self.trunk.forward(ids, np.zeros_like(ids), mask)
        if self.pooling == "cls":
            return hidden[:, 0]
        hidden *= mask[..., None]
        mean: Floats = hidden.sum(axis=1) / lengths[:, None].astype(np.float32)
        return mean


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield row numbers, longest first, in batches of similar length and bounded size."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        longest = lengths[batch[0]] if batch else 0
        full = (len(batch) + 1) * longest > _TOKENS_PER_BATCH
        if batch and (full or lengths[row] < _LEAST_FILL * longest):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
