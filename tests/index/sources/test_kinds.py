"""What of each kind of file becomes text, and what is said of one that can't be read."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation
from pptx.util import Inches

from index import Article, Span, link_to, split_article
from index.sources.kinds import KINDS
from tests.index.sources.making import make_epub, make_pdf, make_slack

Read = Callable[[Path], list[Article]]
Refusal = Callable[[Path], str]

PAGE = """<html lang="en-GB"><head><title>The plant closes</title>
<meta name="author" content="Ida Brenn">
<meta property="article:published_time" content="2024-03-05T10:00:00Z">
<link rel="canonical" href="https://example.org/plant"></head><body>
<nav><ul><li><a href="/">Home</a></li><li>Sport</li></ul></nav>
<article><h1>The plant closes</h1>
<p>The plant in Turin closed in March, the company said. It had made buses for thirty years,
and nobody had expected the end of it so soon.</p>
<h2>What comes next</h2>
<p>The 300 workers are to be moved to the works in Ostrava, where trams are built.</p>
<ul><li>First the press shop</li><li>Then the paint shop</li></ul>
<table><tr><th>Year</th><th>Buses</th></tr><tr><td>2022</td><td>1,200</td></tr></table>
</article><footer>Imprint and cookies</footer><script>alert("wombat")</script></body></html>"""


def kinds(article: Article) -> list[str]:
    """List the kinds of an article's blocks."""
    return [block.kind for block in article.blocks]


def test_a_page_is_its_article_without_menus(read: Read, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text(PAGE, encoding="utf-8")
    (article,) = read(tmp_path / "p.html")
    assert (article.title, article.author) == ("The plant closes", "Ida Brenn")
    assert (article.url, article.published) == ("https://example.org/plant", "2024-03-05")
    assert (article.kind, article.language) == ("html", "en")
    assert kinds(article) == ["heading", "paragraph", "heading", "paragraph", "list", "table"]
    assert article.text.startswith("The plant closes\n\nThe plant in Turin closed in March, the ")
    assert article.text.endswith(
        "- First the press shop\n- Then the paint shop\n\nYear | Buses\n2022 | 1,200"
    )
    assert not {"Home", "Imprint", "wombat"} & set(article.text.split())
    assert [passage.heading for passage in split_article(article)][-1] == "What comes next"


def test_a_page_without_text_is_no_article(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "p.htm").write_text("<html><body><script>start()</script></body></html>")
    assert "no article" in refusal(tmp_path / "p.htm")


def test_a_pdf_has_pages_and_paragraphs(read: Read, tmp_path: Path) -> None:
    path = make_pdf(
        tmp_path / "r.pdf",
        [
            [(700, "Where the buses come from"), (670, "The plant in Turin closed in"),
             (656, "March. It had made buses for thirty years."),
             (628, "The workers are to be moved to the works"), (614, "in Ostrava.")],
            [],
            [(700, "Trams are built there, in three halls."), (686, "Each is 200 metres long.")],
        ],
    )  # fmt: skip
    (article,) = read(path)
    assert (article.title, article.author) == ("The plant report", "Ida Brenn")
    assert article.published == "2024-03-05"
    assert article.problem == "no text on page 2: scanned or a picture"
    assert [place.at for place in article.places] == ["page=1", "page=3"]
    assert article.text[article.places[1].start :].startswith("Trams are built")
    assert kinds(article) == ["heading", "paragraph", "paragraph", "paragraph"]
    assert "closed in\nMarch. It had made" in article.text
    assert [passage.text for passage in split_article(article)][1] == (
        "The workers are to be moved to the works\nin Ostrava."
    )


def test_running_heads_and_page_numbers_are_read_once_and_hyphens_joined(
    read: Read, tmp_path: Path
) -> None:
    pages = [
        [(800, f"{n} Annual report 2024, {('right', 'left')[n % 2]}"),
         (700, f"Hall {n} makes buses for the com-"),
         (686, "pany. The of\\001ce is old."), (660, "Each has its own rail."), (40, f"- {n} -")]
        for n in range(1, 9)
    ]  # fmt: skip
    (article,) = read(make_pdf(tmp_path / "r.pdf", pages))
    assert article.text.count("Annual report 2024, left") == 1
    assert article.text.count("Annual report 2024, right") == 1
    assert "- 5 -" not in article.text
    assert article.text.count("Each has its own rail.") == 8
    assert all(
        f"Hall {n} makes buses for the company. The office is" in article.text for n in (1, 8)
    )
    assert [place.at for place in article.places] == [f"page={n}" for n in range(1, 9)]
    # Of two pages nothing can be said to run.
    assert read(make_pdf(tmp_path / "s.pdf", pages[:2]))[0].text.count("Annual report") == 2


def test_paragraphs_of_two_lines_come_apart_and_pages_of_many_are_counted_out(
    read: Read, tmp_path: Path
) -> None:
    page = [
        line
        for n in range(8)
        for line in ((720 - 36 * n, f"Hall {n} makes"), (706 - 36 * n, "buses for towns."))
    ]
    numbered = [[*page, (40, f"Page {n} of 12")] for n in range(1, 5)]
    (article,) = read(make_pdf(tmp_path / "a.pdf", numbered))
    assert "of 12" not in article.text
    assert article.text.split("\n\n") == [f"Hall {n} makes\nbuses for towns." for n in range(8)] * 4


def test_columns_are_read_one_after_the_other(read: Read, tmp_path: Path) -> None:
    left = [(700 - 14 * n, f"Left {n} goes on") for n in range(3)]
    right = [(700 - 14 * n, f"right {n} goes on", 320) for n in range(3)]
    (article,) = read(make_pdf(tmp_path / "c.pdf", [[*left, *right]]))
    assert article.text.split("\n\n") == [
        "Left 0 goes on\nLeft 1 goes on\nLeft 2 goes on",
        "right 0 goes on\nright 1 goes on\nright 2 goes on",
    ]


def test_a_scanned_pdf_is_named_as_such(refusal: Refusal, tmp_path: Path) -> None:
    assert refusal(make_pdf(tmp_path / "a.pdf", [[]])).startswith(
        "is scanned: its 1 page hold no text"
    )
    assert "its 2 pages" in refusal(make_pdf(tmp_path / "b.pdf", [[], []]))


def test_a_locked_or_damaged_pdf_is_named_as_such(refusal: Refusal, tmp_path: Path) -> None:
    lock = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >> "
    locked = make_pdf(
        tmp_path / "l.pdf", [[(700, "x")]], f"/ID [<{'43' * 16}><{'43' * 16}>] {lock}"
    )
    assert refusal(locked) == "is locked by a password; save it without one"
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.4\nnothing more")
    assert refusal(tmp_path / "d.pdf") == "is damaged, or no PDF"


def test_a_word_file_keeps_its_layout(read: Read, tmp_path: Path) -> None:
    document = Document()
    document.add_heading("The plant report", 0)
    document.add_heading("Where", 1)
    document.add_paragraph("The plant is in Turin.")
    document.add_paragraph("The press shop", style="List Bullet")
    document.add_paragraph("The paint shop", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(
        (cell for row in table.rows for cell in row.cells),
        ("Year", "Buses", "2022", "1,200"),
        strict=True,
    ):
        cell.text = text
    document.core_properties.author = "Ida Brenn"
    document.save(str(tmp_path / "r.docx"))
    (article,) = read(tmp_path / "r.docx")
    assert article.text == (
        "The plant report\n\nWhere\n\nThe plant is in Turin.\n\n- The press shop\n"
        "- The paint shop\n\nYear | Buses\n2022 | 1,200"
    )
    assert kinds(article) == ["heading", "heading", "paragraph", "list", "table"]
    assert (article.title, article.author, article.kind) == (
        "The plant report",
        "Ida Brenn",
        "docx",
    )


def test_slides_have_numbers_and_notes(read: Read, tmp_path: Path) -> None:
    slides = Presentation()
    first = slides.slides.add_slide(slides.slide_layouts[1])
    first.shapes.title.text = "Plans"
    first.placeholders[1].text = "Build the hall\nMove the workers"
    second = slides.slides.add_slide(slides.slide_layouts[6])
    table = second.shapes.add_table(1, 2, 0, 0, Inches(2), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "2022", "1,200 buses"
    second.notes_slide.notes_text_frame.text = "These are the last."
    slides.save(str(tmp_path / "s.pptx"))
    (article,) = read(tmp_path / "s.pptx")
    assert article.text == (
        "Plans\n\n- Build the hall\n- Move the workers\n\n2022 | 1,200 buses\n\nThese are the last."
    )
    assert [(place.start, place.at) for place in article.places] == [
        (0, "slide=1"),
        (44, "slide=2"),
    ]


def test_a_book_is_read_in_the_order_of_its_spine(read: Read, tmp_path: Path) -> None:
    chapters = {
        "one.xhtml": "<h1>One</h1><p>It was a <b>dark</b> night.<br/>And cold.</p>"
        "<ol><li>first<ul><li>inside</li></ul></li><li>second</li></ol>",
        "t%20wo.xhtml": "<h1>Two</h1>Loose words<pre>x  = 1</pre>"
        "<blockquote><p>Said he.</p></blockquote><script>no</script>",
    }
    path = make_epub(tmp_path / "b.epub", chapters)
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("OPS/t wo.xhtml", f"<html><body>{chapters['t%20wo.xhtml']}</body></html>")
    (article,) = read(path)
    assert article.text == (
        "One\n\nIt was a dark night.\nAnd cold.\n\n1. first\n  - inside\n2. second\n\nTwo\n\n"
        "Loose words\n\nx  = 1\n\nSaid he."
    )
    assert (article.title, article.author) == ("The works", "Ida Brenn; Otto Hahm")
    assert (article.language, article.published) == ("en", "2024-03-05")
    assert [place.at for place in article.places] == ["one.xhtml", "t wo.xhtml"]


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".epub", ".zip"])
def test_archives_that_are_none_locked_or_bombs_are_named(
    refusal: Refusal, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert refusal(path) == "is damaged, or of another kind than its ending says"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500)
    assert refusal(path).startswith("is locked by a password, or older than 2007")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"bomb{number}", b"\0" * 70_000_000)
    assert refusal(path) == "would unpack to 210 MB in 3 files, more than is read"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "another kind")
    assert refusal(path).startswith(
        "is an archive, and no export of Slack; unpack it"
        if suffix == ".zip"
        else "is damaged, or of another kind than its ending says ("
    )


def test_entities_of_a_book_are_not_expanded(refusal: Refusal, tmp_path: Path) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    with zipfile.ZipFile(tmp_path / "b.epub", "w") as book:
        book.writestr(
            "META-INF/container.xml", f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x y="1">&l9;</x>'
        )
    assert "damaged" in refusal(tmp_path / "b.epub")


def test_restructured_text_is_read_without_its_marks(read: Read, tmp_path: Path) -> None:
    (tmp_path / "d.rst").write_text(
        "The works\n=========\n\n:Author: Ida Brenn\n:Date: 2024-03-05\n\nThe plant is in *Turin* "
        "[1]_.\n\nShops\n-----\n\n* press\n* paint\n\n  1. first coat\n\n.. a comment\n\n"
        ".. code:: python\n\n   build(1)\n\n.. [1] In the north of it.\n\n"
        ".. include:: /etc/passwd\n\n====  =====\nYear  Buses\n====  =====\n2022  1,200\n"
        "====  =====\n"
    )
    (article,) = read(tmp_path / "d.rst")
    assert article.text == (
        "The works\n\nThe plant is in Turin [1].\n[1] In the north of it.\n\nShops\n\n- press\n"
        "- paint\n  1. first coat\n\nbuild(1)\n\nYear | Buses\n2022 | 1,200"
    )
    assert (article.title, article.author) == ("The works", "Ida Brenn")
    assert article.published == "2024-03-05"
    assert article.places[1].at == "L7"


def test_each_row_of_a_table_is_an_article(read: Read, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "Title;Text;Price;Link;Author;Date\n"
        'Plant;"The plant is in Turin.\n\nIt is old.";5 euros;https://example.org/1;Ida;2024-03-05\n'
        ";;;;;\n;;7;;;\n",
        encoding="utf-8",
    )
    first, second = read(tmp_path / "t.csv")
    assert first.text == "Plant\n\nThe plant is in Turin.\n\nIt is old.\n\nPrice: 5 euros"
    assert (first.id, first.source) == ("t/plant", f"{tmp_path}/t.csv#plant")
    assert (first.url, first.author) == ("https://example.org/1", "Ida")
    assert (first.published, first.places[0].at) == ("2024-03-05", "L2")
    assert (second.title, second.text, second.places[0].at) == ("T: 7", "Price: 7", "L6")


def test_a_row_is_known_by_its_id_or_title_or_by_what_it_holds(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,title,n\nA 1/b,East,1\n,The East,2\n,The east,3\n,,4\n,!!!,5\n")
    named = [article.id for article in read(path)]
    assert named[:3] == ["t/a-1-b", "t/the-east", "t/the-east-2"]
    path.write_text("id,n\na-2,1\na,2\na,3\na,4\nA 3,5\n")
    assert [article.id for article in read(path)] == ["t/a-2", "t/a", "t/a-3", "t/a-4", "t/a-3-2"]
    path.write_text("id,title,n\n7,New,0\n,,4\n,!!!,5\n")
    assert [article.id for article in read(path)] == ["t/7", *named[3:]]


def test_columns_without_a_name_and_rows_that_are_too_long_are_kept(
    read: Read, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text(",name,price\n0,Apple,5\n1,Pear,6,ripe\n", encoding="utf-8")
    limit = csv.field_size_limit()
    first, second = read(tmp_path / "t.csv")
    assert csv.field_size_limit() == limit
    assert first.text == "Apple\n\nprice: 5\n0"
    assert second.text == "Pear\n\nprice: 6\nripe"
    (tmp_path / "t.jsonl").write_text('{"": "v", "a": "b"}\n')
    assert [each.text for each in read(tmp_path / "t.jsonl")] == ["a: b\nv"]


def test_each_json_line_is_an_article(read: Read, refusal: Refusal, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"headline": "Plant", "body": "It is in Turin.", "tags": ["a", "b"], "n": 3, "z": null}\n'
        '\n{"x": "half \\ud800"}\n'
    )
    first, second = read(path)
    assert first.text == "Plant\n\nIt is in Turin.\n\ntags: a; b\nn: 3"
    assert second.text == "x: half \ufffd"
    path.write_text('{"a": "b"}\n{"a"\n')
    assert refusal(path) == "is no JSON in line 2; mend the line"
    path.write_text("[1]\n")
    assert refusal(path) == "holds no object in line 1; write one a line"
    path.write_text("{}\n")
    assert refusal(path) == "holds no row with text in it"


def test_a_message_is_an_article(read: Read, refusal: Refusal, tmp_path: Path) -> None:
    head = b"From: Ida Brenn <ida@example.org>\nDate: Tue, 05 Mar 2024 10:00:00 +0100\n"
    (tmp_path / "a.eml").write_bytes(
        head + b"Subject: =?utf-8?q?The_pl=C3=A4nt?=\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/html; charset=utf-8\n\n<p>It is in <b>Turin</b>.</p><p>Yes.</p>\n"
        b"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=p.pdf\n\n"
        b"x\n--b--\n"
    )
    (article,) = read(tmp_path / "a.eml")
    assert article.text == "The plänt\n\nIt is in Turin.\n\nYes."
    assert (article.author, article.published) == ("Ida Brenn", "2024-03-05T10:00:00+01:00")
    assert article.problem == "attachments are left out: p.pdf"
    (tmp_path / "b.eml").write_bytes(
        head + b"Content-Type: text/plain; charset=klingon\n\nYes \xff"
    )
    assert read(tmp_path / "b.eml")[0].title == "B"
    (tmp_path / "c.eml").write_bytes(b"\n\n")
    assert refusal(tmp_path / "c.eml") == "is no e-mail: it has no header"


def test_each_message_of_a_mailbox_is_an_article(
    read: Read, refusal: Refusal, tmp_path: Path
) -> None:
    (tmp_path / "m.mbox").write_bytes(
        b"From x\nFrom: a@b\nSubject: One\nMessage-ID: <1@x>\n\nBody one.\n\n"
        b"From x\nSubject:\n\n\n\nFrom x\nFrom: a@b\nSubject: Two\n\nBody two.\n"
    )
    first, second = read(tmp_path / "m.mbox")
    assert (first.title, first.text) == ("One", "One\n\nBody one.")
    assert (second.title, second.author) == ("Two", "a@b")
    assert first.source != second.source
    (tmp_path / "n.mbox").write_bytes(b"no mailbox")
    assert refusal(tmp_path / "n.mbox") == "holds no message with text in it"


def test_a_channel_is_a_conversation_with_permalinks(
    read: Read, refusal: Refusal, tmp_path: Path
) -> None:
    (article,) = read(make_slack(tmp_path / "export.zip"))
    assert article.text == (
        "Ida Brenn (10:00 UTC): Where is the plant built, @otto? <soon> @here\n\n"
        "otto (12:00 UTC): In Brennholt.\n\notto (11:00 UTC): Lunch in #canteen.\n\n"
        "clock (12:00 UTC): Noon."
    )
    assert (article.title, article.published) == ("#cars, 2024-03-05", "2024-03-05")
    assert article.author == "Ida Brenn; otto; clock"
    second = article.text.index("In Brennholt")
    link = "https://slack.com/archives/C1/p1709640000000300"
    assert link_to(article, Span(second, second + 12)) == link
    for more, host in (
        ("See <https://brenn.slack.com/archives/C1/p1>.", "brenn.slack.com"),
        (
            "See <https://brenn.enterprise.slack.com/files/U2/F1>.",
            "brenn.enterprise.slack.com",
        ),
        ("See <https://other.slack.com/archives/C9/p1>.", "slack.com"),
    ):
        (article,) = read(make_slack(tmp_path / "export.zip", more))
        assert article.places[0].at == f"https://{host}/archives/C1/p1709632800000100"
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as export:
        export.writestr("channels.json", "[]")
    assert refusal(tmp_path / "none.zip") == "holds no messages of public channels"


@pytest.mark.parametrize("suffix", sorted(KINDS))
def test_no_file_of_any_kind_is_read_from_nothing_or_from_noise(
    refusal: Refusal, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"")
    assert refusal(path) == "is empty; there is nothing to index in it"
    path.write_bytes(b"\0\x01\x02" * 3_000)
    assert refusal(path)
