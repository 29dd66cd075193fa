"""`footnote eval`: asks a gold set, says how it went, compares, reports, and calibrates."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import click

from bot.bootstrap import check_scope, open_index
from bot.config import LlmSettings, Settings
from bot.contracts import json_bytes
from bot.errors import GoldError
from bot.evaluation.calibrate import refit
from bot.evaluation.compare import compare
from bot.evaluation.figures import LABELS
from bot.evaluation.gold import GoldCase, read_gold
from bot.evaluation.outcome import Outcome
from bot.evaluation.run import Examiner
from bot.evaluation.saved import Made, Save, load_run
from bot.evaluation.summary import Summary, json_record, markdown, summarise, text_lines
from bot.wording import counted, printable
from index import EVERYTHING, PassageIndex, Scope

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Wanted:
    """What `footnote eval` is to do, as its options say it.

    Parameters
    ----------
    as_json, as_markdown : bool
        How the figures are printed.
    html : Path, optional
        Where the report is written.
    save : Path, optional
        Where the run is written.
    baseline : Path, optional
        The run it is compared with.
    floors : mapping of str to float
        What figures must reach.
    search_only : bool
        Ask for passages, not for answers.
    scope : Scope
        Which articles may answer.
    """

    as_json: bool = False
    as_markdown: bool = False
    html: Path | None = None
    save: Path | None = None
    baseline: Path | None = None
    floors: Mapping[str, float] = field(default_factory=dict)
    search_only: bool = False
    scope: Scope = EVERYTHING


def run_eval(
    settings: Settings, gold: Sequence[Path], wanted: Wanted, index: PassageIndex | None = None
) -> int:
    """Ask every question, print the figures, write what is to be written.

    Parameters
    ----------
    settings : Settings
    gold : sequence of Path
    wanted : Wanted
    index : PassageIndex, optional
        By default the one that the settings name.

    Returns
    -------
    int
        The exit status: 1 if a floor was not reached or a guarded figure is significantly worse
        than in the baseline, 130 if it was interrupted.

    Raises
    ------
    GoldError
        If a gold set or the baseline can't be used.
    CorpusError
        If no article is in a collection of the scope.
    """
    # Before anything is asked, which may take long.
    _check_targets(gold, wanted)
    before = load_run(wanted.baseline) if wanted.baseline else None
    cases, problems = _read(gold)
    index = index or open_index(settings)
    index.check_model()
    check_scope(index, wanted.scope)
    made = Made.of(index, settings, cases, search=wanted.search_only, scope=wanted.scope)
    save = Save(wanted.save, made) if wanted.save else None
    outcomes, interrupted = _asked(settings, index, cases, wanted, save)
    lost = sum(len(each.missing) for each in outcomes)
    if lost:
        said = f"{counted(lost, 'gold quote')} found in no article; footnote gold check names them."
        click.echo(said, err=True)
    comparison = None
    if before:
        comparison = compare(before[1], outcomes, made.changed(before[0]))
    summary = summarise(outcomes, problems=problems, comparison=comparison, floors=wanted.floors)
    _show(summary, wanted, made)
    if interrupted:
        click.echo(_stopped(len(outcomes), len(cases), wanted.save), err=True)
        return INTERRUPTED
    return 1 if summary.failed else 0


def run_calibration(
    settings: Settings,
    gold: Sequence[Path],
    *,
    as_json: bool,
    precision: float,
    scope: Scope = EVERYTHING,
) -> None:
    """Ask every question and fit confidence and threshold to how it went.

    Raises
    ------
    GoldError
        If a gold set can't be used.
    CorpusError
        If no article is in a collection of the scope.
    """
    cases, _ = _read(gold)
    index = open_index(settings)
    index.check_model()
    check_scope(index, scope)
    # What was fitted before must not be seen when fitting, nor answers be refused. It is the reader
    # that is fitted, whoever words its answers.
    plain = replace(settings, threshold=0.0, calibration="", llm=LlmSettings())
    examiner = Examiner(index, plain, scope=scope)
    with click.progressbar(examiner.ask_all(cases), len(cases), "Asking", file=sys.stderr) as bar:
        outcomes = list(bar)
    path = Path(settings.calibration)
    fitted = refit(
        [each.confidence for each in outcomes],
        [each.cites for each in outcomes],
        examiner.answerer.reader.name,
        precision,
    )
    fitted.save(path)
    kept = [each for each in outcomes if fitted.probability(each.confidence) >= fitted.threshold]
    right = sum(each.cites for each in kept)
    if as_json:
        click.echo(json_bytes({**asdict(fitted), "answered": len(kept), "right": right}))
        return
    click.echo(
        f"{path}: of {len(outcomes)} questions {len(kept)} would be answered, {right} of them "
        f"rightly; the threshold is {fitted.threshold:.3f}."
    )
    if not kept:
        click.echo("No threshold reaches that precision: ask for less, or widen the articles.")


def read_floors(given: Sequence[str]) -> dict[str, float]:
    """Read what ``--fail-under`` was given, such as ``recall@5=0.9``.

    Raises
    ------
    ValueError
        If one is no figure and number; the message says which figures there are.
    """
    floors = {}
    for each in given:
        name, _, number = each.partition("=")
        if name not in LABELS:
            raise ValueError(f"there is no figure {name}; there are {', '.join(LABELS)}.")
        try:
            floors[name] = float(number)
            if not math.isfinite(floors[name]):
                raise ValueError
        except ValueError:
            raise ValueError(f"{each} has no number; write {name}=0.9.") from None
    return floors


def _check_targets(gold: Sequence[Path], wanted: Wanted) -> None:
    """Refuse to write over what is read, or where nothing can be written."""
    read = {path.resolve(): "a gold set" for path in gold}
    if wanted.html and wanted.baseline:
        read[wanted.baseline.resolve()] = "the baseline"
    for option, path in (("--save", wanted.save), ("--html", wanted.html)):
        if path is None:
            continue
        # A run may take the place of the baseline that it was compared with.
        if path.resolve() in read and not (option == "--save" and path == wanted.baseline):
            raise GoldError(f"{option} {path} is {read[path.resolve()]}; name another file.")
        if path.is_dir() or not path.parent.is_dir():
            raise GoldError(f"{option} {path} can't be a file; name one in a folder that exists.")
        read[path.resolve()] = "the run that --save writes"


def _read(gold: Sequence[Path]) -> tuple[list[GoldCase], list[str]]:
    cases, problems = read_gold(gold)
    said = [str(problem) for problem in problems]
    for problem in said:
        click.echo(printable(problem), err=True)
    return cases, said


def _asked(
    settings: Settings,
    index: PassageIndex,
    cases: Sequence[GoldCase],
    wanted: Wanted,
    save: Save | None,
) -> tuple[list[Outcome], bool]:
    """Return the outcomes, those of an earlier time first, and whether it was interrupted."""
    outcomes = list(save.done) if save else []
    if outcomes:
        click.echo(f"Going on after {counted(len(outcomes), 'question')}.", err=True)
    left = cases[len(outcomes) :]
    examiner = Examiner(index, settings, scope=wanted.scope)
    found = examiner.search_all(left) if wanted.search_only else examiner.ask_all(left)
    try:
        with click.progressbar(found, len(left), "Asking", file=sys.stderr) as bar:
            for outcome in bar:
                if save:
                    save.add(outcome)
                outcomes.append(outcome)
    except KeyboardInterrupt:
        if not outcomes:
            raise
        return outcomes, True
    finally:
        if save:
            save.stop()
    if save:
        save.finish()
    return outcomes, False


def _show(summary: Summary, wanted: Wanted, made: Made) -> None:
    if wanted.html:
        # Imported late: the other forms need none of it.
        from bot.evaluation.report import render

        try:
            wanted.html.write_text(render(summary, made), encoding="utf-8")
        except OSError as error:
            raise GoldError(f"{wanted.html} can't be written ({error}); check the path.") from error
    if wanted.as_json:
        click.echo(json_bytes(json_record(summary)))
    elif wanted.as_markdown:
        click.echo(markdown(summary))
    else:
        click.echo("\n".join(text_lines(summary)))
    if wanted.as_json or wanted.as_markdown:
        for said in summary.failed:
            click.echo(said, err=True)


def _stopped(done: int, all_of_them: int, save: Path | None) -> str:
    said = f"Stopped after {done} of {all_of_them} questions"
    if save:
        return f"{said}; run it again to go on."
    return f"{said}; with --save RUN it would go on from there."
