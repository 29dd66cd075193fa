"""Books in EPUB to articles."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from index.errors import UnreadableError
from index.sources.archive import check_archive
from index.sources.page_notes import place_page_notes
from index.sources.tree import write_tree
from index.sources.writing import BlockWriter
from index.types import Article

OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTAINER = "META-INF/container.xml"


def parse_epub(path: Path, *, id: str, title: str) -> list[Article]:
    """Read a book's chapters in their order.

    Returns
    -------
    list of Article
        One; its places are the files of the chapters.

    Raises
    ------
    UnreadableError
        If it is damaged, locked, or swells to too much.
    """
    check_archive(path)
    writer = BlockWriter()
    with zipfile.ZipFile(path) as book:
        package_path, package = _package(book)
        names = {
            item.get("id"): item.get("href")
            for item in package.iter(f"{OPF}item")
            if "html" in item.get("media-type", "")
        }
        hrefs = (names.get(each.get("idref")) for each in package.iter(f"{OPF}itemref"))
        folder = posixpath.dirname(package_path)
        chapters = {
            unquote(href): _body(
                book.read(posixpath.normpath(f"{folder}/{unquote(href)}".lstrip("/")))
            )
            for href in hrefs
            if href is not None
        }
    place_page_notes(chapters)
    for name, chapter in chapters.items():
        writer.at(name)
        write_tree(chapter, writer)
    if not writer.text:
        raise UnreadableError("holds no text")
    return [
        Article(
            id=id,
            title=_said(package, "title") or title,
            text=writer.text,
            published=_said(package, "date"),
            blocks=writer.blocks,
            author="; ".join(_all(package, "creator")) or None,
            kind="epub",
            language=(_said(package, "language") or "")[:2].lower(),
            places=writer.places,
        )
    ]


def _package(book: zipfile.ZipFile) -> tuple[str, Any]:
    container = _xml(book.read(CONTAINER))
    path = next(each.get("full-path") for each in container.iter() if each.get("full-path"))
    return path, _xml(book.read(path))


def _xml(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _body(data: bytes) -> Any:
    from lxml import html

    page = html.document_fromstring(data)
    return page.find("body") if page.find("body") is not None else page


def _all(package: Any, name: str) -> list[str]:
    texts = (" ".join((each.text or "").split()) for each in package.iter(f"{DC}{name}"))
    return [text for text in texts if text]


def _said(package: Any, name: str) -> str | None:
    return next(iter(_all(package, name)), None)
