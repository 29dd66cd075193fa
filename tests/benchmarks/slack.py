"""The Slack app under load: ``footnote slack`` in a process of its own, on a Slack on loopback.

``python -m tests.benchmarks.slack --index DIR``. The index holds the sample articles, embedded by
the bundled model, among made-up ones with random vectors, 10,000 passages in all: what is found
among the latter means nothing, and what it costs does.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from index import DEFAULT_MODEL, PassageIndex, SentenceEncoder, update
from tests.benchmarks.measuring import heading, number, publish, table
from tests.benchmarks.scale import BATCH, PARAGRAPHS, Author, MadeUpEncoder
from tests.e2e.fake_slack import BOT, FakeSlack, Json, running

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "bot" / "samples"
QUESTION = "How much does the test of a used battery cost?"
PATIENCE = 600.0
DISTRIBUTIONS = ("slack_bolt", "slack_sdk", "numpy")


def build(folder: Path, passages: int) -> int:
    """Fill an index up to so many passages; return how many it has."""
    model = SentenceEncoder(DEFAULT_MODEL)
    index = PassageIndex(folder, model)
    update(index, [SAMPLES])
    real = index.articles()
    author = Author([index.article(info.id).text for info in real if "/" in info.source])
    filler = PassageIndex(
        folder, MadeUpEncoder(model.name, model.stamp, model.digest, model.dimension)
    )
    wanted = range(len(real), passages // PARAGRAPHS)
    for first in range(0, len(wanted), BATCH):
        filler.add([author.article(each) for each in wanted[first : first + BATCH]])
    found = sum(info.passages for info in index.articles())
    index.close()
    filler.close()
    return found


class BotProcess:
    """``footnote slack`` in a folder, on a Slack of its own."""

    def __init__(self, slack: FakeSlack, folder: Path, index: Path, **environ: str) -> None:
        self._slack = slack
        self._folder = folder
        self._environ = {
            **os.environ, "PYTHONPATH": str(ROOT), "FOOTNOTE_INDEX": str(index),
            "SLACK_BOT_TOKEN": "xoxb-bot", "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": slack.url, **environ,
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is connected."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "slack"], cwd=self._folder, env=self._environ,
            stderr=(self._folder / "log").open("ab"),
        )  # fmt: skip
        self._slack.wait_for_socket(PATIENCE)

    def end(self, how: int = signal.SIGTERM) -> None:
        """End it."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(PATIENCE)
        self._slack.cut()

    def resident(self) -> float:
        """Return its resident memory that is no file's, in MiB."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        line = next(each for each in status.splitlines() if each.startswith("RssAnon"))
        return int(line.split()[1]) / 1024


@contextmanager
def bot(index: Path, **environ: str) -> Iterator[tuple[FakeSlack, BotProcess]]:
    """Run a bot that has answered one question, so that all is loaded."""
    with running() as slack, tempfile.TemporaryDirectory() as folder:
        process = BotProcess(slack, Path(folder), index, **environ)
        process.start()
        slack.send(slack.events_body(slack.said(f"<@{BOT}> {QUESTION}")))
        slack.wait_for_answers(1, PATIENCE)
        try:
            yield slack, process
        finally:
            process.end()


def asked(slack: FakeSlack, number: int) -> list[Json]:
    """Return the events of so many questions."""
    return [slack.said(f"<@{BOT}> {QUESTION} {each}") for each in range(number)]


def settled(slack: FakeSlack, events: list[Json]) -> Json:
    """Wait for the answers; count those that are missing and those that are there twice."""
    asked_in = {event["ts"] for event in events}

    def answered() -> list[str]:
        return [each["thread_ts"] for each in slack.answers() if each["thread_ts"] in asked_in
                and each.get("text")]  # fmt: skip

    slack.wait_until(lambda: len(set(answered())) == len(events), PATIENCE)
    time.sleep(1)  # for what would come twice
    found = answered()
    return {
        "asked": len(events),
        "answered": len(set(found)),
        "twice": len(found) - len(set(found)),
    }


def burst(index: Path, questions: int) -> Json:
    """Ask many at once: how soon they are acknowledged."""
    with bot(index) as (slack, _):
        events = asked(slack, questions)
        envelopes = [slack.send(slack.events_body(event)) for event in events]
        for envelope in envelopes:
            envelope.event.wait(PATIENCE)
        waits = [1000 * (each.acknowledged - each.sent) for each in envelopes if each.acknowledged]
        return {
            "acknowledged p50 ms": statistics.median(waits),
            "acknowledged p99 ms": float(np.percentile(waits, 99)),
            **settled(slack, events),
        }


def askers(index: Path, people: int, each: int) -> Json:
    """Let people ask one question after the other: how soon each is answered."""
    seconds: list[float] = []
    with bot(index) as (slack, _):

        def ask() -> None:
            for _ in range(each):
                event = slack.said(f"<@{BOT}> {QUESTION}")
                sent = slack.send(slack.events_body(event)).sent
                message = slack.wait_until(
                    lambda ts=event["ts"]: [m for m in slack.answers() if m["thread_ts"] == ts],
                    PATIENCE,
                )[0]
                seconds.append(message["posted"] - sent)
                time.sleep(random.random())

        threads = [threading.Thread(target=ask) for _ in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {
        "question to message p50 s": statistics.median(seconds),
        "question to message p95 s": float(np.percentile(seconds, 95)),
        "questions": len(seconds),
    }


def copies(index: Path, questions: int) -> Json:
    """Send each envelope three times, in any order, with the bot killed in between."""
    with bot(index) as (slack, process):
        events = asked(slack, questions)
        bodies = [slack.events_body(event) for event in events] * 3
        random.Random(1).shuffle(bodies)
        half = len(bodies) // 2
        for body in bodies[:half]:
            slack.send(body).event.wait(PATIENCE)
        process.end(signal.SIGKILL)
        process.start()
        for body in bodies[half:]:
            slack.send(body).event.wait(PATIENCE)
        return settled(slack, events)


def failing(index: Path, questions: int) -> Json:
    """Let every other message be answered with 429 or 500."""
    turns = itertools.count()

    def fault(method: str, arguments: Json) -> Any:
        turn = next(turns) if method == "chat.postMessage" else 1
        return None if turn % 2 else random.choice([429, 500, ("lost", 500)])

    with bot(index) as (slack, _):
        slack.fault = fault
        events = asked(slack, questions)
        for event in events:
            slack.send(slack.events_body(event))
        return settled(slack, events)


def cutting(index: Path, cuts: int) -> Json:
    """Cut the socket at any moment of a question's way."""
    chance = random.Random(2)
    away: list[float] = []
    with bot(index) as (slack, _):
        events = asked(slack, cuts)
        for event in events:
            envelope = slack.send(slack.events_body(event))
            envelope.event.wait(chance.random())
            slack.cut()
            started = time.perf_counter()
            slack.wait_for_socket(PATIENCE)
            away.append(time.perf_counter() - started)
            if not envelope.event.is_set():
                slack.send(envelope.body, id=envelope.id, attempt=1).event.wait(PATIENCE)
        return {**settled(slack, events), "reconnected after p50 s": statistics.median(away)}


def memory(index: Path, questions: int) -> Json:
    """Ask very many questions, a few at a time: whether memory stays."""
    at: list[float] = []
    with bot(index, FOOTNOTE_READER="none") as (slack, process):
        for part in range(10):
            events = asked(slack, questions // 10)
            for event in events:
                slack.send(slack.events_body(event)).event.wait(PATIENCE)
            settled(slack, events)
            at.append(process.resident())
            with slack.changed:  # its own memory is not measured, and slows it down
                slack.messages.clear()
                slack.calls.clear()
            print(f"memory: {part + 1} of 10, {at[-1]:.0f} MiB", file=sys.stderr)
    return {"questions": questions, "after a tenth MiB": at[0], "half MiB": at[4], "all MiB": at[9]}


def main() -> None:
    """Build the index, measure, print the table, and write JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="keep the index here")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=10_000, help="for the memory")
    parser.add_argument("--only", action="append", help="measure this alone: burst, askers, …")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    passages = build(options.index, options.passages)
    measures: dict[str, Callable[[], Json]] = {
        "burst": lambda: burst(options.index, 50),
        "askers": lambda: askers(options.index, 10, 10),
        "copies": lambda: copies(options.index, 10),
        "failing": lambda: failing(options.index, 20),
        "cutting": lambda: cutting(options.index, 10),
        "memory": lambda: memory(options.index, options.questions),
    }
    figures: dict[str, Any] = {"passages": passages, "load": os.getloadavg()[0]}
    for name, measure in measures.items():
        if not options.only or name in options.only:
            figures |= {f"{name}: {what}": value for what, value in measure().items()}
    rows = [[name, number(float(value))] for name, value in figures.items()]
    title = "footnote slack, on a Slack on loopback"
    publish(title, heading(DISTRIBUTIONS), table(["", ""], rows), figures, options.json)


if __name__ == "__main__":
    main()
