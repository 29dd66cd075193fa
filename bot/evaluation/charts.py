"""A run's plots as SVG, drawn in the colours of the page that holds them: pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 44
# More points than pixels say nothing.
POINTS = 200


def risk_coverage(points: Sequence[tuple[float, float, float]], coverage: float | None) -> str:
    """Draw risk over coverage, with a ring where the threshold stands.

    Parameters
    ----------
    points : sequence of tuple of float
        Coverage, risk and confidence, the surest first.
    coverage : float, optional
        Share of the questions that was answered.
    """
    step = max(1, len(points) // POINTS)
    kept = [*points[::step], points[-1]]
    line = " ".join(f"{_x(c):.1f},{_y(r):.1f}" for c, r, _ in kept)
    parts = [f'<polyline class="curve" points="{line}"/>']
    label = "Share of wrong answers as more questions are answered, the surest first."
    if coverage:
        near = min(points, key=lambda point: abs(point[0] - coverage))
        parts.append(f'<circle class="ring" cx="{_x(near[0]):.1f}" cy="{_y(near[1]):.1f}" r="6"/>')
        label += f" Now {near[0]:.0%} are answered, {near[1]:.0%} of those wrongly."
    return _plot(parts, "share answered", "share of those wrong", label)


def calibration(bins: Sequence[tuple[float, float, int]]) -> str:
    """Draw the share of right answers over their mean confidence; a dot's area is their number."""
    largest = max(number for _, _, number in bins)
    parts = [f'<path class="guide" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>']
    for confidence, right, number in bins:
        radius = 3 + 9 * (number / largest) ** 0.5
        parts.append(
            f'<circle class="dot" cx="{_x(confidence):.1f}" cy="{_y(right):.1f}" '
            f'r="{radius:.1f}"><title>{number} answers of confidence {confidence:.2f}: '
            f"{right:.2f} right</title></circle>"
        )
    label = "Share of right answers by their confidence: " + "; ".join(
        f"{confidence:.2f}: {right:.2f} of {number}" for confidence, right, number in bins
    )
    return _plot(parts, "confidence", "share right", label)


def interval_bar(value: float, low: float, high: float) -> str:
    """Draw a share and its interval on a line from 0 to 1."""
    return (
        '<svg viewBox="0 0 100 8" aria-hidden="true" preserveAspectRatio="none">'
        '<rect class="track" y="3" width="100" height="2"/>'
        f'<rect class="fill" x="{100 * low:.1f}" y="1" width="{100 * (high - low):.1f}" '
        'height="6"/>'
        f'<rect class="dot" x="{100 * value - 0.75:.2f}" width="1.5" height="8"/></svg>'
    )


def share_bar(share: float) -> str:
    """Draw a share as a bar."""
    return (
        '<svg viewBox="0 0 100 10" aria-hidden="true" preserveAspectRatio="none">'
        f'<rect width="{100 * share:.1f}" height="10"/></svg>'
    )


def _x(value: float) -> float:
    return LEFT + value * (WIDTH - LEFT - RIGHT)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)


def _plot(parts: Sequence[str], below: str, beside: str, label: str) -> str:
    grid = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        grid += [
            f'<path class="axis" d="M{_x(0)} {_y(tick)}H{_x(1)}M{_x(tick)} {_y(0)}V{_y(1)}"/>',
            f'<text x="{LEFT - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>',
            f'<text x="{_x(tick)}" y="{_y(0) + 16}" text-anchor="middle">{tick:g}</text>',
        ]
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{''.join(grid)}{''.join(parts)}"
        f'<text x="{_x(0.5)}" y="{HEIGHT - 8}" text-anchor="middle">{below}</text>'
        f'<text transform="translate(12 {_y(0.5)}) rotate(-90)" text-anchor="middle">{beside}'
        "</text></svg>"
    )
