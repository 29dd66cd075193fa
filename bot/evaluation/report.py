"""A run as one page of HTML that needs nothing else: pure, but for the template beside it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from bot.evaluation import charts
from bot.evaluation.compare import LEVEL, Comparison
from bot.evaluation.figures import BETTER, LABELS, UNITS, curve, diagram
from bot.evaluation.intervals import Difference, Estimate
from bot.evaluation.outcome import Outcome
from bot.evaluation.run import count
from bot.evaluation.saved import Made
from bot.evaluation.summary import Summary, counted_lines, failures, shown
from bot.wording import counted

HEADLINE = ("correct", "f1", "precision", "false_answers", "false_refusals", "verbatim",
            "recall@5", "ndcg@10", "all_p50_ms")  # fmt: skip
# Of a right answer the first passages are enough to see why it is.
PASSAGES = {True: 3, False: 10}


def render(summary: Summary, made: Made) -> str:
    """Return the page.

    Parameters
    ----------
    summary : Summary
    made : Made
        What the run was made with.
    """
    page = files("bot.evaluation").joinpath("page")
    template, style, script = (
        page.joinpath(f"report.{kind}").read_text(encoding="utf-8")
        for kind in ("html", "css", "js")
    )
    return Template(template).substitute(
        title="Footnote: accuracy",
        lead=escape(" ".join(counted_lines(summary.outcomes))),
        verdict=_verdict(summary),
        cards="".join(_card(name, summary.figures[name]) for name in _shown_first(summary)),
        comparison=_comparison(summary.comparison),
        charts=_charts(summary),
        confusion=_confusion(summary.outcomes),
        failures=_failures(summary.outcomes),
        figures=_figures(summary),
        tags=_tags(summary),
        made=_made(made, summary.problems),
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        data=_data(summary),
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _verdict(summary: Summary) -> str:
    if not summary.comparison and not summary.failed:
        return ""
    failed = " failed" if summary.failed else ""
    said = " ".join(summary.failed) or "Passed: not significantly worse than the baseline."
    return f'<p class="verdict{failed}">{escape(said)}</p>'


def _shown_first(summary: Summary) -> list[str]:
    return [name for name in HEADLINE if name in summary.figures]


def _card(name: str, value: Estimate) -> str:
    number = f"{value.value:.0f} ms" if name in UNITS else f"{value.value:.1%}"
    low, high = (f"{each:.0f}" if name in UNITS else f"{each:.1%}" for each in value[1:3])
    bar = "" if name in UNITS else charts.interval_bar(*value[:3])
    return (
        f"<li><span>{escape(_label(name))}</span><b>{number}</b>{bar}"
        f"<span>{low} to {high}, {value.n} questions</span></li>"
    )


def _label(name: str) -> str:
    if name.startswith("recall@"):
        return f"gold places in the first {name.partition('@')[2]} passages"
    return LABELS[name]


def _section(id: str, title: str, *content: str) -> str:
    return (
        f'<section aria-labelledby="{id}"><h2 id="{id}">{escape(title)}</h2>'
        f"{''.join(content)}</section>"
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(each)}</td>" for each in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _comparison(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    said = (
        f'<p><b class="bad">{len(comparison.broken)} broken</b>, '
        f'<b class="good">{len(comparison.fixed)} fixed</b>, {comparison.unchanged} unchanged.</p>'
    )
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in comparison.notes)
    changed = {name: each for name, each in comparison.differences.items() if each.value}
    same = len(comparison.differences) - len(changed)
    if same:
        notes += f'<p class="note">{counted(same, "figure")} did not change.</p>'
    rows = [
        (LABELS[name], shown(name, each, signed=True), f"{each.p:.3f}", _judged(name, each))
        for name, each in changed.items()
    ]
    table = _table(["figure", "change", "p", ""], rows) if rows else ""
    return _section("comparison", "Since the baseline", said, notes, table)


def _judged(name: str, change: Difference) -> str:
    said = "better" if (change.value > 0) == (BETTER[name] == "more") else "worse"
    return said if change.p < LEVEL else f"{said}, or chance"


def _charts(summary: Summary) -> str:
    asked = [each for each in summary.outcomes if each.status != "searched"]
    if not asked:
        return ""
    answered = sum(each.status == "answered" for each in asked) / len(asked)
    return _section(
        "risk",
        "Risk and coverage",
        f'<div class="box">{charts.risk_coverage(curve(asked), answered)}</div>',
        '<p class="note">The surest answers first. The ring: what the threshold answers now.</p>',
    ) + _section(
        "calibration",
        "Confidence and truth",
        f'<div class="box">{charts.calibration(diagram(asked))}</div>',
        '<p class="note">On the line, answers are right as often as their confidence says; '
        "larger dots hold more of them.</p>",
    )


def _confusion(outcomes: Sequence[Outcome]) -> str:
    if any(each.status == "searched" for each in outcomes):
        return ""
    counts = count(outcomes)
    rows = [
        (
            "answerable",
            str(counts.answered_right),
            str(counts.answered_wrong),
            str(counts.refused_wrongly),
        ),
        ("not answerable", "", str(counts.answered_falsely), str(counts.refused_rightly)),
    ]
    table = _table(["", "answered rightly", "answered wrongly", "refused"], rows)
    return _section("refusals", "Answers and refusals", table)


def _failures(outcomes: Sequence[Outcome]) -> str:
    counts = failures(outcomes)
    if not counts:
        return _section("why", "Why it went wrong", "<p>Nothing did.</p>")
    most = max(counts.values())
    rows = "".join(
        f'<li><button type="button" data-kind="{name}"><span>{name}</span>'
        f"{charts.share_bar(number / most)}<b>{number}</b></button></li>"
        for name, number in counts.items()
    )
    return _section("why", "Why it went wrong", f'<ul class="classes">{rows}</ul>')


def _figures(summary: Summary) -> str:
    rows = [
        (LABELS[name], shown(name, value), str(value.n), name)
        for name, value in summary.figures.items()
    ]
    return _table(["figure", "", "questions", "name"], rows)


def _tags(summary: Summary) -> str:
    if not summary.tags:
        return ""
    names = list(dict.fromkeys(name for found in summary.tags.values() for name in found))
    rows = [
        (tag, *(shown(name, found[name]) if name in found else "" for name in names))
        for tag, found in summary.tags.items()
    ]
    return _section("tags", "By tag", _table(["tag", *map(_label, names)], rows))


def _made(made: Made, problems: Sequence[str]) -> str:
    rows = [(name, value[:16]) for name, value in {**made.digests, "gold": made.gold}.items()]
    said = "".join(f'<p class="note">{escape(problem)}</p>' for problem in problems)
    return _section("made", "Made with", said, _table(["", "digest"], rows))


def _data(summary: Summary) -> str:
    comparison = summary.comparison
    change: dict[str, str] = {}
    if comparison:
        change = dict.fromkeys(comparison.fixed, "fixed") | dict.fromkeys(
            comparison.broken, "broken"
        )
    places: dict[tuple[str, int, int], int] = {}
    passages: list[dict[str, Any]] = []
    cases = []
    order = {"broken": 0, "fixed": 2}
    for each in sorted(
        summary.outcomes, key=lambda o: (order.get(change.get(o.id, ""), 1 + 2 * o.right), o.right)
    ):
        hits = []
        for hit in each.hits[: PASSAGES[each.right]]:
            place = (hit.article, hit.start, hit.end)
            if place not in places:
                places[place] = len(passages)
                passages.append(
                    {"article": hit.article, "title": hit.title, "start": hit.start,
                     "text": hit.text}
                )  # fmt: skip
            hits.append({"passage": places[place], "score": hit.score, "marks": hit.marks})
        record = each.record()
        for name in ("seconds", "places", "best", "best_right", "cites", "tentative"):
            del record[name]
        record["citations"] = [citation._asdict() for citation in each.citations]
        record |= {
            "hits": hits,
            "change": change.get(each.id, ""),
            "before": comparison.before.get(each.id, "") if comparison else "",
        }
        cases.append(record)
    data = json.dumps({"cases": cases, "passages": passages}, ensure_ascii=False)
    # No text of an article may end the element that holds it.
    return data.replace("<", "\\u003c")
