"""What `footnote index` says it did."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bot.cli import main
from bot.config import Settings
from bot.indexing import run_update
from tests.web_server import Page, WebServer

Run = Callable[..., Result]


@pytest.fixture
def articles(workplace: Path) -> Path:
    """Write three small articles."""
    folder = workplace / "articles"
    folder.mkdir()
    for name in ("one", "two", "three"):
        (folder / f"{name}.txt").write_text(f"This is number {name} of the articles.\n")
    return folder


def test_the_summary_counts_what_was_done(run: Run, articles: Path) -> None:
    assert run("index", "articles").stdout == ".footnote: 3 added.\n"
    assert run("index", "articles").stdout == ".footnote: 0 added, 3 unchanged.\n"
    (articles / "one.txt").write_text("This is another text altogether.")
    (articles / "two.txt").unlink()
    (articles / "four.txt").write_text("This is number four.")
    assert run("index", "articles").stdout == ".footnote: 1 added, 1 changed, 1 unchanged.\n"
    pruned = run("index", "articles", "--prune")
    assert pruned.stdout == ".footnote: 0 added, 3 unchanged, 1 removed.\n"
    assert len(json.loads(run("sources", "--json").stdout)) == 3


def test_the_same_in_json_names_the_files(run: Run, articles: Path) -> None:
    result = run("index", "articles", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "added": [str(articles / f"{name}.txt") for name in ("one", "three", "two")],
        "changed": [],
        "unchanged": [],
        "removed": [],
        "skipped": [],
        "encodings": {},
    }


def test_a_changed_article_is_changed_in_the_answers_at_once(run: Run, articles: Path) -> None:
    run("index", "articles")
    (articles / "one.txt").write_text("The wombat lives in Tasmania.")
    run("index", "articles")
    assert "lives in Tasmania" in run("ask", "Where does the wombat live?").stdout


def test_no_more_than_twenty_skipped_files_are_named(run: Run, articles: Path) -> None:
    for number in range(23):
        (articles / f"empty{number:02}.txt").write_text("")
    result = run("index", "articles")
    lines = result.stderr.splitlines()
    assert result.exit_code == 0
    assert len(lines) == 21
    assert lines[0].startswith("Skipped: articles/empty00.txt is empty")
    assert lines[20] == "Skipped: 3 more; --json lists them all."


def test_files_of_other_kinds_are_counted_by_their_endings(run: Run, articles: Path) -> None:
    for name in ("a.png", "b.png", "c.xlsx", "Makefile"):
        (articles / name).write_bytes(b"x")
    assert run("index", "articles").stderr == (
        "Left out: 4 files of other kinds (2 .png, 1 no ending, 1 .xlsx); "
        "README.md lists those that are read.\n"
    )


def test_files_elsewhere_are_named_by_their_whole_path(
    run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (articles / "empty.txt").write_text("")
    (articles.parent / "inside").mkdir()
    monkeypatch.chdir(articles.parent / "inside")
    assert run("index", "../articles").stderr.startswith(f"Skipped: {articles}/empty.txt is empty")


def test_names_of_files_do_not_steer_the_terminal(run: Run, articles: Path) -> None:
    (articles / "a\x1b[31mb.txt").write_text("")
    assert "articles/a\ufffd[31mb.txt is empty" in run("index", "articles").stderr


def test_a_setting_raises_the_size_that_is_read(
    run: Run, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (articles / "one.txt").write_text("The wombat lives in Tasmania. " * 50)
    monkeypatch.setenv("FOOTNOTE_MAX_MEGABYTES", "0.001")
    assert run("index", "articles").stdout == ".footnote: 2 added, 1 skipped.\n"
    monkeypatch.setenv("FOOTNOTE_MAX_MEGABYTES", "0.002")
    assert run("index", "articles").stdout == ".footnote: 1 added, 2 unchanged.\n"


def test_the_samples_can_be_indexed_together_with_articles(
    run: Run, articles: Path, indexed: Path
) -> None:
    # The workplace's index has the samples already, so that none has to be embedded.
    assert run("index", "articles", "--samples").stdout == ".footnote: 3 added, 9 unchanged.\n"


def test_a_person_who_watches_sees_a_bar(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = pty.openpty()
    monkeypatch.setenv("TERM", "xterm-256color")
    shown: list[bytes] = []
    # A terminal holds a few thousand characters, and then keeps its writer waiting.
    watching = threading.Thread(target=watch, args=(reader, shown))
    watching.start()
    with os.fdopen(writer, "w", encoding="utf-8") as terminal:
        real, sys.stderr = sys.stderr, terminal
        try:
            main(["index", "articles"], standalone_mode=False)
        finally:
            sys.stderr = real
    watching.join()
    os.close(reader)
    text = b"".join(shown).decode()
    assert "Indexing" in text
    assert "100%" in text


def watch(reader: int, shown: list[bytes]) -> None:
    """Read a terminal until its other side is closed, which Linux tells as an error."""
    with contextlib.suppress(OSError):
        while piece := os.read(reader, 4_096):
            shown.append(piece)


class CtrlC(os.PathLike[str]):
    """A source at which a person presses Ctrl-C."""

    def __fspath__(self) -> str:
        """Press it."""
        raise KeyboardInterrupt


def test_an_interrupted_update_says_that_it_can_go_on(
    indexed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="130"):
        run_update(Settings(), [CtrlC()], prune=False, model=None, as_json=False)  # type: ignore[list-item]
    assert capsys.readouterr().err == "Stopped after 0 articles; run it again to go on.\n"


def test_the_settings_list_what_is_indexed(run: Run, articles: Path) -> None:
    (articles.parent / "footnote.toml").write_text('sources = ["articles/one.txt"]')
    assert run("index").stdout == f"{articles.parent}/.footnote: 1 added.\n".replace(
        f"{articles.parent}/", ""
    )
    (articles.parent / "footnote.toml").write_text("sources = []")
    assert run("index").exit_code == 2


def test_strict_makes_an_error_of_what_is_skipped(run: Run, articles: Path) -> None:
    (articles / "empty.txt").write_text("")
    assert run("index", "articles").exit_code == 0
    assert run("index", "articles", "--strict").exit_code == 1
    listed = run("sources").stdout.splitlines()
    assert listed[0].startswith("one    text ")
    assert listed[-1] == (
        f"Not read: {articles}/empty.txt is empty; there is nothing to index in it."
    )


@pytest.fixture
def site(web: WebServer, workplace: Path) -> WebServer:
    """Serve a page, and a sitemap with it and another that is gone."""
    words = "<p>The wombat lives in Tasmania, and digs by night. It has three young.</p>" * 3
    page = f"<html><title>Wombats</title><article><h1>Wombats</h1>{words}</article></html>"
    web.pages["/wombats.html"] = Page(page.encode())
    listed = "".join(f"<url><loc>{web.at(p)}</loc></url>" for p in ("/wombats.html", "/gone"))
    web.pages["/sitemap.xml"] = Page(f"<urlset>{listed}</urlset>".encode(), "text/xml")
    return web


def test_addresses_are_indexed_beside_files(
    run: Run, articles: Path, site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_FETCH_ALLOW_PRIVATE", site.host)
    result = run("index", "articles", site.at("/sitemap.xml"))
    assert result.stdout == ".footnote: 4 added, 1 skipped.\n"
    assert result.stderr == f"Skipped: {site.at('/gone')} is not there any more (404).\n"
    assert result.exit_code == 0
    assert run("index", site.at("/sitemap.xml"), "--strict").exit_code == 1
    assert run("index", site.at("/gone")).exit_code == 1
    listing = run("sources").stdout
    assert f"    {site.at('/wombats.html')} fetched 20" in listing
    assert f"Not read: {site.at('/gone')} is not there any more (404)." in listing
    assert (
        f"Not read: {site.at('/sitemap.xml')} lists an address that could not be read: "
        f"{site.at('/gone')} is not there any more (404)." in listing
    )
    assert run("remove", site.at("/gone")).exit_code == 0
    assert f"Not read: {site.at('/gone')}" not in run("sources").stdout
    answer = json.loads(run("ask", "Where does the wombat live?", "--json").stdout)
    assert answer["citations"][0]["url"].startswith(f"{site.at('/wombats.html')}#:~:text=The%20")
    (record,) = (r for r in json.loads(run("sources", "--json").stdout) if "://" in r["source"])
    assert (record["title"], record["kind"]) == ("Wombats", "html")
    assert record["fetched"] >= record["indexed"]


def test_addresses_stand_among_the_sources_of_the_settings(
    run: Run, articles: Path, site: WebServer, workplace: Path
) -> None:
    (workplace / "footnote.toml").write_text(
        f'sources = ["articles", "{site.at("/wombats.html")}"]\n'
        f'[fetch]\nallow_private = ["{site.host}"]\n'
    )
    assert run("index").stdout.endswith(".footnote: 4 added.\n")
    assert run("index").stdout.endswith(".footnote: 0 added, 4 unchanged.\n")


def test_a_machine_of_ones_own_is_left_alone_unless_it_is_named(run: Run, site: WebServer) -> None:
    result = run("index", site.at("/wombats.html"))
    assert result.exit_code == 1
    assert result.stderr == (
        f"Skipped: {site.at('/wombats.html')} leads to 127.0.0.1, which is not on the public "
        "internet; if that is meant, name 127.0.0.1 in allow_private in the table [fetch] of "
        "footnote.toml.\n"
    )
    assert site.connections == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("ftp://example.org/a",), 1, "Error: ftp://example.org/a begins with ftp:, and only"),
        (("https://a:secret@example.org/",), 1, "https://example.org/ holds a name or password"),
        (("articles", "--every", "15m"), 2, "--every is for addresses, and none is named"),
        (("https://example.org/", "--every", "5s"), 2, "'5s' is not from a minute to 30 days"),
        (("https://example.org/", "--every", "soon"), 2, "'soon' is no time; write a number and"),
    ],
)
def test_what_can_not_be_fetched_is_said_in_a_sentence(
    run: Run, articles: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    result = run("index", *words)
    assert result.exit_code == status
    assert said in result.stderr
    assert "secret" not in result.stderr


def test_a_missing_package_is_named_with_its_extra(articles: Path) -> None:
    """An installation without the extra: the package can't be found."""
    code = (
        "import sys; sys.modules['protego'] = None; from bot.cli import main; "
        "main(['index', 'https://example.org/'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=articles.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: addresses need the package protego; install it with: "
        "pip install -c constraints.txt -e '.[web]'\n"
    )


def test_files_are_indexed_without_the_packages_of_the_web(articles: Path) -> None:
    code = (
        "import sys; from bot.cli import main; main(['index', 'articles'], standalone_mode=False); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=articles.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    web = {"httpx2", "httpcore2", "protego", "feedparser", "index.polling", "ssl"}
    assert web & set(done.stderr.split()) == set()
