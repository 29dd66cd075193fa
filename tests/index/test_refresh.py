"""Keeping an index in step with files."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import CorpusError, PassageIndex, Progress, UpdateReport, update


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two articles."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "north.md").write_text("# North\n\nThe plant closed.", encoding="utf-8")
    (folder / "south.txt").write_text("The plant grew.", encoding="utf-8")
    return folder


@pytest.fixture
def index(tmp_path: Path, hash_encoder: Any) -> Iterator[PassageIndex]:
    """Yield an index that does not exist yet."""
    index = PassageIndex(tmp_path / "index", hash_encoder)
    yield index
    index.close()


def names(sources: list[str]) -> list[str]:
    """Return the file names of sources."""
    return [Path(source).name for source in sources]


def test_new_files_are_added(index: PassageIndex, folder: Path) -> None:
    report = update(index, [folder])
    assert names(report.added) == ["north.md", "south.txt"]
    assert [info.id for info in index.articles()] == ["north", "south"]


def test_untouched_files_are_neither_read_nor_embedded(
    index: PassageIndex, folder: Path, hash_encoder: Any
) -> None:
    update(index, [folder])
    embedded = len(hash_encoder.encoded)
    before = (folder / "north.md").stat()
    # Another content of the same size and date: a stat alone can't tell.
    (folder / "north.md").write_text("# North\n\nThe plant opened.", encoding="utf-8")
    os.utime(folder / "north.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    report = update(index, [folder])
    assert names(report.unchanged) == ["north.md", "south.txt"]
    assert len(hash_encoder.encoded) == embedded


def test_touched_file_of_the_same_content_is_not_embedded_again(
    index: PassageIndex, folder: Path, hash_encoder: Any
) -> None:
    update(index, [folder])
    embedded = len(hash_encoder.encoded)
    os.utime(folder / "north.md", (1, 1))
    assert names(update(index, [folder]).unchanged) == ["south.txt", "north.md"]
    assert len(hash_encoder.encoded) == embedded
    assert index.known()[str(folder / "north.md")].mtime_ns == 1_000_000_000


def test_changed_file_is_replaced_in_its_place(index: PassageIndex, folder: Path) -> None:
    update(index, [folder])
    (folder / "north.md").write_text("# North\n\nThe plant reopened as a museum.", encoding="utf-8")
    report = update(index, [folder])
    assert (names(report.changed), names(report.unchanged)) == (["north.md"], ["south.txt"])
    assert "museum" in index.article("north").text
    assert [info.id for info in index.articles()] == ["north", "south"]


def test_vanished_file_stays_until_it_is_pruned(index: PassageIndex, folder: Path) -> None:
    update(index, [folder])
    (folder / "north.md").unlink()
    assert update(index, [folder]).removed == []
    assert len(index.articles()) == 2
    assert names(update(index, [folder], prune=True).removed) == ["north.md"]
    assert [info.id for info in index.articles()] == ["south"]


def test_vanished_folder_and_file_can_be_pruned(index: PassageIndex, folder: Path) -> None:
    update(index, [folder])
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    with pytest.raises(CorpusError, match="does not exist"):
        update(index, [folder])
    report = update(index, [folder / "south.txt"], prune=True)
    assert names(report.removed) == ["south.txt"]
    report = update(index, [folder], prune=True)
    assert names(report.removed) == ["north.md"]
    assert index.articles() == []


def test_pruning_one_folder_leaves_others_alone(
    index: PassageIndex, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "articles-2"
    other.mkdir()
    (other / "east.md").write_text("The plant moved.", encoding="utf-8")
    update(index, [folder, other])
    (other / "east.md").unlink()
    assert update(index, [folder], prune=True).removed == []
    assert len(index.articles()) == 3


def test_missing_source_changes_nothing(index: PassageIndex, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="does not exist"):
        update(index, [folder, tmp_path / "missing"])
    assert not index.exists()


def test_file_named_twice_is_added_once(index: PassageIndex, folder: Path) -> None:
    report = update(index, [folder, folder / "north.md"])
    assert len(report.added) == 2


def test_what_is_skipped_is_named_and_what_was_named_failed(
    index: PassageIndex, folder: Path
) -> None:
    (folder / "empty.md").touch()
    (folder / "old.txt").write_bytes("Où est l’usine? Là-bas, à côté de la forêt.".encode("cp1252"))
    report = update(index, [folder])
    assert [(Path(s.source).name, s.reason) for s in report.skipped] == [
        ("empty.md", "is empty; there is nothing to index in it")
    ]
    assert report.failed == []
    assert {Path(s).name: e for s, e in report.read_as.items()} == {"old.txt": "cp1252"}
    assert len(update(index, [folder / "empty.md"]).failed) == 1
    assert len(update(index, [folder / "north.md"], max_bytes=5).failed) == 0


def test_article_whose_file_became_unreadable_stays_as_it_was(
    index: PassageIndex, folder: Path
) -> None:
    update(index, [folder])
    (folder / "north.md").write_bytes(b"\0" * 100)
    report = update(index, [folder], prune=True)
    assert names([skipped.source for skipped in report.skipped]) == ["north.md"]
    assert "closed" in index.article("north").text


def test_a_problem_ends_when_the_file_is_as_it_was_read(index: PassageIndex, folder: Path) -> None:
    update(index, [folder])
    path = folder / "north.md"
    text, status = path.read_text(encoding="utf-8"), path.stat()
    path.write_bytes(b"\0" * 100)
    update(index, [folder])
    assert names([problem.source for problem in index.problems()]) == ["north.md"]
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert names(update(index, [folder]).unchanged) == ["north.md", "south.txt"]
    assert index.problems() == []


def test_empty_folder_makes_an_empty_index(index: PassageIndex, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert update(index, [tmp_path / "none"]) == UpdateReport()
    assert index.exists()
    assert index.articles() == []


def test_progress_grows_to_the_whole(index: PassageIndex, folder: Path) -> None:
    seen: list[Progress] = []
    update(index, [folder], progress=seen.append)
    total = sum(path.stat().st_size for path in folder.iterdir())
    assert seen[-1] == Progress(total, total)
    assert [at.done for at in seen] == sorted(at.done for at in seen)


def test_interrupted_update_keeps_what_it_stored_and_goes_on_from_there(
    tmp_path: Path, make_encoder: Any
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in "abc":
        # Each is a batch of its own.
        (folder / f"{name}.txt").write_text(f"The {name}. " * 30_000, encoding="utf-8")

    class Interrupted(make_encoder):  # type: ignore[misc]
        """Somebody presses Ctrl-C when the second article is embedded."""

        def encode(self, texts: Any, advance: Any = None) -> Any:
            if any("The b." in text for text in texts):
                raise KeyboardInterrupt
            return super().encode(texts, advance)

    report = UpdateReport()
    index = PassageIndex(tmp_path / "index", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        update(index, [folder], report=report)
    assert names(report.added) == ["a.txt"]
    index.close()
    index = PassageIndex(tmp_path / "index", make_encoder())
    report = update(index, [folder])
    assert (names(report.unchanged), names(report.added)) == (["a.txt"], ["b.txt", "c.txt"])
    assert index.verify() > 0
    index.close()


def test_file_that_moved_gets_its_id_back_when_pruned(index: PassageIndex, folder: Path) -> None:
    update(index, [folder])
    (folder / "new").mkdir()
    (folder / "north.md").rename(folder / "new" / "north.md")
    report = update(index, [folder], prune=True)
    assert (names(report.added), names(report.removed)) == (["north.md"], ["north.md"])
    assert [info.id for info in index.articles()] == ["south", "new/north"]


def test_a_file_of_several_articles_is_compared_article_by_article(
    index: PassageIndex, folder: Path, hash_encoder: Any
) -> None:
    table = folder / "plants.csv"
    table.write_text("title,text\nEast,The east has no plant.\nWest,The west has two.\n")
    assert len(update(index, [folder], collection="plants").added) == 4
    assert update(index, [folder]).added == []
    assert [info.id for info in index.articles()] == [
        "north",
        "plants/east",
        "plants/west",
        "south",
    ]
    encoded = len(hash_encoder.encoded)
    table.write_text("title,text\nEast,The east has one plant now.\nWest,The west has two.\n")
    report = update(index, [folder])
    assert names(report.changed) == ["plants.csv#east"]
    assert names(report.unchanged) == ["north.md", "south.txt", "plants.csv#west"]
    assert all("west" not in text for text in hash_encoder.encoded[encoded:])
    assert index.article("plants/east").collection == "plants"
    table.write_text("title,text\nEast,The east has one plant now.\n")
    assert names(update(index, [folder]).removed) == ["plants.csv#west"]
    table.unlink()
    assert names(update(index, [folder], prune=True).removed) == ["plants.csv#east"]
    assert index.verify(deep=True) == 2


def test_a_row_put_before_others_embeds_itself_alone_and_moves_their_places(
    index: PassageIndex, folder: Path, hash_encoder: Any
) -> None:
    table = folder / "plants.csv"
    table.write_text("name,made\nEast,buses\nWest,trams\n")
    update(index, [folder])
    encoded = len(hash_encoder.encoded)
    table.write_text("name,made\nNorth,trains\nEast,buses\nWest,trams\n")
    report = update(index, [folder])
    assert names(report.added) == ["plants.csv#north"]
    assert report.changed == []
    assert not any("buses" in text for text in hash_encoder.encoded[encoded:])
    assert [place.at for place in index.article("plants/east").places] == ["L3"]
    assert index.verify(deep=True) > 0


def test_what_could_not_be_read_is_remembered_until_it_can(
    index: PassageIndex, folder: Path
) -> None:
    (folder / "empty.csv").touch()
    update(index, [folder])
    assert [(Path(each.source).name, each.reason) for each in index.problems()] == [
        ("empty.csv", "is empty; there is nothing to index in it")
    ]
    (folder / "empty.csv").write_text("title,text\nEast,The east has no plant.\n")
    update(index, [folder])
    assert index.problems() == []
    (folder / "void.txt").touch()
    update(index, [folder])
    assert len(index.problems()) == 1
    (folder / "void.txt").unlink()
    update(index, [folder])
    assert index.problems() == []


def test_a_file_that_can_not_be_read_is_tried_again_when_it_changed_or_is_named(
    index: PassageIndex, folder: Path
) -> None:
    table = folder / "table.csv"
    table.write_bytes(b"\0" * 500)
    first = update(index, [folder]).skipped
    assert [each.reason for each in first] == [
        "is a binary file, not text; convert it to text or Markdown first"
    ]
    date = table.stat().st_mtime_ns
    table.write_bytes(b"title,text\nEast,The east has no plant.\n".ljust(500))
    os.utime(table, ns=(date, date))
    # A stat alone can't tell that it could be read now; what was said of it is said again.
    assert update(index, [folder]).skipped == first
    assert index.problems() == first
    os.utime(table, ns=(date, date + 1))
    assert names(update(index, [folder]).added) == ["table.csv#east"]
    assert index.problems() == []
    table.write_bytes(b"\0" * 500)
    assert update(index, [folder], prune=True).removed == []
    report = update(index, [table])
    assert names([each.source for each in report.failed]) == ["table.csv"]


def test_what_may_be_read_the_next_time_is_tried_again(index: PassageIndex, folder: Path) -> None:
    assert len(update(index, [folder], max_bytes=5).skipped) == 2
    assert names(update(index, [folder]).added) == ["north.md", "south.txt"]
    assert index.problems() == []


def test_a_folder_of_docs_leads_to_its_site_and_moves_with_it(
    index: PassageIndex, folder: Path, hash_encoder: Any
) -> None:
    (folder / "guide").mkdir()
    (folder / "guide" / "README.md").write_text(
        "---\ndescription: How to start.\n---\nSee [the north](../north.md) ![of it](n.png)."
    )
    (folder / "south.txt").unlink()
    (folder / "west.md").write_text("---\nslug: /far-west\n---\nIt is far.")
    (folder / "rows.csv").write_text("title,url\nEast,/east\n")
    update(index, [folder])
    guide = index.article("guide/README")
    assert (guide.title, guide.text) == ("Guide", "How to start.\n\nSee the north of it.")
    assert [info.url for info in index.articles()] == [None] * 4
    sites = {str(folder): "https://docs.example.com/{path}/"}
    report = update(index, [folder], sites=sites)
    assert sorted(names(report.changed)) == ["README.md", "north.md", "west.md"]
    assert {info.id: info.url for info in index.articles()} == {
        "guide/README": "https://docs.example.com/guide/",
        "north": "https://docs.example.com/north/",
        "west": "https://docs.example.com/far-west/",
        "rows/east": None,
    }
    assert update(index, [folder], sites=sites).changed == []


def test_interrupted_file_of_several_articles_goes_on_where_it_was(
    tmp_path: Path, make_encoder: Any
) -> None:
    table = tmp_path / "plants.csv"
    rows = "".join(f"{name},The plant {name}. {'x' * 210_000}\n" for name in "abc")
    table.write_text(f"title,text\n{rows}", encoding="utf-8")

    class Interrupted(make_encoder):  # type: ignore[misc]
        """Somebody presses Ctrl-C when the second article is embedded."""

        def encode(self, texts: Any, advance: Any = None) -> Any:
            if any("The plant b." in text for text in texts):
                raise KeyboardInterrupt
            return super().encode(texts, advance)

    index = PassageIndex(tmp_path / "index", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        update(index, [table])
    index.close()
    index = PassageIndex(tmp_path / "index", make_encoder())
    report = update(index, [table])
    assert names(report.unchanged) == ["plants.csv#a"]
    assert names(report.added) == ["plants.csv#b", "plants.csv#c"]
    assert len(update(index, [table]).unchanged) == 3
    assert index.verify(deep=True) > 0
    index.close()
