"""The embeddings and layers of a BERT model, computed in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from index.minibert.settings import LAYER_PARTS, bert_config
from index.minibert.weights import Floats, Stored, read_tensors, widened

_GELU_BLOCK = 1 << 15  # elements; keeps the three arrays of `_gelu` in the second-level cache
# erfc(a / sqrt(2)) = p(a) ** -8 for a >= 0, the form of Abramowitz and Stegun 7.1.28, refitted
# by reweighted least squares until |gelu's error| < 5e-8 before rounding. Highest power first.
_ERFC_ROOT = (
    2.932498356507174e-06,
    -1.6747275005974807e-05,
    9.75824861440967e-05,
    0.00011135005306275549,
    0.0009806635951560075,
    0.008591630751988625,
    0.0447888016845289,
    0.09973249527194906,
    1.0,
)
_GELU_ROOT = tuple(c * 2**0.125 for c in _ERFC_ROOT)  # its eighth power is 2 / erfc
_WORDS = "embeddings.word_embeddings.weight"
_POSITIONS = "embeddings.position_embeddings.weight"
_KINDS = "embeddings.token_type_embeddings.weight"
_NORM = "embeddings.LayerNorm"


class Affine(NamedTuple):
    """A weight of shape (out, in), or (width,) in a layer norm, and a bias of its first size."""

    weight: Floats
    bias: Floats

    def project(self, x: Floats) -> Floats:
        """Return rows ``x``, shape (n, in), times the weight plus the bias, shape (n, out)."""
        y: Floats = x @ self.weight.T
        y += self.bias
        return y

    def normalise(self, x: Floats, eps: float) -> Floats:
        """Give every row of ``x`` mean 0 and variance 1 in place, then scale and shift it."""
        width = x.shape[1]
        x -= x @ np.full((width, 1), 1 / width, np.float32)
        variance = np.einsum("ij,ij->i", x, x)[:, None] / np.float32(width)
        x /= np.sqrt(variance + np.float32(eps))
        x *= self.weight
        x += self.bias
        return x


class Layer(NamedTuple):
    """One encoder layer, its parts in the order of computation."""

    query: Affine
    key: Affine
    value: Affine
    mix: Affine
    mix_norm: Affine
    widen: Affine
    narrow: Affine
    norm: Affine


def _gelu(x: Floats, bias: Floats) -> None:
    """Replace ``x`` by ``gelu(x + bias)``: max(x, 0) - |x| erfc(|x| / sqrt(2)) / 2."""
    rows = max(1, _GELU_BLOCK // x.shape[1])
    magnitude = np.empty((min(rows, len(x)), x.shape[1]), np.float32)
    root = np.empty_like(magnitude)
    with np.errstate(over="ignore"):  # a divisor of infinity is the limit wanted
        for begin in range(0, len(x), rows):
            block = x[begin : begin + rows]
            a, p = magnitude[: len(block)], root[: len(block)]
            block += bias
            np.abs(block, out=a)
            np.multiply(a, _GELU_ROOT[0], out=p)
            for coefficient in _GELU_ROOT[1:-1]:
                p += coefficient
                p *= a
            p += _GELU_ROOT[-1]
            for _ in range(3):
                p *= p
            a /= p
            np.maximum(block, 0, out=block)
            block -= a


@dataclass(frozen=True, slots=True, eq=False)
class BertTrunk:
    """The embeddings and layers of a BertModel, without pooler or head.

    Attributes
    ----------
    heads : int
        Attention heads; divides the width.
    eps : float
        Added to the variance in every layer norm.
    words, positions, kinds : ndarray
        Embeddings as stored, shape (count, width).
    norm : Affine
        Layer norm of the embeddings.
    layers : tuple of Layer
        In the order of computation.
    """

    heads: int
    eps: float
    words: Stored
    positions: Stored
    kinds: Stored
    norm: Affine
    layers: tuple[Layer, ...]

    @classmethod
    def load(cls, folder: Path, words: Path | None = None) -> Self:
        """Open ``config.json`` and ``model.safetensors`` of a folder.

        Names may carry the prefix ``bert.``, as in a model with a head on the trunk.

        Parameters
        ----------
        folder : Path
        words : Path, optional
            Folder of the model whose word embeddings are used, where ``folder`` has none.

        Raises
        ------
        ValueError
            If the model is not a plain BERT, or a file is damaged or lacks a tensor.
        OSError
            If a file cannot be read.
        """
        config, path = bert_config(folder), folder / "model.safetensors"
        tensors = read_tensors(path)
        prefix = "" if _POSITIONS in tensors else "bert."
        if words:
            lent = read_tensors(words / "model.safetensors")
            if _WORDS in lent:
                tensors[prefix + _WORDS] = lent[_WORDS]

        def stored(name: str, *sizes: str) -> Stored:
            found, shape = tensors.get(prefix + name), tuple(config[size] for size in sizes)
            if found is None or found.shape != shape:
                raise ValueError(f"{path}: no float tensor {name} of shape {shape}")
            return found

        def affine(name: str, *sizes: str) -> Affine:
            weight, bias = stored(f"{name}.weight", *sizes), stored(f"{name}.bias", sizes[0])
            return Affine(widened(weight), widened(bias))

        return cls(
            config["num_attention_heads"],
            config["layer_norm_eps"],
            stored(_WORDS, "vocab_size", "hidden_size"),
            stored(_POSITIONS, "max_position_embeddings", "hidden_size"),
            stored(_KINDS, "type_vocab_size", "hidden_size"),
            affine(_NORM, "hidden_size"),
            tuple(
                Layer(
                    *(affine(f"encoder.layer.{i}.{name}", *sizes) for name, *sizes in LAYER_PARTS)
                )
                for i in range(config["num_hidden_layers"])
            ),
        )

    def forward(self, ids: NDArray[Any], type_ids: NDArray[Any], mask: NDArray[Any]) -> Floats:
        """Compute the last hidden states.

        Parameters
        ----------
        ids : ndarray of int, shape (batch, tokens)
            Token ids, padded to one length.
        type_ids : ndarray of int, shape (batch, tokens)
            0 for the first text of a pair, 1 for the second.
        mask : ndarray of bool or int, shape (batch, tokens)
            True or 1 for tokens, False or 0 for padding, which no token attends to.

        Returns
        -------
        ndarray of float32, shape (batch, tokens, width)

        Raises
        ------
        ValueError
            If shapes differ, or an id or the length is outside the embeddings.
        """
        if ids.ndim != 2 or not ids.shape == type_ids.shape == mask.shape:
            raise ValueError("ids, type_ids and mask must share one shape (batch, tokens)")
        if ids.shape[1] > len(self.positions):
            raise ValueError(f"{ids.shape[1]} tokens; the model takes {len(self.positions)}")
        x = _rows(self.words, ids) + _rows(self.kinds, type_ids)
        x += widened(self.positions[: ids.shape[1]])
        visible = mask.astype(bool)
        penalty = None
        if not visible.all():
            penalty = np.where(visible, np.float32(0), np.float32(-1e30))[:, None, None, :]
        flat = self.norm.normalise(x.reshape(-1, x.shape[2]), self.eps)
        for layer in self.layers:
            flat = self._advance(layer, flat, ids.shape, penalty)
        return flat.reshape(x.shape)

    def _advance(
        self, layer: Layer, x: Floats, shape: tuple[int, ...], penalty: Floats | None
    ) -> Floats:
        attended = layer.mix.project(self._attend(layer, x, shape, penalty))
        attended += x
        x = layer.mix_norm.normalise(attended, self.eps)
        inner: Floats = x @ layer.widen.weight.T
        _gelu(inner, layer.widen.bias)
        y = layer.narrow.project(inner)
        y += x
        return layer.norm.normalise(y, self.eps)

    def _attend(
        self, layer: Layer, x: Floats, shape: tuple[int, ...], penalty: Floats | None
    ) -> Floats:
        split = (*shape, self.heads, x.shape[1] // self.heads)
        query, key, value = (part.project(x).reshape(split) for part in layer[:3])
        query *= np.float32(1 / sqrt(split[3]))
        scores = query.transpose(0, 2, 1, 3) @ key.transpose(0, 2, 3, 1)
        if penalty is not None:
            scores += penalty
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        context = np.empty(split, np.float32)
        np.matmul(scores, value.transpose(0, 2, 1, 3), out=context.transpose(0, 2, 1, 3))
        totals = scores @ np.ones((shape[1], 1), np.float32)
        context /= totals.transpose(0, 2, 1, 3)
        return context.reshape(x.shape)


def _rows(table: Stored, ids: NDArray[Any]) -> Floats:
    if ids.size and not 0 <= ids.min() <= ids.max() < len(table):
        raise ValueError(f"an id is outside 0 to {len(table) - 1}")
    return widened(table[ids])
