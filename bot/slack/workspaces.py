"""Whom the bot is in a workspace: one that the environment names, or those that installed it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web import SlackResponse

from bot.errors import SlackError
from bot.slack.credentials import BOT_TOKEN
from bot.slack.manifest import SCOPES
from bot.slack.remedies import asked, missing_scopes

logger = logging.getLogger("footnote.slack")
# The one scope without which nobody would hear anything.
SPEAKING = "chat:write"


class Workspaces(Authorize):
    """Finds the bot of a workspace, without asking Slack at every event.

    Parameters
    ----------
    find : callable
        Returns the bot of a workspace by the workspace's id, or None.
    make_client : callable
        Of a token.
    """

    def __init__(
        self, find: Callable[[str], Bot | None], make_client: Callable[[str], WebClient]
    ) -> None:
        self._find = find
        self._make_client = make_client

    def __call__(self, *, team_id: str | None, **_: Any) -> AuthorizeResult | None:
        """Return whom bolt speaks for in a workspace, None where the app isn't installed."""
        bot = self._find(team_id or "")
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=bot.enterprise_id,
            team_id=bot.team_id,
            team=bot.team_name,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
        )

    def client(self, team: str) -> WebClient | None:
        """Return the client that speaks for a workspace, None where the app isn't installed."""
        bot = self._find(team)
        return self._make_client(bot.bot_token) if bot else None


def granted(response: SlackResponse) -> frozenset[str] | None:
    """Return the scopes of the token that a call carried, None where Slack doesn't tell."""
    headers = {name.lower(): value for name, value in (response.headers or {}).items()}
    told = headers.get("x-oauth-scopes")
    if told is None:
        return None
    return frozenset(each.strip() for each in told.split(",") if each.strip())


def lacking(scopes: Iterable[str] | None) -> tuple[str, ...]:
    """Return the scopes that the app should have and a token lacks; none where none are told."""
    return () if scopes is None else tuple(sorted(set(SCOPES) - set(scopes)))


def the_bot(client: WebClient) -> Bot:
    """Ask Slack whom a token is of.

    Raises
    ------
    SlackError
        If the token is refused, or may not send messages; any other scope that is missing is
        logged, since much works without.
    """
    response: SlackResponse = asked(BOT_TOKEN, client.auth_test)
    scopes = granted(response)
    missing = lacking(scopes)
    if SPEAKING in missing:
        raise SlackError(missing_scopes(missing, BOT_TOKEN))
    if missing:
        logger.warning(missing_scopes(missing, BOT_TOKEN))
    return Bot(
        team_id=response.get("team_id"),
        team_name=response.get("team"),
        bot_token=str(client.token),
        bot_id=str(response.get("bot_id") or ""),
        bot_user_id=str(response.get("user_id") or ""),
        bot_scopes=sorted(scopes or ()),
        installed_at=time.time(),
    )
