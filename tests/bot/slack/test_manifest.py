"""The manifest: what Slack's schema demands, and what the app hears and does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import Result

from bot.errors import SlackError
from bot.slack.manifest import EVENTS, SCOPES, manifest

Run = Callable[..., Result]
SCHEMA = json.loads((Path(__file__).parent / "manifest.schema.json").read_text(encoding="utf-8"))
URL = "https://footnote.example.com"
# Each event is sent only to an app with the scope.
NEEDS = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


def test_the_schema_itself_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("url", ["", URL, f"{URL}/behind/a/proxy/"])
def test_it_is_valid_against_the_schema(url: str) -> None:
    jsonschema.validate(manifest(url), SCHEMA)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: made["display_information"].update(name="F" * 36),
        lambda made: made["display_information"].update(description="F" * 141),
        lambda made: made["display_information"].update(long_description="too short"),
        lambda made: made["features"]["agent_view"].update(agent_description="F" * 301),
        lambda made: made["features"]["shortcuts"][0].update(name="F" * 25),
        lambda made: made["features"]["slash_commands"][0].update(command="ask"),
        lambda made: made["features"].update(assistant={}),
        lambda made: made["settings"]["event_subscriptions"]["bot_events"].append("app_mention"),
        lambda made: made["settings"]["interactivity"].pop("is_enabled"),
        lambda made: made.pop("display_information"),
    ],
)
def test_the_schema_refuses_what_slack_refuses(spoil: Callable[[dict[str, Any]], Any]) -> None:
    made = manifest()
    spoil(made)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, SCHEMA)


def test_socket_mode_needs_no_address() -> None:
    made = manifest()
    assert made["settings"]["socket_mode_enabled"] is True
    assert "http" not in json.dumps(made)


def test_an_address_turns_socket_mode_off_and_everything_is_sent_there() -> None:
    made = manifest(f"{URL}/bot/")
    assert made["settings"]["socket_mode_enabled"] is False
    events = f"{URL}/bot/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == events
    assert made["settings"]["interactivity"]["request_url"] == events
    assert [each["url"] for each in made["features"]["slash_commands"]] == [events]
    assert made["oauth_config"]["redirect_urls"] == [f"{URL}/bot/slack/oauth_redirect"]


def test_an_address_that_slack_would_not_take_is_told() -> None:
    with pytest.raises(SlackError, match="http://x does not begin with https:// and a host"):
        manifest("http://x")


def test_it_has_the_agent_pane_and_not_the_older_one() -> None:
    assert "agent_view" in manifest()["features"]
    assert "assistant_view" not in manifest()["features"]


def test_people_may_write_to_the_app_and_open_its_home() -> None:
    assert manifest()["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_every_event_has_the_scope_that_it_needs() -> None:
    assert set(NEEDS) <= set(EVENTS)
    assert set(NEEDS.values()) <= set(SCOPES)


def test_uninstalls_and_revoked_tokens_are_heard_of() -> None:
    assert {"app_uninstalled", "tokens_revoked"} <= set(EVENTS)


def test_the_command_prints_json_and_nothing_else(run: Run) -> None:
    result = run("slack", "manifest")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == manifest()


def test_the_command_takes_an_address_from_its_option_or_the_settings(
    run: Run, workplace: Path
) -> None:
    assert json.loads(run("slack", "manifest", "--url", URL).stdout) == manifest(URL)
    (workplace / "footnote.toml").write_text(f'[slack]\nurl = "{URL}/x"\n')
    assert json.loads(run("slack", "manifest").stdout) == manifest(f"{URL}/x")


def test_the_command_tells_a_wrong_address_in_one_sentence(run: Run) -> None:
    result = run("slack", "manifest", "--url", "http://x")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: http://x does not begin with https:// and a host; "
        "Slack sends to such addresses only.\n"
    )
