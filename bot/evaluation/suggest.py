"""Drafts questions from articles, for a person to mend, keep or drop: pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.evaluation.gold import GoldCase, GoldSource
from index import Article, split_article

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
NAME = r"[A-Z][\w’'-]+(?: (?:[A-Z]\.|[A-Z][\w’'-]+|of|de|von|van|&))* ?[A-Z][\w’'-]+"
# What may be asked for, and the words that ask for it, the most telling first.
KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?:\d{{1,2}} )?{MONTH}(?: \d{{1,2}},)? \d{{4}}\b"), "when"),
    (re.compile(r"(?<=\b[Ii]n )(?:1[5-9]|20)\d\d\b"), "which year"),
    (re.compile(r"(?:[€$£] ?\d[\d.,]*|\b\d[\d.,]* (?:m |bn )?(?:euros?|dollars?|pounds?|kroner))"
                r"(?: (?:million|billion))?"), "how much"),
    (re.compile(r"\b\d[\d.,]* (?:per cent|%)"), "what share"),
    (re.compile(r"\b\d[\d.,]*(?= [a-z]{3,}s\b)"), "how many"),
    (re.compile(NAME), "who or what"),
)  # fmt: skip
# Shorter sentences lean on others, longer ones hold several facts.
WORDS = range(6, 36)
LEANING = re.compile(
    r"^\W*(?:he|she|it|its|they|this|that|these|those|there|but|and|however|by then)\b", re.I
)


def drafts(article: Article) -> Iterator[GoldCase]:
    """Yield a question for each sentence that says something of its own.

    The answer's words are replaced by those that ask for them, where they stand: “The test takes
    an hour and costs how much?”. That is no English to keep, but quickly mended.
    """
    seen: set[str] = set()
    for passage in split_article(article):
        for span in passage.sentences:
            quote = span.of(article.text)
            sentence = " ".join(quote.split())
            if sentence in seen or LEANING.match(sentence):
                continue
            seen.add(sentence)
            if len(sentence.split()) in WORDS and (found := _draft(article, quote)):
                yield found


def _draft(article: Article, quote: str) -> GoldCase | None:
    sentence = " ".join(quote.split())
    for pattern, ask in KINDS:
        found = pattern.search(sentence)
        if found is None:
            continue
        asked = ask.capitalize() if found.start() == 0 else ask
        question = sentence[: found.start()] + asked + sentence[found.end() :]
        return GoldCase(
            id=f"{article.id}-{article.text.index(quote)}",
            question=question.rstrip(' .!”"’') + "?",
            answers=(found.group(),),
            answerable=True,
            sources=(GoldSource(article.id, quote),),
            tags=("draft",),
        )
    return None
