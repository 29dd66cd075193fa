"""Logs: a JSON object a line, no token in any, no question's words unless asked."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.logs import REDACTED, EventLog, Redactor, log_to

QUESTION = "Where will the new plant be?"
SIGNING = "0123456789abcdef"
SECRETS = ("xoxb-1-2-abc", SIGNING, "hunter2", "hunter2-and-more")
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def file() -> io.StringIO:
    """Return what is logged to."""
    return io.StringIO()


@pytest.fixture
def lines(file: io.StringIO) -> Iterator[Lines]:
    """Log as the app does; return what reads the lines."""
    with log_to(file, SECRETS, questions=False):
        yield lambda: [json.loads(line) for line in file.getvalue().splitlines()]


def test_a_record_is_one_line_of_json_with_its_facts(lines: Lines) -> None:
    logging.getLogger("footnote.slack").info("ready", extra={"listening": "socket", "resumed": 2})
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "footnote.slack",
        "event": "ready",
        "listening": "socket",
        "resumed": 2,
    }


def test_a_line_break_in_a_message_stays_in_its_line(lines: Lines) -> None:
    logging.getLogger("footnote.slack").info("one\ntwo")
    assert [line["event"] for line in lines()] == ["one\ntwo"]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_in_no_part_of_a_line(lines: Lines, file: io.StringIO, secret: str) -> None:
    logger = logging.getLogger("footnote.slack")
    logger.info(f"in a message: {secret}", extra={"fact": f"in a fact: {secret}"})
    logger.info("as an argument: %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        logger.exception("in a traceback")
    assert len(lines()) == 3
    assert secret not in file.getvalue()
    assert file.getvalue().count(REDACTED) == 4
    assert "and-more" not in file.getvalue()


@pytest.mark.parametrize(
    "token",
    [
        "xoxb-99-88-other",
        "xoxe.xoxb-1-other",
        "xapp-1-A01-5-other",
        "https://hooks.slack.com/commands/T01/55/other",
        "https://hooks.slack-gov.com/actions/T01/55/other",
    ],
)
def test_what_opens_something_is_redacted_though_nobody_named_it(
    lines: Lines, file: io.StringIO, token: str
) -> None:
    logging.getLogger("slack_sdk.web").warning(f"at {token}, 'again': '{token}'")
    assert "other" not in file.getvalue()
    assert lines()[0]["event"] == f"at {REDACTED}, 'again': '{REDACTED}'"


def test_tickets_and_bearers_are_redacted() -> None:
    cleaned = Redactor((), questions=False).clean("wss://s/link/?ticket=12-ab&x=1 Bearer abc")
    assert cleaned == f"wss://s/link/?ticket={REDACTED}&x=1 Bearer {REDACTED}"


def test_what_is_too_short_to_be_a_secret_takes_nothing_out_of_lines() -> None:
    assert Redactor(("a", "x1", ""), questions=True).clean("a plain x1 line") == "a plain x1 line"


@given(st.text(), st.text())
def test_a_secret_is_taken_out_wherever_it_stands(before: str, after: str) -> None:
    assert "hunter2" not in Redactor(SECRETS, questions=True).clean(f"{before}hunter2{after}")


@pytest.mark.parametrize(
    "message",
    [
        f"Invalid request signature detected (timestamp: 1, body: text={QUESTION})",
        f"on_message invoked: (message: {{'text': '{QUESTION}'}})",
        f"A global middleware (x) skipped calling `next()` for the request ({{'t': '{QUESTION}'}})",
        f"payload={QUESTION}",
    ],
)
def test_what_libraries_show_of_slack_s_messages_is_cut_off(
    lines: Lines, file: io.StringIO, message: str
) -> None:
    for name in ("slack_bolt.App", "slack_sdk.socket_mode", "waitress"):
        logging.getLogger(name).error(message)
    assert len(lines()) == 3
    assert QUESTION not in file.getvalue()


def test_what_libraries_tell_of_errors_stays(lines: Lines) -> None:
    said = "Failed to reconnect (session id: 1, error: URLError, message: <urlopen error refused>)"
    logging.getLogger("slack_sdk.socket_mode").error(said)
    assert lines()[0]["event"] == said


def test_the_words_of_a_question_are_left_out(lines: Lines, file: io.StringIO) -> None:
    EventLog(logging.getLogger("footnote.slack"))("asked", way="mention", text=QUESTION)
    (line,) = lines()
    assert (line["event"], line["way"]) == ("asked", "mention")
    assert QUESTION not in file.getvalue()


def test_the_words_of_a_question_are_there_when_asked_for() -> None:
    file = io.StringIO()
    with log_to(file, SECRETS, questions=True):
        EventLog(logging.getLogger("footnote.slack"))("asked", way="mention", text=QUESTION)
        logging.getLogger("slack_sdk").warning(f"body: {QUESTION} xoxb-1-2-abc")
    first, second = map(json.loads, file.getvalue().splitlines())
    assert first["text"] == QUESTION
    assert second["event"] == f"body: {QUESTION} {REDACTED}"


def test_a_failure_is_an_error_and_all_else_is_information(lines: Lines) -> None:
    log = EventLog(logging.getLogger("footnote.slack"))
    log("failed", way="mention", error="KeyError")
    log("answered", way="mention", status="refused", seconds=0.5)
    assert [(line["level"], line["event"]) for line in lines()] == [
        ("error", "failed"),
        ("info", "answered"),
    ]


def test_nothing_is_logged_once_the_run_has_ended(file: io.StringIO) -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    with log_to(file, (), questions=False):
        pass
    logging.getLogger("footnote.slack").error("later")
    assert file.getvalue() == ""
    assert (root.level, list(root.handlers)) == before
