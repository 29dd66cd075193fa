"""Who is meant, and what is asked: from Slack's events to questions."""

from __future__ import annotations

from typing import Any

import pytest

from bot.config import ChannelSettings, SlackSettings
from bot.slack.asking import (
    Workspace,
    asks,
    command_question,
    edited_message,
    plain,
    question_in,
    shortcut_question,
)
from bot.slack.types import Question

WORKSPACE = Workspace("T01LAB", "U0QABOT")
SETTINGS = SlackSettings(
    channels={
        "C02ALL": ChannelSettings(when="every question"),
        "C03QUIET": ChannelSettings(answers="private"),
    }
)


def heard(text: str, *, threads: frozenset[str] = frozenset(), **more: Any) -> Question | None:
    """Return the question in a message of a channel."""
    event = {
        "type": "message", "channel": "C01HELP", "channel_type": "channel", "user": "U01ALICE",
        "ts": "2.0", "text": text, **more,
    }  # fmt: skip
    return question_in(event, WORKSPACE, SETTINGS, lambda channel, thread, user: thread in threads)


def test_a_mention_is_a_question_answered_in_a_thread_of_its_own() -> None:
    assert heard("<@U0QABOT> where is it?") == Question(
        key="T01LAB:C01HELP:2.0", way="mention", team="T01LAB", channel="C01HELP",
        user="U01ALICE", text="where is it?", ts="2.0", thread="2.0", everybody=True,
    )  # fmt: skip


def test_a_mention_in_a_thread_is_answered_there() -> None:
    question = heard("<@U0QABOT> where?", thread_ts="1.0")
    assert question is not None
    assert question.thread == "1.0"


def test_a_mention_event_needs_no_mention_in_its_text() -> None:
    question = heard("where?", type="app_mention")
    assert question is not None
    assert question.way == "mention"


def test_what_nobody_asked_the_bot_is_no_question() -> None:
    assert heard("where is it?") is None
    assert heard("where is it?", thread_ts="1.0") is None


def test_a_question_in_a_thread_the_bot_is_in_needs_no_mention() -> None:
    threads = frozenset({"1.0"})
    question = heard("and when?", thread_ts="1.0", threads=threads)
    assert question is not None
    assert (question.way, question.thread) == ("thread", "1.0")
    assert heard("Thanks a lot!", thread_ts="1.0", threads=threads) is None


def test_a_question_aimed_at_somebody_else_is_left_to_them() -> None:
    threads = frozenset({"1.0"})
    assert heard("<@U02BOB> where is it?", thread_ts="1.0", threads=threads) is None
    assert heard("<@U02BOB> where is it?", channel="C02ALL") is None


def test_a_mention_of_the_bot_and_somebody_else_is_for_both() -> None:
    question = heard("<@U0QABOT> and <@U02BOB>: where is it?")
    assert question is not None
    assert question.text == "and : where is it?"


def test_channels_may_have_every_question_answered() -> None:
    question = heard("where is it?", channel="C02ALL")
    assert question is not None
    assert question.way == "channel"
    assert heard("Good morning", channel="C02ALL") is None
    assert heard("where is it?", channel="C02ALL", thread_ts="1.0") is None


def test_channels_may_have_private_answers() -> None:
    question = heard("<@U0QABOT> where?", channel="C03QUIET")
    assert question is not None
    assert question.private


def test_all_that_is_said_in_a_direct_message_is_asked() -> None:
    question = heard("the new plant", channel="D01", channel_type="im")
    assert question is not None
    assert (question.way, question.thread, question.everybody) == ("direct", "", False)


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B01"},
        {"user": "U0QABOT"},
        {"user": ""},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted"},
        {"hidden": True},
    ],
)
def test_what_machines_write_is_no_question(more: dict[str, Any]) -> None:
    assert heard("<@U0QABOT> where?", **more) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0QABOT>  where\nis it?", "where is it?"),
        ("<https://example.com/a|the plant> &amp; more", "the plant & more"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("<mailto:a@example.com|a@example.com>", "a@example.com"),
        ("<#C01|general> <#C02>", "general"),
        ("<!subteam^S01|@editors> <!here>", "editors"),
        (
            "*bold* and _slanted_, `code`; snake_case_name",
            "bold and slanted, code; snake_case_name",
        ),
        ("&gt; quoted\n2 &lt; 3", "quoted 2 < 3"),
        ("a\ud800b\0c", "a?bc"),
    ],
)
def test_messages_are_read_as_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


def test_questions_are_told_from_remarks() -> None:
    assert asks("where is it")
    assert asks("It is where?")
    assert asks("tell me more")
    assert asks("and the second line")
    assert not asks("I see, thank you.")
    assert not asks("")


def edit(before: str, now: str) -> dict[str, Any]:
    """Return the event of an edit."""
    return {
        "subtype": "message_changed", "channel": "C01HELP", "channel_type": "channel",
        "type": "message", "previous_message": {"text": before},
        "message": {"text": now, "user": "U01ALICE", "ts": "2.0", "edited": {"ts": "3.0"}},
    }  # fmt: skip


def test_an_edit_is_a_message_with_other_words() -> None:
    message = edited_message(edit("where?", "when?"))
    assert message is not None
    assert (message["text"], message["channel"], message["ts"]) == ("when?", "C01HELP", "2.0")
    assert edited_message(edit("where?", "where?")) is None
    assert edited_message({"type": "message", "text": "where?"}) is None


def test_a_command_is_a_private_question() -> None:
    body = {
        "trigger_id": "7", "channel_id": "C01HELP", "user_id": "U01ALICE", "text": "where?",
        "response_url": "https://hooks.example/1",
    }  # fmt: skip
    question = command_question(body, WORKSPACE)
    assert (question.key, question.private) == ("T01LAB:command:7", True)
    assert question.response_url == "https://hooks.example/1"


def test_a_shortcut_asks_what_somebody_wrote() -> None:
    body = {
        "trigger_id": "7", "channel": {"id": "C01HELP"}, "user": {"id": "U02BOB"},
        "message": {"ts": "2.0", "text": "where <@U0QABOT>?", "user": "U01ALICE"},
    }  # fmt: skip
    question = shortcut_question(body, WORKSPACE, SETTINGS)
    assert (question.text, question.user, question.thread) == ("where ?", "U02BOB", "2.0")
    body["channel"] = {"id": "D01"}
    assert shortcut_question(body, WORKSPACE, SETTINGS).thread == ""
