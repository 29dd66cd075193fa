"""Files that are cut and scribbled on: read or refused, never more than that."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pptx import Presentation

from index import UnreadableError, split_article
from index.sources import Parser
from index.sources.kinds import KINDS
from tests.index.sources.making import make_epub, make_pdf, make_slack

TEXTS = {
    ".html": "<html lang=en><body><article><h1>Plant</h1><p>It is in <b>Turin</b>, 日本。</p><ul>"
    "<li>a<ol><li>b</ol></ul><table><tr><td>1<td>2</table></article></body></html>",
    ".csv": 'title;text\nPlant;"It is ""in""\nTurin"\n',
    ".jsonl": '{"title": "Plant", "text": "It is\\n\\nin Turin", "n": [1, {"a": null}]}\n',
    ".eml": "From: a@b\nSubject: =?utf-8?q?pl=C3=A4nt?=\nContent-Type: multipart/mixed; boundary=b"
    "\n\n--b\nContent-Type: text/html\n\n<p>Turin</p>\n--b--\n",
    ".mbox": "From x\nFrom: a@b\nSubject: One\n\nBody one.\n\nFrom x\nSubject: Two\n\nBody two.\n",
    ".rst": "Plant\n=====\n\n* It\n\n  1. is\n\n.. [1] in\n\n== ==\na  b\n== ==\n1  2\n== ==\n",
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a file of each kind, by its ending."""
    folder = tmp_path_factory.mktemp("whole")
    document = Document()
    document.add_heading("Plant", 1)
    document.add_paragraph("It is in Turin.", style="List Bullet")
    document.save(str(folder / "a.docx"))
    slides = Presentation()
    slides.slides.add_slide(slides.slide_layouts[1]).shapes.title.text = "Plant"
    slides.save(str(folder / "a.pptx"))
    make_pdf(folder / "a.pdf", [[(700, "It is in Turin."), (686, "And old.")]])
    make_epub(folder / "a.epub", {"a.xhtml": "<h1>Plant</h1><p>It is in Turin.</p>"})
    make_slack(folder / "a.zip")
    made = {path.suffix: path.read_bytes() for path in folder.iterdir()}
    made |= {suffix: text.encode() for suffix, text in TEXTS.items()}
    same = {".htm": ".html", ".xhtml": ".html", ".tsv": ".csv", ".ndjson": ".jsonl"}
    return made | {suffix: made[other] for suffix, other in same.items()}


@pytest.mark.parametrize("suffix", sorted(KINDS))
@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(data=st.data())
def test_a_damaged_file_is_read_with_exact_spans_or_refused(
    data: st.DataObject, suffix: str, whole: dict[str, bytes], parser: Parser, tmp_path: Path
) -> None:
    content = bytearray(whole[suffix])
    for _ in range(data.draw(st.integers(0, 6))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    try:
        articles = parser.parse(str(path), id="a", title="A")
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - most are read
        return
    for article in articles:
        assert "\0" not in article.text
        article.text.encode()
        for passage in split_article(article):
            assert passage.span.of(article.text) == passage.text
