"""SQuAD's JSON as articles and questions, for the benchmarks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Article, Block, Span

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its gold answers; ``answers`` and ``paragraph`` point into the article."""

    id: str
    text: str
    article_id: str
    paragraph: Span
    answers: tuple[Span, ...]
    answerable: bool


def load(paths: Sequence[Path]) -> tuple[list[Article], list[Question]]:
    """Read SQuAD files; an article's text is its paragraphs with blank lines between them."""
    articles: list[Article] = []
    questions: list[Question] = []
    for path in paths:
        for number, entry in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
            title = entry.get("title") or f"article {number}"
            article_id = f"{path.parent.name}/{path.stem}/{title}"
            article, spans = _article(article_id, title, entry["paragraphs"])
            articles.append(article)
            for span, paragraph in zip(spans, entry["paragraphs"], strict=True):
                questions.extend(_questions(article_id, span, paragraph.get("qas", ())))
    return articles, questions


def _article(id: str, title: str, paragraphs: Sequence[dict]) -> tuple[Article, list[Span]]:
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append(Span(start, start + len(paragraph["context"])))
        start = spans[-1].end + len(BREAK)
    text = BREAK.join(paragraph["context"] for paragraph in paragraphs)
    blocks = tuple(Block("paragraph", span) for span in spans)
    return Article(id, title.replace("_", " "), text, blocks=blocks), spans


def _questions(article_id: str, paragraph: Span, entries: Sequence[dict]) -> Iterator[Question]:
    for entry in entries:
        answers = {
            Span(
                paragraph.start + a["answer_start"],
                paragraph.start + a["answer_start"] + len(a["text"]),
            )
            for a in entry["answers"]
            if a["text"]
        }
        yield Question(
            entry["id"],
            entry["question"].strip(),
            article_id,
            paragraph,
            tuple(sorted(answers)),
            not entry.get("is_impossible", False) and bool(answers),
        )


def benchmark(folder: Path = DATA) -> tuple[list[Article], list[Question]]:
    """Return the open benchmark: 1,216 paragraphs, and the questions of its ``dev`` articles."""
    articles, questions = load(
        [
            folder / "dev/squad2_8_articles.json",
            folder / "dev/distractor_articles.json",
            folder / "train/squad2_8_articles.json",
        ]
    )
    return articles, [q for q in questions if q.article_id.startswith("dev/")]
