"""Haystack's in-memory store, saved to disk, with sentence-transformers for the question.

Haystack 3 comes without an embedder for sentence-transformers, so the model is called directly.

``python haystack_search.py prepare STORE MODEL`` once, then ``... search STORE MODEL QUESTION``.
"""

import json
import sys
from pathlib import Path


def prepare(store: Path, model: str) -> None:
    """Store the passages with their vectors."""
    import numpy as np
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    texts = json.loads((store / "texts.json").read_text(encoding="utf-8"))
    vectors = np.load(store / "vectors.npy")
    documents = InMemoryDocumentStore(embedding_similarity_function="cosine")
    documents.write_documents(
        [
            Document(id=str(i), content=text, embedding=vector.tolist())
            for i, (text, vector) in enumerate(zip(texts, vectors, strict=True))
        ]
    )
    documents.save_to_disk(str(store / "haystack.json"))


def search(store: Path, model: str, question: str) -> None:
    """Print the five nearest passages."""
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from sentence_transformers import SentenceTransformer

    documents = InMemoryDocumentStore.load_from_disk(str(store / "haystack.json"))
    vector = SentenceTransformer(model).encode(question, normalize_embeddings=True).tolist()
    retriever = InMemoryEmbeddingRetriever(documents, top_k=5)
    for document in retriever.run(query_embedding=vector)["documents"]:
        print(document.score, document.content)


if __name__ == "__main__":
    action = {"prepare": prepare, "search": search}[sys.argv[1]]
    action(Path(sys.argv[2]), *sys.argv[3:])
