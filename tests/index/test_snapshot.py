"""Snapshots: which rows belong to what."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import Article, PassageIndex
from index.ledger import connect
from index.snapshot import Snapshot, load_snapshot


def test_articles_are_found_by_row() -> None:
    # Article 7: rows 0 to 2, one passage of two sentences; rows 3 and 4 are nobody's any more;
    # article 2: rows 5 to 9, two passages, three sentences.
    snapshot = Snapshot(
        generation=1,
        matrix=np.zeros((10, 2), dtype=np.float32),
        articles=np.array([[7, 0, 1, 2], [2, 5, 2, 3]]),
        passage_rows=np.array([0, 5, 6]),
        sentence_rows=np.array([1, 2, 7, 8, 9]),
        passages=3,
        codes=None,
    )
    assert snapshot.places(np.array([0, 1, 2, 5, 6, 7, 9])) == [
        (7, 0),
        (7, 0),
        (7, 1),
        (2, 0),
        (2, 1),
        (2, 0),
        (2, 2),
    ]


def test_snapshot_of_a_changed_index_leaves_out_old_rows(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One. Two."), Article("b", "B", "Three.")])
    index.add([Article("a", "A", "Four.")])
    connection = connect(tmp_path)
    snapshot = load_snapshot(connection, tmp_path)
    # a: 1 passage, 2 sentences; b: 1, 1; the new a: 1, 1.
    assert snapshot.matrix.shape == (7, 8)
    assert snapshot.passage_rows.tolist() == [3, 5]
    assert snapshot.sentence_rows.tolist() == [4, 6]
    assert snapshot.generation == 2
    connection.close()
    index.close()


@pytest.fixture
def many(tmp_path: Path, hash_encoder: Any) -> Iterator[PassageIndex]:
    """Yield an index of forty articles, of which every vector is compared."""
    index = PassageIndex(tmp_path, hash_encoder)
    for number in range(4):
        index.add(
            Article(f"{number}-{i}", "A", f"Word{number} of {i}. Another {i}.") for i in range(10)
        )
    index.remove(["1-3", "2-7"])
    yield index
    index.close()


def found(index: PassageIndex) -> list[list[str]]:
    """Return all passages, best first, for some queries."""
    queries = ("word1 of 3", "another 7", "Something else.")
    return [[hit.passage.id for hit in index.search(query, 40)] for query in queries]


def test_passages_are_found_by_their_codes_as_by_their_vectors(
    many: PassageIndex, hash_encoder: Any
) -> None:
    many.compact()
    coded = PassageIndex(many.folder, hash_encoder, exact_passages=10)
    assert found(coded) == found(many)
    coded.close()


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 24)])
def test_codes_that_are_lost_are_made_again(
    many: PassageIndex, hash_encoder: Any, damage: Callable[[Path], None]
) -> None:
    path = many.folder / "codes-1.u64"
    whole = path.read_bytes()
    damage(path)
    coded = PassageIndex(many.folder, hash_encoder, exact_passages=10)
    assert found(coded) == found(many)
    coded.add([Article("new", "New", "Fresh words.")])
    assert path.read_bytes()[: len(whole)] == whole
    assert len(path.read_bytes()) == len(whole) + 2 * 8
    coded.close()
