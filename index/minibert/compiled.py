"""The same forward pass compiled by OpenVINO, in bfloat16: for many texts at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.minibert.encoder import MiniBertEncoder
from index.minibert.trunk import Affine, BertTrunk, Layer
from index.minibert.weights import Floats, widened

PACKAGE = "openvino"
# Its logarithm is added to the scores of padding, which no token then attends to.
_LEAST = np.float32(1e-30)
# Of one text after the other, sorted by length, two at a time are fastest; more is as fast.
BATCH_TEXTS = 4


def installed() -> bool:
    """Say whether OpenVINO can be imported, without importing it."""
    return find_spec(PACKAGE) is not None


class CompiledEncoder:
    """A sentence-transformers model of the BERT family, compiled for the processor it runs on.

    Parameters
    ----------
    plain : MiniBertEncoder
        The model, its tokenizer and its pooling.
    threads : int
        How many threads may encode at the same time, each on a core of its own.
    """

    def __init__(self, plain: MiniBertEncoder, threads: int) -> None:
        openvino = _imported()
        self._plain = plain
        self._compiled = openvino.Core().compile_model(
            _Graph(plain.trunk).model(plain.pooling),
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": "bf16",
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": threads,
            },
        )

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts as `MiniBertEncoder.encode` does, within what bfloat16 rounds off.

        Parameters
        ----------
        texts : sequence of str

        Returns
        -------
        ndarray of float32, shape (len(texts), dimension)
            Rows of unit length.
        """
        tokens = [self._plain.tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
        vectors = np.empty((len(tokens), self._plain.dimension), np.float32)
        request = self._compiled.create_infer_request()
        for first in range(0, len(order), BATCH_TEXTS):
            rows = order[first : first + BATCH_TEXTS]
            vectors[rows] = next(iter(request.infer(_padded([tokens[i] for i in rows])).values()))
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
        return vectors


def _padded(tokens: Sequence[Sequence[int]]) -> list[NDArray[Any]]:
    """Return token ids and mask, shape (n_texts, longest)."""
    lengths = np.array([len(ids) for ids in tokens])
    mask = np.arange(lengths.max()) < lengths[:, None]
    ids = np.zeros(mask.shape, np.int32)
    ids[mask] = np.concatenate([np.array(each, np.int32) for each in tokens])
    return [ids, mask.astype(np.float32)]


def _imported() -> Any:
    # Its importer reports every import to its makers, unless the package that sends it is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


class _Graph:
    """Writes a trunk down as OpenVINO's operations, in the order of `BertTrunk.forward`."""

    def __init__(self, trunk: BertTrunk) -> None:
        from openvino import opset13

        self._ops = opset13
        self._trunk = trunk
        self._heads = trunk.heads

    def model(self, pooling: str) -> Any:
        """Return the model: token ids and mask, shape (n, tokens), to vectors, shape (n, width)."""
        from openvino import Model, PartialShape, Type

        ops, trunk = self._ops, self._trunk
        ids = ops.parameter(PartialShape([-1, -1]), Type.i32)
        mask = ops.parameter(PartialShape([-1, -1]), Type.f32)
        x = ops.gather(self._constant(widened(trunk.words)), ids, 0)
        places = ops.range(0, ops.gather(ops.shape_of(ids), 1, 0), 1, "i64")
        first_kind = widened(trunk.kinds[0])
        x = x + ops.gather(self._constant(widened(trunk.positions) + first_kind), places, 0)
        x = self._normalised(x, trunk.norm)
        penalty = ops.unsqueeze(ops.log(mask + self._constant(_LEAST)), [1, 2])
        for layer in trunk.layers:
            x = self._advanced(x, layer, penalty)
        return Model([self._pooled(x, mask, pooling)], [ids, mask], "encoder")

    def _advanced(self, x: Any, layer: Layer, penalty: Any) -> Any:
        ops = self._ops
        query, key, value = (self._split(self._projected(x, part)) for part in layer[:3])
        attended = ops.scaled_dot_product_attention(query, key, value, penalty)
        joined = ops.reshape(ops.transpose(attended, [0, 2, 1, 3]), [0, 0, -1], special_zero=True)
        x = self._normalised(self._projected(joined, layer.mix) + x, layer.mix_norm)
        inner = ops.gelu(self._projected(x, layer.widen), "erf")
        return self._normalised(self._projected(inner, layer.narrow) + x, layer.norm)

    def _split(self, x: Any) -> Any:
        shaped = self._ops.reshape(x, [0, 0, self._heads, -1], special_zero=True)
        return self._ops.transpose(shaped, [0, 2, 1, 3])

    def _projected(self, x: Any, part: Affine) -> Any:
        product = self._ops.matmul(x, self._constant(part.weight), False, True)
        return product + self._constant(part.bias)

    def _normalised(self, x: Any, part: Affine) -> Any:
        even = self._ops.mvn(x, [-1], True, self._trunk.eps, "inside_sqrt")
        return even * self._constant(part.weight) + self._constant(part.bias)

    def _pooled(self, x: Any, mask: Any, pooling: str) -> Any:
        ops = self._ops
        if pooling == "cls":
            return ops.gather(x, 0, 1)
        total = ops.reduce_sum(x * ops.unsqueeze(mask, [2]), [1])
        return total / ops.reduce_sum(mask, [1], keep_dims=True)

    def _constant(self, value: Any) -> Any:
        return self._ops.constant(np.ascontiguousarray(value, np.float32))
