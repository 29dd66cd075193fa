"""Answers on a terminal, with colour and marked quotes, or as plain text for everything else."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Protocol, TextIO

from bot.types import Answer, Citation, Sentence, Writing
from bot.wording import (
    Wording,
    counted,
    heading_of,
    marks,
    one_line,
    printable,
    said_parts,
)
from index import Article, ArticleInfo, Hit, Skipped, Span

# Around a quote, /open shows this many characters of its article.
CONTEXT_CHARACTERS = 1_500


class Screen(Protocol):
    """Where things are shown to a person."""

    def text(self, text: str) -> None:
        """Show a text of the bot's own."""
        ...

    def answer(self, answer: Answer) -> None:
        """Show an answer with its footnotes, or a refusal with the nearest passages."""
        ...

    def sentence(self, sentence: Sentence) -> None:
        """Show a sentence of an answer that is still being written."""
        ...

    def rest(self, answer: Answer) -> None:
        """Show what stands under the sentences that have been shown."""
        ...

    def quote(self, citation: Citation, article: Article) -> None:
        """Show a quote marked in its article."""
        ...


def place_of(citation: Citation, wording: Wording) -> str:
    """Say where a quote stands: characters, and the address, or the file as seen from here."""
    here = os.path.join(os.path.abspath(os.curdir), "")
    file = citation.source.removeprefix(here) or citation.article_id
    where = citation.url or (f"{file}#{citation.place}" if citation.place else file)
    return wording.place(citation.span, printable(where))


def answer_lines(answer: Answer, wording: Wording) -> list[str]:
    """Return an answer as lines of plain text; a citation's quote stands letter for letter."""
    if answer.status == "refused":
        return [answer.reason or "", *_nearest(answer.hits, wording)]
    said = " ".join(part + numbers for part, numbers in _said(answer, wording))
    return [said, *source_notes(answer, wording)]


def source_notes(answer: Answer, wording: Wording) -> list[str]:
    """Return what stands under an answer: its footnotes, and how sure it is."""
    lines = [""]
    for citation in answer.citations:
        lines += [
            f"[{citation.number}] {heading_of(citation.title, citation.heading)}",
            f"“{printable(citation.quote)}”",
            place_of(citation, wording),
        ]
    return [*lines, *(printable(note.text) for note in answer.notes), wording.sureness(answer)]


def _said(answer: Answer, wording: Wording) -> list[tuple[str, str]]:
    """Return an answer in parts with marks, as a fact or as the closest found."""
    parts = [(printable(text), marks(numbers)) for text, numbers in said_parts(answer)]
    if answer.tentative:
        (first, mark), *rest = parts
        closest = wording.closest_sentence if answer.sentences else wording.closest
        parts = [(closest(one_line(first)), mark), *rest]
    return parts


def why_lines(answer: Answer) -> list[str]:
    """Return every score behind an answer as lines of plain text."""
    trace = answer.trace
    lines = [
        f"searched     {printable(trace.query)}",
        f"confidence   {answer.confidence:.3f}, threshold {trace.threshold:.3f}, "
        f"reader {trace.reader}, {answer.seconds:.3f} s",
    ]
    if trace.scores:
        lines.append(f"sentence     {_parts(trace.scores)}")
    if trace.writing:
        lines += writing_lines(trace.writing)
    if trace.prompts:
        lines.append(f"prompts      {'  '.join(' '.join(each) for each in trace.prompts.items())}")
    for hit in answer.hits:
        lines.append(
            f"passage {hit.rank:<4} {hit.score:.3f} = {_parts(hit.why)}  "
            f"{heading_of(hit.title, hit.passage.heading)}"
        )
    return lines


def writing_lines(writing: Writing) -> list[str]:
    """Return what a language model did for an answer as lines of plain text."""
    used = (
        f"{counted(writing.requests, 'request')}, {writing.input_tokens} tokens in, "
        f"{writing.output_tokens} out, {writing.seconds:.3f} s"
    )
    lines = [f"written by   {printable(writing.model)}, {used}"]
    if writing.failure:
        lines.append(f"             failed: {printable(writing.failure)}")
    return [*lines, *(f"dropped      {one_line(each)}" for each in writing.dropped)]


def source_lines(articles: Sequence[ArticleInfo], wording: Wording) -> list[str]:
    """Return the indexed articles as a table in plain text."""
    if not articles:
        return [wording.said("nothing-indexed")]
    width = min(40, max(len(info.id) for info in articles))
    return [
        f"{one_line(info.id):<{width}}  {wording.counted('passages', info.passages):>14} "
        f"{wording.counted('characters', info.characters):>19}  {one_line(info.title)}"
        for info in articles
    ]


def listing_lines(articles: Sequence[ArticleInfo]) -> list[str]:
    """Return all that is known of the indexed articles, as a table in plain text."""
    if not articles:
        return ["Nothing is indexed."]
    width = min(40, max(len(info.id) for info in articles))
    return [line for info in articles for line in _source_lines(info, width)]


def _source_lines(info: ArticleInfo, width: int) -> list[str]:
    published = (info.published or "")[:10]
    facts = f"{info.kind:<8}  {info.language:<2}  {published:<10}  {size_of(info.size):>7}"
    filed = f" [{one_line(info.collection)}]" if info.collection else ""
    line = (
        f"{one_line(info.id):<{width}}  {printable(facts)}  "
        f"{counted(info.passages, 'passage'):>14}  {info.indexed_at[:10]:<10}  "
        f"{one_line(info.title)}{filed}"
    )
    fetched = f"    {one_line(info.source)} fetched {info.fetched[:16]}" if info.fetched else ""
    problem = f"    {one_line(info.problem)}" if info.problem else ""
    return [line, *filter(None, (fetched, problem))]


def problem_lines(problems: Sequence[Skipped]) -> list[str]:
    """Return what could not be read, a line each."""
    return [f"Not read: {one_line(each.source)} {one_line(each.reason)}." for each in problems]


def size_of(count: int) -> str:
    """Return a number of bytes for people."""
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1e3:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def in_english(span: Span, where: str) -> str:
    """Say where words stand; a search reads no file of texts, which would take longer than it."""
    return f"characters {span.start} to {span.end} of {where}"


def hit_lines(hits: Sequence[Hit], place: Callable[[Span, str], str] = in_english) -> list[str]:
    """Return hits as lines of plain text."""
    return [
        line
        for hit in hits
        for line in (
            f"{hit.rank}. {hit.score:.3f}  {heading_of(hit.title, hit.passage.heading)}",
            f"   {one_line(hit.passage.text)}",
            f"   {place(hit.passage.span, one_line(hit.passage.article_id))}",
        )
    ]


class PlainScreen:
    """Text without colour, for files, pipes and tests."""

    def __init__(self, write: Callable[[str], None], wording: Wording) -> None:
        self._write = write
        self._wording = wording

    def text(self, text: str) -> None:
        """Show a text of the bot's own."""
        self._write(text)

    def answer(self, answer: Answer) -> None:
        """Show an answer."""
        self._write("\n".join(answer_lines(answer, self._wording)))

    def sentence(self, sentence: Sentence) -> None:
        """Show a sentence of an answer that is still being written."""
        self._write(printable(sentence.text) + marks(sentence.citations))

    def rest(self, answer: Answer) -> None:
        """Show the footnotes of an answer whose sentences have been shown."""
        hedge = [self._wording.said("closest-shown")] if answer.tentative else []
        self._write("\n".join([*hedge, *source_notes(answer, self._wording)]))

    def quote(self, citation: Citation, article: Article) -> None:
        """Show a quote between »…« in its article."""
        before, quoted, after = _around(article.text, citation.span)
        self._write(heading_of(citation.title, citation.heading))
        self._write(printable(f"{before}»{quoted}«{after}"))
        self._write(place_of(citation, self._wording))


class RichScreen:
    """Colour, wrapped lines, and the quote highlighted in its passage.

    Parameters
    ----------
    file : TextIO
        A terminal.
    wording : Wording
    """

    def __init__(self, file: TextIO, wording: Wording) -> None:
        from rich.console import Console

        self._wording = wording
        self.console = Console(file=file, highlight=False, emoji=False)

    def text(self, text: str) -> None:
        """Show a text of the bot's own."""
        self.console.print(text, markup=False)

    def answer(self, answer: Answer) -> None:
        """Show an answer, its footnotes in their passages."""
        from rich.text import Text

        if answer.status == "refused":
            first, *rest = answer_lines(answer, self._wording)
            self.console.print(Text(first, "yellow"))
            self.console.print(Text("\n".join(rest), "dim"))
            return
        said = Text(style="" if answer.tentative else "bold")
        for part, numbers in _said(answer, self._wording):
            said.append(" " if said else "").append(part).append(numbers, "cyan")
        self.console.print(said)
        self._notes(answer)

    def sentence(self, sentence: Sentence) -> None:
        """Show a sentence of an answer that is still being written."""
        from rich.text import Text

        text = Text(printable(sentence.text), "bold")
        self.console.print(text.append(marks(sentence.citations), "cyan"))

    def rest(self, answer: Answer) -> None:
        """Show the footnotes of an answer whose sentences have been shown."""
        if answer.tentative:
            self.text(self._wording.said("closest-shown"))
        self._notes(answer)

    def _notes(self, answer: Answer) -> None:
        from rich.padding import Padding
        from rich.text import Text

        for citation in answer.citations:
            heading = heading_of(citation.title, citation.heading)
            self.console.print(Text(f"\n[{citation.number}] {heading}", "cyan"))
            passage = _passage_of(citation, answer.hits)
            self.console.print(Padding(_marked(*passage), (0, 0, 0, 4)))
            place = place_of(citation, self._wording)
            self.console.print(Padding(Text(place, "dim"), (0, 0, 0, 4)))
        for note in answer.notes:
            self.console.print(Text(printable(note.text), "yellow"))
        self.console.print(Text(self._wording.sureness(answer), "dim"))

    def quote(self, citation: Citation, article: Article) -> None:
        """Show a quote highlighted in its article."""
        from rich.text import Text

        self.console.print(Text(heading_of(citation.title, citation.heading), "cyan"))
        self.console.print(_marked(*_around(article.text, citation.span)))
        self.console.print(Text(place_of(citation, self._wording), "dim"))


def screen_for(file: TextIO, wording: Wording) -> Screen:
    """Return a screen with colour for a terminal, a plain one for anything else."""
    if file.isatty():
        return RichScreen(file, wording)
    return PlainScreen(lambda text: print(text, file=file, flush=True), wording)


def _marked(before: str, quoted: str, after: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from rich.text import Text

    text = Text(printable(before), "dim")
    return text.append(printable(quoted), "not dim black on yellow").append(printable(after))


def _around(text: str, span: Span) -> tuple[str, str, str]:
    start = max(0, span.start - CONTEXT_CHARACTERS)
    return text[start : span.start], span.of(text), text[span.end : span.end + CONTEXT_CHARACTERS]


def _passage_of(citation: Citation, hits: Sequence[Hit]) -> tuple[str, str, str]:
    for hit in hits:
        passage = hit.passage
        if passage.article_id == citation.article_id and passage.span.covers(citation.span):
            start, end = citation.span.start - passage.span.start, citation.span.end
            after = passage.text[end - passage.span.start :]
            return passage.text[:start], citation.quote, after
    return "", citation.quote, ""


def _nearest(hits: Sequence[Hit], wording: Wording) -> list[str]:
    if not hits:
        return []
    return ["", wording.said("nearest"), *hit_lines(hits, wording.place)]


def _parts(scores: object) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in dict(scores).items())  # type: ignore[call-overload]
