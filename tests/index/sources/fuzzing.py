"""Looks for inputs that break a parser, guided by what they reach, with atheris.

``python -m tests.index.sources.fuzzing .md -max_total_time=60``; atheris has wheels for Linux and
some versions of Python. Without it, ``test_fuzz.py`` damages files by hypothesis.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["index"]):
    from index import UnreadableError, split_article
    from index.sources import Document, read_document
    from index.sources.kinds import KINDS
    from index.types import Article


class Here:
    """Parses in this process, so that atheris sees what is reached; lets errors through."""

    def parse(self, path: str, *, id: str, title: str) -> list[Article]:
        """Parse a file as the process of its own does, but for the errors it would tell."""
        return KINDS[Path(path).suffix.lower()].parse(Path(path), id=id, title=title)


def main() -> None:
    """Read what atheris makes up as files of the kind that is named."""
    suffix = sys.argv.pop(1)
    path = Path(tempfile.mkdtemp(), f"a{suffix}")

    def read(data: bytes) -> None:
        path.write_bytes(data)
        document = Document(str(path), "a", len(data), 0, named=True)
        try:
            articles = read_document(document, Here())  # type: ignore[arg-type]
        except UnreadableError:
            return
        for article in articles:
            for passage in split_article(article):
                assert passage.span.of(article.text) == passage.text

    atheris.Setup(sys.argv, read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
