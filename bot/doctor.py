"""`footnote doctor`: everything a set-up can get wrong, and the fix."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.bootstrap import make_generator, make_prompts, make_reader, open_index
from bot.config import LlmSettings, Settings
from bot.errors import FootnoteError, GeneratorError
from index import CorpusError, SentenceEncoder

OLDEST_PYTHON = (3, 11)
# What a language model is asked, to see that it answers, and for how many seconds it is waited for.
HELLO = ("Reply with one word.", "Are you there?")
HELLO_SECONDS = 10.0
HELLO_TOKENS = 500


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; ``finding`` says what is, and for a failure what to do."""

    name: str
    passed: bool
    finding: str


def examine(settings: Settings, *, deep: bool = False) -> Iterator[Check]:
    """Look at everything, going on after a failure.

    Parameters
    ----------
    settings : Settings
    deep : bool
        Compare all that the index holds with its checksums.

    Yields
    ------
    Check
    """
    yield _python()
    yield _sqlite()
    yield _tried("model", lambda: _model(settings))
    yield _tried("reader", lambda: _reader(settings))
    yield _tried("prompts", lambda: _prompts(settings))
    if settings.llm.model:
        yield _tried("language model", lambda: _language_model(settings.llm))
    index = _tried("index", lambda: _index(settings, deep=deep))
    yield index
    if index.passed:
        yield _tried("articles", lambda: _articles(settings))
        yield _tried("sources", lambda: _sources(settings))
        yield _tried("search", lambda: _search(settings))


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except (CorpusError, FootnoteError) as error:
        return Check(name, False, str(error))


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Check("python", True, version)
    return Check("python", False, f"{version} is too old; install Python 3.11 or later.")


def _sqlite() -> Check:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError:
        remedy = "has no FTS5; use a Python whose SQLite has it (those of python.org and Debian do)"
        return Check("sqlite", False, f"{sqlite3.sqlite_version} {remedy}.")
    finally:
        connection.close()
    return Check("sqlite", True, f"{sqlite3.sqlite_version} with FTS5")


def _model(settings: Settings) -> str:
    encoder = SentenceEncoder(settings.model) if settings.model else SentenceEncoder()
    return f"{encoder.name}, weights {encoder.digest[:12]}…"


def _reader(settings: Settings) -> str:
    reader = make_reader(settings)
    if settings.reader != "default":
        return reader.name
    from bot.reader.model import FOLDER, weights_digest

    found, published = weights_digest(FOLDER)
    if found != published:
        raise FootnoteError(
            f"the reader's weights in {FOLDER} are not the published ones; install Footnote anew."
        )
    return f"{reader.name}, weights {found[:12]}…"


def _prompts(settings: Settings) -> str:
    found = make_prompts(settings)
    loaded = [found.load(name) for name in found.names()]
    return ", ".join(f"{prompt.name} {prompt.version}" for prompt in loaded)


def _language_model(settings: LlmSettings) -> str:
    """Ask for a word: that takes the extra, the key, the address and the model's name."""
    where = f"{settings.model} at {settings.base_url}" if settings.base_url else settings.model
    limited = replace(settings, max_tokens=HELLO_TOKENS, retries=0)
    seconds = min(HELLO_SECONDS, settings.timeout)
    generator = make_generator(limited)
    instructions, question = HELLO
    try:
        reply = generator.reply(instructions, [question], seconds=seconds)
    except GeneratorError as error:
        raise GeneratorError(
            f"{where} gives no answer: {error}; check model, base_url and key, and that the server "
            "runs."
        ) from error
    return f"{where} answers ({reply.input_tokens} tokens in, {reply.output_tokens} out)"


def _index(settings: Settings, *, deep: bool) -> str:
    index = open_index(settings)
    if deep:
        index.verify(deep=True)
    articles = index.articles()
    index.check_model()
    if not articles:
        raise FootnoteError(f"{settings.index} is empty; add articles: footnote index FOLDER")
    if not os.access(index.folder, os.W_OK):
        raise FootnoteError(
            f"{settings.index} can be read but not written; change its permissions to update it."
        )
    passages = sum(info.passages for info in articles)
    found = f"{settings.index}, {len(articles)} articles, {passages} passages"
    return f"{found}, every checksum holds" if deep else found


def _articles(settings: Settings) -> str:
    return (
        f"the ledger is whole, all {open_index(settings).verify()} passages lie in their articles"
    )


def _sources(settings: Settings) -> str:
    known = open_index(settings).known()
    gone = [source for source in known if os.path.isabs(source) and not Path(source).exists()]
    if gone:
        raise FootnoteError(
            f"{len(gone)} indexed files are gone, {gone[0]} the first; "
            "run footnote index SOURCE --prune."
        )
    return f"all {len(known)} indexed files are still there"


def _search(settings: Settings) -> str:
    """Search a passage's own words: the passage must come back."""
    index = open_index(settings)
    article = index.article(index.articles()[0].id)
    hits = index.search(article.text[:300], 1)
    if not hits:
        raise FootnoteError(
            "the first article's own words find nothing; delete the folder "
            f"{settings.index} and index your articles again."
        )
    return f"works, {hits[0].score:.2f} for the first article's own words"
