"""SQuAD's JSON as articles and questions, for training and for the benchmarks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from index import Article, Block, Span

Json: TypeAlias = Any  # as SQuAD lays it out

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its gold answers; ``answers`` and ``paragraph`` point into the article.

    ``votes`` says how many people gave each answer; the one given most often comes first.
    """

    id: str
    text: str
    article_id: str
    paragraph: Span
    answers: tuple[Span, ...]
    votes: tuple[int, ...]
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


def _article(id: str, title: str, paragraphs: Sequence[Json]) -> tuple[Article, list[Span]]:
    spans, start = [], 0
    for paragraph in paragraphs:
        spans.append(Span(start, start + len(paragraph["context"])))
        start = spans[-1].end + len(BREAK)
    text = BREAK.join(paragraph["context"] for paragraph in paragraphs)
    blocks = tuple(Block("paragraph", span) for span in spans)
    return Article(id, title.replace("_", " "), text, blocks=blocks), spans


def _questions(article_id: str, paragraph: Span, entries: Sequence[Json]) -> Iterator[Question]:
    for entry in entries:
        votes = Counter(
            Span(
                paragraph.start + a["answer_start"],
                paragraph.start + a["answer_start"] + len(a["text"]),
            )
            for a in entry.get("answers", ())
            if a["text"]
        )
        answers = sorted(votes, key=lambda span: (-votes[span], span.end - span.start, span))
        yield Question(
            id=entry["id"],
            text=entry["question"].strip(),
            article_id=article_id,
            paragraph=paragraph,
            answers=tuple(answers),
            votes=tuple(votes[span] for span in answers),
            answerable=not entry.get("is_impossible", False) and bool(answers),
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
