"""Text to vectors: BERT models in numpy; others, and large numbers, by faster or wider engines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError, MismatchError
from index.models import DEFAULT_MODEL, model_folder, weights_digest, weights_stamp

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.minibert import MiniBertEncoder

# From so many texts on, starting torch is worth its while where it has a GPU or bfloat16.
BULK_TEXTS = 512
# So many texts are encoded between two signs of progress; a thread takes one such part.
PART_TEXTS = 64
# On a CPU small batches of texts of like length beat large ones: less padding, warmer caches.
BATCH_TEXTS = {"cpu": 8, "cuda": 256}
# Vectors in bfloat16 are taken if they are this close to those in float32.
LEAST_AGREEMENT = 0.9995
PROBES = ("Where is the plant?", "The plant in the north was closed in 1998, after forty years.")


class Encoder(Protocol):
    """What turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """What the user calls the model."""
        ...

    @property
    def stamp(self) -> str:
        """What changes when the weights' file does: cheap, and no proof."""
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


class Engine(Protocol):
    """One way of running a model."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts of like length into unit vectors."""
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
        self._folder: Path | None = None
        self._digest: str | None = None
        self._numpy: MiniBertEncoder | None = None
        self._bulk: Engine | None = None

    @property
    def folder(self) -> Path:
        """Folder of the model's files."""
        if self._folder is None:
            self._folder = model_folder(self.name)
        return self._folder

    @property
    def stamp(self) -> str:
        """Size and date of the weights' file."""
        return weights_stamp(self.folder)

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, hexadecimal."""
        if self._digest is None:
            self._digest = weights_digest(self.name, self.folder)
        return self._digest

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return int(self.encode(["length"]).shape[1])

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
        engine = self._engine(len(texts))
        if len(texts) == 1:
            return engine.encode(texts)
        parts = list(_parts(texts))
        found: list[NDArray[np.float32]] = []
        for vectors in _encoded(engine, [[texts[i] for i in part] for part in parts]):
            found.append(vectors)
            if advance:
                advance(len(vectors))
        if not found:
            return np.empty((0, self.dimension), dtype=np.float32)
        result = np.empty((len(texts), found[0].shape[1]), dtype=np.float32)
        result[np.concatenate(parts)] = np.concatenate(found)
        return result

    def _engine(self, texts: int) -> Engine:
        from index.minibert import supports

        computed_here = self._numpy is not None or supports(self.folder)
        if computed_here and self._numpy is None:
            self._numpy = _numpy_engine(self.name, self.folder)
        if self._numpy and not (texts >= BULK_TEXTS and (has_gpu() or has_bfloat16())):
            return self._numpy
        if self._bulk is None:
            self._bulk = self._bulk_engine(self._numpy)
        return self._bulk

    def _bulk_engine(self, plain: MiniBertEncoder | None) -> Engine:
        if plain and not has_gpu():
            from index.minibert import compiled

            if compiled.installed():
                engine = compiled.CompiledEncoder(plain, cores())
                if agree(plain, engine):
                    return engine
        return TorchEngine(self.name, self.folder)


class TorchEngine:
    """A model run by sentence-transformers: on a GPU if there is one, in bfloat16 if it agrees.

    Raises
    ------
    EncoderError
        If sentence-transformers can't load the model.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._model = _load(name, folder)
        self._batch = BATCH_TEXTS["cuda" if self._model.device.type == "cuda" else "cpu"]
        if self._model.device.type == "cuda" or has_bfloat16():
            exact = self.encode(PROBES)
            self._model.bfloat16()
            if not _near(exact, self.encode(PROBES)):
                self._model.float()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts into unit vectors."""
        import torch

        vectors = self._model.encode(
            list(texts),
            batch_size=self._batch,
            convert_to_tensor=True,
            normalize_embeddings=False,
            show_progress_bar=False,
        )
        unit = torch.nn.functional.normalize(vectors.float(), dim=1)
        return np.asarray(unit.cpu().numpy(), dtype=np.float32)


def agree(one: Engine, other: Engine) -> bool:
    """Say whether two engines give nearly the same vectors."""
    return _near(one.encode(PROBES), other.encode(PROBES))


def _near(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    return bool((one * other).sum(axis=1).min() >= LEAST_AGREEMENT)


def cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def has_gpu() -> bool:
    """Say whether there is a GPU that torch may use, without importing torch to ask."""
    return Path("/dev/nvidiactl").exists() or shutil.which("nvidia-smi") is not None


def has_bfloat16() -> bool:
    """Say whether the CPU multiplies matrices of bfloat16."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def _parts(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield positions of texts in parts, in order of length."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for first in range(0, len(order), PART_TEXTS):
        yield order[first : first + PART_TEXTS]


def _encoded(engine: Engine, parts: Sequence[list[str]]) -> Iterator[NDArray[np.float32]]:
    """Encode parts in order, on all cores."""
    if isinstance(engine, TorchEngine) or len(parts) < 2:
        yield from map(engine.encode, parts)
        return
    # Imported late: a question needs neither.
    from concurrent.futures import ThreadPoolExecutor

    from threadpoolctl import threadpool_limits

    # A thread for each core, each with BLAS to itself: matrices this small are not worth sharing.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores()) as pool:
        yield from pool.map(engine.encode, parts)


def _numpy_engine(name: str, folder: Path) -> MiniBertEncoder:
    from index.minibert import MiniBertEncoder

    try:
        return MiniBertEncoder.load(folder)
    except (OSError, ValueError) as error:
        raise EncoderError(f"the model {name} can't be loaded: {error}.") from error


def _load(name: str, folder: Path) -> SentenceTransformer:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    weights_stamp(folder)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(folder),
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # the libraries raise whatever their files' parsers do
        said = next(iter(str(error).splitlines()), "")
        raise EncoderError(
            f"the model {name} can't be loaded ({said}); give the folder of a "
            "sentence-transformers model with safetensors weights."
        ) from error


def check_weights(folder: Path, settings: Mapping[str, str], encoder: Encoder) -> None:
    """Compare a model's weights with those an index was made with.

    Raises
    ------
    MismatchError
        If they differ: every score would be meaningless. Weights whose file has the size and date
        it had then are taken for the same.
    """
    if settings.get("model_stamp") == encoder.stamp:
        return
    if settings.get("model_digest") != encoder.digest:
        raise MismatchError(
            f"{folder} was made with other weights of {encoder.name} than those installed; index "
            "your articles into a new folder with --index."
        )
