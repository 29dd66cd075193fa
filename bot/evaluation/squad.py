"""SQuAD's JSON as a gold set: the sentence around an answer is its source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.evaluation.gold import GoldCase, GoldSource
from index import Article, Span, split_article


def squad_cases(entries: Sequence[Any]) -> Iterator[GoldCase | str]:
    """Yield the questions of SQuAD's ``data``, versions 1 and 2.

    Parameters
    ----------
    entries : sequence
        As SQuAD lays it out: ``title, paragraphs[] → context, qas[] → id, question, answers[] →
        text, answer_start``, and ``is_impossible``.

    Yields
    ------
    GoldCase or str
        A case; or what is wrong with a paragraph or question, which is left out.
    """
    for entry_number, entry in enumerate(entries, 1):
        try:
            title = str(entry.get("title") or f"article {entry_number}").replace("_", " ")
            paragraphs = list(entry["paragraphs"])
        except (AttributeError, KeyError, TypeError):
            yield f"article {entry_number} has no paragraphs"
            continue
        for number, paragraph in enumerate(paragraphs, 1):
            yield from _paragraph(title, f"{title}, paragraph {number}", paragraph)


def _paragraph(title: str, place: str, paragraph: Any) -> Iterator[GoldCase | str]:
    try:
        context, questions = str(paragraph["context"]), list(paragraph.get("qas", ()))
    except (AttributeError, KeyError, TypeError):
        yield f"{place} has no context"
        return
    article = Article(title, title, context)
    sentences = [span for each in split_article(article) for span in each.sentences]
    for number, question in enumerate(questions, 1):
        try:
            yield _case(title, context, sentences, question)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            yield f"{place}, question {number}: {type(error).__name__} {error}"


def _case(title: str, context: str, sentences: Sequence[Span], question: Any) -> GoldCase:
    answers: dict[str, None] = {}
    quotes: dict[str, None] = {}
    for each in question.get("answers", ()):
        text, start = str(each["text"]), int(each["answer_start"])
        if not text:
            continue
        if context[start : start + len(text)] != text:
            raise ValueError(f"{text!r} does not stand at character {start}")
        answers[text] = None
        around = [s for s in sentences if s.meets(Span(start, start + len(text)))]
        if around:
            quotes[context[around[0].start : around[-1].end]] = None
    possible = bool(answers) and not question.get("is_impossible", False)
    return GoldCase(
        id=str(question["id"]),
        question=str(question["question"]).strip(),
        answers=tuple(answers) if possible else (),
        answerable=possible,
        sources=tuple(GoldSource(title, quote) for quote in quotes) if possible else (),
    )
