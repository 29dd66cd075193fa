"""Messages out to Slack, where it is not at its best."""

from __future__ import annotations

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.delivery import Delivery, Stopped
from bot.slack.types import Message, Question
from tests.e2e.fake_slack import ALICE, CHANNEL, DIRECT, TEAM, FakeSlack

MESSAGE = Message("Yes.", ({"type": "divider", "block_id": "footnote-1"},))


def question(**more: Any) -> Question:
    """Return a question of a channel."""
    asked = Question("k", "mention", TEAM, CHANNEL, ALICE, "Is it?", "1.0", "1.0")
    return replace(asked, **more)


def delivery(slack: FakeSlack, asked: Question, pauses: tuple[float, ...] = (0, 0, 0)) -> Delivery:
    """Return what sends an answer, and waits for nothing between its tries."""
    client = WebClient("xoxb-bot", base_url=slack.url)
    return Delivery(client, asked, "footnote-1", threading.Event(), pauses=pauses)


def test_the_last_try_tells_what_was_wrong(slack: FakeSlack) -> None:
    slack.fault = lambda method, arguments: 429
    with pytest.raises(SlackApiError):
        delivery(slack, question()).send(MESSAGE)
    assert len(slack.called("chat.postMessage")) == 4
    assert slack.called("conversations.replies") == []  # nothing can have been sent


def test_what_may_have_been_sent_is_looked_for_in_a_direct_message_too(slack: FakeSlack) -> None:
    sends = delivery(slack, question(channel=DIRECT, thread=""))
    first = sends.send(MESSAGE)
    assert sends.send(MESSAGE, perhaps_sent=True) == first
    assert len(slack.answers()) == 1


def test_nothing_is_sent_once_the_app_closes(slack: FakeSlack) -> None:
    closing = threading.Event()
    client = WebClient("xoxb-bot", base_url=slack.url)
    closing.set()
    with pytest.raises(Stopped):
        Delivery(client, question(), "footnote-1", closing).send(MESSAGE)
    assert slack.calls == []


def test_a_slack_that_cant_be_reached_is_tried_again(slack: FakeSlack) -> None:
    client = WebClient("xoxb-bot", base_url="http://127.0.0.1:9/api/")
    sends = Delivery(client, question(), "footnote-1", threading.Event(), pauses=(0,))
    with pytest.raises(OSError, match="refused"):
        sends.send(MESSAGE)
    sends.status("is looking")  # decoration: no matter


def test_a_command_is_answered_although_its_address_fails_at_first(slack: FakeSlack) -> None:
    statuses = [500, 429, 200]
    got: list[int] = []

    class Hooks(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            got.append(statuses[len(got)])
            self.send_response(got[-1])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hooks) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        asked = question(private=True, response_url=url, thread="")
        assert delivery(slack, asked).send(MESSAGE) == ""
        server.shutdown()
    assert got == [500, 429, 200]
    assert slack.answers() == []


def test_a_command_whose_address_is_gone_is_answered_by_direct_message(slack: FakeSlack) -> None:
    asked = question(private=True, response_url="http://127.0.0.1:9/", thread="")
    delivery(slack, asked, (0,)).send(MESSAGE)
    assert [each["channel"] for each in slack.answers()] == [ALICE]
