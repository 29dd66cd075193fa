"""What the Slack app counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

# Seconds from question to message.
SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """Counts what the Slack app observes.

    Parameters
    ----------
    open_questions : callable
        How many questions wait for their answer.
    indexed : callable
        How many articles the index holds.
    """

    def __init__(self, open_questions: Callable[[], float], indexed: Callable[[], float]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory, processor time, open files
        self._asked = self._counter("questions", "Questions taken on.", "way")
        self._again = self._counter("repeats", "Copies of questions already taken on.", "way")
        self._answered = self._counter("answers", "Answers given.", "way", "status")
        self._failed = self._counter("failures", "Questions that got an apology.", "way", "error")
        self._feedback = self._counter("feedback", "Clicks on Useful (up), Not useful (down).",
                                       "verdict")  # fmt: skip
        self._seconds = Histogram(
            "footnote_answer_seconds",
            "Seconds from question to message.",
            buckets=SECONDS,
            registry=self.registry,
        )
        for name, words, read in (
            ("open_questions", "Questions that wait for their answer.", open_questions),
            ("articles", "Articles in the index; -1 where it can't be read.", indexed),
        ):
            Gauge(f"footnote_{name}", words, registry=self.registry).set_function(read)

    def __call__(self, event: str, /, **facts: str | float) -> None:
        """Count an event."""
        way = str(facts.get("way", ""))
        if event == "asked":
            self._asked.labels(way).inc()
        elif event == "again":
            self._again.labels(way).inc()
        elif event == "answered":
            self._answered.labels(way, str(facts["status"])).inc()
            self._seconds.observe(float(facts["seconds"]))
        elif event == "failed":
            self._failed.labels(way, str(facts["error"])).inc()
        elif event == "feedback":
            self._feedback.labels(str(facts["verdict"])).inc()

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"footnote_{name}", words, labels, registry=self.registry)
