"""Snapshots: which rows belong to what."""

from pathlib import Path
from typing import Any

import numpy as np

from index import Article, PassageIndex
from index.ledger import connect
from index.snapshot import Snapshot, load_snapshot


def test_rows_are_found_by_article_and_articles_by_row() -> None:
    # Article 7: rows 0 to 2, one passage of two sentences; rows 3 and 4 are nobody's any more;
    # article 2: rows 5 to 9, two passages, three sentences.
    snapshot = Snapshot(
        generation=1,
        matrix=np.zeros((10, 2), dtype=np.float32),
        articles=np.array([[7, 0, 1, 2], [2, 5, 2, 3]]),
        passage_rows=np.array([0, 5, 6]),
        sentence_rows=np.array([1, 2, 7, 8, 9]),
        passages=3,
        terms=12,
    )
    assert [snapshot.place(row) for row in (0, 1, 2, 5, 6, 7, 9)] == [
        (7, 0),
        (7, 0),
        (7, 1),
        (2, 0),
        (2, 1),
        (2, 0),
        (2, 2),
    ]
    assert snapshot.rows_of(7) == (0, 1)
    assert snapshot.rows_of(2) == (5, 7)
    assert snapshot.average_length == 4


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


def test_empty_index_has_no_average(tmp_path: Path, hash_encoder: Any) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    with index.writing():
        pass
    connection = connect(tmp_path)
    assert load_snapshot(connection, tmp_path).average_length == 0
    connection.close()
