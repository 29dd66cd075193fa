"""The forward pass that OpenVINO compiles, against the one in numpy."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from index import DEFAULT_MODEL, SentenceEncoder, model_folder
from index.encoder import BULK_TEXTS, agree, has_bfloat16, has_gpu
from index.minibert import MiniBertEncoder
from index.minibert.compiled import BATCH_TEXTS, CompiledEncoder, installed

pytestmark = pytest.mark.skipif(not installed(), reason="OpenVINO is not installed")

TEXTS = [
    "",
    "Plant.",
    "Where is the plant?",
    "The plant in the north was closed in 1998, after forty years. " * 20,
    "¿Dónde está la fábrica? 工場はどこですか。",
    *(f"The {n} works make {7 * n} cars a week." for n in range(2 * BATCH_TEXTS)),
]


@pytest.fixture(scope="module")
def plain() -> MiniBertEncoder:
    """Return the bundled model in numpy."""
    return MiniBertEncoder.load(model_folder(DEFAULT_MODEL))


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_compiled_vectors_are_those_of_numpy_within_bfloat16(
    plain: MiniBertEncoder, pooling: str
) -> None:
    encoder = replace(plain, pooling=pooling)
    vectors = CompiledEncoder(encoder, 2).encode(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((len(TEXTS), 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert (vectors * encoder.encode(TEXTS)).sum(axis=1).min() > 0.999


def test_vectors_do_not_depend_on_what_they_are_encoded_with(plain: MiniBertEncoder) -> None:
    encoder = CompiledEncoder(plain, 1)
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.9999
    assert encoder.encode(TEXTS[:0]).shape == (0, 384)


def test_nothing_is_reported_to_the_makers_of_the_compiler(plain: MiniBertEncoder) -> None:
    assert agree(plain, CompiledEncoder(plain, 1))
    assert sys.modules["openvino_telemetry"] is None


@pytest.mark.skipif(not has_bfloat16() or has_gpu(), reason="bulk is not compiled here")
def test_many_texts_are_encoded_by_it_and_few_are_not(plain: MiniBertEncoder) -> None:
    encoder = SentenceEncoder()
    many = [f"The {n} works." for n in range(BULK_TEXTS)]
    vectors = encoder.encode(many)
    assert isinstance(encoder._bulk, CompiledEncoder)
    assert (vectors[:9] * plain.encode(many[:9])).sum(axis=1).min() > 0.999
    assert np.array_equal(encoder.encode(TEXTS[:3]), SentenceEncoder().encode(TEXTS[:3]))
