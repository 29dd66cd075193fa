"""Metrics count what the listeners tell."""

from __future__ import annotations

import pytest
from prometheus_client import generate_latest

from bot.slack.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    """Return metrics over nothing that happened yet."""
    return Metrics(lambda: 3, lambda: 9)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    """Return a sample, None where there is none."""
    return metrics.registry.get_sample_value(f"footnote_{name}", labels)


def test_questions_and_their_copies_are_counted_by_their_way(metrics: Metrics) -> None:
    for way in ("mention", "mention", "direct"):
        metrics("asked", way=way, text="Where?")
    metrics("again", way="mention")
    assert value(metrics, "questions_total", way="mention") == 2
    assert value(metrics, "questions_total", way="direct") == 1
    assert value(metrics, "repeats_total", way="mention") == 1


def test_answers_are_counted_by_way_and_status_and_timed(metrics: Metrics) -> None:
    metrics("answered", way="mention", status="answered", seconds=0.2)
    metrics("answered", way="mention", status="refused", seconds=0.7)
    assert value(metrics, "answers_total", way="mention", status="answered") == 1
    assert value(metrics, "answers_total", way="mention", status="refused") == 1
    assert value(metrics, "answer_seconds_count") == 2
    assert value(metrics, "answer_seconds_sum") == pytest.approx(0.9)
    assert value(metrics, "answer_seconds_bucket", le="0.25") == 1
    assert value(metrics, "answer_seconds_bucket", le="1.0") == 2


def test_failures_and_feedback_are_counted(metrics: Metrics) -> None:
    metrics("failed", way="command", error="DamagedError")
    metrics("feedback", verdict="down")
    assert value(metrics, "failures_total", way="command", error="DamagedError") == 1
    assert value(metrics, "feedback_total", verdict="down") == 1


def test_what_is_open_and_what_is_indexed_is_read_when_asked(metrics: Metrics) -> None:
    assert value(metrics, "open_questions") == 3
    assert value(metrics, "articles") == 9


def test_an_event_that_nobody_counts_is_no_trouble(metrics: Metrics) -> None:
    metrics("shared", way="command")
    assert value(metrics, "questions_total", way="command") is None


def test_no_words_get_into_the_metrics(metrics: Metrics) -> None:
    metrics("asked", way="mention", text="Where will the plant be?")
    assert b"plant" not in generate_latest(metrics.registry)


def test_two_runs_count_apart(metrics: Metrics) -> None:
    metrics("asked", way="mention")
    assert value(Metrics(lambda: 0, lambda: 0), "questions_total", way="mention") is None


def test_the_process_s_memory_is_told(metrics: Metrics) -> None:
    if not metrics.registry.get_sample_value("process_cpu_seconds_total"):
        pytest.skip("this system doesn't tell it")
    assert metrics.registry.get_sample_value("process_resident_memory_bytes") > 1_000_000  # type: ignore[operator]
