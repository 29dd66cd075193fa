"""The app manifest: everything that Slack has to know of the app, for pasting into Slack."""

from __future__ import annotations

from typing import Any

from bot.config import ADDRESS
from bot.errors import SlackError

# Where the HTTP server takes what Slack sends, and people who install the app.
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

COMMAND = "/ask"
SHORTCUT = "answer_this"

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "im:write",
    "users:read",
)
EVENTS = (
    "app_context_changed",
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "tokens_revoked",
)


def manifest(url: str = "") -> dict[str, Any]:
    """Return the manifest, valid for version 1 of Slack's schema.

    Parameters
    ----------
    url : str
        The public address of ``footnote slack --http``; empty: Socket Mode, which needs none.

    Raises
    ------
    SlackError
        If the address is not of https, the only ones that Slack takes.

    References
    ----------
    https://docs.slack.dev/reference/app-manifest and github.com/slackapi/manifest-schema.
    """
    if url and not ADDRESS.fullmatch(url):
        raise SlackError(
            f"{url} does not begin with https:// and a host; Slack sends to such addresses only."
        )
    base = url.rstrip("/")
    events = base + EVENTS_PATH if base else ""
    return {
        "display_information": _display(),
        "features": _features(events),
        "oauth_config": {
            **({"redirect_urls": [base + REDIRECT_PATH]} if base else {}),
            "scopes": {"bot": list(SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**_request_url(events), "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **_request_url(events)},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not base,
            "token_rotation_enabled": False,
        },
    }


def _request_url(url: str) -> dict[str, str]:
    return {"request_url": url} if url else {}


def _display() -> dict[str, str]:
    return {
        "name": "Footnote",
        "description": "Answers from your own articles, with the exact words as the footnote.",
        "long_description": (
            "Footnote answers questions from your own articles. Each answer is short and carries "
            "numbered sources with the exact words it rests on, checked against the article; what "
            "the articles don't say, it says it doesn't know, and shows the nearest passages. "
            "Mention it in a channel, write to it, follow up in its thread, use /ask, or choose "
            "“Answer this” on a message."
        ),
        "background_color": "#24405e",
    }


def _features(events: str) -> dict[str, Any]:
    return {
        "agent_view": {
            "agent_description": (
                "Ask what the articles say: where, when, who, how much. Each answer comes with its "
                "sources and the exact words."
            ),
        },
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Footnote", "always_online": True},
        "shortcuts": [
            {
                "name": "Answer this",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Answers the message from the articles.",
            }
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                **({"url": events} if events else {}),
                "description": "Answers a question for you alone.",
                "usage_hint": "where will the new plant be?",
                "should_escape": False,
            }
        ],
    }
