"""Two runs of the same questions, paired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.evaluation.figures import BETTER, UNITS, columns_of
from bot.evaluation.intervals import Difference, difference
from bot.evaluation.outcome import Outcome

# What must not become worse, and how unlikely by chance it must be to count.
GUARDED = ("correct", "f1", "ndcg@10")
LEVEL = 0.05
# So many questions must change for the better or worse before McNemar's test can say anything.
LEAST_CHANGED = 6


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between a baseline and a run.

    Parameters
    ----------
    fixed, broken : list of str
        Ids of the questions that became right, and wrong.
    unchanged : int
    differences : dict of str to Difference
        Of every figure that is a mean, the run's less the baseline's.
    worse : list of str
        Guarded figures that are significantly worse.
    before : dict of str to str
        What the baseline said to the questions that were fixed or broken.
    notes : list of str
        What makes the comparison less than it seems, a sentence each.
    """

    fixed: list[str]
    broken: list[str]
    unchanged: int
    differences: dict[str, Difference]
    worse: list[str]
    before: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def compare(
    baseline: Sequence[Outcome],
    run: Sequence[Outcome],
    changed: Sequence[str] = (),
) -> Comparison:
    """Compare a run with a baseline, question by question.

    Parameters
    ----------
    baseline, run : sequence of Outcome
        Questions of the same id, text and gold answers are compared.
    changed : sequence of str
        What else changed, such as ``index``.

    Returns
    -------
    Comparison
        A guarded figure counts as worse if chance alone gives such a loss in fewer than one of
        twenty comparisons, divided by how many figures are guarded (Bonferroni).
    """
    pairs, notes = _paired(baseline, run)
    if changed:
        notes.insert(0, f"Changed since the baseline: {', '.join(changed)}.")
    fixed = [after.id for before, after in pairs if after.right and not before.right]
    broken = [after.id for before, after in pairs if before.right and not after.right]
    differences = _differences(pairs)
    notes += _too_small(len(pairs), len(fixed) + len(broken), differences)
    guarded = [name for name in GUARDED if name in differences]
    worse = [
        name
        for name in guarded
        if differences[name].value < 0 and differences[name].p < LEVEL / len(guarded)
    ]
    unchanged = len(pairs) - len(fixed) - len(broken)
    said = {old.id: old.answer or f"({old.status})" for old, new in pairs if old.right != new.right}
    return Comparison(fixed, broken, unchanged, differences, worse, said, notes)


def _paired(
    baseline: Sequence[Outcome], run: Sequence[Outcome]
) -> tuple[list[tuple[Outcome, Outcome]], list[str]]:
    before = {each.id: each for each in baseline}
    both = [(before[each.id], each) for each in run if each.id in before]
    pairs = [pair for pair in both if _asked(pair[0]) == _asked(pair[1])]
    counts = {
        "new since the baseline": len(run) - len(both),
        "in the baseline only": len(baseline) - len(both),
        "other in text or gold answers than in the baseline": len(both) - len(pairs),
    }
    said = [
        f"{number} question{' is' if number == 1 else 's are'} {what}, and left out."
        for what, number in counts.items()
        if number
    ]
    return pairs, said


def _asked(outcome: Outcome) -> tuple[object, ...]:
    """Return what must be alike for outcomes to be compared."""
    kind = outcome.status == "searched"
    return (
        outcome.question, outcome.history, outcome.answerable, outcome.answers, outcome.sources,
        kind,
    )  # fmt: skip


def _differences(pairs: Sequence[tuple[Outcome, Outcome]]) -> dict[str, Difference]:
    before, after = (columns_of([pair[i] for pair in pairs]) for i in (0, 1))
    found: dict[str, Difference] = {}
    for name in before:
        ids = [id for id in before[name] if id in after[name]]
        if ids and len(before[name][ids[0]]) == 1 and name not in UNITS and BETTER[name]:
            values: list[Mapping[str, tuple[float, ...]]] = [before[name], after[name]]
            one, other = ([each[id][0] for id in ids] for each in values)
            found[name] = difference(one, other)
    return found


def _too_small(pairs: int, changed: int, differences: Mapping[str, Difference]) -> list[str]:
    if not pairs:
        return ["No question is in both: nothing can be compared."]
    notes = []
    if changed < LEAST_CHANGED:
        notes.append(
            f"{changed} of {pairs} questions changed; below {LEAST_CHANGED}, all of them for the "
            "worse could still be chance."
        )
    least = differences.get("correct")
    if least and least.high > least.low:
        points = 100 * (least.high - least.low) / 2
        notes.append(
            f"Of {pairs} questions, a change of {points:.1f} points or less may be chance."
        )
    return notes
