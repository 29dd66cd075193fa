"""What people click under an answer: feedback, the passage, more of it, sharing, a person."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.citations import as_citation, find_again
from bot.slack import blocks
from bot.slack.desk import Desk
from bot.slack.record import recalled
from bot.slack.state import Feedback, Given, Verdict
from bot.slack.types import Block, Message
from index import CorpusError


def register(app: App, desk: Desk) -> None:
    """Hear the buttons of answers, and the modal that asks what was wrong."""
    clicks = Clicks(desk)
    app.action(blocks.FEEDBACK)(clicks.judge)
    app.action(re.compile(rf"{blocks.SHOW}_\d+"))(clicks.show)
    app.action(blocks.MORE)(clicks.more)
    app.action(blocks.SHARE)(clicks.share)
    app.action(blocks.PERSON)(clicks.ask_a_person)
    app.action(blocks.OPEN)(_opened)
    app.view(blocks.WHY)(clicks.explain)


class Clicks:
    """Sees to clicks; each is acknowledged before anything else."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._texts = desk.texts

    def judge(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient
    ) -> None:
        """Keep a verdict; the last click counts. After "not useful", ask what was wrong."""
        verdict, _, id = action["value"].partition(":")
        user = body["user"]["id"]
        kept = self._given(id) is not None and self._desk.state.judge(
            Feedback(id, user, _verdict(verdict), float(action["action_ts"]))
        )
        ack()
        if not kept:
            return
        self._desk.observe("feedback", verdict=verdict)
        if verdict == "down":
            self._open(client, body, blocks.feedback_modal(id, self._texts))

    def explain(self, ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        """Keep what somebody says was wrong, unless they found it useful after all."""
        values = view["state"]["values"]
        chosen = values.get("reasons", {}).get("reasons", {}).get("selected_options") or ()
        words = values.get("words", {}).get("words", {}).get("value") or ""
        self._desk.state.explain(
            view["private_metadata"],
            body["user"]["id"],
            tuple(option["value"] for option in chosen),
            words,
        )
        ack()

    def show(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient
    ) -> None:
        """Show a passage as the article has it now."""
        ack()
        id, _, number = action["value"].partition(":")
        self._open(client, body, self._passage(id, int(number)))

    def more(
        self, ack: Ack, action: dict[str, Any], body: dict[str, Any], client: WebClient
    ) -> None:
        """Show the whole of an answer."""
        ack()
        given = self._given(action["value"])
        if given is None:
            self._open(client, body, self._told("forgotten"))
        else:
            self._open(client, body, blocks.answer_modal(recalled(given.record), self._texts))

    def share(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        client: WebClient,
        respond: Respond,
    ) -> None:
        """Show a private answer to the channel, once."""
        ack()
        given = self._given(action["value"])
        if given is None:
            _tell(respond, self._texts.render("forgotten"))
            return
        message = self._desk.rendered(given.question, recalled(given.record))
        shared = blocks.shared_message(message, given.question.user, self._texts)
        if not self._publish(f"share:{given.id}", given, shared, client, respond):
            _tell(respond, self._texts.render("share-failed"))

    def ask_a_person(
        self,
        ack: Ack,
        action: dict[str, Any],
        body: dict[str, Any],
        client: WebClient,
        respond: Respond,
    ) -> None:
        """Mention those who look after the articles, once for each question."""
        ack()
        given = self._given(action["value"])
        if given is None:
            _tell(respond, self._texts.render("forgotten"))
            return
        question = given.question
        owners = self._desk.settings.of(question.channel).owners
        message = blocks.person_message(question.text, question.user, owners, self._texts)
        if owners and not self._publish(f"person:{given.id}", given, message, client, respond):
            _tell(respond, self._texts.render("person-failed"))

    def _publish(
        self, deed: str, given: Given, message: Message, client: WebClient, respond: Respond
    ) -> bool:
        """Send a message for everybody in the channel, if it wasn't before; False if it can't be.

        After a command this goes by the click's own address, which works in channels that the
        bot is not in.
        """
        question, state = given.question, self._desk.state
        if not state.once(deed, self._desk.clock()):
            return True
        if question.way == "command":
            done = respond(
                text=message.text,
                blocks=list(message.blocks),
                response_type="in_channel",
                replace_original=False,
                unfurl_links=False,
                unfurl_media=False,
            )
            sent = done.status_code == OK
        else:
            try:
                client.chat_postMessage(
                    channel=question.channel,
                    thread_ts=question.thread or given.message or None,
                    text=message.text,
                    blocks=list(message.blocks),
                    unfurl_links=False,
                    unfurl_media=False,
                )
                sent = True
            except SlackApiError:
                sent = False
        if not sent:
            state.undo(deed)
        return sent

    def _passage(self, id: str, number: int) -> Block:
        given = self._given(id)
        if given is None:
            return self._told("forgotten")
        answer = recalled(given.record)
        cited = answer.citations or tuple(map(as_citation, answer.hits))
        citation = next((each for each in cited if each.number == number), None)
        if citation is None:
            return self._told("forgotten")
        try:
            article = self._desk.index.article(citation.article_id)
        except KeyError:
            return self._told("gone")
        except CorpusError:
            return self._told("no-index")
        found = find_again(citation, article)
        if found is None:
            return self._told("gone")
        return blocks.passage_modal(found, blocks.holding(found, article, answer.hits), self._texts)

    def _told(self, text: str) -> Block:
        return blocks.text_modal(self._texts.render("passage-title"), self._texts.render(text))

    def _given(self, id: str) -> Given | None:
        try:
            return self._desk.state.given(id)
        except KeyError:
            return None

    def _open(self, client: WebClient, body: dict[str, Any], view: Block) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=view)


OK = 200


def _verdict(word: str) -> Verdict:
    return "up" if word == "up" else "down"


def _tell(respond: Respond, text: str) -> None:
    respond(response_type="ephemeral", replace_original=False, text=text)


def _opened(ack: Ack) -> None:
    """Acknowledge a click on a link, which Slack reports, too."""
    ack()
