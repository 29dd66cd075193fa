"""From Slack's events to questions: who asked what, and whether the bot was meant. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config import SlackSettings
from bot.followup import OPENERS
from bot.slack.types import Question, Way

# Kinds of messages that people write; others tell of joins, topics and the like.
WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
# <http://address|label>, <#C012|channel>, <!subteam^S012|@group>, <!date^…|fallback>
MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
STYLED = re.compile(r"(?<!\w)([*_~`]+)(?=\S)(.+?)(?<=\S)\1(?!\w)", re.S)
QUOTED_LINE = re.compile(r"^(?:&gt;|>) ?", re.M)
# Words that begin a question or a request.
BEGINNINGS = re.compile(
    r"^\W*(?:who|whom|whose|what|which|where|when|why|how|is|are|was|were|do|does|did|has|have|had|"
    r"can|could|will|would|should|may|might|tell|show|explain|list|name|give|find|describe|compare)"
    r"\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """Whose events they are: the workspace's id, and the bot's user in it."""

    team: str
    bot: str


def key_of(message: Mapping[str, Any], workspace: Workspace) -> str:
    """Return what is the same for every event that tells of a message."""
    return f"{workspace.team}:{message['channel']}:{message['ts']}"


def plain(text: str) -> str:
    """Return a message in plain words: no mentions, links as labels, no marks of style."""
    text = text.encode("utf-8", errors="replace").decode("utf-8").replace("\0", "")
    text = MARKUP.sub(_shown, MENTION.sub(" ", text))
    text = STYLED.sub(r"\2", QUOTED_LINE.sub("", text))
    return " ".join(html.unescape(text).split())


def asks(text: str) -> bool:
    """Say whether plain words read as a question, or a follow-up to one."""
    return bool("?" in text or BEGINNINGS.search(text) or OPENERS.search(text))


def question_in(
    event: Mapping[str, Any],
    workspace: Workspace,
    settings: SlackSettings,
    in_thread: Callable[[str, str, str], bool],
) -> Question | None:
    """Return the question that a message puts to the bot, or None if it puts none.

    Parameters
    ----------
    event : mapping
        An event ``app_mention`` or ``message``, or the message of an edit.
    workspace : Workspace
    settings : SlackSettings
    in_thread : callable
        Of channel, thread and user: whether the bot is in the thread, for that user.
    """
    user, channel, ts = (str(event.get(name) or "") for name in ("user", "channel", "ts"))
    if not (user and channel and ts) or _by_a_machine(event, workspace):
        return None
    text = str(event.get("text") or "")
    thread = str(event.get("thread_ts") or "")
    way = _way(event, workspace, settings, in_thread)
    if way is None:
        return None
    direct = way == "direct"
    return Question(
        key=key_of(event, workspace),
        way=way,
        team=workspace.team,
        channel=channel,
        user=user,
        text=plain(text),
        ts=ts,
        thread=thread if direct else thread or ts,
        private=not direct and settings.of(channel).answers == "private",
        everybody=event.get("channel_type") == "channel",
        edited=str((event.get("edited") or {}).get("ts") or ""),
    )


def edited_message(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return a message as it reads now, if the event tells that somebody edited its words."""
    if event.get("subtype") != "message_changed":
        return None
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("text") == before.get("text"):  # a link's preview came, or a reply
        return None
    placed = {name: event.get(name) for name in ("channel", "channel_type", "type")}
    return {**now, **placed}


def command_question(
    body: Mapping[str, Any], workspace: Workspace, way: Way = "command"
) -> Question:
    """Return the question of ``/ask``."""
    return Question(
        key=f"{workspace.team}:command:{body['trigger_id']}",
        way=way,
        team=workspace.team,
        channel=body["channel_id"],
        user=body["user_id"],
        text=plain(body.get("text") or ""),
        private=True,
        response_url=body.get("response_url") or "",
    )


def shortcut_question(
    body: Mapping[str, Any], workspace: Workspace, settings: SlackSettings
) -> Question:
    """Return the question in the message whose menu "Answer this" was chosen from."""
    message, channel = body["message"], body["channel"]["id"]
    direct = channel.startswith("D")
    thread = message.get("thread_ts") or ("" if direct else message["ts"])
    return Question(
        key=f"{workspace.team}:shortcut:{body['trigger_id']}",
        way="shortcut",
        team=workspace.team,
        channel=channel,
        user=body["user"]["id"],
        text=plain(message.get("text") or ""),
        ts=message["ts"],
        thread=thread,
        private=not direct and settings.of(channel).answers == "private",
        response_url=body.get("response_url") or "",
    )


def _by_a_machine(event: Mapping[str, Any], workspace: Workspace) -> bool:
    return (
        bool(event.get("bot_id"))
        or event.get("user") == workspace.bot
        or bool(event.get("hidden"))
        or event.get("subtype") not in WRITTEN
    )


def _way(
    event: Mapping[str, Any],
    workspace: Workspace,
    settings: SlackSettings,
    in_thread: Callable[[str, str, str], bool],
) -> Way | None:
    """Say in which way the bot is asked, if it is."""
    if event.get("channel_type") == "im" or event["channel"].startswith("D"):
        return "direct"
    text = event.get("text") or ""
    mentioned = set(MENTION.findall(text))
    if workspace.bot in mentioned or event.get("type") == "app_mention":
        return "mention"
    if mentioned or not asks(plain(text)):  # aimed at somebody else, or at nobody
        return None
    thread = event.get("thread_ts")
    if thread:
        return "thread" if in_thread(event["channel"], thread, event["user"]) else None
    return "channel" if settings.of(event["channel"]).when == "every question" else None


def _shown(match: re.Match[str]) -> str:
    target, label = match.groups()
    if label:
        return label.lstrip("#@")
    return "" if target[:1] in {"#", "@", "!"} else target.removeprefix("mailto:")
