"""The Slack checks of `footnote doctor`: each failure names the box to tick and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from slack_sdk.oauth.installation_store import Bot

from bot.config import ChannelSettings, Settings, SlackSettings
from bot.doctor import Check
from bot.slack.checks import examine_slack
from bot.slack.manifest import SCOPES, manifest
from bot.slack.oauth import Installations, installations_beside
from bot.slack.state import State
from bot.slack.types import Question
from index import Article, PassageIndex
from tests.bot.slack.web_api import WebApi, running

APP = "https://api.slack.com/apps › your app"


@pytest.fixture
def api() -> Iterator[WebApi]:
    """Run a Web API that finds all in order."""
    with running() as api:
        api.scopes = ",".join(SCOPES)
        api.answer("auth.test", team="Lab", team_id="T01", user="footnote", bot_id="B01")
        api.answer("apps.connections.open", url="wss://127.0.0.1/")
        api.answer("apps.manifest.export", manifest=manifest())
        api.answer("bots.info", bot={"app_id": "A02"})
        yield api


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose memory isn't made yet."""
    return Settings(slack=SlackSettings(state=str(tmp_path / "slack.sqlite")))


@pytest.fixture
def environ(api: WebApi) -> dict[str, str]:
    """Return the variables of a set-up by Socket Mode."""
    return {
        "SLACK_API_URL": api.url,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1-A01-2-abc",
    }


def failed(settings: Settings, environ: dict[str, str]) -> list[Check]:
    """Return the checks that failed."""
    return [check for check in examine_slack(settings, environ) if not check.passed]


def finding(settings: Settings, environ: dict[str, str], name: str) -> str:
    """Return what a check found."""
    (found,) = [each for each in examine_slack(settings, environ) if each.name == name]
    return found.finding


def test_without_any_variable_slack_is_not_set_up_and_that_is_no_failure(
    settings: Settings,
) -> None:
    assert list(examine_slack(settings, {"SLACK_API_URL": "http://127.0.0.1:1/"})) == [
        Check("slack", True, "not set up; begin with: footnote slack manifest")
    ]


def test_a_good_set_up_passes_every_check(settings: Settings, environ: dict[str, str]) -> None:
    checks = list(examine_slack(settings, environ))
    assert [(check.name, check.passed) for check in checks] == [
        ("slack tokens", True),
        ("slack login", True),
        ("slack scopes", True),
        ("slack socket", True),
        ("slack events", True),
        ("slack memory", True),
    ]
    assert checks[1].finding == "@footnote in Lab (T01)"


def test_no_token_is_in_any_finding(settings: Settings, environ: dict[str, str]) -> None:
    for check in examine_slack(settings, environ):
        assert environ["SLACK_BOT_TOKEN"] not in check.finding
        assert environ["SLACK_APP_TOKEN"] not in check.finding


def test_a_token_of_the_wrong_kind_is_told(settings: Settings, environ: dict[str, str]) -> None:
    environ["SLACK_BOT_TOKEN"] = "xapp-1-A01-2-abc"
    tokens, login = failed(settings, environ)
    assert (tokens.name, login.name) == ("slack tokens", "slack login")
    assert tokens.finding.startswith("SLACK_BOT_TOKEN begins with xapp-: that is not the bot token")


def test_neither_way_of_running_is_told_with_both(
    settings: Settings, environ: dict[str, str]
) -> None:
    del environ["SLACK_APP_TOKEN"]
    (check,) = failed(settings, environ)
    assert check.name == "slack tokens"
    assert "neither SLACK_APP_TOKEN (for Socket Mode, at" in check.finding
    assert "nor SLACK_SIGNING_SECRET (for --http, at" in check.finding


def test_a_refused_token_is_told_and_its_scopes_are_not_looked_at(
    settings: Settings, environ: dict[str, str], api: WebApi
) -> None:
    api.answer("auth.test", error="invalid_auth")
    (check,) = failed(settings, environ)
    assert check.name == "slack login"
    assert "OAuth & Permissions › Bot User OAuth Token" in check.finding


def test_missing_scopes_are_told_by_name_and_page(
    settings: Settings, environ: dict[str, str], api: WebApi
) -> None:
    api.scopes = ",".join(set(SCOPES) - {"chat:write", "im:history"})
    (check,) = failed(settings, environ)
    assert check == Check(
        "slack scopes",
        False,
        f"the app lacks the scopes chat:write, im:history; add at {APP} › OAuth & Permissions › "
        "Scopes › Bot Token Scopes, then press Reinstall to Workspace.",
    )


def test_scopes_that_slack_doesn_t_tell_are_no_failure(
    settings: Settings, environ: dict[str, str], api: WebApi
) -> None:
    api.scopes = None
    assert failed(settings, environ) == []
    assert finding(settings, environ, "slack scopes") == "Slack doesn't tell which the token has"


def test_no_socket_is_told_with_the_box_to_tick(
    settings: Settings, environ: dict[str, str], api: WebApi
) -> None:
    api.answer("apps.connections.open", error="forbidden_team")
    (check,) = failed(settings, environ)
    assert check.name == "slack socket"
    assert f"tick Enable Socket Mode at {APP} › Socket Mode" in check.finding


def test_events_that_never_came_are_told_with_the_boxes_to_tick(
    settings: Settings, environ: dict[str, str]
) -> None:
    with closing(State(Path(settings.slack.state))) as state:
        for number, way in enumerate(("mention", "mention", "thread")):
            state.claim(Question(f"k{number}", way, "T01", "C01", "U01", "Where?"), 1.0)  # type: ignore[arg-type]
    found = finding(settings, environ, "slack events")
    assert found.startswith("heard so far: mention 2, thread 1; ")
    assert f"tick message.im at {APP} › Event Subscriptions › Subscribe to bot events" in found


def test_once_every_way_was_heard_there_is_nothing_to_tick(
    settings: Settings, environ: dict[str, str]
) -> None:
    with closing(State(Path(settings.slack.state))) as state:
        for way in ("mention", "direct", "thread"):
            state.claim(Question(way, way, "T01", "C01", "U01", "Where?"), 1.0)  # type: ignore[arg-type]
    assert finding(settings, environ, "slack events") == (
        "heard so far: direct 1, mention 1, thread 1"
    )
    assert finding(settings, environ, "slack memory").endswith("3 questions wait for their answer")


Spoil = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda made: made["settings"]["event_subscriptions"]["bot_events"].remove(
                "app_mention"
            ),
            f"tick app_mention at {APP} › Event Subscriptions › Subscribe to bot events.",
        ),
        (lambda made: made.pop("settings"), f"tick Interactivity at {APP} › Interactivity &"),
        (
            lambda made: made["settings"].update(socket_mode_enabled=False),
            f"tick Enable Socket Mode at {APP} › Socket Mode.",
        ),
        (
            lambda made: made["features"]["app_home"].update(messages_tab_enabled=False),
            f"tick Home Tab and Messages Tab at {APP} › App Home › Show Tabs.",
        ),
        (
            lambda made: made["features"]["app_home"].update(messages_tab_read_only_enabled=True),
            f"tick Allow users to send messages from the messages tab at {APP} › App Home.",
        ),
        (lambda made: made["features"].pop("agent_view"), f"tick Agent at {APP} › Agents"),
        (lambda made: made["features"].pop("slash_commands"), f"add /ask at {APP} › Slash"),
        (
            lambda made: made["features"].pop("shortcuts"),
            f"add a message shortcut answer_this at {APP} › Interactivity & Shortcuts.",
        ),
    ],
)
def test_with_the_configuration_token_every_box_that_is_not_ticked_is_told(
    settings: Settings, environ: dict[str, str], api: WebApi, spoil: Spoil, said: str
) -> None:
    environ["SLACK_CONFIG_TOKEN"] = "xoxe.xoxp-1-abc"
    assert failed(settings, environ) == []
    made = manifest()
    spoil(made)
    api.answer("apps.manifest.export", manifest=made)
    (check,) = failed(settings, environ)
    assert check.name == "slack events"
    assert said in check.finding


@pytest.mark.parametrize(
    ("token", "app"), [("xapp-1-A01-2-abc", "A01"), ("xapp-1", "A02"), ("", "A02")]
)
def test_the_app_is_known_by_its_token_or_its_bot(
    settings: Settings, environ: dict[str, str], api: WebApi, token: str, app: str
) -> None:
    environ |= {"SLACK_CONFIG_TOKEN": "xoxe.xoxp-1-abc", "SLACK_APP_TOKEN": token}
    environ |= {"SLACK_SIGNING_SECRET": "0123456789abcdef"}
    assert finding(settings, environ, "slack events") == "all 8 ticked"
    assert api.called("apps.manifest.export") == [{"app_id": app}]


def with_oauth(environ: dict[str, str]) -> dict[str, str]:
    """Return the variables of a set-up for several workspaces."""
    return {
        "SLACK_API_URL": environ["SLACK_API_URL"],
        "SLACK_CLIENT_ID": "123.456",
        "SLACK_CLIENT_SECRET": "fedcba9876543210",
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
    }


def test_several_workspaces_are_counted(
    settings: Settings, environ: dict[str, str], api: WebApi
) -> None:
    oauth = with_oauth(environ)
    assert failed(settings, oauth) == []
    assert finding(settings, oauth, "slack workspaces") == "none has installed the app yet"
    installed = Installations(installations_beside(Path(settings.slack.state)), "123.456")
    names = {"app_id": "A01", "team_id": "T01", "bot_id": "B01", "bot_user_id": "U01"}
    installed.save_bot(Bot(bot_token="xoxb-1", installed_at=1.0, **names))
    assert finding(settings, oauth, "slack workspaces") == "1 installed the app"
    api.answer("auth.test", error="token_revoked")
    (check,) = failed(settings, oauth)
    assert check.finding.startswith("Slack refuses the token of T01; it is forgotten at the next")


def test_a_memory_that_is_none_is_told(settings: Settings, environ: dict[str, str]) -> None:
    Path(settings.slack.state).write_text("This is no database, whatever its name says.")
    checks = failed(settings, environ)
    assert {check.name for check in checks} == {"slack events", "slack memory"}
    assert all("can't be used" in check.finding for check in checks)


def test_a_memory_whose_folder_can_not_be_made_is_told(
    settings: Settings, environ: dict[str, str], tmp_path: Path
) -> None:
    deeper = replace(settings, slack=SlackSettings(state=str(tmp_path / "a" / "b" / "s.sqlite")))
    assert failed(deeper, environ) == []
    (tmp_path / "a").write_text("a file")
    (check,) = failed(deeper, environ)
    assert (check.name, f"since {tmp_path}/a can't be written" in check.finding) == (
        "slack memory",
        True,
    )


def test_a_collection_of_no_article_is_told_with_the_table_that_names_it(
    settings: Settings, environ: dict[str, str], tmp_path: Path
) -> None:
    index = PassageIndex(tmp_path / "index")
    index.add([Article("a", "A", "The plant closed.", collection="plants")])
    index.close()
    limited = {"C1": ChannelSettings(collections=("plants", "handbok"))}
    slack = replace(settings.slack, channels=limited)
    (check,) = failed(replace(settings, slack=slack, index=str(tmp_path / "index")), environ)
    assert check.finding.startswith("[slack.channels.C1] is limited to the collection handbok, of")
    good = replace(slack, channels={}, everywhere=ChannelSettings(collections=("plants",)))
    known = replace(settings, slack=good, index=str(tmp_path / "index"))
    assert finding(known, environ, "slack collections").endswith("of all that [slack] name")
    (missing,) = failed(replace(known, index=str(tmp_path / "nowhere")), environ)
    assert missing.name == "slack collections"
    (tmp_path / "index" / "footnote.sqlite").write_text("no database")
    (damaged,) = failed(known, environ)
    assert "footnote.sqlite" in damaged.finding


def test_the_doctor_tells_of_slack_below_all_else(
    run: Callable[..., Result], indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    *_, last = result.stdout.splitlines()
    assert last == "ok    slack: not set up; begin with: footnote slack manifest"
    monkeypatch.setenv("SLACK_APP_TOKEN", "xoxb-1")
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAIL  slack tokens: SLACK_BOT_TOKEN is not set" in result.stdout


def test_an_address_of_the_api_that_is_none_is_told(
    settings: Settings, environ: dict[str, str]
) -> None:
    checks = failed(replace(settings), {**environ, "SLACK_API_URL": "nowhere"})
    assert {check.name for check in checks} == {"slack login", "slack socket"}
