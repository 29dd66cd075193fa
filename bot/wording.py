"""How answers are worded wherever they are shown, on a terminal or in Slack. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.types import Answer

# An article must not steer what it is shown on.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# What comes before a quote that may not be the answer.
CLOSEST = "The closest I found:"
# The same after sentences that were shown while they were written.
CLOSEST_SHOWN = "That is the closest I found."


def printable(text: str) -> str:
    """Replace the characters that steer a terminal, or the direction of text, by U+FFFD."""
    return CONTROLS.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return a text in one line."""
    return printable(" ".join(text.split()))


def counted(number: int, noun: str) -> str:
    """Return a number and its noun, in the plural unless it is one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def confidence_in_words(answer: Answer) -> str:
    """Say how sure an answer is."""
    words = ((0.6, "fairly sure"), (0.35, "not quite sure"), (0.0, "not very sure"))
    word = next(word for least, word in words if answer.confidence >= least)
    return f"{word} ({answer.confidence:.2f})"


def said_parts(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    """Return what an answer says, each part with the numbers of its footnotes.

    Of an unsure answer in the articles' own words, it is the quote.
    """
    if answer.sentences:
        return [(sentence.text, sentence.citations) for sentence in answer.sentences]
    text = answer.citations[0].quote if answer.tentative else answer.text
    return [(text, tuple(citation.number for citation in answer.citations))]


def marks(numbers: Sequence[int]) -> str:
    """Return footnotes' marks as they follow what they bear out."""
    return "".join(f" [{number}]" for number in numbers)


def heading_of(title: str, heading: str) -> str:
    """Join an article's title and the heading above a passage."""
    return one_line(f"{title} › {heading}" if heading else title)
