"""The pytest plugin, as far as every pytest loads it: its options, and what is collected.

All else is in `bot.evaluation.testing`, imported when gold sets are tested or a fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from bot.answer import Answerer
    from index import PassageIndex

KINDS = (".jsonl", ".json")
OPTIONS = (
    ("--footnote-index", "DIR", "the index that gold sets are asked of; collects gold*.jsonl, too"),
    ("--footnote-baseline", "RUN", "a kept run: only questions that were right in it may fail"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("footnote", "Footnote: gold sets as tests")
    for name, metavar, what in OPTIONS:
        group.addoption(name, metavar=metavar, help=what)
    group.addoption(
        "--footnote-fail-under",
        metavar="FIGURE=NUMBER",
        action="append",
        default=[],
        help="what a figure must reach; then no single question fails",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Be ready for gold sets, if there may be some: with workers, it is they who collect."""
    named = any(arg.partition("::")[0].endswith(KINDS) for arg in config.args)
    if named or config.getoption("--footnote-index"):
        from bot.evaluation.testing import watch_session

        watch_session(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect gold sets: those named, and with --footnote-index those called gold*.jsonl."""
    named = file_path.suffix in KINDS and parent.session.isinitpath(file_path)
    called_gold = file_path.suffix == ".jsonl" and file_path.name.startswith("gold")
    if not named and not (called_gold and parent.config.getoption("--footnote-index")):
        return None
    from bot.evaluation.testing import GoldFile

    collected: pytest.Collector = GoldFile.from_parent(parent, path=file_path)
    return collected


@pytest.fixture(scope="session")
def footnote_index(pytestconfig: pytest.Config) -> Iterator[PassageIndex]:
    """Yield the index that ``--footnote-index``, ``FOOTNOTE_INDEX`` or ``footnote.toml`` names."""
    from bot.evaluation.testing import opened

    with opened(pytestconfig) as index:
        yield index


@pytest.fixture(scope="session")
def answerer(pytestconfig: pytest.Config, footnote_index: PassageIndex) -> Answerer:
    """Return what answers questions from the index, as the commands do."""
    from bot.evaluation.testing import answerer_of

    return answerer_of(pytestconfig, footnote_index)
