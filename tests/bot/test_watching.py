"""`footnote index --watch`, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.watching import seconds_of, watch_sources
from index import BusyError
from tests.web_server import Page, WebServer

ROOT = Path(__file__).parents[2]


def test_changes_are_followed_until_somebody_ends_it(workplace: Path) -> None:
    articles = workplace / "articles"
    articles.mkdir()
    (articles / "one.txt").write_text("This is number one of the articles.")
    process = subprocess.Popen(
        [
            sys.executable,
            "-u",
            "-m",
            "bot",
            "index",
            "articles",
            "--watch",
            "--index",
            "articles/i",
        ],
        cwd=workplace,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts what runs in its background deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == "articles/i: 1 added.\n"
    assert process.stderr.readline() == "Watching for changes; Ctrl-C ends it.\n"
    (articles / "two.txt").write_text("This is number two of the articles.")
    # A watch that begins late, or a file that is seen half written, takes a second look.
    while "1 added" not in (line := process.stdout.readline()):
        assert line
    (articles / "one.txt").unlink()
    while "1 removed" not in (line := process.stdout.readline()):
        assert line
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    process.stdout.close()
    process.stderr.close()


def test_an_index_that_is_busy_is_said_and_the_watch_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = []

    def update(_: object) -> None:
        looks.append(len(looks))
        (tmp_path / f"{len(looks)}.txt").touch()
        if len(looks) == 2:
            raise BusyError("another footnote is writing")
        if len(looks) == 3:
            raise SystemExit(130)

    with pytest.raises(SystemExit):
        watch_sources([str(tmp_path / "1.txt")], tmp_path / "index", update, 60)
    assert "another footnote is writing" in capsys.readouterr().err


def test_addresses_are_looked_at_again_on_schedule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    looks: list[Sequence[str]] = []
    # Each look at the clock is a second later.
    clock = iter(range(1_000)).__next__

    def update(sources: Sequence[str]) -> None:
        looks.append(sources)
        if len(looks) == 2:
            raise BusyError("another footnote is writing")
        if len(looks) == 4:
            raise SystemExit(130)

    address = "https://example.org/feed"
    with pytest.raises(SystemExit):
        watch_sources([address], tmp_path / "index", update, 0.005, clock)
    assert looks == [[address]] * 4
    said = capsys.readouterr().err
    assert said.startswith("Watching for changes, and at addresses every 0.005s; Ctrl-C ends it.\n")
    assert "another footnote is writing" in said


def test_a_source_that_vanishes_is_told_once_and_the_others_go_on(tmp_path: Path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    for path in (one, two):
        path.write_text("This is an article.")
    seen: list[list[str]] = []

    def update(sources: Sequence[str]) -> None:
        seen.append([Path(source).name for source in sources])
        if len(seen) == 2:
            one.unlink()
        if len(seen) == 4:
            raise KeyboardInterrupt
        two.write_text(f"This is article {len(seen)}.")

    with pytest.raises(KeyboardInterrupt):
        watch_sources([str(one), str(two)], tmp_path / "i", update, 60.0)
    assert seen[:2] == [["one.txt", "two.txt"]] * 2
    assert seen[2:] == [["one.txt", "two.txt"], ["two.txt"]]


def test_files_and_addresses_are_looked_at_each_in_their_time(tmp_path: Path) -> None:
    looks: list[Sequence[str]] = []
    now = [0.0]

    def update(sources: Sequence[str]) -> None:
        looks.append(sources)
        if len(looks) == 2:  # the first look after the watch began sees files alone
            now[0] = 3_600.0
        if len(looks) == 3:
            raise SystemExit(130)

    folder, address = str(tmp_path), "https://example.org/feed"
    with pytest.raises(SystemExit):
        watch_sources([folder, address], tmp_path / "index", update, 3_600, lambda: now[0])
    assert looks == [[folder, address], [folder], [address]]


def test_a_command_goes_on_with_addresses_until_somebody_ends_it(
    workplace: Path, web: WebServer
) -> None:
    web.pages["/one.txt"] = Page(b"This is number one of the articles.", "text/plain")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "bot", "index", web.at("/one.txt"), "--every", "1m"],
        cwd=workplace,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FOOTNOTE_FETCH_ALLOW_PRIVATE": web.host},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == ".footnote: 1 added.\n"
    said = process.stderr.readline()
    assert said == "Watching for changes, and at addresses every 1m; Ctrl-C ends it.\n"
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize(
    ("interval", "seconds"),
    [("15m", 900), ("1h", 3_600), ("90s", 90), ("1.5h", 5_400), (" 2 D ", 172_800), ("60s", 60)],
)
def test_a_time_is_a_number_and_a_unit(interval: str, seconds: float) -> None:
    assert seconds_of(interval) == seconds


@pytest.mark.parametrize("interval", ["", "15", "m", "-1m", "1w", "1m30s", "59s", "0h", "31d"])
def test_other_times_are_refused(interval: str) -> None:
    with pytest.raises(ValueError, match="write"):
        seconds_of(interval)
