"""`footnote slack`: answers in Slack until told to leave, by Socket Mode or HTTP."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.oauth import OAuthFlow
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.bootstrap import make_answerer, open_index
from bot.config import Settings
from bot.keys import known_keys
from bot.slack.app import make_app, make_desk
from bot.slack.credentials import (
    APP_TOKEN,
    BOT_TOKEN,
    CLIENT_ID,
    SIGNING_SECRET,
    api_url,
    find,
    known,
    need,
)
from bot.slack.desk import Desk
from bot.slack.http import Door, HttpServer
from bot.slack.logs import EventLog, log_to
from bot.slack.manifest import EVENTS_PATH
from bot.slack.metrics import Metrics
from bot.slack.oauth import Installations, installations_beside, make_flow, wants_oauth
from bot.slack.signals import told_to_leave
from bot.slack.sockets import by_socket
from bot.slack.state import State
from bot.slack.types import Observe
from bot.slack.workspaces import Workspaces, the_bot
from index import CorpusError, PassageIndex

logger = logging.getLogger("footnote.slack")

# How long answers under way may take once the app is told to leave.
LEAVE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the app runs.

    Parameters
    ----------
    environ : mapping of str to str
        Holds the tokens.
    port : int, optional
        Of the HTTP server; None: Socket Mode.
    log : TextIO
        Takes JSON lines.
    wait : callable
        Returns when the app is told to leave.
    """

    environ: Mapping[str, str]
    port: int | None
    log: TextIO
    wait: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Entrance:
    """By what the app is let into Slack: tokens that Slack has accepted."""

    workspaces: Workspaces
    url: str
    flow: OAuthFlow | None = None


def serve(settings: Settings, place: Place) -> None:
    """Answer in Slack until told to leave; then finish the answers under way.

    Raises
    ------
    SlackError
        If a token or a scope is missing or refused, or the port can't be had.
    CorpusError
        If there is no index, or it can't be read.
    StateError
        If the app's memory can't be used.
    """
    environ = place.environ
    secrets = [*known(environ), *known_keys(environ)]
    with log_to(place.log, secrets, questions=settings.slack.log_questions):
        _need_all(environ, http=place.port is not None)
        with closing(open_index(settings)) as index:
            index.check_model()
            index.articles()
            entrance = _entrance(settings, place)
            with closing(State(Path(settings.slack.state))) as state:
                _answer_all(settings, place, entrance, index, state)


def _need_all(environ: Mapping[str, str], *, http: bool) -> None:
    """Look for the tokens first, before anything is opened or asked."""
    if not (http and wants_oauth(environ)):
        need(environ, BOT_TOKEN)
    need(environ, SIGNING_SECRET if http else APP_TOKEN)


def _answer_all(
    settings: Settings, place: Place, entrance: Entrance, index: PassageIndex, state: State
) -> None:
    metrics = Metrics(lambda: len(state.open_questions()), lambda: _articles(index))
    observe = _told_to(EventLog(logger), metrics)
    desk = make_desk(settings, make_answerer(settings, index), index, state, observe=observe)
    try:
        app = _app(desk, entrance, place.environ)
        if place.port is None:
            mode = by_socket(app, need(place.environ, APP_TOKEN))
        else:
            mode = _by_http(app, settings, place, metrics, index)
        with mode as address:
            resumed = desk.resume(entrance.workspaces.client)
            logger.info("ready", extra={"listening": address, "resumed": resumed})
            place.wait()
            logger.info("leaving")
    finally:
        finished = desk.close(LEAVE_SECONDS)
        logger.info("left", extra={"finished": finished})


def _told_to(*observers: Observe) -> Observe:
    def observe(event: str, /, **facts: str | float) -> None:
        for each in observers:
            each(event, **facts)

    return observe


def _entrance(settings: Settings, place: Place) -> Entrance:
    url = api_url(place.environ)

    def client(token: str | None = None) -> WebClient:
        return WebClient(token=token, base_url=url)

    if place.port is None or not wants_oauth(place.environ):
        bot = the_bot(client(need(place.environ, BOT_TOKEN)))
        logger.info("connected", extra={"team": bot.team_id or "", "bot": bot.bot_user_id})
        return Entrance(Workspaces(lambda team: bot, client), url)
    if find(place.environ, BOT_TOKEN):
        logger.warning(
            "%s is not used: with %s, workspaces install the app themselves",
            BOT_TOKEN.variable,
            CLIENT_ID.variable,
        )
    path = installations_beside(Path(settings.slack.state))
    installed = Installations(path, need(place.environ, CLIENT_ID))
    flow = make_flow(place.environ, installed, client(), url=settings.slack.url)
    installed.forget_dead(client())
    logger.info("connected", extra={"workspaces": len(installed.bots())})
    return Entrance(Workspaces(installed.of_team, client), url, flow)


def _app(desk: Desk, entrance: Entrance, environ: Mapping[str, str]) -> App:
    app = make_app(
        desk,
        client=WebClient(base_url=entrance.url),
        authorize=entrance.workspaces,
        oauth_flow=entrance.flow,
        signing_secret=environ.get(SIGNING_SECRET.variable, "").strip(),
    )
    if entrance.flow is not None:
        app.enable_token_revocation_listeners()
    return app


@contextmanager
def _by_http(
    app: App, settings: Settings, place: Place, metrics: Metrics, index: PassageIndex
) -> Iterator[str]:
    door = Door(
        SlackRequestHandler(app, EVENTS_PATH),
        SignatureVerifier(need(place.environ, SIGNING_SECRET)),
        metrics.registry,
        lambda: _trouble(index),
        prefix=urlsplit(settings.slack.url).path,
    )
    with HttpServer(door, settings.slack.host, place.port or 0) as server:
        host = settings.slack.host
        yield f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"


def _trouble(index: PassageIndex) -> str:
    """Say what is wrong with the index in words for the public; the log has the rest."""
    try:
        index.settings()
    except CorpusError as error:
        logger.error("the index can't be read: %s", error)
        return "The articles can't be read."
    return ""


def _articles(index: PassageIndex) -> int:
    try:
        return len(index.articles())
    except CorpusError:
        return -1


def run(settings: Settings, port: int | None, log: TextIO) -> None:
    """Serve with this process's environment and signals."""
    with told_to_leave() as wait:
        serve(settings, Place(os.environ, port, log, wait))
