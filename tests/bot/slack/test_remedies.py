"""What Slack refuses is told with the remedy, and with nothing that is secret."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.errors import SlackError
from bot.slack.credentials import APP_TOKEN, BOT_TOKEN
from bot.slack.remedies import DEAD, asked
from tests.bot.slack.web_api import WebApi, running

TOKEN = "xoxb-very-secret"


@pytest.fixture
def api() -> Iterator[WebApi]:
    """Run a Web API."""
    with running() as api:
        yield api


def refusal(api: WebApi, **fields: str) -> str:
    """Return what is said where auth.test is answered with an error."""
    api.answer("auth.test", **fields)
    with pytest.raises(SlackError) as caught:
        asked(BOT_TOKEN, WebClient(TOKEN, base_url=api.url).auth_test)
    assert TOKEN not in str(caught.value)
    return str(caught.value)


def test_what_slack_answers_is_returned(api: WebApi) -> None:
    api.answer("auth.test", team="Lab")
    assert asked(BOT_TOKEN, WebClient(TOKEN, base_url=api.url).auth_test)["team"] == "Lab"


def test_a_missing_scope_is_told_with_its_name_and_the_page_to_add_it(api: WebApi) -> None:
    assert refusal(api, error="missing_scope", needed="chat:write", provided="commands") == (
        "the app lacks the scope chat:write; add at https://api.slack.com/apps › your app › "
        "OAuth & Permissions › Scopes › Bot Token Scopes, then press Reinstall to Workspace."
    )


@pytest.mark.parametrize("code", sorted(DEAD))
def test_a_token_that_slack_does_not_take_is_told_with_its_variable_and_place(
    api: WebApi, code: str
) -> None:
    assert refusal(api, error=code) == (
        f"Slack refuses SLACK_BOT_TOKEN ({code}); copy it anew from https://api.slack.com/apps › "
        "your app › OAuth & Permissions › Bot User OAuth Token."
    )


def test_a_token_of_the_wrong_kind_is_told(api: WebApi) -> None:
    said = refusal(api, error="not_allowed_token_type")
    assert said.startswith("SLACK_BOT_TOKEN is not the bot token; copy that from https://")


def test_any_other_refusal_is_told_with_the_page_that_explains_it(api: WebApi) -> None:
    assert refusal(api, error="team_access_not_granted") == (
        "Slack refuses auth.test (team_access_not_granted); "
        "see https://docs.slack.dev/reference/methods/auth.test for what that means."
    )


def socket_refusal(api: WebApi, **fields: str) -> str:
    """Return what is said where apps.connections.open is answered with an error."""
    api.answer("apps.connections.open", **fields)
    client = WebClient(base_url=api.url)
    with pytest.raises(SlackError) as caught:
        asked(APP_TOKEN, lambda: client.apps_connections_open(app_token="xapp-1"))
    return str(caught.value)


def test_an_app_token_without_its_scope_is_told(api: WebApi) -> None:
    assert socket_refusal(api, error="missing_scope", needed="connections:write") == (
        "SLACK_APP_TOKEN lacks the scope connections:write; make a token with it at "
        "https://api.slack.com/apps › your app › Basic Information › App-Level Tokens."
    )


def test_an_app_without_socket_mode_is_told_which_box_to_tick(api: WebApi) -> None:
    assert socket_refusal(api, error="forbidden_team") == (
        "Slack gives no socket (forbidden_team); tick Enable Socket Mode at "
        "https://api.slack.com/apps › your app › Socket Mode, or run footnote slack --http."
    )


def test_an_address_where_nothing_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = WebClient(TOKEN, base_url=f"http://127.0.0.1:{port}/api/", retry_handlers=[])
    with pytest.raises(SlackError, match=r"reached .*refused.*check the network and SLACK_API_URL"):
        asked(BOT_TOKEN, client.auth_test)
