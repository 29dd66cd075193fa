"""What an answer from the web is, by its type, its first bytes and its address: pure."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from index.errors import UnreadableError
from index.sites import FIRST_PAGES
from index.sources.kinds import KINDS

FEED = ".feed"
SITEMAP = ".sitemap"
_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/x-rst": ".rst",
    "text/prs.fallenstein.rst": ".rst",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/x-ndjson": ".ndjson",
    "application/jsonl": ".jsonl",
    "message/rfc822": ".eml",
    "application/mbox": ".mbox",
    "application/epub+zip": ".epub",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
}
XML = frozenset(
    {"application/xml", "text/xml", "application/rss+xml", "application/atom+xml",
     "application/rdf+xml"}
)  # fmt: skip
# Types that say nothing.
VAGUE = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/force-download",
     "application/zip", "application/x-zip-compressed", "application/gzip", "application/x-gzip"}
)  # fmt: skip
TEXT = frozenset({".txt", ".text", ".md", ".markdown", ".mdown", ".mkd"})
# Kinds whose bytes are text, in the encoding that the server tells.
ENCODED = frozenset({".html", ".txt", ".md", ".rst", ".csv", ".tsv", ".ndjson", ".jsonl", FEED})

HEAD_BYTES = 4_096
# The first element, after a declaration, comments and a document type.
ROOT = re.compile(
    rb"\s*(?:<\?[^>]*>\s*|(?><!--.*?-->)\s*|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>\s*)*<([A-Za-z:]+)",
    re.IGNORECASE | re.DOTALL,
)
ROOTS = {
    b"rss": FEED, b"feed": FEED, b"rdf": FEED, b"urlset": SITEMAP, b"sitemapindex": SITEMAP,
    b"html": ".html",
}  # fmt: skip
META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']{1,40})", re.IGNORECASE)
# What browsers take these for (WHATWG, Encoding).
LABELS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252", "us-ascii": "cp1252",
          "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
          "x-sjis": "cp932", "euc-kr": "cp949", "ks_c_5601-1987": "cp949"}  # fmt: skip
# Those of pages; of what Python decodes beside these, some takes for ever.
ENCODINGS = re.compile(
    r"cp\d+|iso8859-\d+|koi8-[rtu]|mac-\w+|gb18030|big5(?:hkscs)?|euc_\w+|iso2022_\w+|utf-(?:16|32)[\w-]*"
)
TITLE_CHARACTERS = 80
ID_CHARACTERS = 160


def admits(type: str) -> bool:
    """Say whether a media type may hold something that is read."""
    return type in TYPES or type in XML or type in VAGUE


def kind_of(type: str, address: str, data: bytes) -> str:
    """Return the ending of what an answer is, ``.feed`` and ``.sitemap`` among them.

    Parameters
    ----------
    type : str
        The media type that came with it, one that is admitted.
    address : str
    data : bytes

    Raises
    ------
    UnreadableError
        If nothing here reads it.
    """
    if data.startswith(b"%PDF-"):
        return ".pdf"
    ending = PurePosixPath(urlsplit(address).path).suffix.lower()
    root = ROOT.match(data.removeprefix(codecs.BOM_UTF8)[:HEAD_BYTES])
    name = root.group(1).lower().rpartition(b":")[2] if root else b""
    text = ending if ending in TEXT or KINDS.get(ending) else ""
    if name in ROOTS and (TYPES.get(type) in {None, ".html", ".txt"} and ending not in TEXT):
        return ROOTS[name]
    if type == "text/plain":
        return text if text and text not in {".pdf", ".zip", ".docx", ".pptx", ".epub"} else ".txt"
    if type in TYPES:
        return TYPES[type]
    if type in VAGUE and text:
        return text
    raise UnreadableError(
        f"is {type or 'of no type'}, and holds neither a feed, a sitemap nor a page"
    )


def as_utf8(data: bytes, content_type: str, kind: str) -> bytes:
    """Return text in UTF-8: from the encoding that the server tells, or the page itself.

    Where neither does, or it is one that nobody knows, the bytes stay as they are, to be guessed.
    """
    if kind not in ENCODED or data.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff")):
        return data
    told = CHARSET.search(content_type)
    label = told.group(1) if told else ""
    if not label and kind == ".html" and (meta := META.search(data[:HEAD_BYTES])):
        label = meta.group(1).decode("ascii")
    label = label.strip().lower()
    if not label or label.replace("-", "") == "utf8":
        return data
    try:
        codec = codecs.lookup(LABELS.get(label, label)).name
    except (LookupError, ValueError):
        return data
    if not ENCODINGS.fullmatch(codec):
        return data
    text = data.decode(codec, errors="replace")
    return codecs.BOM_UTF8 + text.encode("utf-8", errors="replace")


def stem_of(address: str) -> str:
    """Return the last word of an address: what a page is called that has no title."""
    parts = urlsplit(address)
    path = PurePosixPath(unquote(parts.path, errors="replace"))
    names = (_printable(name) for name in (path.stem, path.parent.name))
    # Of /readme/index.html both are such: a file's name would be that of its folder.
    name = next((name for name in names if name.lower() not in FIRST_PAGES), "")
    return name[:TITLE_CHARACTERS] or parts.netloc


def _printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable() and c not in "/\\:").strip(". ")


def id_of(address: str) -> str:
    """Return a short name: host and path, without an ending, and what is asked for."""
    parts = urlsplit(address)
    path = PurePosixPath(unquote(parts.path, errors="replace").strip("/"))
    name = f"{parts.netloc}/{path.with_suffix('')}" if path.name else parts.netloc
    name += f"?{parts.query}" if parts.query else ""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[:ID_CHARACTERS]
