"""Several workspaces: each has its own token, and none stays of one that left."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Bot

from bot.errors import SlackError, StateError
from bot.slack.manifest import SCOPES
from bot.slack.oauth import Installations, installations_beside, make_flow, wants_oauth
from bot.slack.workspaces import Workspaces
from tests.bot.slack.web_api import WebApi, running

CLIENT = "123.456"
ENVIRON = {"SLACK_CLIENT_ID": CLIENT, "SLACK_CLIENT_SECRET": "fedcba9876543210"}
URL = "https://footnote.example.com/bot"


@pytest.fixture
def api() -> Iterator[WebApi]:
    """Run a Web API whose OAuth knows two workspaces, by the codes T01 and T02."""
    with running() as api:
        api.answers["oauth.v2.access"] = lambda token, arguments: {
            "access_token": f"xoxb-of-{arguments['code']}",
            "app_id": "A01",
            "bot_user_id": f"U0BOT{arguments['code']}",
            "team": {"id": arguments["code"], "name": "Lab"},
            # A workspace of an organisation.
            "enterprise": {"id": "E01", "name": "Org"},
            "authed_user": {"id": "U01ALICE"},
            "scope": "chat:write,commands",
        }
        api.answers["auth.test"] = lambda token, arguments: {"bot_id": f"B-{token}"}
        yield api


@pytest.fixture
def installed(tmp_path: Path) -> Installations:
    """Return the workspaces: none yet."""
    return Installations(tmp_path / "new" / "installations.sqlite", CLIENT)


@pytest.fixture
def app(api: WebApi, installed: Installations) -> App:
    """Return an app for several workspaces, with a message that it hears."""
    client = WebClient(base_url=api.url)
    flow = make_flow(ENVIRON, installed, client, url=URL)
    workspaces = Workspaces(installed.of_team, lambda token: WebClient(token, base_url=api.url))
    app = App(
        client=client,
        authorize=workspaces,
        oauth_flow=flow,
        signing_secret="s",
        token_verification_enabled=False,
    )
    app.enable_token_revocation_listeners()

    @app.event("app_mention")
    def mentioned(context: Any, say: Any) -> None:
        say(f"I am {context.bot_user_id}")

    return app


def page(app: App, path: str, cookie: str = "", **query: str) -> BoltResponse:
    """Open one of the pages that install the app, as a browser does."""
    request = BoltRequest(body="", query=query, headers={"cookie": cookie})
    flow = app.oauth_flow
    assert flow is not None
    return flow.handle_installation(request) if path == "install" else flow.handle_callback(request)


def install(app: App, team: str) -> BoltResponse:
    """Install the app into a workspace."""
    cookie = page(app, "install").headers["set-cookie"][0].split(";")[0]
    return page(app, "redirect", cookie, code=team, state=cookie.split("=")[1])


def happened(app: App, team: str, **event: Any) -> BoltResponse:
    """Tell the app of an event."""
    body = {"type": "event_callback", "team_id": team, "event": event}
    return app.dispatch(BoltRequest(mode="socket_mode", body=body))


def rows(installed: Installations) -> list[str]:
    """Return everything in the file of tokens, as text."""
    with closing(sqlite3.connect(installed.path)) as connection:
        return [line for line in connection.iterdump() if "xoxb-" in line]


def test_the_install_page_asks_slack_for_the_scopes_and_comes_back(app: App) -> None:
    shown = page(app, "install").body
    assert f"client_id={CLIENT}" in shown
    assert ",".join(SCOPES) in shown.replace("%3A", ":").replace("%2C", ",")
    assert "footnote.example.com%2Fbot%2Fslack%2Foauth_redirect" in shown or (
        f"{URL}/slack/oauth_redirect" in shown
    )


def test_each_workspace_gets_its_own_token(app: App, installed: Installations) -> None:
    assert (install(app, "T01").status, install(app, "T02").status) == (200, 200)
    assert [(bot.team_id, bot.bot_token) for bot in installed.bots()] == [
        ("T01", "xoxb-of-T01"),
        ("T02", "xoxb-of-T02"),
    ]


def test_a_page_that_was_not_asked_for_installs_nothing(app: App, installed: Installations) -> None:
    assert page(app, "redirect", code="T01", state="made-up").status == 400
    cookie = page(app, "install").headers["set-cookie"][0].split(";")[0]
    assert page(app, "redirect", cookie, code="T01", state="made-up").status == 400
    assert installed.bots() == []


def test_a_state_serves_once(app: App, installed: Installations) -> None:
    cookie = page(app, "install").headers["set-cookie"][0].split(";")[0]
    state = cookie.split("=")[1]
    assert page(app, "redirect", cookie, code="T01", state=state).status == 200
    assert page(app, "redirect", cookie, code="T02", state=state).status == 401
    assert [bot.team_id for bot in installed.bots()] == ["T01"]


def test_events_are_answered_as_the_bot_of_their_workspace_without_asking_who_that_is(
    app: App, api: WebApi
) -> None:
    install(app, "T01")
    install(app, "T02")
    api.calls.clear()
    happened(app, "T02", type="app_mention", channel="C01", user="U01", text="x", ts="1.0")
    app.listener_runner.listener_executor.shutdown(wait=True)
    ((method, token, arguments),) = api.calls
    assert (method, token) == ("chat.postMessage", "xoxb-of-T02")
    assert arguments["text"] == "I am U0BOTT02"


def test_installing_again_replaces_the_token(
    app: App, api: WebApi, installed: Installations
) -> None:
    install(app, "T01")
    answer = api.answers["oauth.v2.access"]
    api.answers["oauth.v2.access"] = lambda token, arguments: {
        **answer(token, arguments),
        "access_token": "xoxb-newer",
    }
    install(app, "T01")
    assert [bot.bot_token for bot in installed.bots()] == ["xoxb-newer"]
    assert "xoxb-of-T01" not in "".join(rows(installed))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"bot": ["U0BOTT01"], "oauth": ["U01ALICE"]}},
    ],
    ids=["uninstalled", "revoked"],
)
def test_a_workspace_that_left_leaves_no_token_behind(
    app: App, installed: Installations, event: dict[str, Any]
) -> None:
    install(app, "T01")
    install(app, "T02")
    assert happened(app, "T01", **event).status == 200
    app.listener_runner.listener_executor.shutdown(wait=True)
    assert [bot.team_id for bot in installed.bots()] == ["T02"]
    assert not any("xoxb-of-T01" in line for line in rows(installed))


def test_a_person_s_revoked_token_takes_the_app_from_nobody(
    app: App, installed: Installations
) -> None:
    install(app, "T01")
    happened(app, "T01", type="tokens_revoked", tokens={"oauth": ["U01ALICE"], "bot": []})
    app.listener_runner.listener_executor.shutdown(wait=True)
    assert [bot.team_id for bot in installed.bots()] == ["T01"]


def test_tokens_revoked_while_nobody_listened_are_forgotten_and_no_others(
    app: App, api: WebApi, installed: Installations
) -> None:
    for team in ("T01", "T02", "T03"):
        install(app, team)
    errors = {"xoxb-of-T01": "token_revoked", "xoxb-of-T02": "internal_error"}
    api.answers["auth.test"] = lambda token, arguments: (
        {"error": errors[token]} if token in errors else {}
    )
    installed.forget_dead(WebClient(base_url=api.url))
    assert [bot.team_id for bot in installed.bots()] == ["T02", "T03"]


def test_where_slack_can_t_be_reached_nothing_is_forgotten(
    app: App, api: WebApi, installed: Installations
) -> None:
    install(app, "T01")
    gone = WebClient(base_url="http://127.0.0.1:1/api/", retry_handlers=[])
    installed.forget_dead(gone)
    assert len(installed.bots()) == 1


def test_a_workspace_that_is_not_there_has_no_client(installed: Installations) -> None:
    workspaces = Workspaces(installed.of_team, WebClient)
    assert workspaces.client("T01") is None
    assert workspaces(team_id="T01") is None
    names = {"app_id": "A01", "team_id": "T01", "bot_id": "B01", "bot_user_id": "U01"}
    installed.save_bot(Bot(bot_token="xoxb-1", installed_at=1.0, **names))
    client = workspaces.client("T01")
    assert client is not None
    assert client.token == "xoxb-1"


def test_the_file_of_tokens_is_its_owner_s_alone(installed: Installations) -> None:
    assert installed.path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_can_t_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="where the workspaces' tokens are kept, can't be written"):
        Installations(tmp_path / "file" / "installations.sqlite", CLIENT)


def test_the_tokens_lie_beside_the_memory() -> None:
    assert installations_beside(Path("/a/b.sqlite")) == Path("/a/b-installations.sqlite")


def test_one_of_the_two_variables_is_enough_to_mean_oauth_and_the_other_is_asked_for(
    installed: Installations,
) -> None:
    environ = {"SLACK_CLIENT_ID": CLIENT}
    assert wants_oauth(environ)
    assert not wants_oauth({})
    with pytest.raises(SlackError, match="SLACK_CLIENT_SECRET is not set"):
        make_flow(environ, installed, WebClient())
