"""Which kinds of files there are, what reads each, and what has to be installed for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from index.types import Article

Parse = Callable[..., list[Article]]


class Kind(NamedTuple):
    """What reads a kind of file: a function of a module, and the extra that it needs."""

    module: str
    function: str
    extra: str = ""

    def parse(self, path: Path, *, id: str, title: str) -> list[Article]:
        """Read a file of this kind."""
        parse: Parse = getattr(import_module(self.module), self.function)
        return parse(path, id=id, title=title)


_HTML = Kind("index.sources.html", "parse_html", "html")
KINDS: Mapping[str, Kind] = {
    ".html": _HTML,
    ".htm": _HTML,
    ".xhtml": _HTML,
    ".pdf": Kind("index.sources.pdf", "parse_pdf", "pdf"),
    ".docx": Kind("index.sources.office", "parse_docx", "office"),
    ".pptx": Kind("index.sources.office", "parse_pptx", "office"),
    ".epub": Kind("index.sources.epub", "parse_epub", "html"),
    ".rst": Kind("index.sources.rest", "parse_rest", "rest"),
    ".csv": Kind("index.sources.rows", "parse_csv"),
    ".tsv": Kind("index.sources.rows", "parse_csv"),
    ".jsonl": Kind("index.sources.rows", "parse_json_lines"),
    ".ndjson": Kind("index.sources.rows", "parse_json_lines"),
    ".eml": Kind("index.sources.mail", "parse_eml", "html"),
    ".zip": Kind("index.sources.slack", "parse_slack"),
    ".mbox": Kind("index.sources.mail", "parse_mbox", "html"),
}
# What only the web has; read as the others are, and found in no folder.
LISTS: Mapping[str, Kind] = {
    ".feed": Kind("index.sources.lists", "parse_feed", "web"),
    ".sitemap": Kind("index.sources.lists", "parse_sitemap", "web"),
}
