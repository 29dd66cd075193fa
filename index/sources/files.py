"""Files and folders: finding documents and reading them into articles."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import CorpusError, PassingError, UnreadableError
from index.language import detect_language
from index.sites import FIRST_PAGES, address_of
from index.sources.decode import decode
from index.sources.kinds import KINDS
from index.sources.markdown import parse_markdown
from index.sources.text import parse_text
from index.sources.worker import Parser
from index.types import Article, Skipped

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown", ".mkd"})
TEXT_SUFFIXES = frozenset({".txt", ".text"})
MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A file to be read: its place, the id it asks for, and what a ``stat`` says of it.

    ``named`` is true for a file that was named itself rather than found in a folder.
    """

    source: str
    id: str
    size: int
    mtime_ns: int
    named: bool = False


def find_documents(source: str | Path) -> Iterator[Document | Skipped]:
    """Find the documents of a file or of a folder and everything below it, in order of name.

    Hidden files and folders (their names begin with a dot) are left out, linked folders are not
    entered.

    Parameters
    ----------
    source : str or Path

    Yields
    ------
    Document or Skipped

    Raises
    ------
    CorpusError
        If there is nothing at ``source``.
    """
    path = Path(os.path.abspath(source))
    if not _is_unicode(path):
        raise CorpusError(f"{_shown(path)} has a name that is not UTF-8; rename it.")
    try:
        is_folder, is_file, exists = path.is_dir(), path.is_file(), path.exists()
    except OSError as error:
        raise CorpusError(
            f"{source} can't be read ({error.strerror}); check the path and its permissions."
        ) from error
    if is_folder:
        yield from _in_folder(path)
    elif is_file:
        yield _document(path, path.stem, named=True)
    elif path.is_symlink():
        raise CorpusError(f"{source} is a link to something that is not there; mend the link.")
    elif exists:
        raise CorpusError(f"{source} is neither a file nor a folder; name an article or a folder.")
    else:
        raise CorpusError(f"{source} does not exist; check the path.")


def read_document(
    document: Document,
    parser: Parser,
    *,
    max_bytes: int = MAX_BYTES,
    sites: Mapping[str, str] | None = None,
) -> list[Article]:
    """Read one document.

    Parameters
    ----------
    document : Document
    parser : Parser
        What reads kinds other than text and Markdown.
    max_bytes : int
        Larger files are refused: nobody's article, and a day's embedding.
    sites : mapping of str to str, optional
        Addresses by folder, as :func:`index.sites.address_of` takes them.

    Returns
    -------
    list of Article
        With source, origin, digest and encoding filled in; of a file that holds several, each has
        the address of its place in it as its source.

    Raises
    ------
    UnreadableError
        If the file is empty or damaged; a ``PassingError`` if it is too large or can't be opened.
    """
    if document.size > max_bytes:
        raise PassingError(
            f"is {document.size / 1e6:.0f} MB, more than the {max_bytes / 1e6:.0f} MB allowed; "
            "split it, or raise max_megabytes in footnote.toml"
        )
    return [_addressed(article, sites or {}) for article in _read(document, parser)]


def _addressed(article: Article, sites: Mapping[str, str]) -> Article:
    """Give an article its address; a part of a file has the one that it names, or none."""
    if article.source != article.origin:
        sites = {}
    url = address_of(article.source, article.url, sites)
    return article if url == article.url else replace(article, url=url)


def _read(document: Document, parser: Parser) -> list[Article]:
    path = Path(document.source)
    if path.suffix.lower() in KINDS:
        if not document.size:
            raise UnreadableError("is empty; there is nothing to index in it")
        return _settled(document, parser.parse(str(path), id=document.id, title=title_of(path)))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PassingError(f"can't be read ({error.strerror}); check its permissions") from error
    text, encoding = decode(data)
    if not text.strip():
        raise UnreadableError("is empty; there is nothing to index in it")
    parse = parse_markdown if path.suffix.lower() in MARKDOWN_SUFFIXES else parse_text
    article = parse(text, id=document.id, title=title_of(path))
    if not article.text.strip():
        raise UnreadableError("holds no text outside its front matter and markup")
    digest = hashlib.sha256(data).hexdigest()
    return [
        replace(
            article,
            source=document.source,
            origin=document.source,
            digest=digest,
            encoding=encoding,
            kind="markdown" if parse is parse_markdown else "text",
            language=article.language or detect_language(article.text),
        )
    ]


def _settled(document: Document, articles: list[Article]) -> list[Article]:
    """Say of parsed articles where they came from, and what they held."""
    settled = []
    for article in articles:
        if not any(map(str.isalnum, article.text)):
            continue
        alone = article.id == document.id
        place = "" if alone else f"#{article.id.removeprefix(f'{document.id}/')}"
        settled.append(
            replace(
                article,
                source=document.source + place,
                origin=document.source,
                digest=digest_of(article),
                language=article.language or detect_language(article.text),
            )
        )
    if not settled:
        raise UnreadableError("holds no text")
    return settled


def digest_of(article: Article) -> str:
    """Return the SHA-256 of all that is shown of an article, in hexadecimal."""
    facts = (article.title, article.url, article.published, article.author, article.text)
    return hashlib.sha256(repr(facts).encode(errors="replace")).hexdigest()


def read_articles(source: str | Path, *, max_bytes: int = MAX_BYTES) -> Iterator[Article | Skipped]:
    """Read a file, or every article of a folder.

    Parameters
    ----------
    source : str or Path
    max_bytes : int
        Size above which a file is skipped.

    Yields
    ------
    Article or Skipped
        In order of file name; what can't be read is named, not raised.

    Raises
    ------
    CorpusError
        If there is nothing at ``source``.
    """
    with Parser() as parser:
        for document in find_documents(source):
            if isinstance(document, Skipped):
                yield document
                continue
            try:
                yield from read_document(document, parser, max_bytes=max_bytes)
            except UnreadableError as error:
                yield Skipped(document.source, str(error))


def _in_folder(folder: Path) -> Iterator[Document | Skipped]:
    closed: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path = Path(root, name)
            try:
                yield _in_folder_one(path, path.relative_to(folder).with_suffix("").as_posix())
            except OSError as error:
                yield Skipped(
                    _shown(path), f"can't be read ({error.strerror}); check its permissions"
                )
    for each in closed:
        yield Skipped(_shown(each.filename), f"can't be entered ({each.strerror})")


def _in_folder_one(path: Path, id: str) -> Document | Skipped:
    suffix = path.suffix.lower()
    if not _is_unicode(path):
        return Skipped(_shown(path), "has a name that is not UTF-8; rename it")
    if path.is_symlink() and not path.exists():
        return Skipped(str(path), "is a link to something that is not there; mend the link")
    if not path.is_file():
        return Skipped(str(path), "is neither a file nor a folder")
    if suffix not in MARKDOWN_SUFFIXES | TEXT_SUFFIXES | KINDS.keys():
        return Skipped(str(path), f"is of a kind that is not read ({suffix or 'no ending'})")
    return _document(path, id)


def _is_unicode(path: Path) -> bool:
    """Say whether a path can be stored: on Linux its bytes may be anything."""
    return _shown(path) == str(path)


def _shown(path: str | Path) -> str:
    return os.fsencode(path).decode("utf-8", errors="replace")


def _document(path: Path, id: str, *, named: bool = False) -> Document:
    status = path.stat()
    return Document(str(path), id, status.st_size, status.st_mtime_ns, named)


def title_of(path: Path) -> str:
    """Return what a document is called that names no title: a folder's first page as the folder."""
    stem = path.parent.name if path.stem.lower() in FIRST_PAGES else path.stem
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] or stem
