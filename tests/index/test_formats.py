"""Formats of the ledger and the way from one to the next."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index import Article, BusyError, CorpusError, MismatchError, PassageIndex, upgrade
from index.formats import FORMAT, MIGRATIONS
from index.ledger import LEDGER, connect
from index.writer import upgrade as upgrade_by


def add_the_language(connection: sqlite3.Connection) -> None:
    """Bring the made-up older format, which kept no settings' language, to this one."""
    connection.execute("INSERT INTO setting VALUES ('language', 'en')")


def fail(connection: sqlite3.Connection) -> None:
    """Fail half way."""
    add_the_language(connection)
    connection.execute("INSERT INTO nowhere VALUES (1)")


@pytest.fixture
def old(tmp_path: Path, hash_encoder: Any) -> Path:
    """Return the folder of an index of the made-up older format."""
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "The plant closed.")])
    index.close()
    with closing(sqlite3.connect(tmp_path / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT - 1}")
    return tmp_path


def test_older_index_is_brought_up_to_date_and_is_whole(old: Path, hash_encoder: Any) -> None:
    upgrade_by(old, {FORMAT - 1: add_the_language})
    upgrade_by(old, {FORMAT - 1: fail})  # nothing is left to be done
    index = PassageIndex(old, hash_encoder)
    assert index.settings()["language"] == "en"
    assert index.verify(deep=True) == 1
    index.close()


def test_reader_of_an_older_format_is_told_to_index_once(old: Path) -> None:
    with pytest.raises(MismatchError, match="run footnote index SOURCE once"):
        connect(old, migrations={FORMAT - 1: add_the_language})
    with pytest.raises(MismatchError, match="run footnote index SOURCE once"):
        connect(old, write=True, migrations={FORMAT - 1: add_the_language})


@pytest.mark.parametrize("version", [0, FORMAT + 1])
def test_format_without_a_way_to_this_one_is_refused(old: Path, version: int) -> None:
    with closing(sqlite3.connect(old / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    for work in (upgrade, connect):
        with pytest.raises(MismatchError, match=f"of format {version}, this version reads"):
            work(old)


def test_migration_that_fails_leaves_the_older_format_as_it_was(old: Path) -> None:
    with pytest.raises(CorpusError, match="no such table: nowhere"):
        upgrade_by(old, {FORMAT - 1: fail})
    with closing(sqlite3.connect(old / LEDGER)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT - 1,)
        names = [name for (name,) in connection.execute("SELECT name FROM setting")]
    assert "language" not in names
    upgrade_by(old, {FORMAT - 1: add_the_language})


def test_migration_waits_for_no_other_writer(old: Path, hash_encoder: Any, tmp_path: Path) -> None:
    with closing(sqlite3.connect(old / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    index = PassageIndex(old, hash_encoder)
    with index.writing():
        with closing(sqlite3.connect(old / LEDGER)) as connection:
            connection.execute(f"PRAGMA user_version = {FORMAT - 1}")
        with pytest.raises(BusyError):
            upgrade_by(old, {FORMAT - 1: add_the_language})
    index.close()


def test_upgrade_does_nothing_where_nothing_is_or_all_is_new(
    tmp_path: Path, hash_encoder: Any
) -> None:
    upgrade(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "One.")])
    upgrade(tmp_path)
    assert index.verify(deep=True) == 1
    index.close()


def test_every_format_has_a_way_to_this_one() -> None:
    assert sorted(MIGRATIONS) == list(range(1, FORMAT))


# What an article was in format 1.
FORMAT_1 = """
CREATE TABLE article_1 (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL, url TEXT, published TEXT, encoding TEXT NOT NULL, digest TEXT NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, indexed_at TEXT NOT NULL,
  characters INTEGER NOT NULL, first_row INTEGER NOT NULL, passages INTEGER NOT NULL,
  sentences INTEGER NOT NULL, checksum INTEGER NOT NULL, text TEXT NOT NULL
);
INSERT INTO article_1 SELECT number, id, source, title, url, published, encoding, digest, size,
  mtime_ns, indexed_at, characters, first_row, passages, sentences, checksum, text FROM article;
DROP TABLE article;
ALTER TABLE article_1 RENAME TO article;
DROP TABLE visit;
PRAGMA user_version = 1;
"""


def test_articles_of_format_1_are_found_again_in_format_2(
    tmp_path: Path, hash_encoder: Any
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add(
        [
            Article("a", "A", "The plant closed. It was old.", source="/w/a.md", published="2024"),
            Article("b", "B", "Sheep graze on the hills.", source="/w/b.txt"),
        ]
    )
    before = index.search("plant", k=9)
    index.close()
    with closing(sqlite3.connect(tmp_path / LEDGER)) as connection:
        connection.executescript(FORMAT_1)
    with pytest.raises(MismatchError, match="run footnote index SOURCE once"):
        connect(tmp_path)
    upgrade(tmp_path)
    index = PassageIndex(tmp_path, hash_encoder)
    assert index.verify(deep=True) == 2
    assert index.search("plant", k=9) == before
    assert [(each.kind, each.collection, each.published) for each in index.articles()] == [
        ("markdown", "", "2024"),
        ("text", "", None),
    ]
    index.add([Article("c", "C", "Another one.", collection="later")])
    assert index.verify(deep=True) == 3
    assert index.collections() == {"later": 1}
    index.close()
