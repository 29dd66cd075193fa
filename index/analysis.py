"""Text to terms, for the lexical side: the same for passages and for queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import Stemmer

# Names this way of making terms; an index made another way can't be searched by it.
ANALYSIS = "english-1"

CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
TOKEN = re.compile(rf"[{CJK}]+|\d+(?:[.,]\d+)*|(?:(?![{CJK}\d])[^\W_])+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
APOSTROPHE = re.compile(r"(?<=\w)['’](?:s|S)\b")
STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "aren",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "d",
        "did",
        "didn",
        "do",
        "does",
        "doesn",
        "doing",
        "don",
        "during",
        "each",
        "else",
        "ever",
        "for",
        "from",
        "further",
        "had",
        "hadn",
        "has",
        "hasn",
        "have",
        "haven",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "isn",
        "it",
        "its",
        "just",
        "ll",
        "m",
        "may",
        "me",
        "might",
        "more",
        "most",
        "must",
        "my",
        "no",
        "nor",
        "not",
        "of",
        "off",
        "on",
        "once",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "please",
        "re",
        "s",
        "same",
        "shall",
        "she",
        "should",
        "so",
        "some",
        "such",
        "t",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "theirs",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "too",
        "under",
        "until",
        "up",
        "us",
        "ve",
        "very",
        "was",
        "wasn",
        "we",
        "were",
        "weren",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "won",
        "would",
        "you",
        "your",
        "yours",
    ]
)


class Analyser:
    """Makes terms of text: folded, stop words out, English words stemmed (Snowball).

    Not safe for use by two threads at once: the stemmer underneath is not.
    """

    def __init__(self) -> None:
        self._stem = Stemmer.Stemmer("english").stemWord
        self._known: dict[str, str] = {}

    def terms(self, text: str) -> list[str]:
        """Return the terms of ``text``, in order, repeated as they are.

        A word joined from two ("BelvedereIllinois") gives itself and its parts; Chinese, Japanese
        and Korean give pairs of neighbouring characters; numbers lose their thousands' commas.
        """
        return [
            self._stemmed(word)
            for word in self._words(APOSTROPHE.sub("", text))
            if self._tells(word)
        ]

    def _words(self, text: str) -> Iterator[str]:
        for match in TOKEN.finditer(text):
            token = match.group()
            if token[0].isdigit():
                yield _number(token)
            elif re.match(rf"[{CJK}]", token):
                yield from (token[i : i + 2] for i in range(max(1, len(token) - 1)))
            else:
                parts = CAMEL.split(token)
                yield fold(token)
                yield from (fold(part) for part in parts if 1 < len(part) < len(token))

    def _tells(self, word: str) -> bool:
        return word not in STOP_WORDS and bool(word)

    def _stemmed(self, word: str) -> str:
        term = self._known.get(word)
        if term is None:
            if len(self._known) > 100_000:
                self._known.clear()
            term = self._known[word] = self._stem(word)
        return term


def fold(word: str) -> str:
    """Lower a word and take its accents off."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c.isalnum())


def _number(token: str) -> str:
    digits = re.sub(r",(?=\d{3}(?!\d))", "", token).replace(",", ".")
    return unicodedata.normalize("NFKD", digits)
