"""Asks every question of a gold set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer import Answerer
from bot.evaluation.gold import GoldCase
from bot.evaluation.judge import is_right
from bot.types import Answer
from index import EVERYTHING, PassageIndex, Scope


@dataclass(frozen=True, slots=True)
class Result:
    """A question, what was answered, and whether it was right."""

    case: GoldCase
    answer: Answer
    right: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions ended how."""

    answerable: int
    answered_right: int
    answered_wrong: int
    refused_wrongly: int
    unanswerable: int
    refused_rightly: int
    answered_falsely: int


def evaluate(
    answerer: Answerer,
    index: PassageIndex,
    cases: Iterable[GoldCase],
    *,
    scope: Scope = EVERYTHING,
) -> list[Result]:
    """Ask every question.

    Parameters
    ----------
    answerer : Answerer
    index : PassageIndex
        The one it answers from.
    cases : iterable of GoldCase
    scope : Scope
        Which articles may answer.
    """
    results = []
    for case in cases:
        answer = answerer.ask(case.question, scope=scope)
        results.append(Result(case, answer, is_right(case, answer, index)))
    return results


def count(results: Sequence[Result]) -> Counts:
    """Count how the questions ended."""
    asked = [each for each in results if each.case.answerable]
    others = [each for each in results if not each.case.answerable]
    answered = [each for each in asked if each.answer.status == "answered"]
    falsely = sum(each.answer.status == "answered" for each in others)
    right = sum(each.right for each in answered)
    return Counts(
        answerable=len(asked),
        answered_right=right,
        answered_wrong=len(answered) - right,
        refused_wrongly=len(asked) - len(answered),
        unanswerable=len(others),
        refused_rightly=len(others) - falsely,
        answered_falsely=falsely,
    )
