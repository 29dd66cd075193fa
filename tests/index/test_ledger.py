"""The ledger."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from index import CorpusError, DamagedError, MismatchError, MissingIndexError
from index.formats import FORMAT
from index.ledger import (
    LEDGER,
    change_settings,
    connect,
    create,
    damage_named,
    settings_of,
    transaction,
    verify,
)


def test_ledger_keeps_its_settings(tmp_path: Path) -> None:
    create(tmp_path / "deep" / "index", {"model": "hash"})
    connection = connect(tmp_path / "deep" / "index", write=True)
    change_settings(connection, {"rows": 3, "model": "other"})
    assert settings_of(connection) == {"model": "other", "rows": "3"}
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_draft_of_a_writer_that_died_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / f"{LEDGER}.new").write_bytes(b"half a ledger")
    (tmp_path / f"{LEDGER}.new-journal").write_bytes(b"half a journal")
    create(tmp_path, {})
    connect(tmp_path, write=True).close()
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER]


def test_reader_can_not_write(tmp_path: Path) -> None:
    create(tmp_path, {})
    connection = connect(tmp_path)
    with pytest.raises(CorpusError, match="readonly"), damage_named(tmp_path):
        change_settings(connection, {"rows": 1})
    connection.close()


def test_transaction_keeps_nothing_of_what_went_wrong(tmp_path: Path) -> None:
    create(tmp_path, {"rows": "0"})
    connection = connect(tmp_path, write=True)

    def fail_half_way() -> None:
        with transaction(connection):
            change_settings(connection, {"rows": 1})
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    assert settings_of(connection) == {"rows": "0"}
    connection.execute("BEGIN")
    with pytest.raises(sqlite3.OperationalError), transaction(connection):
        pass
    connection.close()


def test_missing_index_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError, match=r"footnote index ARTICLES --index .*x$"):
        connect(tmp_path / "x")
    with pytest.raises(MissingIndexError, match=r"footnote index ARTICLES$"):
        connect(tmp_path / ".footnote")


def test_path_through_a_name_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="can't be opened"):
        connect(tmp_path / ("x" * 300))


def test_other_databases_and_formats_are_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / LEDGER)
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(MismatchError, match="not a Footnote index"):
        connect(tmp_path)
    (tmp_path / LEDGER).unlink()
    create(tmp_path, {})
    writer = connect(tmp_path, write=True)
    writer.execute("PRAGMA user_version = 99")
    writer.close()
    with pytest.raises(MismatchError, match=f"format 99, this version reads format {FORMAT}"):
        connect(tmp_path)


def test_empty_file_is_not_an_index(tmp_path: Path) -> None:
    (tmp_path / LEDGER).touch()
    with pytest.raises(MismatchError, match="name another folder"):
        connect(tmp_path)


def test_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_bytes(b"not a database at all, " * 100)
    with pytest.raises(DamagedError, match="not a database"):
        connect(tmp_path)


def test_ledger_held_by_another_program_says_so(tmp_path: Path) -> None:
    create(tmp_path, {})
    holder, waiting = connect(tmp_path, write=True), connect(tmp_path, write=True)
    waiting.execute("PRAGMA busy_timeout = 10")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(CorpusError, match="held by another program"), damage_named(tmp_path):
        waiting.execute("BEGIN IMMEDIATE")
    holder.close()
    waiting.close()


def test_closed_connection_is_a_mistake_and_no_damage(tmp_path: Path) -> None:
    create(tmp_path, {})
    connection = connect(tmp_path)
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), damage_named(tmp_path):
        settings_of(connection)


def test_passage_outside_its_article_is_damage(tmp_path: Path) -> None:
    create(tmp_path, {})
    connection = connect(tmp_path, write=True)
    verify(connection, tmp_path / LEDGER)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(
        "INSERT INTO article VALUES (1, 'a', 'a', 'a', 'text', 'A', '', '', NULL, '', '', NULL, "
        "'utf-8', '', 0, 0, '', 5, 0, 1, 1, 0, '[]', 'Text.')"
    )
    connection.execute("INSERT INTO passage VALUES (1, 1, 0, '', 0, 6, 0, 1, 1)")
    with pytest.raises(DamagedError, match="passages outside their articles"):
        verify(connection, tmp_path / LEDGER)
    connection.close()


def test_folder_that_can_not_be_written_is_an_error(
    open_folder: Path, as_nobody: Callable[..., str]
) -> None:
    said = as_nobody(
        "from index.ledger import create\nfrom pathlib import Path\n"
        "try:\n    create(Path(sys.argv[1]) / 'x', {})\n"
        "except index.CorpusError as error:\n    print(error)",
        open_folder,
    )
    assert said.endswith(
        "can't be written (permission denied); free the disk or its permissions, or name another "
        "folder with --index.\n"
    )
