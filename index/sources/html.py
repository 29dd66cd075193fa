"""Web pages to articles, their boilerplate left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.sources.decode import decode
from index.sources.page_notes import place_page_notes
from index.sources.tree import write_tree
from index.sources.writing import BlockWriter
from index.types import Article


def parse_html(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a page that was saved.

    Parameters
    ----------
    path : Path
    id : str
    title : str
        Used when the page names none.

    Returns
    -------
    list of Article
        One; its url is the page's canonical one.
    """
    return [read_page(path.read_bytes(), id=id, title=title)]


def read_page(data: bytes, *, id: str, title: str, url: str | None = None) -> Article:
    """Read the bytes of a page; ``url`` is where they came from.

    Raises
    ------
    UnreadableError
        If there is no article in it.
    """
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    encoding = decode(data)[1]
    tree = load_html(data)
    if tree is not None:
        place_page_notes({"": tree})
    found: Any = bare_extraction(tree, url=url, with_metadata=True) if tree is not None else None
    if tree is None or found is None:
        raise UnreadableError("holds no article: no text stands apart from menus and the like")
    writer = BlockWriter()
    first = found.body.find(".//head")
    if found.title and (first is None or "".join(first.itertext()).split() != found.title.split()):
        writer.block("heading", " ".join(found.title.split()), 1)
    write_tree(found.body, writer)
    return Article(
        id=id,
        title=found.title or title,
        text=writer.text,
        url=found.url or url,
        published=found.date,
        encoding=encoding,
        blocks=writer.blocks,
        author=found.author,
        kind="html",
        language=str(tree.get("lang") or "")[:2].lower(),
    )
