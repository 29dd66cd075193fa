"""Parts that the tests of the bot share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.cli import main
from bot.config import Settings
from bot.prompts import load_prompt
from bot.reader.sentence import WEIGHTS
from bot.types import Answer, Citation, Sentence, Trace, Writing
from bot.wording import Wording
from index import Article, Hit, Passage, PassageIndex, SentenceScore, Span
from tests.bot.fake_model import FakeModel, running

Run = Callable[..., Result]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with no settings and no history of the machine's user."""
    for name in os.environ:
        if name.startswith(("FOOTNOTE_", "SLACK_", "OPENAI_", "ANTHROPIC_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "workplace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(workplace: Path) -> Run:
    """Run a command line in the workplace."""

    def invoke(*words: str, lines: str | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=lines)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


@pytest.fixture
def indexed(workplace: Path, samples_index: PassageIndex) -> Path:
    """Put an index of the samples in the workplace, where commands look for it."""
    return Path(shutil.copytree(samples_index.folder, workplace / ".footnote"))


@pytest.fixture
def answerer(samples_index: PassageIndex) -> Answerer:
    """Return an answerer over the samples, set up as the commands set it up."""
    return make_answerer(Settings(), samples_index)


@pytest.fixture(scope="session")
def wording() -> Wording:
    """Return what is said around answers, in English."""
    return Wording(load_prompt("wording"))


@pytest.fixture
def article() -> Article:
    """Return an article whose spans can be counted by hand."""
    return Article(
        "plant", "The plant", "It rains. The plant is in Turin. It is new.", source="/p.md"
    )


@pytest.fixture
def hit() -> Hit:
    """Return a hit with the article's three sentences, the second of them the best."""
    spans = (Span(0, 9), Span(10, 32), Span(33, 43))
    numbers = (0.0, 1.0, 0.5)
    names = WEIGHTS.keys() - {"passage", "type"}
    return Hit(
        passage=Passage(
            "plant:0",
            "plant",
            "Where",
            "It rains. The plant is in Turin. It is new.",
            Span(0, 43),
            spans,
        ),
        title="The plant",
        url=None,
        score=1.0,
        rank=1,
        why={"passage": 0.5, "bm25": 0.25},
        sentences=tuple(
            SentenceScore(span, dict.fromkeys(names, number))
            for span, number in zip(spans, numbers, strict=True)
        ),
    )


@pytest.fixture
def citation() -> Citation:
    """Return a citation of the article's second sentence."""
    quote = "The plant is in Turin."
    return Citation(1, "plant", "The plant", None, "/p.md", "Where", Span(10, 32), quote)


@pytest.fixture
def answered(citation: Citation, hit: Hit) -> Answer:
    """Return an answer as a person gets it."""
    return Answer(
        question="Where is the plant?",
        status="answered",
        text=citation.quote,
        citations=(citation,),
        confidence=0.5,
        kind=None,
        reason=None,
        hits=(hit,),
        trace=Trace("Where is the plant?", 0.25, "none", {"cosine": 1.0}),
        seconds=0.125,
    )


@pytest.fixture
def written(answered: Answer, citation: Citation) -> Answer:
    """Return an answer that a language model wrote: two sentences, two citations."""
    other = replace(citation, number=2, span=Span(33, 43), quote="It is new.")
    sentences = (Sentence("Turin has the plant.", (1,)), Sentence("The plant is new.", (2,)))
    writing = Writing("scripted", 2, 200, 40, 0.25, ("number: It has 3 roofs.",))
    return replace(
        answered,
        text="Turin has the plant. The plant is new.",
        citations=(citation, other),
        sentences=sentences,
        trace=replace(answered.trace, writing=writing),
    )


@pytest.fixture
def fake_model() -> Iterator[FakeModel]:
    """Run a server that speaks language models' protocols, and plays scripts."""
    with running() as model:
        yield model


@pytest.fixture
def refused(hit: Hit) -> Answer:
    """Return a refusal as a person gets it."""
    return Answer(
        question="Why?",
        status="refused",
        text="",
        citations=(),
        confidence=0.0625,
        kind="not-stated",
        reason="I don't know.",
        hits=(hit,),
        trace=Trace("Why?", 0.25, "none"),
        seconds=0.125,
    )
