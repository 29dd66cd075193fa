"""Files of every kind, made as the tests need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Article, Skipped, UnreadableError
from index.sources import Parser, find_documents, read_document
from index.sources.kinds import KINDS, LISTS
from index.sources.worker import Refusal, article_of, parsed


@pytest.fixture(scope="session")
def parser() -> Iterator[Parser]:
    """Yield a process that parses, started once."""
    with Parser() as parser:
        yield parser


class Here:
    """Parses in the process of the tests, so that what they reach is counted."""

    def parse(self, path: str, *, id: str, title: str) -> list[Article]:
        """Parse a file as the process of its own does."""
        ending = Path(path).suffix.lower()
        answer = parsed(KINDS.get(ending) or LISTS[ending], Path(path), id, title)
        if isinstance(answer, Refusal):
            raise UnreadableError(answer.reason)
        return [article_of(record) for record in answer]


@pytest.fixture
def here() -> Here:
    """Return what parses in the process of the tests."""
    return Here()


@pytest.fixture
def read() -> Callable[[Path], list[Article]]:
    """Return what reads a file as an update does, checking what must hold of every article."""

    def read_file(path: Path) -> list[Article]:
        (document,) = find_documents(path)
        assert not isinstance(document, Skipped)
        articles = read_document(document, Here())
        for article in articles:
            assert article.origin == str(path)
            assert len(article.digest) == 64
            assert article.title
            end = 0
            for block in article.blocks:
                assert end <= block.span.start < block.span.end <= len(article.text)
                assert block.span.of(article.text).strip() == block.span.of(article.text)
                end = block.span.end
            starts = [place.start for place in article.places]
            assert starts == sorted(starts)
        return articles

    return read_file


@pytest.fixture
def refusal() -> Callable[[Path], str]:
    """Return what says why a file can't be read."""

    def read_file(path: Path) -> str:
        (document,) = find_documents(path)
        assert not isinstance(document, Skipped)
        with pytest.raises(UnreadableError) as caught:
            read_document(document, Here())
        return str(caught.value)

    return read_file
