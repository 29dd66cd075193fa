"""The tokens and secrets that Slack gives: which there are, where they stand, their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import SlackError

APPS = "https://api.slack.com/apps"
# What Slack's tokens begin with, the longest first.
BEGINNINGS = ("xoxe.xoxb-", "xoxe.xoxp-", "xoxe-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xapp-")


@dataclass(frozen=True, slots=True)
class Secret:
    """Something that only the environment holds.

    Parameters
    ----------
    variable : str
    name : str
        What Slack calls it.
    begins : tuple of str
        What it begins with, one of these; empty: anything but a token.
    place : str
        Where it stands among Slack's settings of apps.
    """

    variable: str
    name: str
    begins: tuple[str, ...]
    place: str

    @property
    def where(self) -> str:
        """Say where to find it."""
        return f"{APPS} › {self.place}"


BOT_TOKEN = Secret(
    "SLACK_BOT_TOKEN",
    "the bot token",
    ("xoxb-", "xoxe.xoxb-"),
    "your app › OAuth & Permissions › Bot User OAuth Token",
)
APP_TOKEN = Secret(
    "SLACK_APP_TOKEN",
    "the app-level token",
    ("xapp-",),
    "your app › Basic Information › App-Level Tokens (with the scope connections:write)",
)
SIGNING_SECRET = Secret(
    "SLACK_SIGNING_SECRET",
    "the signing secret",
    (),
    "your app › Basic Information › App Credentials › Signing Secret",
)
CLIENT_ID = Secret(
    "SLACK_CLIENT_ID",
    "the client ID",
    (),
    "your app › Basic Information › App Credentials › Client ID",
)
CLIENT_SECRET = Secret(
    "SLACK_CLIENT_SECRET",
    "the client secret",
    (),
    "your app › Basic Information › App Credentials › Client Secret",
)
CONFIG_TOKEN = Secret(
    "SLACK_CONFIG_TOKEN",
    "the app configuration token",
    ("xoxe.xoxp-", "xoxp-"),
    "Your App Configuration Tokens, below the list of apps",
)
SECRETS = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, CLIENT_ID, CLIENT_SECRET, CONFIG_TOKEN)
API_URL = "SLACK_API_URL"
SLACK = "https://slack.com/api/"


def find(environ: Mapping[str, str], secret: Secret) -> str:
    """Return a secret without the space around it, or an empty text."""
    return environ.get(secret.variable, "").strip()


def need(environ: Mapping[str, str], secret: Secret) -> str:
    """Return a secret.

    Raises
    ------
    SlackError
        If it is missing or of another kind; says where to find it, and nothing of what it holds.
    """
    value = find(environ, secret)
    if not value:
        raise SlackError(f"{secret.variable} is not set; {secret.name} stands at {secret.where}.")
    begins = next((each for each in BEGINNINGS if value.startswith(each)), "")
    if begins in secret.begins if secret.begins else not begins:
        return value
    wanted = f", which begins with {secret.begins[0]} and" if secret.begins else ", which"
    found = f"begins with {begins}" if begins else "begins otherwise"
    raise SlackError(
        f"{secret.variable} {found}: that is not {secret.name}{wanted} stands at {secret.where}."
    )


def api_url(environ: Mapping[str, str]) -> str:
    """Return the address of Slack's Web API, with its final slash.

    Raises
    ------
    SlackError
        If ``SLACK_API_URL`` is no address.
    """
    url = environ.get(API_URL, "").strip() or SLACK
    if not url.startswith(("https://", "http://")):
        raise SlackError(f"{API_URL} must be an address such as {SLACK}; unset it for Slack's own.")
    return url if url.endswith("/") else url + "/"


def known(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret that is set, for keeping them out of logs."""
    return tuple(filter(None, (find(environ, secret) for secret in SECRETS)))
