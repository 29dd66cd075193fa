"""Socket Mode: acknowledged at once, sockets cut at any moment, many asked at once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import Settings
from bot.slack.app import make_app, make_desk
from bot.slack.desk import Desk
from bot.slack.sockets import by_socket
from bot.slack.state import State
from index import PassageIndex
from tests.bot.slack.conftest import Remembering
from tests.e2e.fake_slack import BOT, FakeSlack, running

QUESTION = "How much does the test of a used battery cost?"


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Run a fake Slack."""
    with running() as fake:
        yield fake


@pytest.fixture(scope="module")
def answerer(samples_index: PassageIndex) -> Answerer:
    """Return an answerer over the samples that computes each answer once."""
    return Remembering(make_answerer(Settings(reader="none"), samples_index))


@contextmanager
def connected(
    slack: FakeSlack, answerer: Answerer, index: PassageIndex, path: Path
) -> Iterator[Desk]:
    """Run a bot on the socket."""
    state = State(path)
    desk = make_desk(Settings(reader="none"), answerer, index, state)
    app = make_app(desk, client=WebClient("xoxb-bot", base_url=slack.url))
    try:
        with by_socket(app, "xapp-1"):
            slack.wait_for_socket()
            yield desk
    finally:
        desk.close(30)
        state.close()


def test_fifty_at_once_are_all_acknowledged_and_each_answered_once(
    slack: FakeSlack, answerer: Answerer, samples_index: PassageIndex, tmp_path: Path
) -> None:
    with connected(slack, answerer, samples_index, tmp_path / "s.sqlite") as desk:
        events = [slack.said(f"<@{BOT}> {QUESTION} {number}") for number in range(50)]
        envelopes = [slack.send(slack.events_body(event)) for event in events]
        assert all(envelope.event.wait(30) for envelope in envelopes)
        slack.wait_for_answers(50, 120)
        desk.settle()
    threads = sorted(each["thread_ts"] for each in slack.answers())
    assert threads == sorted(each["ts"] for each in events)


@pytest.mark.parametrize("seed", range(2))
def test_a_socket_cut_at_any_moment_is_opened_anew_and_nothing_is_lost_or_twice(
    slack: FakeSlack, answerer: Answerer, samples_index: PassageIndex, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    with connected(slack, answerer, samples_index, tmp_path / "s.sqlite") as desk:
        events = [slack.said(f"<@{BOT}> {QUESTION} {number}") for number in range(3)]
        for event in events:
            body = slack.events_body(event)
            envelope = slack.send(body)
            envelope.event.wait(chance.random() * 0.05)
            slack.cut()
            for attempt in range(1, 4):  # as Slack does with what wasn't acknowledged
                if envelope.event.is_set():
                    break
                envelope = slack.send(body, id=envelope.id, attempt=attempt)
                envelope.event.wait(10)
            assert envelope.event.is_set()
        slack.wait_for_answers(3)
        desk.settle()
    assert len(slack.answers()) == 3
