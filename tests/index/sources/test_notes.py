"""Footnotes: each stands behind the words that refer to it, and is found with them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from index import Article, split_article
from index.sources.markdown import parse_markdown
from index.sources.notes import CLOSE, OPEN, noted, unfold
from index.sources.writing import BlockWriter
from tests.index.sources.making import make_epub

Read = Callable[[Path], list[Article]]
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FILLER = "The works press their panels from coils of steel that arrive by rail before dawn."


def markdown(source: str) -> str:
    """Return the text of a Markdown source."""
    return parse_markdown(source, id="a", title="A").text


def test_a_note_stands_below_the_paragraph_that_refers_to_it() -> None:
    article = parse_markdown(
        "The plant closed.[^1] It was old.\n\nNext.\n\n[^1]: In the *north*\n    of it.\n\n"
        "    See `x`.",
        id="a",
        title="A",
    )
    assert (
        article.text == "The plant closed.[1] It was old.\n[1] In the north of it. See x.\n\nNext."
    )
    first, _ = split_article(article)
    assert [span.of(article.text) for span in first.sentences] == [
        "The plant closed.[1]",
        "It was old.",
        "[1] In the north of it.",
        "See x.",
    ]


def test_a_note_is_given_once_and_one_that_nothing_refers_to_stays() -> None:
    assert markdown("One[^a] and[^a] two[^b].\n\n[^a]: Note.\n\n[^c]: Lonely.\n") == (
        "One[a] and[a] two[^b].\n[a] Note.\n\nLonely."
    )


def test_a_note_written_in_its_place_takes_a_number_that_is_free() -> None:
    assert markdown("One^[so [they](x) say] and[^1] two.\n\n[^1]: Note.") == (
        "One[2] and[1] two.\n[2] so they say\n[1] Note."
    )


def test_notes_of_headings_items_and_rows_stand_below_them() -> None:
    notes = "\n\n[^1]: One.\n[^2]: Two.\n[^3]: Three.\n"
    assert markdown(f"# Head[^1]\n\n- a[^2]\n- b\n\n|x|y|\n|-|-|\n|1[^3]|2|{notes}") == (
        "Head[1]\n\n[1] One.\n\n- a[2]\n[2] Two.\n- b\n\nx | y\n1[3] | 2\n[3] Three."
    )


def test_a_note_to_a_note_is_shown_by_its_mark() -> None:
    assert markdown("One[^1].\n\n[^1]: See[^2].\n[^2]: Deep.") == "One[1].\n[1] See[2].\n[2] Deep."
    assert markdown("One.\n\n[^1]: See[^2].\n[^2]: See[^1].").startswith("One.\n\n[")


def test_each_note_of_a_long_paragraph_is_in_one_passage_with_its_sentence() -> None:
    marked = " ".join(f"{FILLER}[^{n}]" for n in range(20))
    notes = "\n".join(f"[^{n}]: This is said of {n} alone." for n in range(20))
    article = parse_markdown(f"{marked}\n\n{notes}", id="a", title="A")
    passages = [passage.text for passage in split_article(article)]
    for n in range(20):
        (held,) = [p for p in passages if f"[{n}] This is said of {n} alone." in p]
        assert f"dawn.[{n}]" in held


def make_noted_docx(path: Path) -> Path:
    """Write a Word file with a footnote and an endnote."""
    document = Document()
    first = document.add_paragraph("The plant closed.")
    document.add_paragraph("An item", style="List Bullet")
    cell = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    cell.add_run("2022")
    for kind, paragraph in (("footnote", first), ("endnote", first), ("footnote", cell)):
        reference = OxmlElement(f"w:{kind}Reference")
        reference.set(qn("w:id"), "2")
        paragraph.add_run()._r.append(reference)
    first.add_run(" It was old.")
    for kind in ("footnote", "endnote"):
        blob = (
            f'<w:{kind}s xmlns:w="{WORD}"><w:{kind} w:type="separator" w:id="0"><w:p/></w:{kind}>'
            f'<w:{kind} w:id="2"><w:p><w:r><w:t>In the </w:t></w:r><w:r><w:t>north, says the '
            f"{kind}.</w:t></w:r></w:p></w:{kind}></w:{kind}s>"
        )
        part = Part(
            PackURI(f"/word/{kind}s.xml"),
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml",
            blob.encode(),
            document.part.package,
        )
        document.part.relate_to(
            part,
            f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s",
        )
    document.save(str(path))
    return path


def test_notes_of_a_word_file_stand_below_their_paragraphs(read: Read, tmp_path: Path) -> None:
    (article,) = read(make_noted_docx(tmp_path / "a.docx"))
    assert article.text == (
        "The plant closed.[1][2] It was old.\n[1] In the north, says the footnote.\n"
        "[2] In the north, says the endnote.\n\n- An item\n\n2022[1]"
    )


@pytest.mark.parametrize(
    ("reference", "notes"),
    [
        ('role="doc-noteref"', '<p id="n"><b>1</b> Up north.</p>'),
        (
            "",
            '<section class="footnotes"><ol><li id="n"><p>Up north. {back}</p></li></ol></section>',
        ),
        ("", '<aside role="doc-footnote" id="n">Up north.</aside>'),
        ("", '<div class="footnotes"><p><a id="n" href="#r">↑</a> Up north.</p></div>'),
    ],
)
def test_notes_of_a_page_stand_below_their_paragraphs(
    read: Read, tmp_path: Path, reference: str, notes: str
) -> None:
    back = '<a href="#r" role="doc-backlink">back to the text</a>'
    (tmp_path / "p.html").write_text(
        f'<html><body><article><h1>Works</h1><p>{FILLER}<sup id="r"><a href="#n" {reference}>[1]'
        f"</a></sup> {FILLER}</p><p>{FILLER} See <a href='#other'>there</a>.</p>"
        f"{notes.format(back=back)}<p id='other'>{FILLER}</p></article></body></html>",
        encoding="utf-8",
    )
    (article,) = read(tmp_path / "p.html")
    note = "1 Up north." if "<b>" in notes else "Up north."
    assert article.text == (
        f"Works\n\n{FILLER}[1] {FILLER}\n[1] {note}\n\n{FILLER} See there.\n\n{FILLER}"
    )


def test_notes_of_a_book_are_found_in_other_chapters(read: Read, tmp_path: Path) -> None:
    chapters = {
        "one.xhtml": '<p>It closed.<a epub:type="noteref" href="notes.xhtml#n1">1</a> So.</p>'
        '<p>And <a epub:type="noteref" href="notes.xhtml#n1">1</a> again, '
        '<a href="#gone">x</a>.</p>',
        "notes.xhtml": '<aside epub:type="footnote" id="n1"><p>Up north.</p></aside><p>End.</p>',
    }
    (article,) = read(make_epub(tmp_path / "b.epub", chapters))
    assert article.text == "It closed.[1] So.\n[1] Up north.\n\nAnd [1] again, x.\n\nEnd."


def test_notes_of_restructured_text_stand_below_their_paragraphs(
    read: Read, tmp_path: Path
) -> None:
    (tmp_path / "a.rst").write_text(
        "It closed [#]_ and [Ida]_ knew [#]_.\n\nMore [Ida]_.\n\n.. [#] Up *north*.\n"
        ".. [#] Later.\n.. [Ida] Her book.\n.. [9] Lonely.\n"
    )
    (article,) = read(tmp_path / "a.rst")
    assert article.text == (
        "It closed [1] and [Ida] knew [2].\n[1] Up north.\n[Ida] Her book.\n[2] Later.\n\n"
        "More [Ida].\n\n9 Lonely."
    )


PIECES = st.lists(
    st.sampled_from([FILLER, noted("1", "Up north."), noted("2", FILLER), " ", "a", "\n", "."]),
    max_size=60,
)


@given(PIECES, st.sampled_from(["paragraph", "heading", "list", "table", "code"]))
def test_no_word_of_a_block_or_its_notes_is_lost(pieces: list[str], kind: str) -> None:
    text = "".join(pieces)
    parts = list(unfold(kind, text))  # type: ignore[arg-type]
    written = "\n".join(part for _, part in parts)
    assert OPEN not in written
    shown = text.replace(OPEN, "").replace(CLOSE, "")
    assert sorted("".join(written.split())) == sorted("".join(shown.split()))
    writer = BlockWriter()
    writer.block(kind, text)  # type: ignore[arg-type]
    assert all(b.span.of(writer.text).strip() == b.span.of(writer.text) for b in writer.blocks)


def test_marks_of_hidden_notes_that_a_text_holds_itself_are_no_notes() -> None:
    writer = BlockWriter()
    writer.block("paragraph", f"a {OPEN} b {CLOSE}{CLOSE} c")
    assert OPEN not in writer.text
    assert CLOSE not in writer.text
