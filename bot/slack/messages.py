"""Messages and mentions: a question is taken on before Slack gets its acknowledgement."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext, BoltResponse
from slack_sdk import WebClient

from bot.slack.asking import Workspace, edited_message, key_of, plain, question_in
from bot.slack.desk import Desk


def register(app: App, desk: Desk) -> None:
    """Hear mentions, direct messages, follow-ups and edits."""

    def hear(
        event: dict[str, Any], context: BoltContext, client: WebClient, ack: Ack
    ) -> BoltResponse:
        workspace = Workspace(context.team_id or "", context.bot_user_id or "")

        def in_thread(channel: str, thread: str, user: str) -> bool:
            return desk.state.in_thread(workspace.team, channel, thread, user)

        edited = edited_message(event)
        question = question_in(edited or event, workspace, desk.settings, in_thread)
        if edited:
            key, text = key_of(edited, workspace), plain(edited.get("text") or "")
            known = desk.amend(key, text, (edited.get("edited") or {}).get("ts") or "", client)
            if not known and question is not None:
                desk.take(question, client)
        elif question is not None:
            desk.take(question, client)
        return ack()

    # Middleware, since of a listener only that runs before Slack gets its acknowledgement.
    for kind in ("app_mention", "message"):
        app.event(kind, middleware=[hear])(_heard)


def _heard() -> None:
    """Do nothing more: the event was seen to before it was acknowledged."""
