"""Parts that the tests share; the dear ones are built once a session."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import PassageIndex, SentenceEncoder, update
from tests.web_server import WebServer, serving

ROOT = Path(__file__).resolve().parent.parent


class HashEncoder:
    """A quick stand-in for a model: unit vectors drawn from a text's digest, meaning nothing.

    ``encoded`` lists every text it was given, so that a test can count what was embedded.
    """

    def __init__(self, name: str = "hash", digest: str = "0" * 64, dimension: int = 8) -> None:
        self.name = name
        self.digest = digest
        self.stamp = digest
        self.dimension = dimension
        self.encoded: list[str] = []

    def encode(
        self, texts: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode texts: equal texts get equal vectors, and no others do."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            digest = hashlib.sha256(text.encode()).digest()
            vector = np.random.default_rng(list(digest)).standard_normal(self.dimension)
            vectors[row] = vector / np.linalg.norm(vector)
            self.encoded.append(text)
            if advance:
                advance(1)
        return vectors


@pytest.fixture
def hash_encoder() -> HashEncoder:
    """Return a quick encoder of this test's own."""
    return HashEncoder()


@pytest.fixture
def make_encoder() -> type[HashEncoder]:
    """Return the class of quick encoders, for tests that need one with another name or digest."""
    return HashEncoder


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """Return the bundled model, loaded once."""
    return SentenceEncoder()


@pytest.fixture(scope="session")
def samples_index(
    encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PassageIndex]:
    """Yield an index of the sample articles; not to be written to."""
    index = PassageIndex(tmp_path_factory.mktemp("samples") / "index", encoder)
    update(index, [ROOT / "bot" / "samples"])
    yield index
    index.close()


@pytest.fixture
def web() -> Iterator[WebServer]:
    """Yield a web server on loopback, without a page."""
    with serving() as server:
        yield server


@pytest.fixture
def shared_data() -> Path:
    """Return the folder with the team's data, which lies beside the checkout and not in it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"needs the team's data in {folder}, which is not part of the checkout")
    return folder


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Yield a folder that every user may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


AS_NOBODY = """
import mmap, os, sys  # what is imported later must be readable to everybody
import index, index.writer
class Encoder:
    name, digest, stamp, dimension = "hash", "0" * 64, "0" * 64, 8
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
"""


@pytest.fixture
def as_nobody() -> Callable[..., str]:
    """Return what runs a program as a user without rights and returns what it prints.

    ``index``, ``os`` and ``sys`` are imported for the program, and an ``Encoder`` that passes for
    the quick one until it is to encode; an exception fails the test.
    """

    def run(program: str, *arguments: str | Path) -> str:
        command = [sys.executable, "-c", AS_NOBODY + program, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
