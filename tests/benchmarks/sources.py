"""Reading documents of every kind: what parsing takes of an update, and what an update takes again.

Run it from the checkout: ``python -m tests.benchmarks.sources --documents 1000``.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from docx import Document
from pptx import Presentation

from index import Article, PassageIndex, Skipped, read_articles, split_article, update
from tests.benchmarks.measuring import heading, publish, spent, table
from tests.index.sources.making import make_epub, make_pdf, make_slack

SEED = 8
WORDS = (
    "the plant in Turin makes buses and trams for forty towns while the works at Ostrava press "
    "their panels every night from coils of steel that arrive by rail before dawn"
)
SUFFIXES = (
    ".md", ".txt", ".html", ".pdf", ".docx", ".pptx", ".epub", ".rst", ".csv", ".jsonl", ".eml",
    ".mbox", ".zip",
)  # fmt: skip
# Of so many documents one is damaged.
DAMAGED = 50


def sentence(chooser: random.Random) -> str:
    """Return a sentence of chosen words."""
    words = chooser.choices(WORDS.split(), k=chooser.randint(8, 18))
    return f"{' '.join(words).capitalize()} {chooser.randint(1, 9_999)}."


def write(path: Path, chooser: random.Random) -> None:
    """Write a document of the kind that its ending names."""
    title = f"Report {path.stem}"
    paragraphs = [
        " ".join(sentence(chooser) for _ in range(chooser.randint(2, 6)))
        for _ in range(chooser.randint(3, 9))
    ]
    body = "\n\n".join(paragraphs)
    html = f"<h1>{title}</h1>" + "".join(f"<p>{each}</p>" for each in paragraphs)
    if path.suffix == ".pdf":
        lines = [line for each in paragraphs for line in each.replace(". ", ".\n").split("\n")]
        make_pdf(path, [[(740 - 12 * n, line) for n, line in enumerate(lines)]])
    elif path.suffix == ".docx":
        document = Document()
        document.add_heading(title, 1)
        for each in paragraphs:
            document.add_paragraph(each)
        document.save(str(path))
    elif path.suffix == ".pptx":
        slides = Presentation()
        for each in paragraphs:
            slide = slides.slides.add_slide(slides.slide_layouts[1])
            slide.shapes.title.text, slide.placeholders[1].text = title, each
        slides.save(str(path))
    elif path.suffix == ".epub":
        make_epub(path, {"a.xhtml": html})
    elif path.suffix == ".zip":
        make_slack(path, body)
    else:
        texts = {
            ".md": f"# {title}\n\n{body}\n",
            ".txt": f"{title}\n\n{body}\n",
            ".rst": f"{title}\n{'=' * len(title)}\n\n{body}\n",
            ".html": f"<html><body><article>{html}</article></body></html>",
            ".csv": f'title,text\n{title},"{body}"\n',
            ".jsonl": json.dumps({"title": title, "text": body}) + "\n",
            ".eml": f"From: a@example.org\nSubject: {title}\n\n{body}\n",
            ".mbox": f"From a\nFrom: a@example.org\nSubject: {title}\n\n{body}\n",
        }
        path.write_text(texts[path.suffix], encoding="utf-8")


def cpu_seconds() -> float:
    """Return the seconds of CPU that this process and its ended children took."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def exact(articles: list[Article]) -> bool:
    """Say whether every passage is the text at its span."""
    return all(p.span.of(a.text) == p.text for a in articles for p in split_article(a))


def write_all(folder: Path, count: int) -> None:
    """Write documents of all kinds, a few of them damaged."""
    chooser = random.Random(SEED)
    for number in range(count):
        path = folder / f"{number:04}{SUFFIXES[number % len(SUFFIXES)]}"
        write(path, chooser)
        if number % DAMAGED == 0:
            path.write_bytes(b"\0" * 2_000)


def measured(folder: Path, place: Path) -> dict[str, object]:
    """Return what reading, the first update and the next ones take, in seconds of CPU."""
    started = cpu_seconds()
    articles = [each for each in read_articles(folder) if isinstance(each, Article)]
    reading = cpu_seconds() - started
    index = PassageIndex(place)
    started, begun = cpu_seconds(), time.perf_counter()
    report = update(index, [folder])
    first, wall = cpu_seconds() - started, time.perf_counter() - begun
    started = cpu_seconds()
    again = update(index, [folder])
    second = cpu_seconds() - started
    index.close()
    command = [sys.executable, "-m", "bot", "index", str(folder), "--index", str(place)]
    process = spent(command, one_core=True).cpu
    words = sum(len(article.text.split()) for article in articles)
    return {
        "articles; words": f"{len(articles):,}; {words:,}",
        "damaged documents, named": len(report.skipped),
        "passages exactly the text at their place": exact(articles),
        "reading all documents, CPU s": f"{reading:.1f}",
        "the first update, CPU s (by the clock)": f"{first:.1f} ({wall:.0f})",
        "the share of reading": f"{reading / first:.1%}",
        "the second update, CPU s": f"{second:.3f}",
        "… times faster": f"{first / second:,.0f}",
        "`footnote index` a second time, the whole process, CPU s": f"{process:.2f}",
        "… times faster than the first update": f"{first / process:,.0f}",
        "unchanged; damaged, not read again": f"{len(again.unchanged):,}; {_known(again.skipped)}",
    }


def _known(skipped: list[Skipped]) -> int:
    return sum(bool(each.stamp) for each in skipped)


def main() -> None:
    """Print what reading, the first update and the second one take."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1_000)
    count = options.parse_args().documents
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "documents")
        folder.mkdir()
        write_all(folder, count)
        figures = measured(folder, Path(place, "index"))
    about = heading(["numpy", "openvino", "trafilatura", "pypdfium2", "python-docx"])
    title = f"{count:,} documents of {len(SUFFIXES)} kinds"
    publish(title, about, table(["", ""], figures.items()), figures, None)


if __name__ == "__main__":
    main()
