"""A process that parses: what hangs, swells or dies costs that file alone."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from index import UnreadableError
from index.errors import PassingError
from index.sources import Parser
from index.sources.kinds import Kind
from index.sources.worker import parsed


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write a table that can be read."""
    path = tmp_path / "t.csv"
    path.write_text("title,text\nPlant,It is in Turin.\n")
    return path


def test_one_process_reads_file_after_file(table: Path) -> None:
    with Parser() as parser:
        first = parser.parse(str(table), id="t", title="T")
        process = parser.process
        assert parser.parse(str(table), id="t", title="T") == first
        assert parser.process == process
    assert parser.process is None
    assert first[0].blocks[0].span.of(first[0].text) == "Plant"


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(
    table: Path, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "endless.csv")  # nobody ever writes to it
    with Parser(seconds=0.5) as parser:
        with pytest.raises(UnreadableError, match=r"took longer than 0.5 seconds"):
            parser.parse(str(tmp_path / "endless.csv"), id="e", title="E")
        parser.seconds = 60
        assert len(parser.parse(str(table), id="t", title="T")) == 1


def test_a_process_that_dies_costs_that_file_and_no_more(table: Path) -> None:
    with Parser() as parser:
        parser.parse(str(table), id="t", title="T")
        assert parser.process is not None
        os.kill(parser.process, signal.SIGKILL)
        with pytest.raises(UnreadableError, match="ended the program that reads it"):
            parser.parse(str(table), id="t", title="T")
        assert len(parser.parse(str(table), id="t", title="T")) == 1


def test_a_file_that_takes_too_much_memory_is_named(table: Path, tmp_path: Path) -> None:
    swelling = tmp_path / "s.jsonl"
    swelling.write_bytes(b"[" + b"[]," * 10_000_000 + b"1]\n")
    with Parser(megabytes=600) as parser:
        with pytest.raises(UnreadableError, match="needs more memory to read than a file may"):
            parser.parse(str(swelling), id="s", title="S")
        assert len(parser.parse(str(table), id="t", title="T")) == 1


def test_a_kind_whose_extra_is_missing_names_it(tmp_path: Path) -> None:
    kind = Kind("index.sources.nowhere", "parse", "pdf")
    assert parsed(kind, tmp_path / "a.pdf", "a", "A") == (
        "needs index.sources.nowhere; install it with: pip install -c constraints.txt -e '.[pdf]'",
        True,
    )


def test_a_file_that_vanished_is_named(tmp_path: Path) -> None:
    with Parser() as parser, pytest.raises(PassingError, match="can't be read"):
        parser.parse(str(tmp_path / "gone.csv"), id="g", title="G")


def test_closing_without_a_start_does_nothing() -> None:
    parser = Parser()
    parser.close()
    assert parser.process is None
