"""Tokens: each missing or wrong one is told with its variable and where to find it."""

from __future__ import annotations

import pytest

from bot.errors import SlackError
from bot.slack.credentials import (
    APP_TOKEN,
    BOT_TOKEN,
    CLIENT_SECRET,
    SECRETS,
    SIGNING_SECRET,
    Secret,
    api_url,
    known,
    need,
)

RIGHT = {
    "SLACK_BOT_TOKEN": "xoxb-1-2-abc",
    "SLACK_APP_TOKEN": "xapp-1-A01-2-abc",
    "SLACK_SIGNING_SECRET": "0123456789abcdef0123456789abcdef",
    "SLACK_CLIENT_ID": "123.456",
    "SLACK_CLIENT_SECRET": "fedcba9876543210fedcba9876543210",
    "SLACK_CONFIG_TOKEN": "xoxe.xoxp-1-abc",
}


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.variable)
def test_a_secret_of_the_right_kind_is_taken_without_the_space_around_it(secret: Secret) -> None:
    value = RIGHT[secret.variable]
    assert need({secret.variable: f" {value}\n"}, secret) == value


@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: secret.variable)
@pytest.mark.parametrize("value", ["", " \n"], ids=["empty", "blank"])
def test_a_missing_secret_is_told_with_its_variable_and_its_place(
    secret: Secret, value: str
) -> None:
    with pytest.raises(SlackError) as caught:
        need({secret.variable: value}, secret)
    assert str(caught.value) == (
        f"{secret.variable} is not set; {secret.name} stands at "
        f"https://api.slack.com/apps › {secret.place}."
    )


@pytest.mark.parametrize(
    ("secret", "value", "said"),
    [
        (
            BOT_TOKEN,
            "xapp-1-A01-2-abc",
            "with xapp-: that is not the bot token, which begins with xoxb-",
        ),
        (BOT_TOKEN, "xoxp-1-abc", "with xoxp-: that is not the bot token, which begins with xoxb-"),
        (
            APP_TOKEN,
            "xoxb-1-2-abc",
            "with xoxb-: that is not the app-level token, which begins with",
        ),
        (
            APP_TOKEN,
            "hunter2",
            "otherwise: that is not the app-level token, which begins with xapp-",
        ),
        (
            SIGNING_SECRET,
            "xoxb-1-2-abc",
            "with xoxb-: that is not the signing secret, which stands at",
        ),
        (CLIENT_SECRET, "xoxe-1-abc", "with xoxe-: that is not the client secret, which stands at"),
    ],
)
def test_a_secret_of_another_kind_is_told_and_not_shown(
    secret: Secret, value: str, said: str
) -> None:
    with pytest.raises(SlackError) as caught:
        need({secret.variable: value}, secret)
    assert str(caught.value).startswith(f"{secret.variable} begins {said}")
    assert secret.place in str(caught.value)
    assert value not in str(caught.value)


def test_a_rotated_bot_token_is_a_bot_token() -> None:
    assert need({"SLACK_BOT_TOKEN": "xoxe.xoxb-1-abc"}, BOT_TOKEN) == "xoxe.xoxb-1-abc"


def test_slack_s_own_address_is_taken_unless_another_is_named() -> None:
    assert api_url({}) == "https://slack.com/api/"
    assert api_url({"SLACK_API_URL": "http://127.0.0.1:3000/api/"}) == "http://127.0.0.1:3000/api/"


def test_an_address_gets_its_final_slash() -> None:
    assert api_url({"SLACK_API_URL": "http://127.0.0.1:3000/api"}) == "http://127.0.0.1:3000/api/"


def test_what_is_no_address_is_told() -> None:
    with pytest.raises(SlackError, match="SLACK_API_URL must be an address such as https://"):
        api_url({"SLACK_API_URL": "slack.com/api/"})


def test_every_secret_that_is_set_is_known_and_no_other_variable() -> None:
    assert set(known({**RIGHT, "HOME": "/home/anna"})) == set(RIGHT.values())
