"""A Slack app over the sample articles, and a Slack that it speaks with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import ChannelSettings, Settings, SlackSettings
from bot.prompts import Prompt, load_prompt
from bot.slack.app import make_app, make_desk
from bot.slack.desk import Desk
from bot.slack.state import State
from bot.types import Answer, Turn
from index import EVERYTHING, PassageIndex, Scope
from tests.e2e.fake_slack import FakeSlack, running

OWNERS = ("U09OWNER", "S09TEAM")


class Bot:
    """A bot as it runs, without a socket: what Slack would send is handed to it."""

    def __init__(self, slack: FakeSlack, desk: Desk, app: App) -> None:
        self.slack = slack
        self.desk = desk
        self.app = app
        self.client: WebClient = app.client

    def hand(self, body: dict[str, Any]) -> BoltResponse:
        """Hand over what Slack sends; return what the bot acknowledges with."""
        return self.app.dispatch(BoltRequest(mode="socket_mode", body=body))

    def hear(self, event: dict[str, Any]) -> BoltResponse:
        """Hand an event over."""
        return self.hand(self.slack.events_body(event))

    def asked(self, text: str, **more: Any) -> dict[str, Any]:
        """Ask by a mention; return the answer's message, and leave all settled."""
        before = len(self.slack.answers())
        self.hear(self.slack.said(f"<@U0QABOT> {text}", **more))
        self.slack.wait_for_answers(before + 1)
        self.settle()
        return self.slack.answers()[-1]

    def settle(self) -> None:
        """Wait until no question is open."""
        self.desk.settle()


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    """Run a fake Slack."""
    with running() as fake:
        yield fake


@pytest.fixture(scope="session")
def texts() -> Prompt:
    """Return the app's texts."""
    return load_prompt("slack")


@pytest.fixture
def slack_settings() -> Settings:
    """Return settings with owners to ask."""
    return Settings(reader="none", slack=SlackSettings(everywhere=ChannelSettings(owners=OWNERS)))


class Remembering(Answerer):
    """An answerer that computes each answer once a session; a number at the end is no matter."""

    def __init__(self, answerer: Answerer) -> None:
        vars(self).update(vars(answerer))
        self._ask = cache(answerer.ask)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: Scope = EVERYTHING,
        **told: Any,
    ) -> Answer:
        """Answer as before."""
        if history or scope:
            return super().ask(question, history, scope=scope, **told)
        return replace(self._ask(re.sub(r" \d+$", "", question)), question=question)


@pytest.fixture(scope="session")
def quick_answerer(samples_index: PassageIndex) -> Answerer:
    """Return an answerer over the samples that gives whole sentences, each computed once."""
    return Remembering(make_answerer(Settings(reader="none"), samples_index))


StartBot = Callable[..., Bot]


@pytest.fixture
def start_bot(
    slack: FakeSlack,
    slack_settings: Settings,
    quick_answerer: Answerer,
    samples_index: PassageIndex,
    tmp_path: Path,
) -> Iterator[StartBot]:
    """Start bots, all with the same memory."""
    started: list[Bot] = []

    def start(
        *,
        answerer: Any = quick_answerer,
        index: PassageIndex = samples_index,
        channel: ChannelSettings | None = None,
        patience: float = 60.0,
        **more: Any,
    ) -> Bot:
        settings = slack_settings
        if channel is not None:
            settings = replace(settings, slack=replace(settings.slack, everywhere=channel))
        state = State(tmp_path / "slack.sqlite")
        desk = make_desk(settings, answerer, index, state, patience=patience, **more)
        client = WebClient("xoxb-bot", base_url=slack.url)
        bot = Bot(slack, desk, make_app(desk, client=client))
        started.append(bot)
        return bot

    yield start
    for bot in started:
        bot.desk.close(30)
        bot.desk.state.close()


@pytest.fixture
def bot(start_bot: StartBot) -> Bot:
    """Start a bot."""
    return start_bot()


def words_of(blocks: Any) -> str:
    """Return all that blocks show."""
    if isinstance(blocks, dict):
        own = blocks.get("text") if isinstance(blocks.get("text"), str) else ""
        return own + "".join(words_of(each) for name, each in blocks.items() if name != "value")
    return "".join(map(words_of, blocks)) if isinstance(blocks, list | tuple) else ""


def dumped(value: object) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False)
