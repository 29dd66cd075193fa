"""Running the app: from the tokens to the last answer."""

from __future__ import annotations

import http.client
import io
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from slack_sdk.signature import SignatureVerifier

from bot.config import Settings, SlackSettings
from bot.errors import SlackError
from bot.slack.manifest import SCOPES
from bot.slack.serve import Place, serve
from tests.bot.slack import web_api
from tests.e2e.fake_slack import FakeSlack

Run = Callable[..., Result]
QUESTION = "How much does the test of a used battery cost?"
SECRET = "0123456789abcdef0123456789abcdef"
SOCKET = {"SLACK_BOT_TOKEN": "xoxb-bot", "SLACK_APP_TOKEN": "xapp-1"}
HTTP = {"SLACK_BOT_TOKEN": "xoxb-bot", "SLACK_SIGNING_SECRET": SECRET}
OAUTH = {
    "SLACK_CLIENT_ID": "123.456",
    "SLACK_CLIENT_SECRET": "fedcba9876543210",
    "SLACK_SIGNING_SECRET": SECRET,
}
WAIT = 60.0


class Log(io.StringIO):
    """Takes what is logged, and lets somebody wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self._written = threading.Condition()

    def write(self, text: str) -> int:
        """Take a text."""
        with self._written:
            written = super().write(text)
            self._written.notify_all()
            return written

    def line(self, event: str) -> dict[str, Any]:
        """Wait for a line and return it."""
        end = time.monotonic() + WAIT
        with self._written:
            while True:
                for line in map(json.loads, self.getvalue().splitlines()):
                    if line["event"] == event:
                        return line
                assert self._written.wait(end - time.monotonic()), self.getvalue()


class Running:
    """The app as it runs."""

    def __init__(self, log: Log, leave: threading.Event, thread: threading.Thread) -> None:
        self.log = log
        self.leave = leave
        self.thread = thread

    @property
    def address(self) -> tuple[str, int]:
        """Return where it listens."""
        host, port = self.log.line("ready")["listening"].removeprefix("http://").split(":")
        return host, int(port)

    def get(self, path: str) -> tuple[int, str]:
        """Get a page."""
        with closing(http.client.HTTPConnection(*self.address, timeout=WAIT)) as connection:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status, response.read().decode()

    def post(self, body: dict[str, Any], *, secret: str = SECRET) -> int:
        """Send what Slack sends, signed as Slack signs it."""
        data, now = json.dumps(body), str(int(time.time()))
        signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=data)
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": str(signature),
        }
        with closing(http.client.HTTPConnection(*self.address, timeout=WAIT)) as connection:
            connection.request("POST", "/slack/events", data, headers)
            with connection.getresponse() as response:
                return response.status


@pytest.fixture
def settings(indexed: Path, tmp_path: Path) -> Settings:
    """Return settings that name a good index."""
    return Settings(
        index=str(indexed),
        reader="none",
        slack=SlackSettings(state=str(tmp_path / "memory" / "slack.sqlite")),
    )


@contextmanager
def started(
    settings: Settings, slack: FakeSlack, environ: dict[str, str], port: int | None = None
) -> Iterator[Running]:
    """Run the app until the block ends; what it raises is raised."""
    log, leave = Log(), threading.Event()
    place = Place({**environ, "SLACK_API_URL": slack.url}, port, log, leave.wait)
    raised: list[BaseException] = []

    def run() -> None:
        try:
            serve(settings, place)
        except BaseException as error:
            raised.append(error)
            log.write(json.dumps({"event": "ready", "listening": "http://127.0.0.1:1"}) + "\n")

    thread = threading.Thread(target=run)
    thread.start()
    log.line("ready")
    try:
        if not raised:
            yield Running(log, leave, thread)
    finally:
        leave.set()
        thread.join(WAIT)
        assert not thread.is_alive()
    if raised:
        raise raised[0]


def test_by_socket_a_question_is_answered_once_and_neither_it_nor_a_token_is_logged(
    settings: Settings, slack: FakeSlack
) -> None:
    with started(settings, slack, SOCKET) as running:
        body = slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}"))
        for attempt in range(3):
            slack.send(body, id="same", attempt=attempt)
        slack.wait_for_answers(1)
        slack.send({"type": "no such thing", "text": QUESTION})
    assert len(slack.answers()) == 1
    assert "89 euros" in json.dumps(slack.answers()[0])
    assert running.log.line("left")["finished"] is True
    assert running.log.line("asked")["way"] == "mention"
    logged = running.log.getvalue()
    assert not any(secret in logged for secret in (*SOCKET.values(), QUESTION, "battery"))


def test_a_socket_that_is_cut_is_opened_again_whatever_else_is_in_the_environment(
    settings: Settings, slack: FakeSlack
) -> None:
    with started(settings, slack, {**SOCKET, **OAUTH}):
        slack.wait_for_socket()
        slack.cut()
        slack.send(slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}")))
        slack.wait_for_answers(1)
    assert len(slack.called("apps.connections.open")) == 2


def test_by_http_signed_questions_are_answered_and_no_others(
    settings: Settings, slack: FakeSlack
) -> None:
    with started(settings, slack, HTTP, port=0) as running:
        body = slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}"))
        assert running.post(body, secret="f" * 32) == 401
        assert [running.post(body) for _ in range(3)] == [200] * 3
        slack.wait_for_answers(1)
        running.log.line("answered")
        status, metrics = running.get("/metrics")
        assert running.get("/healthz") == (200, "ok\n")
        assert running.get("/slack/install")[0] == 404
    assert len(slack.answers()) == 1
    assert status == 200
    assert 'footnote_questions_total{way="mention"} 1.0' in metrics
    assert 'footnote_answers_total{status="answered",way="mention"} 1.0' in metrics
    assert 'footnote_repeats_total{way="mention"} 2.0' in metrics
    assert "footnote_articles 9.0" in metrics


def test_slack_s_own_check_of_the_address_is_answered(settings: Settings, slack: FakeSlack) -> None:
    with started(settings, slack, HTTP, port=0) as running:
        assert running.post({"type": "url_verification", "challenge": "c"}) == 200


def test_an_index_that_vanishes_is_told_at_the_health_check_until_it_is_back(
    settings: Settings, slack: FakeSlack
) -> None:
    aside = Path(settings.index).with_name("aside")
    with started(settings, slack, HTTP, port=0) as running:
        shutil.move(settings.index, aside)
        assert running.get("/healthz") == (503, "The articles can't be read.\n")
        assert "footnote_articles -1.0" in running.get("/metrics")[1]
        shutil.move(aside, settings.index)
        assert running.get("/healthz") == (200, "ok\n")


def test_answers_under_way_are_finished_before_it_leaves(
    settings: Settings, slack: FakeSlack
) -> None:
    tried, allowed = threading.Event(), threading.Event()

    def down(method: str, arguments: Any) -> int | None:
        if not method.startswith("chat.") or allowed.is_set():
            return None
        tried.set()
        return 500

    slack.fault = down
    with started(settings, slack, SOCKET) as running:
        slack.send(slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}")))
        assert tried.wait(WAIT)
        running.leave.set()
        running.log.line("leaving")
        assert slack.answers() == []
        allowed.set()
    assert len(slack.answers()) == 1
    assert running.log.line("left")["finished"] is True


def test_questions_are_logged_when_that_is_asked_for(
    settings: Settings, slack: FakeSlack, tmp_path: Path
) -> None:
    asked_for = SlackSettings(state=str(tmp_path / "slack.sqlite"), log_questions=True)
    with started(replace(settings, slack=asked_for), slack, SOCKET) as running:
        slack.send(slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}")))
        assert running.log.line("asked")["text"] == QUESTION
        slack.wait_for_answers(1)


def test_several_workspaces_need_no_bot_token_and_one_that_is_set_is_told_to_be_of_no_use(
    settings: Settings, slack: FakeSlack
) -> None:
    with started(settings, slack, {**OAUTH, "SLACK_BOT_TOKEN": "xoxb-bot"}, port=0) as running:
        status, page = running.get("/slack/install")
        assert (status, "client_id=123.456" in page) == (200, True)
        # Nobody has installed it: nobody is answered.
        assert running.post(slack.events_body(slack.said(f"<@U0QABOT> {QUESTION}"))) == 200
    assert running.log.line("connected")["workspaces"] == 0
    assert "SLACK_BOT_TOKEN is not used: with SLACK_CLIENT_ID" in running.log.getvalue()
    assert slack.answers() == []


def test_a_port_that_is_taken_is_told(settings: Settings, slack: FakeSlack) -> None:
    with started(settings, slack, HTTP, port=0) as running:
        port = running.address[1]
        with (
            pytest.raises(SlackError, match=f"port {port} can't be listened on"),
            started(settings, slack, HTTP, port=port),
        ):
            pass


def sentence(result: Result) -> str:
    """Return the last line on stderr of a command that failed; none is a traceback's."""
    assert result.exit_code == 1
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    return result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "environ", "said"),
    [
        (
            (),
            {},
            "SLACK_BOT_TOKEN is not set; the bot token stands at https://api.slack.com/apps › ",
        ),
        ((), {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is not set; the app-level token "),
        ((), {"SLACK_BOT_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN begins with xapp-: that is not "),
        (("--http", "0"), SOCKET, "SLACK_SIGNING_SECRET is not set; the signing secret stands at"),
        (("--http", "0"), {"SLACK_CLIENT_ID": "1"}, "SLACK_SIGNING_SECRET is not set; the signing"),
    ],
)
def test_a_missing_or_wrong_token_is_one_sentence(
    run: Run,
    indexed: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    environ: dict[str, str],
    said: str,
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    result = run("slack", *words)
    assert sentence(result).startswith(f"Error: {said}")
    assert result.stderr.count("\n") == 1


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[web_api.WebApi]:
    """Run a Web API for the command, with the tokens for a socket set."""
    with web_api.running() as api:
        api.answer("auth.test", team="Lab", team_id="T01", user_id="U01", bot_id="B01")
        for name, value in {**SOCKET, "SLACK_API_URL": api.url}.items():
            monkeypatch.setenv(name, value)
        yield api


def test_a_token_that_slack_refuses_is_one_sentence(
    run: Run, indexed: Path, api: web_api.WebApi
) -> None:
    api.answer("auth.test", error="invalid_auth")
    said = "Slack refuses SLACK_BOT_TOKEN (invalid_auth); copy it anew from https://api.slack.com/"
    assert sentence(run("slack")).startswith(f"Error: {said}")
    assert not (indexed.parent / "footnote-slack.sqlite").exists()


def test_an_app_token_that_slack_refuses_is_one_sentence(
    run: Run, indexed: Path, api: web_api.WebApi
) -> None:
    api.answer("apps.connections.open", error="invalid_auth")
    said = "Error: Slack refuses SLACK_APP_TOKEN (invalid_auth); copy it anew from "
    assert sentence(run("slack")).startswith(said)


def test_without_the_scope_to_speak_it_does_not_start(
    run: Run, indexed: Path, api: web_api.WebApi
) -> None:
    api.scopes = ",".join(set(SCOPES) - {"chat:write"})
    assert sentence(run("slack")) == (
        "Error: the app lacks the scope chat:write; add at https://api.slack.com/apps › your app "
        "› OAuth & Permissions › Scopes › Bot Token Scopes, then press Reinstall to Workspace."
    )


def test_any_other_missing_scope_is_logged_with_its_page(
    run: Run, indexed: Path, api: web_api.WebApi
) -> None:
    api.scopes = ",".join(set(SCOPES) - {"groups:history"})
    api.answer("apps.connections.open", error="invalid_auth")  # ends it
    lines = [json.loads(line) for line in run("slack").stderr.splitlines() if line[0] == "{"]
    (warning,) = [line for line in lines if line["level"] == "warning"]
    assert warning["event"].startswith("the app lacks the scope groups:history; add at https://")


def test_without_an_index_it_says_how_to_make_one(run: Run, api: web_api.WebApi) -> None:
    assert "make one with: footnote index" in sentence(run("slack"))
    assert api.calls == []
