"""What is wrong with a gold set, beyond its form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluation.gold import GoldCase
from bot.evaluation.places import Library, occurrences


def faults(cases: Sequence[GoldCase], library: Library) -> Iterator[str]:
    """Yield a sentence for each fault, in the order of the cases."""
    asked: dict[str, str] = {}
    for case in cases:
        key = " ".join(case.question.casefold().split()) + "\0".join(case.history)
        if key in asked:
            yield f"{case.id}: asks the same as {asked[key]}."
        asked.setdefault(key, case.id)
        yield from (f"{case.id}: {fault}" for fault in _faults(case, library))


def _faults(case: GoldCase, library: Library) -> Iterator[str]:
    if not case.answerable:
        if case.answers or case.sources:
            yield "it is not answerable, and has an answer or a source."
        return
    if not case.answers:
        yield "it is answerable, and has no answer."
    if not case.sources:
        yield "it has no source; without one, only the words of answers can be judged."
    for source in case.sources:
        found = next(library.find(source), None)
        if found is None:
            yield f"no article has the words “{source.quote}”."
        elif not library.is_named(source.article, found[0]):
            yield f"“{source.quote}” is not in {source.article}, but in {found[0]}."
    quotes = [source.quote for source in case.sources]
    for answer in case.answers if quotes else ():
        if not any(occurrences(answer, quote) for quote in quotes):
            yield f"the answer “{answer}” is in none of its quotes."
