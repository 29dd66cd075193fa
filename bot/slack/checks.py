"""The Slack checks of `footnote doctor`: what is amiss, and which box to tick where."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.bootstrap import open_index
from bot.config import Settings, SlackSettings
from bot.doctor import Check
from bot.errors import FootnoteError, SlackError
from bot.slack.credentials import (
    APP_TOKEN,
    APPS,
    BOT_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    CONFIG_TOKEN,
    SECRETS,
    SIGNING_SECRET,
    api_url,
    find,
    need,
)
from bot.slack.manifest import COMMAND, EVENTS, SCOPES, SHORTCUT
from bot.slack.oauth import Installations, installations_beside, wants_oauth
from bot.slack.remedies import asked, missing_scopes
from bot.slack.state import State
from bot.slack.workspaces import granted, lacking
from index import CorpusError

APP = f"{APPS} › your app"
BOT_EVENTS = f"{APP} › Event Subscriptions › Subscribe to bot events"
# The event by which each way of asking arrives.
EVENT_OF = {
    "mention": "app_mention",
    "direct": "message.im",
    "thread": "message.channels, message.groups",
}


def examine_slack(settings: Settings, environ: Mapping[str, str]) -> Iterator[Check]:
    """Look at everything that Slack has to do with, going on after a failure.

    Parameters
    ----------
    settings : Settings
    environ : mapping of str to str
        Holds the tokens.

    Yields
    ------
    Check
        A single passing one where no token is set: Slack is not in use.
    """
    if not any(find(environ, secret) for secret in SECRETS):
        yield Check("slack", True, "not set up; begin with: footnote slack manifest")
        return
    yield _tried("slack tokens", lambda: _tokens(environ))
    if wants_oauth(environ):
        yield _tried("slack workspaces", lambda: _workspaces(settings, environ))
    if find(environ, BOT_TOKEN):
        yield from _login(environ)
    if find(environ, APP_TOKEN):
        yield _tried("slack socket", lambda: _socket(environ))
    yield _tried("slack events", lambda: _events(settings, environ))
    yield _tried("slack memory", lambda: _memory(settings))
    limits = _limits(settings.slack)
    if limits:
        yield _tried("slack collections", lambda: _collections(settings, limits))


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except FootnoteError as error:
        return Check(name, False, str(error))


def _tokens(environ: Mapping[str, str]) -> str:
    """Check that there is what one way of running needs, and that each is of its kind."""
    several = wants_oauth(environ)
    needed = {CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET} if several else {BOT_TOKEN}
    looked_at = [each for each in SECRETS if each in needed or find(environ, each)]
    for secret in looked_at:
        need(environ, secret)
    if not {APP_TOKEN, SIGNING_SECRET} & set(looked_at):
        raise SlackError(
            f"neither {APP_TOKEN.variable} (for Socket Mode, at {APP_TOKEN.where}) nor "
            f"{SIGNING_SECRET.variable} (for --http, at {SIGNING_SECRET.where}) is set; set one."
        )
    return ", ".join(secret.variable for secret in looked_at)


def _login(environ: Mapping[str, str]) -> Iterator[Check]:
    """Check the bot token, and what it may do."""
    try:
        client = WebClient(token=need(environ, BOT_TOKEN), base_url=api_url(environ))
        found: SlackResponse = asked(BOT_TOKEN, client.auth_test)
    except SlackError as error:
        yield Check("slack login", False, str(error))
        return
    whom = f"@{found.get('user')} in {found.get('team')} ({found.get('team_id')})"
    yield Check("slack login", True, whom)
    yield _tried("slack scopes", lambda: _scopes(found))


def _scopes(login: SlackResponse) -> str:
    scopes = granted(login)
    if scopes is None:
        return "Slack doesn't tell which the token has"
    missing = lacking(scopes)
    if missing:
        raise SlackError(missing_scopes(missing, BOT_TOKEN))
    return f"all {len(SCOPES)} granted"


def _socket(environ: Mapping[str, str]) -> str:
    token = need(environ, APP_TOKEN)
    client = WebClient(base_url=api_url(environ))
    asked(APP_TOKEN, lambda: client.apps_connections_open(app_token=token))
    return "Slack gives it a socket"


def _events(settings: Settings, environ: Mapping[str, str]) -> str:
    if find(environ, CONFIG_TOKEN):
        return _told_events(environ)
    state = Path(settings.slack.state)
    heard: dict[str, int] = {}
    if state.exists():
        with closing(State(state)) as memory:
            heard = memory.ways()
    silent = [event for way, event in EVENT_OF.items() if not heard.get(way)]
    told = ", ".join(f"{way} {number}" for way, number in heard.items()) or "nothing"
    found = f"heard so far: {told}"
    if not silent:
        return found
    return (
        f"{found}; Slack tells which are ticked only to {CONFIG_TOKEN.variable}; if the app stays "
        f"silent, tick {', '.join(silent)} at {BOT_EVENTS}."
    )


def _told_events(environ: Mapping[str, str]) -> str:
    """Compare the app's settings, as Slack has them, with the manifest."""
    client = WebClient(token=need(environ, CONFIG_TOKEN), base_url=api_url(environ))
    app = _app_id(environ)
    response = asked(CONFIG_TOKEN, lambda: client.apps_manifest_export(app_id=app))
    found: Mapping[str, Any] = response.get("manifest") or {}
    amiss = list(_amiss(found, socket=bool(find(environ, APP_TOKEN))))
    if amiss:
        raise SlackError("; ".join(amiss) + ".")
    return f"all {len(EVENTS)} ticked"


def _amiss(found: Mapping[str, Any], *, socket: bool) -> Iterator[str]:
    """Say what an app's manifest lacks, and where to mend it."""
    features, settings = found.get("features", {}), found.get("settings", {})
    ticked = settings.get("event_subscriptions", {}).get("bot_events", [])
    missing = [event for event in EVENTS if event not in ticked]
    if missing:
        yield f"tick {', '.join(missing)} at {BOT_EVENTS}"
    if not settings.get("interactivity", {}).get("is_enabled"):
        yield f"tick Interactivity at {APP} › Interactivity & Shortcuts"
    if socket and not settings.get("socket_mode_enabled"):
        yield f"tick Enable Socket Mode at {APP} › Socket Mode"
    home = features.get("app_home", {})
    if not home.get("home_tab_enabled") or not home.get("messages_tab_enabled"):
        yield f"tick Home Tab and Messages Tab at {APP} › App Home › Show Tabs"
    if home.get("messages_tab_read_only_enabled"):
        yield f"tick Allow users to send messages from the messages tab at {APP} › App Home"
    if "agent_view" not in features:
        yield f"tick Agent at {APP} › Agents & AI Apps"
    if COMMAND not in [each.get("command") for each in features.get("slash_commands", [])]:
        yield f"add {COMMAND} at {APP} › Slash Commands"
    if SHORTCUT not in [each.get("callback_id") for each in features.get("shortcuts", [])]:
        yield f"add a message shortcut {SHORTCUT} at {APP} › Interactivity & Shortcuts"


def _app_id(environ: Mapping[str, str]) -> str:
    """Return the app's id: the app-level token holds it, and Slack knows whose the bot is."""
    parts = find(environ, APP_TOKEN).split("-")
    if len(parts) > 2 and parts[2].startswith("A"):
        return parts[2]
    client = WebClient(token=need(environ, BOT_TOKEN), base_url=api_url(environ))
    bot = asked(BOT_TOKEN, client.auth_test).get("bot_id")
    return str(asked(BOT_TOKEN, lambda: client.bots_info(bot=bot))["bot"]["app_id"])


def _workspaces(settings: Settings, environ: Mapping[str, str]) -> str:
    path = installations_beside(Path(settings.slack.state))
    if not path.exists():
        return "none has installed the app yet"
    installed = Installations(path, need(environ, CLIENT_ID))
    client = WebClient(base_url=api_url(environ))
    dead = installed.dead(client)
    if dead:
        raise SlackError(
            f"Slack refuses the token of {', '.join(dead)}; it is forgotten at the next start, "
            "and the app must be installed there anew."
        )
    return f"{len(installed.bots())} installed the app"


def _limits(settings: SlackSettings) -> dict[str, tuple[str, ...]]:
    """Return the collections that channels are limited to, by the table that says so."""
    tables = {f"[slack.channels.{id}]": each for id, each in settings.channels.items()}
    limits = {"[slack]": settings.everywhere, **tables}
    return {table: each.collections for table, each in limits.items() if each.collections}


def _collections(settings: Settings, limits: Mapping[str, tuple[str, ...]]) -> str:
    """Look for collections that channels are limited to, and no article is of."""
    try:
        index = open_index(settings)
        there = index.collections() if index.exists() else {}
    except CorpusError as error:
        raise SlackError(str(error)) from error
    for table, names in limits.items():
        unknown = [name for name in names if name not in there]
        if unknown:
            raise SlackError(
                f"{table} is limited to the collection {unknown[0]}, of which there is no article; "
                f"mend it in footnote.toml, or run: footnote index SOURCE --collection {unknown[0]}"
            )
    return f"there are articles of all that {', '.join(limits)} name"


def _memory(settings: Settings) -> str:
    path = Path(settings.slack.state)
    if not path.exists():
        folder = next(each for each in path.absolute().parents if each.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise SlackError(
                f"{path} can't be made, since {folder} can't be written; free its permissions, or "
                "name another file with state in [slack] of footnote.toml."
            )
        return f"{path} is made by the first footnote slack"
    with closing(State(path)) as state:
        return f"{path}, {len(state.open_questions())} questions wait for their answer"
