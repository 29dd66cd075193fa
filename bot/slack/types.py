"""The records of the Slack app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from slack_sdk import WebClient

Way = Literal["mention", "direct", "thread", "channel", "command", "shortcut"]
Block = dict[str, Any]
# The client that speaks for a workspace, by the workspace's id; None where the app was removed.
Clients = Callable[[str], WebClient | None]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked, wherever and however they asked it.

    Parameters
    ----------
    key : str
        The same for every copy of the same question: a retry, or a second kind of event.
    way : {"mention", "direct", "thread", "channel", "command", "shortcut"}
        How it was asked.
    team, channel, user : str
        Ids of the workspace, the place and the person.
    text : str
        In plain words, without mentions and markup.
    ts : str
        The message's timestamp, which is its id in its channel; empty for a command.
    thread : str
        Timestamp of the thread to answer in; empty: beside the question.
    private : bool
        Shown to the person alone.
    response_url : str
        Where a command is answered; empty for all else.
    edited : str
        Timestamp of the message's last edit; empty for none.
    everybody : bool
        Asked where everybody in the workspace may read it, as far as is known.
    """

    key: str
    way: Way
    team: str
    channel: str
    user: str
    text: str
    ts: str = ""
    thread: str = ""
    private: bool = False
    response_url: str = ""
    edited: str = ""
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: blocks, and the plain text for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...] = ()


class Observe(Protocol):
    """Told what happens, for logs and metrics; no tokens are handed to it."""

    def __call__(self, event: str, /, **facts: str | float) -> None:
        """Take note of an event.

        Parameters
        ----------
        event : str
            ``asked`` (way; text, which logs leave out unless told to), ``again`` (way: a copy of
            a question already claimed), ``answered`` (way, status, seconds since it was asked),
            ``failed`` (way, error), ``feedback`` (verdict).
        """
        ...


def unobserved(event: str, /, **facts: str | float) -> None:
    """Take no note."""
