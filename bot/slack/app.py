"""Slack's events, commands and clicks, each handed to the part that sees to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.answer import Answerer
from bot.config import Settings
from bot.slack.asking import Workspace, question_in
from bot.slack.desk import Desk
from bot.slack.provenance import provenance_of
from bot.slack.state import State
from bot.slack.types import Observe, unobserved
from index import PassageIndex


def make_desk(
    settings: Settings,
    answerer: Answerer,
    index: PassageIndex,
    state: State,
    *,
    clock: Callable[[], float] = time.time,
    observe: Observe = unobserved,
) -> Desk:
    """Put the desk together that answers what the app hears.

    Whoever runs the app calls ``desk.resume(clients)`` once it is connected, and
    ``desk.close(seconds)`` before it ends.
    """
    # Imported late, so that the manifest is printed at once.
    from bot.prompts import load_prompt

    return Desk(
        settings.slack,
        answerer,
        index,
        state,
        load_prompt("slack"),
        provenance_of(settings, answerer, index),
        clock=clock,
        observe=observe,
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
    app = App(name="footnote", token_verification_enabled=False, **bolt)
    register_listeners(app, desk)
    return app


def register_listeners(app: App, desk: Desk) -> None:
    """Make the app hear."""

    def hear(
        event: dict[str, Any], context: BoltContext, client: WebClient, ack: Ack
    ) -> BoltResponse:
        workspace = Workspace(context.team_id or "", context.bot_user_id or "")

        def in_thread(channel: str, thread: str, user: str) -> bool:
            return desk.state.in_thread(workspace.team, channel, thread, user)

        question = question_in(event, workspace, desk.settings, in_thread)
        if question is not None:
            desk.take(question, client)
        return ack()

    # As middleware, since only that runs before Slack gets its acknowledgement.
    for kind in ("app_mention", "message"):
        app.event(kind, middleware=[hear])(_heard)


def _heard() -> None:
    """Do nothing more: the event was seen to before it was acknowledged."""
