"""Answers whose articles have changed since: people who read them are told."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from slack_sdk.errors import SlackApiError

from bot.citations import find_again
from bot.slack.record import recalled
from bot.slack.types import Clients
from bot.types import Answer
from index import CorpusError, PassageIndex

if TYPE_CHECKING:
    from bot.slack.desk import Desk

logger = logging.getLogger("footnote.slack")

# Answers older than this are history, in seconds.
LOOKED_BACK = 30 * 24 * 3_600.0


class Review:
    """Looks through the answers given when the index has changed.

    Parameters
    ----------
    desk : Desk
    clients : Clients
    """

    def __init__(self, desk: Desk, clients: Clients) -> None:
        self._desk = desk
        self._clients = clients
        self._generation = ""

    def run(self, stop: threading.Event, every: float) -> None:
        """Look every so many seconds until stopped."""
        while not stop.wait(every):
            try:
                self.look()
            except Exception:
                logger.exception("the answers can't be looked through")

    def look(self) -> int:
        """Flag the answers whose quotes their articles no longer hold; return how many were."""
        desk = self._desk
        try:
            generation = desk.index.settings().get("generation", "")
        except CorpusError:  # it may be back later
            return 0
        if generation == self._generation:
            return 0
        flagged = 0
        since = desk.clock() - LOOKED_BACK
        for given in desk.state.older_than(generation, since=since):
            answer = recalled(given.record)
            client = self._clients(given.question.team)
            if client is None or still_stands(answer, desk.index):
                continue
            try:
                message = desk.rendered(given.question, answer, stale=True)
                desk.delivery(given.question, client).change(given.message, message)
            except SlackApiError as error:  # the message or the channel is gone
                logger.info("an answer can't be flagged: %s", error.response.get("error"))
            desk.state.mark_stale(given.id)
            flagged += 1
        self._generation = generation
        return flagged


def still_stands(answer: Answer, index: PassageIndex) -> bool:
    """Say whether every quote of an answer is still in its article."""
    for citation in answer.citations:
        try:
            article = index.article(citation.article_id)
        except KeyError:
            return False
        if find_again(citation, article) is None:
            return False
    return True
