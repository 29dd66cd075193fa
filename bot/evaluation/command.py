"""`footnote eval`: asks a gold set, says how it went, and calibrates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click

from bot.bootstrap import check_scope, make_answerer, open_index
from bot.config import Settings
from bot.contracts import json_bytes
from bot.evaluation.calibrate import refit
from bot.evaluation.gold import read_gold
from bot.evaluation.run import Counts, count, evaluate
from index import EVERYTHING, Scope


def run_eval(
    settings: Settings,
    gold: Sequence[Path],
    *,
    as_json: bool,
    calibrate: bool,
    precision: float,
    scope: Scope = EVERYTHING,
) -> None:
    """Ask every question and print the figures; calibrate if asked.

    Raises
    ------
    GoldError
        If a gold set can't be used.
    """
    cases, problems = read_gold(gold)
    for problem in problems:
        click.echo(problem, err=True)
    index = open_index(settings)
    index.check_model()
    check_scope(index, scope)
    # What was fitted before must not be seen when fitting, nor answers be refused.
    plain = replace(settings, threshold=0.0, calibration="") if calibrate else settings
    answerer = make_answerer(plain, index)
    with click.progressbar(cases, label="Asking", file=sys.stderr) as bar:
        results = evaluate(answerer, index, bar, scope=scope)
    if not calibrate:
        counts = count(results)
        click.echo(json_bytes(asdict(counts)) if as_json else "\n".join(_lines(counts)))
        return
    path = Path(settings.calibration)
    fitted = refit(
        [each.answer.confidence for each in results],
        [each.right for each in results],
        answerer.reader.name,
        precision,
    )
    fitted.save(path)
    kept = [
        each for each in results if fitted.probability(each.answer.confidence) >= fitted.threshold
    ]
    right = sum(each.right for each in kept)
    if as_json:
        click.echo(json_bytes({**asdict(fitted), "answered": len(kept), "right": right}))
        return
    click.echo(
        f"{path}: of {len(results)} questions {len(kept)} would be answered, {right} of them "
        f"rightly; the threshold is {fitted.threshold:.3f}."
    )
    if not kept:
        click.echo("No threshold reaches that precision: ask for less, or widen the articles.")


def _lines(counts: Counts) -> list[str]:
    lines = []
    if counts.answerable:
        lines.append(
            f"Of {counts.answerable} answerable questions {counts.answered_right} were answered "
            f"rightly, {counts.answered_wrong} wrongly, {counts.refused_wrongly} refused."
        )
    if counts.unanswerable:
        lines.append(
            f"Of {counts.unanswerable} unanswerable questions {counts.refused_rightly} were "
            f"refused, {counts.answered_falsely} answered."
        )
    return lines
