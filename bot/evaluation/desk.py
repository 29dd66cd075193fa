"""`footnote gold`: gold cases checked, and written together with a person."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

import click

from bot.bootstrap import open_index
from bot.config import Settings
from bot.errors import GoldError
from bot.evaluation.check import faults
from bot.evaluation.gold import GoldCase, GoldSource, case_line, read_case, read_gold, said
from bot.evaluation.places import Library, occurrences
from bot.evaluation.suggest import drafts
from bot.wording import counted, printable
from index import Hit, PassageIndex

# So many passages are shown for a person to choose a sentence from.
SHOWN = 3
# What an export of feedback says beside the case.
NOTES = ("given", "note")
DRAFT = "draft"


def run_check(settings: Settings, gold: Sequence[Path]) -> bool:
    """Print what is wrong with gold sets; True if nothing is."""
    cases, problems = read_gold(gold)
    found = [*map(str, problems), *faults(cases, Library(open_index(settings)))]
    for each in found:
        click.echo(printable(" ".join(each.split())))
    said = counted(len(found), "fault") if found else "no fault"
    click.echo(f"{counted(len(cases), 'question')}, {said}.", err=bool(found))
    return not found


def run_add(settings: Settings, path: Path) -> None:
    """Ask for a case and append it; again until no question is given."""
    desk = Desk(open_index(settings), path)
    with suppress(click.Abort):
        while question := _ask("Question (empty to end)"):
            desk.write(GoldCase(desk.free_id(), question, (), True))


def run_suggest(settings: Settings, articles: Sequence[str], path: Path, limit: int) -> None:
    """Show drafts from articles; what is kept is appended."""
    index = open_index(settings)
    desk = Desk(index, path)
    names = articles or [info.id for info in index.articles()]
    library = Library(index)
    unknown = [name for name in names if not library.is_named(name, name)]
    if unknown:
        raise GoldError(f"no article is called {unknown[0]}; footnote sources lists those.")
    found = (draft for name in names for draft in drafts(index.article(name)))
    new = (draft for draft in found if draft.id not in desk.ids)
    desk.review_all(islice(new, limit))


def run_feedback(settings: Settings, source: Path, path: Path) -> None:
    """Review what people in Slack thought, as `footnote feedback export` prints it."""
    desk = Desk(open_index(settings), path)
    desk.review_all(_exported(source, desk.ids))


class Desk:
    """Where a person reviews cases, which are appended to a gold set.

    Parameters
    ----------
    index : PassageIndex
    path : Path
        The gold set; made if there is none.

    Attributes
    ----------
    ids : set of str
        Those taken.
    """

    def __init__(self, index: PassageIndex, path: Path) -> None:
        self._index = index
        self._path = path
        _check_place(path)
        there = path.is_file() and path.stat().st_size > 0
        self.ids = {case.id for case in read_gold([path])[0]} if there else set()
        self._kept = 0

    def free_id(self) -> str:
        """Return an id that no case has."""
        number = len(self.ids) + 1
        while f"{self._path.stem}-{number}" in self.ids:
            number += 1
        return f"{self._path.stem}-{number}"

    def review_all(self, cases: Iterable[GoldCase]) -> None:
        """Review cases until they or the person's patience end."""
        with suppress(click.Abort):
            all(map(self._review, cases))
        click.echo(f"{counted(self._kept, 'question')} kept in {self._path}.")

    def _review(self, case: GoldCase) -> bool:
        """Show a case; keep it, mend it or drop it as the person says; False to end."""
        click.echo(f"\n{printable(case.question)}")
        click.echo(f"  {' / '.join(case.answers) if case.answers else 'no answer yet'}")
        for source in case.sources:
            click.echo(f"  “{printable(' '.join(source.quote.split()))}” ({source.article})")
        whole = bool(case.answers and case.sources) or not case.answerable
        choices = "k: keep, e: edit, u: unanswerable, d: drop, q: quit"
        choice = _ask(choices if whole else choices.removeprefix("k: keep, ")).lower()[:1]
        case = replace(case, tags=tuple(tag for tag in case.tags if tag != DRAFT))
        if choice == "q":
            return False
        if choice == "k" and whole:
            self._append(case)
        elif choice == "u":
            self._append(replace(case, answerable=False, answers=(), sources=()))
        elif choice == "e":
            question = _ask("Question", case.question) or case.question
            self.write(replace(case, question=question))
        return True

    def write(self, case: GoldCase) -> None:
        """Ask for the sentence and the answer of a question, and keep it."""
        sources = self._sources(case)
        if not sources:
            self._append(replace(case, answerable=False, answers=(), sources=()))
            return
        while not (answers := self._answers(case, sources)):
            click.echo("Those words are in none of the quotes; copy them from one.")
        tags = tuple(_ask("Tags, with commas", ", ".join(case.tags)).replace(",", " ").split())
        self._append(
            replace(case, answerable=True, answers=answers, sources=tuple(sources), tags=tags)
        )

    def _sources(self, case: GoldCase) -> list[GoldSource]:
        sentences = list(_sentences(self._index.search(case.question, SHOWN)))
        for number, source in enumerate(sentences, 1):
            quote = printable(" ".join(source.quote.split()))
            click.echo(f"{number:>3}  {quote} ({source.article})")
        while True:
            given = _ask("Which answer it: numbers, or words of an article; empty if none does")
            numbers = given.replace(",", " ").split()
            if numbers and all(each.isdecimal() for each in numbers):
                chosen = [int(each) for each in numbers]
                if all(1 <= each <= len(sentences) for each in chosen):
                    return [sentences[each - 1] for each in chosen]
            elif not given:
                return []
            elif found := next(Library(self._index).find(GoldSource("", given)), None):
                article, span = found
                return [GoldSource(article, span.of(self._index.article(article).text))]
            click.echo("No article has those words.")

    def _answers(self, case: GoldCase, sources: Sequence[GoldSource]) -> tuple[str, ...]:
        """Return the answers given, or none if one is not in the quotes."""
        given = _ask("Answer, others after |", " | ".join(case.answers))
        answers = tuple(filter(None, (each.strip() for each in given.split("|"))))
        held = all(any(occurrences(each, s.quote) for s in sources) for each in answers)
        return answers if held else ()

    def _append(self, case: GoldCase) -> None:
        with self._path.open("a+", encoding="utf-8") as file:
            file.seek(0)
            whole = file.read()
            file.write("" if whole.endswith("\n") or not whole else "\n")
            file.write(case_line(case) + "\n")
        self.ids.add(case.id)
        self._kept += 1
        click.echo(f"Kept {case.id} in {self._path}.")


def _check_place(path: Path) -> None:
    """See that cases can be written to a place, before a person has typed any."""
    remedy = "name a file in a folder that you may write to."
    if path.is_dir():
        raise GoldError(f"{path} is a folder; {remedy}")
    if not path.parent.is_dir():
        raise GoldError(f"there is no folder {path.parent}; {remedy}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise GoldError(f"{path} may not be written; {remedy}")


def _sentences(hits: Sequence[Hit]) -> Iterator[GoldSource]:
    seen = set()
    for hit in hits:
        passage = hit.passage
        for span in passage.sentences:
            if (passage.article_id, span) in seen:
                continue
            seen.add((passage.article_id, span))
            start = passage.span.start
            yield GoldSource(
                passage.article_id, passage.text[span.start - start : span.end - start]
            )


def _exported(source: Path, taken: Set[str]) -> Iterator[GoldCase]:
    """Yield the candidates of an export but those taken, after what people said of each answer."""
    try:
        text = sys.stdin.read() if str(source) == "-" else source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "give a file with the lines that footnote feedback export prints."
        raise GoldError(f"{source} can't be read ({error}); {remedy}") from error
    read = lost = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            notes = {name: record.pop(name) for name in NOTES if name in record}
            case = read_case(record, f"feedback-{number}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            click.echo(f"{source}, line {number}: {said(error)}; left out.", err=True)
            lost += 1
            continue
        read += 1
        if case.id in taken:
            continue
        for name, value in notes.items():
            click.echo(f"\n{name}: {printable(str(value))}", nl=False)
        yield case
    if lost and not read:
        raise GoldError(
            f"{source} holds no candidate; give the lines that footnote feedback export prints."
        )


def _ask(what: str, default: str = "") -> str:
    """Ask for a line; the end of the input ends the command, with what was kept kept."""
    return str(click.prompt(what, default=default, show_default=bool(default))).strip()
