"""Messages out to Slack, each once: what fails in passing is tried again, what was sent is not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.slack.asking import plain
from bot.slack.types import Message, Question

logger = logging.getLogger("footnote.slack")

# Seconds to wait before each further try; about ten minutes in all.
PAUSES = (0.2, 0.5, 1, 2, 4, 8, 15, 30, 60, 60, 60, 120, 120, 120)
BAD_REQUEST = 400
SERVER_ERRORS = 500
TOO_MANY = 429
# What Slack answers with status 200 when it means to be tried again.
PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable",
                     "request_timeout", "team_added_to_org"})  # fmt: skip
# A message is looked for among this many, after a try of which it isn't known how it ended.
LOOKED_THROUGH = 100


class Stopped(Exception):
    """The app is closing; what was not sent yet is sent after the next start."""


class Delivery:
    """Sends one question's answer.

    Parameters
    ----------
    client : WebClient
        Speaks for the workspace.
    question : Question
    mark : str
        Stands in the blocks of the answer, by which it is known again.
    closing : threading.Event
        Ends the waiting between tries.
    pauses : sequence of float
        Seconds to wait before each further try.
    """

    def __init__(
        self,
        client: WebClient,
        question: Question,
        mark: str,
        closing: threading.Event,
        *,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._client = _without_retries(client)
        self._question = question
        self._mark = mark
        self._closing = closing
        self._pauses = pauses
        self._stream = ""
        self._task: dict[str, str] = {}

    def status(self, text: str) -> None:
        """Show what the bot is doing; where Slack can't, nothing is shown."""
        question = self._question
        if question.private or not (question.thread or question.ts):
            return
        self._decorate(
            "assistant_threads_setStatus",
            channel_id=question.channel,
            thread_ts=question.thread or question.ts,
            status=text,
        )

    def title(self, text: str) -> None:
        """Give the conversation in the agent pane its title."""
        if self._question.way == "direct" and self._question.thread:
            self._decorate(
                "assistant_threads_setTitle",
                channel_id=self._question.channel,
                thread_ts=self._question.thread,
                title=text,
            )

    def begin_stream(self, text: str) -> str:
        """Begin a message that is still being written; return its timestamp, or an empty text."""
        question = self._question
        if question.private or not question.thread:
            return ""
        self._task = {"type": "task_update", "id": self._mark, "title": text}
        chunk = {**self._task, "status": "in_progress"}
        found = self._decorate(
            "chat_startStream",
            channel=question.channel,
            thread_ts=question.thread,
            recipient_user_id=question.user,
            recipient_team_id=question.team,
            chunks=[chunk],
        )
        self._stream = str(found.get("ts") or "")
        return self._stream

    def append(self, ts: str, text: str) -> None:
        """Add to a message that is still being written; where Slack can't, nothing is added."""
        if ts and ts == self._stream:
            self._decorate(
                "chat_appendStream", channel=self._question.channel, ts=ts, markdown_text=text
            )

    def complete(self, ts: str, message: Message) -> str:
        """Put the answer into a message: one still being written, or else one that was sent."""
        if ts == self._stream:
            self._stream = ""
            chunk = {**self._task, "status": "complete"}
            ended = self._decorate(
                "chat_stopStream", channel=self._question.channel, ts=ts, chunks=[chunk]
            )
            logger.debug("stream ended: %s", bool(ended))
        # Also after a stream: what it showed while it was worked on goes.
        return self.change(ts, message)

    def send(self, message: Message, *, perhaps_sent: bool = False) -> str:
        """Send the answer, unless it was sent before.

        Parameters
        ----------
        message : Message
        perhaps_sent : bool
            Look whether it was, first.

        Returns
        -------
        str
            The message's timestamp; empty for one that can't be changed.

        Raises
        ------
        SlackApiError
            If Slack refuses it for good.
        Stopped
            If the app is closing before Slack took it.
        """
        if self._question.private:
            return self._send_privately(message)
        for pause in self._tries():
            try:
                found = self.sent() if perhaps_sent else ""
                if found:
                    return self.change(found, message)
                return str(self._post(message)["ts"])
            except (SlackClientError, OSError, HTTPException) as error:
                wait = _wait(error, pause)
                perhaps_sent = perhaps_sent or not _was_refused(error)
            self._pause(wait)
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def change(self, ts: str, message: Message) -> str:
        """Change a message that was sent."""
        self._again(
            "chat_update",
            channel=self._question.channel,
            ts=ts,
            text=message.text,
            blocks=list(message.blocks),
        )
        return ts

    def sent(self) -> str:
        """Return the timestamp of the answer if it is there already, or an empty text."""
        question = self._question
        if question.thread:
            found = self._client.conversations_replies(
                channel=question.channel,
                ts=question.thread,
                oldest=question.ts,
                limit=LOOKED_THROUGH,
            )
        else:
            found = self._client.conversations_history(
                channel=question.channel, oldest=question.ts, limit=LOOKED_THROUGH
            )
        for message in found.get("messages") or ():
            blocks = message.get("blocks") or ()
            if any(str(block.get("block_id", "")).startswith(self._mark) for block in blocks):
                return str(message["ts"])
        return ""

    def said_before(self) -> list[str]:
        """Return what people wrote in the thread before the question, in plain words."""
        question = self._question
        found = self._decorate(
            "conversations_replies",
            channel=question.channel,
            ts=question.thread,
            latest=question.ts,
            limit=LOOKED_THROUGH,
        )
        return [
            words
            for message in found.get("messages") or ()
            if message.get("ts", "") < question.ts and not message.get("bot_id")
            if (words := plain(message.get("text") or ""))
        ]

    def _post(self, message: Message) -> Any:
        return self._client.chat_postMessage(
            channel=self._question.channel,
            text=message.text,
            blocks=list(message.blocks),
            thread_ts=self._question.thread or None,
            unfurl_links=False,
            unfurl_media=False,
        )

    def _send_privately(self, message: Message) -> str:
        """Send to the asker alone: where they asked, and where that fails, as a direct message."""
        question = self._question
        if question.response_url:
            if self._respond(message):
                return ""
        else:
            thread = {"thread_ts": question.thread} if question.thread != question.ts else {}
            try:
                self._again(
                    "chat_postEphemeral",
                    channel=question.channel,
                    user=question.user,
                    text=message.text,
                    blocks=list(message.blocks),
                    **thread,
                )
                return ""
            except SlackApiError as error:
                logger.info("an answer goes by direct message: %s", error.response.get("error"))
        self._again(
            "chat_postMessage",
            channel=question.user,
            text=message.text,
            blocks=list(message.blocks),
            unfurl_links=False,
            unfurl_media=False,
        )
        return ""

    def _respond(self, message: Message) -> bool:
        """Answer a command at its address; False once that has expired."""
        hook = WebhookClient(self._question.response_url, retry_handlers=[])
        for pause in self._tries():
            try:
                response = hook.send(
                    text=message.text,
                    blocks=list(message.blocks),
                    response_type="ephemeral",
                    replace_original=False,
                )
                if response.status_code != TOO_MANY and response.status_code < SERVER_ERRORS:
                    return response.status_code < BAD_REQUEST
            except (OSError, HTTPException) as error:
                logger.debug("an answer to a command: %s", error)
            if pause is not None:
                self._pause(pause)
        return False

    def _again(self, method: str, **arguments: Any) -> Any:
        """Call a method whose second call does no harm, until Slack takes it."""
        for pause in self._tries():
            try:
                return getattr(self._client, method)(**arguments)
            except (SlackClientError, OSError, HTTPException) as error:
                wait = _wait(error, pause)
            self._pause(wait)
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def _decorate(self, method: str, **arguments: Any) -> Any:
        """Call a method without which the answer is as good."""
        try:
            return getattr(self._client, method)(**arguments)
        except (SlackClientError, OSError, HTTPException) as error:
            logger.debug("%s: %s", method, error)
            return {}

    def _tries(self) -> Iterator[float | None]:
        """Yield how long to wait after each try; None after the last."""
        if self._closing.is_set():
            raise Stopped
        yield from self._pauses
        yield None

    def _pause(self, seconds: float) -> None:
        if self._closing.wait(seconds):
            raise Stopped


def _without_retries(client: WebClient) -> WebClient:
    """Return a client that tries once: after a lost connection it must be looked, not sent."""
    return WebClient(
        token=client.token,
        base_url=client.base_url,
        timeout=client.timeout,
        ssl=client.ssl,
        proxy=client.proxy,
        headers=client.headers,
        logger=client.logger,
        retry_handlers=[],
    )


def _wait(error: Exception, pause: float | None) -> float:
    """Return how long to wait before the next try; raise what no further try mends."""
    if pause is None:
        raise error
    if not isinstance(error, SlackApiError):
        return pause
    status = getattr(error.response, "status_code", 200)
    if status == TOO_MANY:
        after = {name.lower(): value for name, value in error.response.headers.items()}
        return float(after.get("retry-after", pause))
    if status >= SERVER_ERRORS or error.response.get("error") in PASSING:
        return pause
    raise error


def _was_refused(error: Exception) -> bool:
    """Say whether Slack did nothing for certain."""
    return isinstance(error, SlackApiError) and (
        getattr(error.response, "status_code", 200) == TOO_MANY
        or error.response.get("error") == "ratelimited"
    )
