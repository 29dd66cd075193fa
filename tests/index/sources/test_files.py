"""Finding and reading files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index import Article, CorpusError, Skipped, UnreadableError, read_articles
from index.sources import Document, Parser, find_documents, read_document


def read(source: Path, **limits: int) -> dict[str, Article | str]:
    """Read a folder into articles by id, and reasons by file name."""
    found: dict[str, Article | str] = {}
    for each in read_articles(source, **limits):
        if isinstance(each, Skipped):
            found[Path(each.source).name] = each.reason
        else:
            found[each.id] = each
    return found


def test_folder_is_read_in_order_of_name_with_ids_by_place(tmp_path: Path) -> None:
    for name in ("b.md", "a.txt", "sub/c.MD", "sub/a.markdown"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Some text.", encoding="utf-8")
    articles = list(read_articles(tmp_path))
    assert [a.id for a in articles if isinstance(a, Article)] == ["a", "b", "sub/a", "sub/c"]
    assert isinstance(articles[0], Article)
    assert articles[0].source == str(tmp_path / "a.txt")
    assert len(articles[0].digest) == 64


def test_named_file_is_called_by_its_stem_and_read_whatever_its_ending(tmp_path: Path) -> None:
    (tmp_path / "the_old-plant.log").write_text("It closed in 1998.", encoding="utf-8")
    (article,) = read_articles(tmp_path / "the_old-plant.log")
    assert isinstance(article, Article)
    assert (article.id, article.title) == ("the_old-plant", "The old plant")


def test_source_of_a_relative_path_is_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Some text.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (article,) = read_articles("a.txt")
    assert isinstance(article, Article)
    assert article.source == str(tmp_path / "a.txt")


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "a.md").write_text("no", encoding="utf-8")
    (tmp_path / ".b.md").write_text("no", encoding="utf-8")
    assert read(tmp_path) == {}


def test_what_can_not_be_read_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "ok.md").write_text("Fine.", encoding="utf-8")
    (tmp_path / "empty.md").touch()
    (tmp_path / "blank.txt").write_text(" \n\t\n", encoding="utf-8")
    (tmp_path / "marks.md").write_text("---\ntitle: T\n---\n<!-- no -->", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (tmp_path / "sheet.xls").touch()
    (tmp_path / "README").touch()
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    os.mkfifo(tmp_path / "pipe.md")
    found = read(tmp_path)
    assert isinstance(found.pop("ok"), Article)
    assert found == {
        "empty.md": "is empty; there is nothing to index in it",
        "blank.txt": "is empty; there is nothing to index in it",
        "marks.md": "holds no text outside its front matter and markup",
        "binary.txt": "is a binary file, not text; convert it to text or Markdown first",
        "sheet.xls": "is of a kind that is not read (.xls)",
        "README": "is of a kind that is not read (no ending)",
        "broken.md": "is a link to something that is not there; mend the link",
        "loop.md": "is a link to something that is not there; mend the link",
        "pipe.md": "is neither a file nor a folder",
    }


def test_file_beyond_the_limit_is_skipped_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    assert read(tmp_path) == {
        "huge.txt": "is 200 MB, more than the 20 MB allowed; split it, or raise max_megabytes in "
        "footnote.toml"
    }


def test_linked_folders_are_not_entered(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "back").symlink_to(tmp_path)
    (tmp_path / "inside" / "a.md").write_text("Fine.", encoding="utf-8")
    assert list(read(tmp_path)) == ["inside/a"]


def test_file_that_vanished_between_finding_and_reading_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_document(Document(str(tmp_path / "gone.md"), "gone", 1, 1), Parser())


@pytest.mark.parametrize("name", ["missing.md", "missing/a.md", "a\0b"])
def test_missing_path_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(CorpusError, match="does not exist; check the path"):
        list(find_documents(f"{tmp_path}/{name}"))


def test_named_broken_link_and_named_pipe_are_errors(tmp_path: Path) -> None:
    (tmp_path / "broken.md").symlink_to("nowhere")
    with pytest.raises(CorpusError, match="mend the link"):
        list(find_documents(tmp_path / "broken.md"))
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CorpusError, match="neither a file nor a folder"):
        list(find_documents(tmp_path / "pipe"))


def test_name_that_is_too_long_is_an_error_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="can't be read"):
        list(find_documents(tmp_path / ("x" * 300)))


def test_name_that_is_not_utf8_is_skipped_or_refused(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("Some text.", encoding="utf-8")
    assert read(tmp_path) == {"caf\ufffd.txt": "has a name that is not UTF-8; rename it"}
    with pytest.raises(CorpusError, match=r"caf\ufffd\.txt has a name that is not UTF-8"):
        list(find_documents(tmp_path / name))


def test_names_of_any_kind_make_ids(tmp_path: Path) -> None:
    names = ["with space", "ünïcödé", "quote'\"", "new\nline", "percent%20", "日本", "a.b", "#?"]
    for name in names:
        (tmp_path / f"{name}.txt").write_text("Some text.", encoding="utf-8")
    assert sorted(read(tmp_path)) == sorted(names)


LIST = """
try:
    for each in index.read_articles(sys.argv[1]):
        print(each.reason if isinstance(each, index.Skipped) else each.id)
except index.CorpusError as error:
    print(error)
"""


def test_what_may_not_be_opened_is_named_and_the_rest_is_read(
    open_folder: Path, as_nobody: Callable[..., str]
) -> None:
    for name in ("a", "b", "listed/c", "closed/d"):
        (open_folder / f"{name}.txt").parent.mkdir(exist_ok=True)
        (open_folder / f"{name}.txt").write_text("Some text.", encoding="utf-8")
    (open_folder / "a.txt").chmod(0)
    (open_folder / "listed").chmod(0o444)
    (open_folder / "closed").chmod(0o111)
    try:
        assert as_nobody(LIST, str(open_folder)).splitlines() == [
            "can't be read (Permission denied); check its permissions",
            "b",
            "can't be read (Permission denied); check its permissions",
            "can't be entered (Permission denied)",
        ]
        assert "can't be read" in as_nobody(LIST, str(open_folder / "listed" / "c.txt"))
    finally:
        (open_folder / "listed").chmod(0o755)
        (open_folder / "closed").chmod(0o755)
