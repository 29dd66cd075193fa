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
    """Bring the made-up format 0, which kept no settings' language, to format 1."""
    connection.execute("INSERT INTO setting VALUES ('language', 'en')")


def fail(connection: sqlite3.Connection) -> None:
    """Fail half way."""
    add_the_language(connection)
    connection.execute("INSERT INTO nowhere VALUES (1)")


@pytest.fixture
def old(tmp_path: Path, hash_encoder: Any) -> Path:
    """Return the folder of an index of the made-up format 0."""
    index = PassageIndex(tmp_path, hash_encoder)
    index.add([Article("a", "A", "The plant closed.")])
    index.close()
    with closing(sqlite3.connect(tmp_path / LEDGER)) as connection:
        connection.execute("PRAGMA user_version = 0")
    return tmp_path


def test_older_index_is_brought_up_to_date_and_is_whole(old: Path, hash_encoder: Any) -> None:
    upgrade_by(old, {0: add_the_language})
    upgrade_by(old, {0: fail})  # nothing is left to be done
    index = PassageIndex(old, hash_encoder)
    assert index.settings()["language"] == "en"
    assert index.verify(deep=True) == 1
    index.close()


def test_reader_of_an_older_format_is_told_to_index_once(old: Path) -> None:
    with pytest.raises(MismatchError, match="run footnote index SOURCE once"):
        connect(old, migrations={0: add_the_language})
    with pytest.raises(MismatchError, match="run footnote index SOURCE once"):
        connect(old, write=True, migrations={0: add_the_language})


@pytest.mark.parametrize("version", [0, FORMAT + 1])
def test_format_without_a_way_to_this_one_is_refused(old: Path, version: int) -> None:
    with closing(sqlite3.connect(old / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    for work in (upgrade, connect):
        with pytest.raises(MismatchError, match=f"of format {version}, this version reads"):
            work(old)


def test_migration_that_fails_leaves_the_older_format_as_it_was(old: Path) -> None:
    with pytest.raises(CorpusError, match="no such table: nowhere"):
        upgrade_by(old, {0: fail})
    with closing(sqlite3.connect(old / LEDGER)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        names = [name for (name,) in connection.execute("SELECT name FROM setting")]
    assert "language" not in names
    upgrade_by(old, {0: add_the_language})


def test_migration_waits_for_no_other_writer(old: Path, hash_encoder: Any, tmp_path: Path) -> None:
    with closing(sqlite3.connect(old / LEDGER)) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    index = PassageIndex(old, hash_encoder)
    with index.writing():
        with closing(sqlite3.connect(old / LEDGER)) as connection:
            connection.execute("PRAGMA user_version = 0")
        with pytest.raises(BusyError):
            upgrade_by(old, {0: add_the_language})
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
