"""What a refusal of Slack's Web API means, and what to do about it: one sentence."""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import SlackError
from bot.slack.credentials import API_URL, APP_TOKEN, APPS, Secret

# Slack knows the token no longer, or never did.
DEAD = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked",
     "team_disabled", "user_removed_from_team"}
)  # fmt: skip
BOT_SCOPES = "OAuth & Permissions › Scopes › Bot Token Scopes"
APP_SCOPES = "Basic Information › App-Level Tokens"


def asked(secret: Secret, call: Callable[[], Any]) -> Any:
    """Call Slack, and say what to do where that fails.

    Parameters
    ----------
    secret : Secret
        Whose token the call carries.
    call : callable

    Raises
    ------
    SlackError
        If Slack refuses, or can't be reached.
    """
    try:
        return call()
    except SlackApiError as error:
        raise SlackError(remedy(error, secret)) from error
    except (SlackClientError, HTTPException, OSError) as error:
        raise SlackError(
            f"Slack can't be reached ({_reason(error)}); check the network and {API_URL}."
        ) from error


def remedy(error: SlackApiError, secret: Secret) -> str:
    """Return what to do about a refusal."""
    code = str(error.response.get("error") or f"status {error.response.status_code}")
    if code == "missing_scope":
        return missing_scopes((str(error.response.get("needed")),), secret)
    if code in DEAD:
        return f"Slack refuses {secret.variable} ({code}); copy it anew from {secret.where}."
    if code == "not_allowed_token_type":
        return f"{secret.variable} is not {secret.name}; copy that from {secret.where}."
    method = str(error.response.api_url).rsplit("/", 1)[-1]
    if method == "apps.connections.open":
        return (
            f"Slack gives no socket ({code}); tick Enable Socket Mode at {APPS} › your app › "
            "Socket Mode, or run footnote slack --http."
        )
    return (
        f"Slack refuses {method} ({code}); "
        f"see https://docs.slack.dev/reference/methods/{method} for what that means."
    )


def missing_scopes(scopes: tuple[str, ...], secret: Secret) -> str:
    """Say where to add scopes."""
    names = ", ".join(scopes)
    noun = "scope" if len(scopes) == 1 else "scopes"
    if secret is APP_TOKEN:
        return (
            f"{secret.variable} lacks the {noun} {names}; "
            f"make a token with it at {APPS} › your app › {APP_SCOPES}."
        )
    return (
        f"the app lacks the {noun} {names}; add at {APPS} › your app › {BOT_SCOPES}, "
        "then press Reinstall to Workspace."
    )


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, URLError) else error
    return " ".join(str(reason).split()) or type(error).__name__
