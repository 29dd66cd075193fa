"""`footnote index --watch`, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.watching import watch_sources
from index import BusyError

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
