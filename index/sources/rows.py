"""Tables and JSON lines to articles, one a row."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.sources.decode import decode
from index.sources.writing import BlockWriter
from index.types import Article

# Columns that say what a row is, the first of them that a table has; all others are its text.
TITLE = ("title", "headline", "name", "subject", "question")
TEXT = ("text", "body", "content", "article", "answer")
URL = ("url", "link")
PUBLISHED = ("published", "date", "created_at")
AUTHOR = ("author", "by")
# What a row is known by, so that it stays itself when others come before it; by its title if it
# has none of these, else by what it holds.
KEY = ("id", "key", "slug", "uuid", "guid")
KEY_CHARACTERS = 60
NOT_IN_KEYS = re.compile(r"[^\w.]+")
PROBE_CHARACTERS = 20_000


def parse_csv(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a table whose first line names the columns; separated by comma, semicolon or tab.

    Returns
    -------
    list of Article
        One for each row that holds text, each at the line where it begins.
    """
    text, encoding = decode(path.read_bytes())
    # Python's own ends at half an article. It holds for the whole process: it is never lowered.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        dialect: Any = csv.Sniffer().sniff(text[:PROBE_CHARACTERS], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = csv.DictReader(io.StringIO(text), dialect=dialect, restkey="", restval="")
    articles: list[Article] = []
    line = 2
    try:
        for row in rows:
            facts = {str(name).strip(): _cell(value) for name, value in row.items()}
            articles.extend(_article(facts, line, "csv", id, title, encoding))
            line = rows.line_num + 1
    except csv.Error as error:
        raise UnreadableError(f"is no table that can be read (line {line}: {error})") from error
    return _keyed(articles)


def parse_json_lines(path: Path, *, id: str, title: str) -> list[Article]:
    """Read JSON lines, an object each.

    Returns
    -------
    list of Article
        One for each object that holds text, each at its line.
    """
    text, encoding = decode(path.read_bytes())
    articles: list[Article] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableError(f"is no JSON in line {number}; mend the line") from error
        if not isinstance(row, dict):
            raise UnreadableError(f"holds no object in line {number}; write one a line")
        facts = {str(name): _cell(value) for name, value in row.items()}
        articles.extend(_article(facts, number, "jsonl", id, title, encoding))
    return _keyed(articles)


def _keyed(articles: list[Article]) -> list[Article]:
    """Return articles of different ids: those of one key are numbered."""
    if not articles:
        raise UnreadableError("holds no row with text in it")
    return list(_numbered(articles))


def _numbered(articles: Iterable[Article]) -> Iterator[Article]:
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    for article in articles:
        id = article.id
        while id in taken:
            counts[article.id] += 1
            id = f"{article.id}-{counts[article.id] + 1}"
        taken.add(id)
        yield replace(article, id=id)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    elif value is not None and not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False)
    # Escapes may be halves of a pair, which can't be stored.
    return (value or "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _article(
    facts: Mapping[str, str], line: int, kind: str, id: str, title: str, encoding: str
) -> Iterator[Article]:
    # A column without a name, and what a row has beyond its columns.
    unnamed = " ".join(facts.get("", "").split())
    facts = {name: value for name, value in facts.items() if name}
    named = {name.lower(): name for name in facts}

    def first(names: tuple[str, ...]) -> str:
        return next((named[name] for name in names if facts.get(named.get(name, ""))), "")

    used = {column: first(names) for column, names in _COLUMNS.items()}
    known_by = facts.get(first(KEY)) or facts.get(used["title"], "")
    writer = BlockWriter()
    writer.at(f"L{line}")
    if used["title"]:
        writer.block("heading", " ".join(facts[used["title"]].split()), 1)
    for paragraph in facts.get(used["text"], "").split("\n\n"):
        writer.block("paragraph", paragraph)
    others = {
        name: " ".join(value.split())
        for name, value in facts.items()
        if name not in used.values() and value.strip()
    }
    lines = [f"{name}: {value}" for name, value in others.items()]
    writer.block("list", "\n".join([*lines, unnamed] if unnamed else lines))
    if writer.text:
        shown = next(iter(others.values()), unnamed)[:KEY_CHARACTERS]
        yield Article(
            id=f"{id}/{_key(known_by) or _digest(writer.text)}",
            title=" ".join(facts.get(used["title"], "").split()) or f"{title}: {shown}",
            text=writer.text,
            url=facts.get(used["url"]) or None,
            published=facts.get(used["published"]) or None,
            encoding=encoding,
            blocks=writer.blocks,
            author=facts.get(used["author"]) or None,
            kind=kind,
            places=writer.places,
        )


def _key(value: str) -> str:
    return NOT_IN_KEYS.sub("-", value.lower())[:KEY_CHARACTERS].strip("-.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


_COLUMNS = {"title": TITLE, "text": TEXT, "url": URL, "published": PUBLISHED, "author": AUTHOR}
