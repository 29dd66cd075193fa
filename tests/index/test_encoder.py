"""Text to vectors."""

from pathlib import Path

import numpy as np
import pytest

from index import DEFAULT_MODEL, EncoderError, SentenceEncoder
from index.encoder import TorchEngine
from index.models import WEIGHTS, model_folder

TEXTS = ["Where is the plant?", "It closed.", "The plant in the north closed in 1998."]


def copied(folder: Path, *changed: str) -> Path:
    """Link the bundled model's files into a folder, but for some, and return the folder."""
    for path in model_folder(DEFAULT_MODEL).rglob("*"):
        place = folder / path.relative_to(model_folder(DEFAULT_MODEL))
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.name not in changed:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(path)
    return folder


def test_vectors_are_of_unit_length_and_in_the_order_of_the_texts(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        assert encoder.encode([text])[0] == pytest.approx(vector, abs=1e-5)


def test_no_texts_make_no_rows(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_progress_counts_every_text(encoder: SentenceEncoder) -> None:
    seen: list[int] = []
    vectors = encoder.encode([f"Plant {n}." for n in range(130)], seen.append)
    assert sum(seen) == 130
    assert len(seen) == 3
    assert vectors[129] == pytest.approx(encoder.encode(["Plant 129."])[0], abs=1e-5)


def test_torch_agrees_with_numpy(encoder: SentenceEncoder) -> None:
    vectors = TorchEngine(DEFAULT_MODEL, encoder.folder).encode(TEXTS)
    assert (vectors * encoder.encode(TEXTS)).sum(axis=1).min() > 0.999


def test_model_that_numpy_does_not_support_is_run_by_torch(
    tmp_path: Path, encoder: SentenceEncoder
) -> None:
    # Without the list of its modules sentence-transformers averages the tokens, as they say.
    other = SentenceEncoder(str(copied(tmp_path, "modules.json")))
    assert other.dimension == 384
    assert (other.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("missing", [(), ("modules.json",)])
def test_damaged_weights_are_an_error_with_a_sentence(
    tmp_path: Path, missing: tuple[str, ...]
) -> None:
    folder = copied(tmp_path, WEIGHTS, *missing)
    (folder / WEIGHTS).write_bytes(b"\x08\0\0\0\0\0\0\0not json")
    with pytest.raises(EncoderError, match="can't be loaded"):
        SentenceEncoder(str(folder)).encode(["One."])


def test_folder_that_is_no_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"no readable model\.safetensors"):
        SentenceEncoder(str(tmp_path)).encode(["One."])
