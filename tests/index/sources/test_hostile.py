"""Files made to do harm, or broken: named and passed over, quickly."""

from __future__ import annotations

import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation

from index import Skipped, UnreadableError
from index.sources import Parser, find_documents, read_document
from index.sources.kinds import KINDS
from tests.index.sources.making import make_epub, make_pdf

Refusal = Callable[[Path], str]
# What a parser may take of the processor for any file of these tests, in seconds.
QUICK = 30
LAUGHS = "<!DOCTYPE x [<!ENTITY l0 'ha'>{}]>".format(
    "".join(f"<!ENTITY l{n + 1} '{f'&l{n};' * 10}'>" for n in range(9))
)


def whole(folder: Path, suffix: str) -> Path:
    """Write a file that can be read."""
    path = folder / f"whole{suffix}"
    if suffix == ".docx":
        document = Document()
        document.add_paragraph("The plant closed.")
        document.save(str(path))
    elif suffix == ".pptx":
        slides = Presentation()
        slides.slides.add_slide(slides.slide_layouts[1]).shapes.title.text = "The plant"
        slides.save(str(path))
    elif suffix == ".epub":
        make_epub(path, {"a.xhtml": "<p>The plant closed.</p>"})
    else:
        make_pdf(path, [[(700, "The plant closed.")]])
    return path


def altered(source: Path, name: str, content: bytes, target: Path) -> Path:
    """Write an archive again, a part of it changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, content if each == name else old.read(each))
    return target


@pytest.mark.parametrize("suffix", [".txt", ".md", *sorted(KINDS)])
def test_half_a_gigabyte_is_named_without_being_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    (document,) = find_documents(path)
    assert not isinstance(document, Skipped)
    with Parser() as parser, pytest.raises(UnreadableError, match="is 500 MB, more than the 20 MB"):
        read_document(document, parser)
    assert parser.process is None


@pytest.mark.parametrize(
    ("suffix", "part"),
    [(".docx", "word/document.xml"), (".pptx", "ppt/presentation.xml"), (".epub", "OPS/a.xhtml")],
)
def test_entities_that_multiply_are_not_expanded(
    parser: Parser, tmp_path: Path, suffix: str, part: str
) -> None:
    source = whole(tmp_path, suffix)
    bomb = f"<?xml version='1.0'?>{LAUGHS}<x>&l9;</x>".encode()
    path = altered(source, part, bomb, tmp_path / f"bomb{suffix}")
    try:
        articles = parser.parse(str(path), id="a", title="A")
    except UnreadableError:
        return
    assert all(len(article.text) < 1_000 for article in articles)


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".epub"])
def test_an_archive_that_lies_about_its_size_or_is_locked_is_named(
    refusal: Refusal, tmp_path: Path, suffix: str
) -> None:
    source = whole(tmp_path, suffix)
    part = {".docx": "word/document.xml", ".pptx": "ppt/presentation.xml"}.get(
        suffix, "OPS/a.xhtml"
    )
    swollen = altered(source, part, b"<a>" + b" " * 50_000_000 + b"</a>", tmp_path / f"s{suffix}")
    data = bytearray(swollen.read_bytes())
    lies = struct.pack("<L", 50_000_007), struct.pack("<L", 12)
    assert data.count(lies[0]) == 2
    swollen.write_bytes(data.replace(*lies))
    assert refusal(swollen).startswith("is damaged")
    data = bytearray(source.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    source.write_bytes(data)
    assert refusal(source) == "is locked by a password; save it without one"


DEEP = 20_000


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".html", "<div>" * DEEP + "The plant closed." + "</div>" * DEEP),
        (".html", "<ul><li>" * DEEP + "The plant closed."),
        (".html", "<table><tr><td>" * DEEP + "The plant closed."),
        (".jsonl", '{"a":' * DEEP + "1" + "}" * DEEP),
        (".jsonl", '{"a": ' + "[" * DEEP + "]" * DEEP + "}"),
        (".rst", "\n".join("  " * n + "* x\n" for n in range(300))),
        (".rst", "*" * DEEP + "`" * DEEP + "|" * DEEP),
        (".eml", "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\nContent-Type: "
         "multipart/mixed; boundary=b\n\n" * 2_000),
        (".csv", '"' * DEEP + "," * DEEP),
    ],
)  # fmt: skip
def test_what_is_nested_beyond_measure_ends_quickly(
    parser: Parser, tmp_path: Path, suffix: str, content: str
) -> None:
    path = tmp_path / f"deep{suffix}"
    path.write_text(content, encoding="utf-8")
    begun = time.process_time()
    try:
        articles = parser.parse(str(path), id="a", title="A")
    except UnreadableError as error:
        assert "took longer" not in str(error)  # noqa: PT017 - some are read
    else:
        assert all(article.text for article in articles)
    assert time.process_time() - begun < QUICK


def test_a_book_nested_beyond_measure_ends_without_a_crash(parser: Parser, tmp_path: Path) -> None:
    path = make_epub(tmp_path / "b.epub", {"a.xhtml": f"<p>Plant.</p>{'<div>' * DEEP}"})
    try:
        parser.parse(str(path), id="a", title="A")
    except UnreadableError as error:
        assert "took longer" not in str(error)  # noqa: PT017 - some are read


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".epub", ".pdf"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_was_cut_short_is_named(
    refusal: Refusal, tmp_path: Path, suffix: str, share: float
) -> None:
    path = whole(tmp_path, suffix)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    if suffix == ".pdf" and share > 0.5:
        return  # pdfium finds its pages all the same
    assert "damaged" in refusal(path)


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".epub", ".pdf"])
@pytest.mark.parametrize("other", [".docx", ".pptx", ".epub", ".pdf", ".zip", ".html", ".eml"])
def test_a_file_of_another_kind_than_its_ending_says_is_named(
    refusal: Refusal, tmp_path: Path, suffix: str, other: str
) -> None:
    if suffix == other:
        return
    path = whole(tmp_path, suffix).rename(tmp_path / f"other{other}")
    assert any(
        said in refusal(path)
        for said in (
            "another kind",
            "no PDF",
            "no export of Slack",
            "binary",
            "no article",
            "no e-mail",
        )
    )
