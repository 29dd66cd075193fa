"""Reading documents of every kind: what parsing takes of an update, and what an update takes again.

Run it from the checkout: ``python -m tests.benchmarks.sources --documents 1000``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from pathlib import Path

from docx import Document
from pptx import Presentation

from index import Article, PassageIndex, read_articles, split_article, update
from tests.index.sources.making import make_epub, make_pdf

SEED = 8
WORDS = (
    "the plant in Turin makes buses and trams for forty towns while the works at Ostrava press "
    "their panels every night from coils of steel that arrive by rail before dawn"
)
SUFFIXES = (".md", ".txt", ".html", ".pdf", ".docx", ".pptx", ".epub", ".rst", ".csv", ".eml")
PARAGRAPHS = 4


def sentence(chooser: random.Random) -> str:
    """Return a sentence of chosen words."""
    words = chooser.choices(WORDS.split(), k=chooser.randint(8, 18))
    return f"{' '.join(words).capitalize()} {chooser.randint(1, 9_999)}."


def write(path: Path, chooser: random.Random) -> None:
    """Write a document of the kind that its ending names."""
    title = f"Report {path.stem}"
    paragraphs = [" ".join(sentence(chooser) for _ in range(3)) for _ in range(PARAGRAPHS)]
    body = "\n\n".join(paragraphs)
    html = f"<h1>{title}</h1>" + "".join(f"<p>{each}</p>" for each in paragraphs)
    if path.suffix == ".pdf":
        lines = [line for each in paragraphs for line in each.replace(". ", ".\n").split("\n")]
        make_pdf(path, [[(760 - 14 * n, line) for n, line in enumerate(lines)]])
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
    else:
        texts = {
            ".md": f"# {title}\n\n{body}\n",
            ".txt": f"{title}\n\n{body}\n",
            ".rst": f"{title}\n{'=' * len(title)}\n\n{body}\n",
            ".html": f"<html><body><article>{html}</article></body></html>",
            ".csv": f'title,text\n{title},"{body}"\n',
            ".eml": f"From: a@example.org\nSubject: {title}\n\n{body}\n",
        }
        path.write_text(texts[path.suffix], encoding="utf-8")


def cpu_seconds() -> float:
    """Return the seconds of CPU that this process and its ended children took."""
    return sum(os.times()[:4])


def exact(articles: list[Article]) -> bool:
    """Say whether every passage is the text at its span."""
    return all(p.span.of(a.text) == p.text for a in articles for p in split_article(a))


def main() -> None:
    """Print what reading, the first update and the second one take."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=1_000)
    count = options.parse_args().documents
    chooser = random.Random(SEED)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "documents")
        folder.mkdir()
        for number in range(count):
            suffix = SUFFIXES[number % len(SUFFIXES)]
            write(folder / f"{number:04}{suffix}", chooser)
        started = cpu_seconds()
        articles = [each for each in read_articles(folder) if isinstance(each, Article)]
        reading = cpu_seconds() - started
        index = PassageIndex(Path(place, "index"))
        started = cpu_seconds()
        report = update(index, [folder])
        first = cpu_seconds() - started
        started = cpu_seconds()
        again = update(index, [folder])
        second = cpu_seconds() - started
        figures = {
            "documents": count,
            "articles": len(articles),
            "skipped": len(report.skipped),
            "spans exact": exact(articles),
            "reading, CPU s": round(reading, 2),
            "first update, CPU s": round(first, 2),
            "share of reading": round(reading / first, 3),
            "second update, CPU s": round(second, 4),
            "unchanged": len(again.unchanged),
            "times faster": round(first / max(second, 0.01)),
        }
        index.close()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
