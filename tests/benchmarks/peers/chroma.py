"""Chroma on disk, with sentence-transformers for the question.

Its own embedding function, ONNX Runtime, downloads its model, which is not possible everywhere.
``python chroma.py prepare STORE MODEL`` once, then ``... search STORE MODEL QUESTION``.
"""

import json
import sys
from pathlib import Path


def prepare(store: Path, model: str) -> None:
    """Store the passages with their vectors."""
    import chromadb
    import numpy as np

    texts = json.loads((store / "texts.json").read_text(encoding="utf-8"))
    vectors = np.load(store / "vectors.npy")
    client = chromadb.PersistentClient(str(store / "chroma"))
    collection = client.create_collection(
        "passages", embedding_function=None, metadata={"hnsw:space": "cosine"}
    )
    for first in range(0, len(texts), 1000):
        stop = min(len(texts), first + 1000)
        collection.add(
            ids=[str(i) for i in range(first, stop)],
            embeddings=vectors[first:stop],
            documents=texts[first:stop],
        )


def search(store: Path, model: str, question: str) -> None:
    """Print the five nearest passages."""
    import chromadb
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(model)
    client = chromadb.PersistentClient(str(store / "chroma"))
    collection = client.get_collection("passages", embedding_function=None)
    vector = encoder.encode(question, normalize_embeddings=True)
    found = collection.query(query_embeddings=[vector], n_results=5)
    print("\n".join(found["documents"][0]))


if __name__ == "__main__":
    action = {"prepare": prepare, "search": search}[sys.argv[1]]
    action(Path(sys.argv[2]), *sys.argv[3:])
