"""Text to words, for the lexical side: the same for passages and for queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Names this way of making words; an index made another way can't be searched by it.
WORDS = "words-1"

CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|[{CJK}]+|[^\W\d_{CJK}]+(?:['’][^\W\d_{CJK}]+)*")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_STOP_WORDS = (
    "a an and are as at be been but by did do does for from had has have he her his how i if "
    "in into is it its of on or she so than that the their them then there these they this "
    "those to was we were what when where which who whom whose why will with would you your"
)
STOP_WORDS = frozenset(_STOP_WORDS.split())


def content_words(text: str) -> list[str]:
    """Return the words of a text that tell something, in order, folded.

    Stop words are left out. A word joined from two ("BelvedereIllinois") gives itself and its
    parts; Chinese, Japanese and Korean give pairs of neighbouring characters.
    """
    # An accent that stands as a character of its own would part the word.
    composed = unicodedata.normalize("NFC", text)
    words = (word for match in TOKEN.finditer(composed) for word in _forms(match.group()))
    return [word for word in words if word and word not in STOP_WORDS]


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Lower a word; take off accents and a possessive 's, and commas out of numbers."""
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word.replace("’", "'"))
        # Some characters stand for several, spaces and brackets among them.
        word = "".join(c for c in decomposed if c.isalnum() or c in "',.")
    word = word.casefold()
    if word[:1].isdigit():
        return word.replace(",", "")
    return word.removesuffix("'s").replace("'", "")


def _forms(token: str) -> Iterator[str]:
    if re.match(rf"[{CJK}]", token):
        yield from (token[i : i + 2] for i in range(max(1, len(token) - 1)))
        return
    yield fold(token)
    parts = CAMEL.split(token)
    if len(parts) > 1:
        yield from (fold(part) for part in parts if len(part) > 2)
