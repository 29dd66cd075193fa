"""How answers are worded wherever they are shown, on a terminal or in Slack. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.prompts import Prompt
from bot.types import Answer
from index import Span

# An article must not steer what it is shown on.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
# From these probabilities on, an answer is so sure.
SURENESS = ((0.6, "fairly-sure"), (0.35, "not-quite-sure"), (0.0, "not-very-sure"))


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said around answers, in one language: ``prompts/wording.md``."""

    texts: Prompt

    def closest(self, quote: str) -> str:
        """Introduce a quote that may not be the answer."""
        return self.texts.render("closest", quote=quote)

    def closest_sentence(self, text: str) -> str:
        """Introduce sentences that may not be the answer."""
        return self.texts.render("closest-sentence", text=text)

    def sureness(self, answer: Answer) -> str:
        """Say how sure an answer is."""
        text = next(text for least, text in SURENESS if answer.confidence >= least)
        probability = f"{answer.confidence:.2f}".replace(".", self.texts.render("decimal-mark"))
        return self.texts.render(text, probability=probability)

    def counted(self, noun: str, number: int) -> str:
        """Return a number and its noun: ``articles``, ``passages`` or ``characters``."""
        return self.texts.counted(noun, number)

    def place(self, span: Span, where: str) -> str:
        """Say where words stand."""
        return self.texts.render("place", start=span.start, end=span.end, where=where)

    def said(self, text: str) -> str:
        """Return one of the texts that have no variables."""
        return self.texts.render(text)


def printable(text: str) -> str:
    """Replace the characters that steer a terminal, or the direction of text, by U+FFFD."""
    return CONTROLS.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return a text in one line."""
    return printable(" ".join(text.split()))


def counted(number: int, noun: str) -> str:
    """Return a number and its English noun, in the plural unless it is one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def said_parts(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    """Return what an answer says, each part with the numbers of its footnotes.

    Of an unsure answer in the articles' own words, it is the quote. A citation that only a note
    rests on is not among the numbers.
    """
    if answer.sentences:
        return [(sentence.text, sentence.citations) for sentence in answer.sentences]
    text = answer.citations[0].quote if answer.tentative else answer.text
    apart = {note.citation for note in answer.notes}
    return [(text, tuple(c.number for c in answer.citations if c.number not in apart))]


def marks(numbers: Sequence[int]) -> str:
    """Return footnotes' marks as they follow what they bear out."""
    return "".join(f" [{number}]" for number in numbers)


def heading_of(title: str, heading: str) -> str:
    """Join an article's title and the heading above a passage."""
    return one_line(f"{title} › {heading}" if heading else title)
