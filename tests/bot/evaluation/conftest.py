"""Parts that the tests of evaluation share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.evaluation.outcome import Found, Outcome, Seconds

RIGHT = Outcome(
    id="a",
    question="Where is the plant?",
    answers=["Turin"],
    answerable=True,
    tags=[],
    history=[],
    sources=[["plant", "The plant is in Turin."]],
    missing=[],
    places=1,
    status="answered",
    answer="Turin",
    confidence=0.75,
    tentative=False,
    best="Turin",
    best_right=True,
    cites=True,
    right=True,
    failure="",
    evidence="",
    citations=[],
    hits=[],
    seconds=Seconds(0.01, 0.02, 0.03),
)


@pytest.fixture
def outcome() -> Callable[..., Outcome]:
    """Return what makes an outcome, right unless it is told otherwise."""

    def make(id: str = "a", **changes: Any) -> Outcome:
        return replace(RIGHT, id=id, **changes)

    return make


@pytest.fixture
def wrong(outcome: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Return what makes an outcome that is wrong unless it is told otherwise."""

    def make(id: str = "a", **changes: Any) -> Outcome:
        said = {"answer": "Rome", "right": False, "best_right": False, "cites": False,
                "failure": "wrong sentence", "evidence": "it cites “Rome”."}  # fmt: skip
        return outcome(id, **{**said, **changes})

    return make


@pytest.fixture
def found() -> Callable[..., Found]:
    """Return what makes a passage that meets some gold places."""

    def make(*places: int, text: str = "The plant is in Turin.") -> Found:
        marks = [[0, len(text)]] if places else []
        return Found("plant", "The plant", 10, 10 + len(text), 1.0, text, list(places), marks)

    return make
