"""Slack's events, commands and clicks, each handed to the part that sees to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.answer import Answerer
from bot.bootstrap import make_prompts
from bot.config import Settings
from bot.slack import clicks, commands, home, messages
from bot.slack.desk import PATIENCE, Desk
from bot.slack.provenance import provenance_of
from bot.slack.state import State
from bot.slack.types import Observe, unobserved
from index import PassageIndex

RATE_LIMIT_TRIES = 5


def make_desk(
    settings: Settings,
    answerer: Answerer,
    index: PassageIndex,
    state: State,
    *,
    clock: Callable[[], float] = time.time,
    observe: Observe = unobserved,
    patience: float = PATIENCE,
) -> Desk:
    """Put the desk together that answers what the app hears.

    ``patience`` is how many seconds an answer may take before a message is begun for it.

    Whoever runs the app calls ``desk.resume(clients)`` once it is connected, and
    ``desk.close(seconds)`` before it ends.
    """
    return Desk(
        settings.slack,
        answerer,
        index,
        state,
        make_prompts(settings),
        provenance_of(settings, answerer, index),
        clock=clock,
        observe=observe,
        patience=patience,
        writers=settings.llm.concurrency if settings.llm.model else 0,
    )


def make_app(desk: Desk, *, client: WebClient | None = None, **bolt: Any) -> App:
    """Return the app with all its listeners.

    Parameters
    ----------
    desk : Desk
    client : WebClient, optional
        For one workspace: its token and Slack's address are used for everything.
    **bolt
        What else :class:`slack_bolt.App` is to be made with: ``signing_secret``,
        ``installation_store``, ``oauth_settings``, ``logger``.
    """
    if client is not None:
        bolt["client"] = client
    # Bolt sets the level of the logger of this name, which must be none of ours.
    app = App(name="footnote-app", token_verification_enabled=False, **bolt)
    # It is off by default, and a call that Slack put off would be lost.
    app.client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_TRIES))
    register_listeners(app, desk)
    return app


def register_listeners(app: App, desk: Desk) -> None:
    """Make the app hear."""
    messages.register(app, desk)
    commands.register(app, desk)
    clicks.register(app, desk)
    home.register(app, desk)
