"""``/ask`` and the message shortcut "Answer this"."""

from __future__ import annotations

from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.slack.asking import Workspace, command_question, shortcut_question
from bot.slack.desk import Desk
from bot.slack.manifest import COMMAND, SHORTCUT


def register(app: App, desk: Desk) -> None:
    """Hear the command and the shortcut."""

    def ask(body: dict[str, Any], context: BoltContext, client: WebClient, ack: Ack) -> None:
        question = command_question(body, _workspace(context))
        if not any(map(str.isalnum, question.text)):
            ack(response_type="ephemeral", text=desk.texts.render("nothing-asked"))
            return
        desk.take(question, client)
        ack()

    def answer_this(
        body: dict[str, Any], context: BoltContext, client: WebClient, ack: Ack
    ) -> None:
        desk.take(shortcut_question(body, _workspace(context), desk.settings), client)
        ack()

    app.command(COMMAND)(ask)
    app.message_shortcut(SHORTCUT)(answer_this)


def _workspace(context: BoltContext) -> Workspace:
    return Workspace(context.team_id or "", context.bot_user_id or "")
