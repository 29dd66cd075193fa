"""`footnote slack` as a process: told to leave, killed, started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk.signature import SignatureVerifier

from index import PassageIndex
from tests.e2e.fake_slack import FakeSlack, running

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "How much does the test of a used battery cost?"
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-very-secret",
    "SLACK_APP_TOKEN": "xapp-1-very-secret",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
}
WAIT = 90.0


class Process:
    """The command, and what it writes to stderr."""

    def __init__(self, slack: FakeSlack, index: Path, folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "bot", "slack", "--index", str(index), *words]
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environ = {**kept, **SECRETS, "PYTHONPATH": str(ROOT), "SLACK_API_URL": slack.url}
        self._process = subprocess.Popen(
            command, cwd=folder, env=environ, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()

    def line(self, event: str) -> dict[str, Any]:
        """Wait for a line of the log and return it."""
        end = time.monotonic() + WAIT
        with self._changed:
            while True:
                found = [line for line in map(json.loads, self.lines) if line["event"] == event]
                if found:
                    return dict(found[0])
                assert self._changed.wait(end - time.monotonic()), "".join(self.lines)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def ended(self) -> int:
        """Wait for the end; return the exit status."""
        status = self._process.wait(WAIT)
        self._reader.join(WAIT)
        return status

    def close(self) -> None:
        """End it, if it has not ended."""
        if self._process.poll() is None:
            self._process.kill()
        self.ended()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Run a fake Slack."""
    with running() as slack:
        yield slack


Start = Callable[..., Process]


@pytest.fixture
def start(slack: FakeSlack, samples_index: PassageIndex, tmp_path: Path) -> Iterator[Start]:
    """Start processes in the same folder."""
    started: list[Process] = []

    def begin(*words: str) -> Process:
        started.append(Process(slack, samples_index.folder, tmp_path, *words))
        return started[-1]

    yield begin
    for process in started:
        process.close()


class Down:
    """A Slack that takes no message until it is told to."""

    def __init__(self, slack: FakeSlack) -> None:
        self.tried = threading.Event()
        self.up = threading.Event()
        slack.fault = self

    def __call__(self, method: str, arguments: dict[str, Any]) -> int | None:
        """Refuse a call that would show something."""
        if self.up.is_set() or not method.startswith("chat."):
            return None
        self.tried.set()
        return 500


def test_told_to_leave_in_the_middle_of_an_answer_it_finishes_it_first(
    start: Start, slack: FakeSlack
) -> None:
    down = Down(slack)
    process = start()
    process.line("ready")
    slack.send(slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}")))
    assert down.tried.wait(WAIT)
    process.signal(signal.SIGTERM)
    process.line("leaving")
    down.up.set()
    assert process.ended() == 0
    assert process.line("left")["finished"] is True
    assert len(slack.answers()) == 1
    assert "89 euros" in json.dumps(slack.answers())
    logged = "".join(process.lines)
    assert not any(secret in logged for secret in (*SECRETS.values(), QUESTION, "battery"))


def test_killed_in_the_middle_of_an_answer_it_gives_it_after_the_next_start_once(
    start: Start, slack: FakeSlack
) -> None:
    down = Down(slack)
    first = start()
    first.line("ready")
    body = slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}"))
    slack.send(body)
    assert down.tried.wait(WAIT)
    first.signal(signal.SIGKILL)
    assert first.ended() == -signal.SIGKILL
    slack.cut()
    down.up.set()
    second = start()
    assert second.line("ready")["resumed"] == 1
    slack.send(body, attempt=1)
    second.line("answered")
    second.signal(signal.SIGTERM)
    assert second.ended() == 0
    assert len(slack.answers()) == 1


def test_over_http_it_says_where_it_listens_and_leaves_at_ctrl_c(
    start: Start, slack: FakeSlack
) -> None:
    process = start("--http", "0")
    address = process.line("ready")["listening"]
    assert address.startswith("http://127.0.0.1:")
    body = json.dumps(slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}")))
    now = str(int(time.time()))
    verifier = SignatureVerifier(SECRETS["SLACK_SIGNING_SECRET"])
    signature = verifier.generate_signature(timestamp=now, body=body)
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": str(signature),
    }
    with urlopen(Request(f"{address}/slack/events", body.encode(), headers)) as response:
        assert response.status == 200
    process.signal(signal.SIGINT)
    assert process.ended() == 0
    assert len(slack.answers()) == 1
