"""The plain script that people write: sentence-transformers and numpy.

``python plain.py prepare STORE MODEL`` once, then ``python plain.py search STORE MODEL QUESTION``.
STORE holds ``texts.json`` and ``vectors.npy``, which cold.py has written: nothing is to prepare.
"""

import json
import sys
from pathlib import Path


def prepare(store: Path, model: str) -> None:
    """Do nothing."""


def search(store: Path, model: str, question: str) -> None:
    """Print the five nearest passages."""
    import numpy as np
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model)
    texts = json.loads((store / "texts.json").read_text(encoding="utf-8"))
    vectors = np.load(store / "vectors.npy")
    scores = vectors @ encoder.encode(question, normalize_embeddings=True)
    for i in np.argsort(-scores)[:5]:
        print(f"{scores[i]:.3f} {texts[i]}")


if __name__ == "__main__":
    action = {"prepare": prepare, "search": search}[sys.argv[1]]
    action(Path(sys.argv[2]), *sys.argv[3:])
