"""A run in words: for a terminal, for a pull request, for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.evaluation.compare import Comparison
from bot.evaluation.figures import BETTER, LABELS, UNITS, figures, sliced
from bot.evaluation.intervals import Difference, Estimate
from bot.evaluation.outcome import FAILURES, Outcome
from bot.evaluation.run import count
from bot.wording import one_line

# On a terminal, so many wrong cases are told; --html and --json have them all.
TOLD = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """All that is said about a run.

    Parameters
    ----------
    outcomes : sequence of Outcome
    figures : mapping of str to Estimate
    tags : mapping of str to mapping
        Some of the figures for each tag.
    problems : sequence of str
        What was wrong with the gold sets.
    comparison : Comparison, optional
    failed : sequence of str
        Why the run does not pass, a sentence each.
    """

    outcomes: Sequence[Outcome]
    figures: Mapping[str, Estimate]
    tags: Mapping[str, Mapping[str, Estimate]]
    problems: Sequence[str] = ()
    comparison: Comparison | None = None
    failed: Sequence[str] = ()


def summarise(
    outcomes: Sequence[Outcome],
    *,
    problems: Sequence[str] = (),
    comparison: Comparison | None = None,
    floors: Mapping[str, float] | None = None,
) -> Summary:
    """Compute everything that is said about a run.

    Parameters
    ----------
    outcomes : sequence of Outcome
    problems : sequence of str
    comparison : Comparison, optional
    floors : mapping of str to float, optional
        What figures must reach; of those of which less is better, what they must not exceed.
    """
    found = figures(outcomes)
    failed = [*_below(found, floors or {}), *_worse(comparison)]
    return Summary(outcomes, found, sliced(outcomes), problems, comparison, failed)


def failures(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """Count the wrong cases by class, in the order of the way that a question takes."""
    counts: Counter[str] = Counter(each.failure for each in outcomes if each.failure)
    return {name: counts[name] for name in FAILURES if counts[name]}


def text_lines(summary: Summary) -> Iterator[str]:
    """Yield a run as lines of plain text."""
    yield from counted_lines(summary.outcomes)
    yield ""
    for name, value in summary.figures.items():
        yield f"{name:<18} {shown(name, value):<24} {LABELS[name]} ({value.n})"
    if summary.tags:
        yield ""
        for tag, found in summary.tags.items():
            parts = "  ".join(f"{name} {shown(name, value)}" for name, value in found.items())
            yield f"{tag:<18} {parts}"
    wrong = [each for each in summary.outcomes if each.failure]
    if wrong:
        yield ""
        counts = failures(summary.outcomes)
        yield f"Wrong: {', '.join(f'{number} {name}' for name, number in counts.items())}."
        for each in wrong[:TOLD]:
            why = f"{each.failure}: {one_line(each.evidence)}"
            yield f"  {each.id} {one_line(each.question)} – {why}"
        if wrong[TOLD:]:
            yield f"  and {len(wrong) - TOLD} more; --html FILE shows them all."
    if summary.comparison:
        yield ""
        yield from _comparison_lines(summary.comparison)
    yield from summary.failed


def markdown(summary: Summary) -> str:
    """Return a run as Markdown, for a pull request."""
    comparison = summary.comparison
    verdict = " ".join(summary.failed) or "Passed."
    lines = ["### Footnote: accuracy", "", *counted_lines(summary.outcomes)]
    if comparison or summary.failed:
        lines += ["", f"**{verdict}**"]
    if comparison:
        lines += ["", *_comparison_head(comparison)]
    columns = ["figure", "", "questions", *(["change", "p"] if comparison else [])]
    lines += ["", _row(columns), _row(["---"] * len(columns))]
    for name, value in summary.figures.items():
        cells = [LABELS[name], shown(name, value), str(value.n)]
        change = comparison.differences.get(name) if comparison else None
        cells += [*_change(change)] if comparison else []
        lines.append(_row(cells))
    counts = failures(summary.outcomes)
    if counts:
        lines += ["", _row(["why wrong", "questions"]), _row(["---", "---"])]
        lines += [_row([name, str(number)]) for name, number in counts.items()]
    if comparison and comparison.broken:
        lines += ["", "Broken:", ""]
        by_id = {each.id: each for each in summary.outcomes}
        for id in comparison.broken[:TOLD]:
            each = by_id[id]
            lines.append(_escaped(f"- {each.question} ({id}): {each.failure}; {each.evidence}"))
        if comparison.broken[TOLD:]:
            lines.append(f"- and {len(comparison.broken) - TOLD} more")
    return "\n".join(lines)


def json_record(summary: Summary) -> dict[str, Any]:
    """Return a run for programs: counts, figures, tags, failures, every case, the comparison."""
    comparison = summary.comparison
    return {
        **asdict(count(summary.outcomes)),
        "figures": {name: value._asdict() for name, value in summary.figures.items()},
        "tags": {
            tag: {name: value._asdict() for name, value in found.items()}
            for tag, found in summary.tags.items()
        },
        "failures": failures(summary.outcomes),
        "cases": [_case(each) for each in summary.outcomes],
        "problems": list(summary.problems),
        "comparison": _compared(comparison) if comparison else None,
        "failed": list(summary.failed),
    }


def shown(name: str, value: Estimate | Difference, signed: bool = False) -> str:
    """Return a figure with its interval."""
    sign = "+" if signed else ""
    form = f"{sign}.0f" if name in UNITS else f"{sign}.3f"
    low, high = format(value.low, form), format(value.high, form)
    unit = f" {UNITS[name]}" if name in UNITS else ""
    return f"{format(value.value, form)} [{low}, {high}]{unit}"


def counted_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield in words how many questions ended how."""
    searched = [each for each in outcomes if each.status == "searched"]
    if searched:
        sought = [each for each in searched if each.places]
        found = sum(any(hit.places for hit in each.hits) for each in sought)
        yield f"Of {len(sought)} questions with a gold quote, {found} found one."
        return
    counts = count(outcomes)
    if counts.answerable:
        yield (
            f"Of {counts.answerable} answerable questions {counts.answered_right} were answered "
            f"rightly, {counts.answered_wrong} wrongly, {counts.refused_wrongly} refused."
        )
    if counts.unanswerable:
        yield (
            f"Of {counts.unanswerable} unanswerable questions {counts.refused_rightly} were "
            f"refused, {counts.answered_falsely} answered."
        )


def _comparison_head(comparison: Comparison) -> Iterator[str]:
    yield (
        f"Since the baseline {len(comparison.fixed)} fixed, {len(comparison.broken)} broken, "
        f"{comparison.unchanged} unchanged."
    )
    yield from comparison.notes


def _comparison_lines(comparison: Comparison) -> Iterator[str]:
    yield from _comparison_head(comparison)
    for name, change in comparison.differences.items():
        yield f"{name:<18} {shown(name, change, signed=True)}  p {change.p:.3f}"
    if comparison.broken:
        yield f"Broken: {', '.join(comparison.broken)}."


def _below(found: Mapping[str, Estimate], floors: Mapping[str, float]) -> Iterator[str]:
    for name, wanted in floors.items():
        if name not in found:
            yield f"Failed: no question says anything of {name}."
            continue
        value, less = found[name].value, BETTER[name] == "less"
        if value > wanted if less else value < wanted:
            yield f"Failed: {name} is {value:.4g}, {'above' if less else 'below'} {wanted:.4g}."


def _worse(comparison: Comparison | None) -> Iterator[str]:
    if comparison is None:
        return
    for name in comparison.worse:
        change = comparison.differences[name]
        yield (
            f"Failed: {name} is significantly worse than in the baseline, by "
            f"{-change.value:.3f} (p {change.p:.2g})."
        )


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        **asdict(comparison),
        "differences": {name: each._asdict() for name, each in comparison.differences.items()},
    }


def _case(outcome: Outcome) -> dict[str, Any]:
    record = outcome.record()
    record["citations"] = [each._asdict() for each in outcome.citations]
    # The passages' texts are the articles', and ten for each question would be most of the output.
    record["hits"] = [
        {name: value for name, value in each._asdict().items() if name not in ("text", "marks")}
        for each in outcome.hits
    ]
    record["seconds"] = outcome.seconds._asdict()
    return record


def _change(change: Difference | None) -> tuple[str, str]:
    if change is None:
        return "", ""
    return f"{change.value:+.3f} [{change.low:+.3f}, {change.high:+.3f}]", f"{change.p:.3f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """Let a text be read as words by Markdown, on one line, and mention nobody."""
    text = one_line(text)
    for character in "\\`*_[]<>|@#":
        text = text.replace(character, f"\\{character}" if character != "@" else "@\u200b")
    return text
