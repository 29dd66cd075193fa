"""Sockets: taken in order, and opened again when they are cut."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.errors import SlackError
from bot.slack.sockets import by_socket, hung_up
from tests.e2e.fake_slack import FakeSlack


class Hearer:
    """A bot that only hears."""

    def __init__(self, slack: FakeSlack) -> None:
        self.heard: list[str] = []
        self.app = App(
            client=WebClient("xoxb-bot", base_url=slack.url), token_verification_enabled=False
        )
        self.app.event("message")(self.hear)

    def hear(self, event: dict[str, Any]) -> None:
        """Hear a message."""
        self.heard.append(event["text"])


@pytest.fixture
def hearer(slack: FakeSlack) -> Hearer:
    """Return a bot that only hears."""
    return Hearer(slack)


def said(slack: FakeSlack, text: str) -> threading.Event:
    """Say something to the bot; return what is set when it has acknowledged."""
    return slack.send(slack.events_body(slack.said(text))).event


def test_what_slack_sends_is_heard_and_acknowledged(slack: FakeSlack, hearer: Hearer) -> None:
    with by_socket(hearer.app, "xapp-1"):
        assert said(slack, "one").wait(30)
    hearer.app.listener_runner.listener_executor.shutdown(wait=True)
    assert hearer.heard == ["one"]


def test_where_slack_gives_no_new_socket_at_first_it_is_asked_again(
    slack: FakeSlack, hearer: Hearer
) -> None:
    with by_socket(hearer.app, "xapp-1"):
        slack.wait_for_socket()
        refused = threading.Event()

        def once_down(method: str, arguments: Any) -> int | None:
            if method == "apps.connections.open" and not refused.is_set():
                refused.set()
                return 500
            return None

        slack.fault = once_down
        slack.cut()
        assert refused.wait(30)
        assert said(slack, "two").wait(30)
    assert len(slack.called("apps.connections.open")) == 3


def test_where_slack_gives_none_to_begin_with_it_is_told(slack: FakeSlack, hearer: Hearer) -> None:
    slack.unknown.add("apps.connections.open")
    with (
        pytest.raises(SlackError, match=r"Slack gives no socket .unknown_method.; tick Enable"),
        by_socket(hearer.app, "xapp-1"),
    ):
        pass


def test_it_shows_when_the_other_side_has_hung_up() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        assert not hung_up(ours)
        theirs.close()
        assert hung_up(ours)
    assert not hung_up(ours)
