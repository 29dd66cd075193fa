"""Questions in, each answered once, whatever happens in between."""

from __future__ import annotations

import itertools
import random
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import ChannelSettings, Settings
from bot.types import Answer, Turn
from index import EVERYTHING, Article, PassageIndex, Scope
from tests.bot.slack.conftest import Bot, StartBot, words_of
from tests.e2e.fake_slack import BOT, CHANNEL, DIRECT, FakeSlack

QUESTION = "How much does the test of a used battery cost?"
ANSWER = "The test takes an hour and costs 89 euros."
UNKNOWN = "Who invented the telescope?"


class Gate:
    """An answerer that waits until it may answer."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self.reader, self.threshold = answerer.reader, answerer.threshold
        self.opened = threading.Event()
        self.reached = threading.Event()
        self.asked: list[str] = []

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: Scope = EVERYTHING,
        **told: Any,
    ) -> Answer:
        """Answer once the gate is open; the questions that are suggested pass."""
        if question in {QUESTION, UNKNOWN}:
            self.asked.append(question)
            self.reached.set()
            assert self.opened.wait(30)
        return self._answerer.ask(question, history)


class Broken:
    """An answerer with a bug."""

    def __init__(self, answerer: Answerer) -> None:
        self.reader, self.threshold = answerer.reader, answerer.threshold

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: Scope = EVERYTHING,
        **told: Any,
    ) -> Answer:
        """Fail."""
        raise ZeroDivisionError("a secret of the code")


def test_a_mention_is_answered_in_its_thread(bot: Bot) -> None:
    message = bot.asked(QUESTION)
    asked = bot.slack.messages[0]
    assert (message["channel"], message["thread_ts"]) == (CHANNEL, asked["ts"])
    assert message["text"] == ANSWER
    assert (message["unfurl_links"], message["unfurl_media"]) in {(False, False), ("0", "0")}
    assert "“The test takes an hour and costs 89 euros.”" in words_of(message["blocks"])
    assert "I am " in words_of(message["blocks"])


def test_a_mention_that_comes_as_two_kinds_of_event_is_answered_once(bot: Bot) -> None:
    event = bot.slack.said(f"<@{BOT}> {QUESTION}")
    for each in (bot.slack.mention_of(event), event):
        assert bot.hear(each).status == 200
    bot.settle()
    assert len(bot.slack.answers()) == 1


@pytest.mark.parametrize("seed", range(2))
def test_envelopes_sent_three_times_in_any_order_across_a_restart_give_one_answer_each(
    start_bot: StartBot, slack: FakeSlack, seed: int
) -> None:
    events = [slack.said(f"<@{BOT}> {QUESTION} {number}") for number in range(4)]
    copies = [*events, *map(slack.mention_of, events), *events]
    random.Random(seed).shuffle(copies)
    first = start_bot()
    for event in copies[:5]:
        assert first.hear(event).status == 200
    first.desk.close(30)
    second = start_bot()
    second.desk.resume(lambda team: second.client)
    for event in copies[5:]:
        assert second.hear(event).status == 200
    second.settle()
    threads = sorted(each["thread_ts"] for each in slack.answers())
    assert threads == sorted(each["ts"] for each in events)


def test_a_question_left_open_by_a_crash_is_answered_after_the_restart(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    crashing = start_bot(answerer=Gate(quick_answerer))
    crashing.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    assert not crashing.desk.close(0)  # as good as killed: nothing was sent
    restarted = start_bot()
    assert restarted.desk.resume(lambda team: restarted.client) == 1
    slack.wait_for_answers(1)
    restarted.settle()
    assert [each["text"] for each in slack.answers()] == [ANSWER]
    crashing.desk.answerer.opened.set()  # type: ignore[attr-defined]


def test_an_answer_that_was_sent_before_a_crash_is_not_sent_again(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    bot = start_bot()
    bot.asked(QUESTION)
    with bot.desk.state._transaction() as connection:  # as if killed before it was written down
        connection.execute("DELETE FROM answer")
        connection.execute("UPDATE question SET open = 1")
    restarted = start_bot()
    assert restarted.desk.resume(lambda team: restarted.client) == 1
    restarted.settle()
    assert len(slack.answers()) == 1


def test_questions_of_a_workspace_that_removed_the_app_are_dropped(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    gone = start_bot(answerer=Gate(quick_answerer))
    gone.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    gone.desk.close(0)
    restarted = start_bot()
    assert restarted.desk.resume(lambda team: None) == 0
    assert restarted.desk.state.open_questions() == []
    gone.desk.answerer.opened.set()  # type: ignore[attr-defined]


def test_a_question_under_way_is_not_resumed(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    gate = Gate(quick_answerer)
    bot = start_bot(answerer=gate)
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    assert bot.desk.resume(lambda team: bot.client) == 0
    gate.opened.set()
    bot.settle()
    assert len(slack.answers()) == 1


@pytest.mark.parametrize("status", [429, 500, ("lost", 500)])
def test_nothing_is_lost_and_nothing_twice_where_half_the_messages_fail(
    bot: Bot, status: Any
) -> None:
    turns = itertools.count()

    def fault(method: str, arguments: dict[str, Any]) -> Any:
        return status if method == "chat.postMessage" and next(turns) % 2 == 0 else None

    bot.slack.fault = fault
    events = [bot.slack.said(f"<@{BOT}> {QUESTION} {number}") for number in range(4)]
    for event in events:
        bot.hear(event)
    bot.settle()
    threads = sorted(each["thread_ts"] for each in bot.slack.answers())
    assert threads == sorted(each["ts"] for each in events)


def test_a_message_that_slack_refuses_for_good_is_not_tried_for_ever(bot: Bot) -> None:
    bot.slack.unknown.add("chat.postMessage")
    bot.hear(bot.slack.said(f"<@{BOT}> {QUESTION}"))
    bot.settle()
    assert len(bot.slack.called("chat.postMessage")) == 1
    assert bot.desk.state.open_questions() == []


def test_what_waits_for_slack_when_the_app_is_closed_is_sent_after_the_restart(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    bot = start_bot()
    slack.fault = lambda method, arguments: 500 if method == "chat.postMessage" else None
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    slack.wait_until(lambda: slack.called("chat.postMessage"))
    assert not bot.desk.close(0)
    bot.settle()
    slack.fault = lambda method, arguments: None
    restarted = start_bot()
    assert restarted.desk.resume(lambda team: restarted.client) == 1
    restarted.settle()
    assert len(slack.answers()) == 1


def test_an_error_is_an_apology_in_slack_and_a_traceback_in_the_log(
    start_bot: StartBot,
    quick_answerer: Answerer,
    slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
) -> None:
    message = start_bot(answerer=Broken(quick_answerer)).asked(QUESTION)
    assert message["text"].startswith("Something went wrong on my side")
    assert "secret" not in words_of(message["blocks"]) + message["text"]
    assert "ZeroDivisionError" in caplog.text


def test_an_index_that_vanishes_is_an_apology_and_answers_when_it_is_back(
    start_bot: StartBot, samples_index: PassageIndex, tmp_path: Path, slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    folder = Path(shutil.copytree(samples_index.folder, tmp_path / "index"))
    index = PassageIndex(folder, samples_index.encoder)
    bot = start_bot(answerer=make_answerer(Settings(reader="none"), index), index=index)
    assert bot.asked(QUESTION)["text"] == ANSWER
    folder.rename(tmp_path / "away")
    assert bot.asked(QUESTION)["text"].startswith("I can't reach the articles just now")
    assert "the index can't be read" in caplog.text
    (tmp_path / "away").rename(folder)
    assert bot.asked(QUESTION)["text"] == ANSWER


def test_a_slow_answer_is_begun_as_a_stream_and_filled_in(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    gate = Gate(quick_answerer)
    bot = start_bot(answerer=gate, patience=0.0)
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    slack.wait_until(lambda: slack.called("chat.startStream"))
    assert slack.answers()[0]["streaming"]
    gate.opened.set()
    bot.settle()
    (message,) = slack.answers()
    assert (message["text"], message["stopped"]) == (ANSWER, True)
    assert "streaming" not in message
    assert slack.called("assistant.threads.setStatus")[0]["status"].startswith("is looking")


def test_a_stream_that_died_is_written_over(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    slack.dead_streams = True
    bot = start_bot(patience=0.0)
    assert bot.asked(QUESTION)["text"] == ANSWER
    assert len(slack.answers()) == 1


def test_where_nothing_streams_the_answer_comes_as_one_message(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    slack.unknown |= {"chat.startStream", "assistant.threads.setStatus"}
    assert start_bot(patience=0.0).asked(QUESTION)["text"] == ANSWER


def test_a_stream_that_a_crash_left_is_filled_in_after_the_restart(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    gate = Gate(quick_answerer)
    crashing = start_bot(answerer=gate, patience=0.0)
    crashing.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    slack.wait_until(
        lambda: crashing.desk.state.message_of(crashing.desk.state.open_questions()[0].key)
    )
    crashing.desk.close(0)
    restarted = start_bot()
    restarted.desk.resume(lambda team: restarted.client)
    restarted.settle()
    assert [each["text"] for each in slack.answers()] == [ANSWER]
    gate.opened.set()


def test_an_edited_question_gets_its_answer_edited(bot: Bot) -> None:
    bot.asked(QUESTION)
    asked = bot.slack.messages[0]
    bot.hear(edited(asked, f"<@{BOT}> {UNKNOWN}"))
    bot.settle()
    (message,) = bot.slack.answers()
    assert message["text"].startswith("I don't know")
    bot.hear(edited(asked, f"<@{BOT}> {UNKNOWN}"))  # a copy
    bot.settle()
    assert len(bot.slack.called("chat.update")) == 1


def test_a_question_edited_while_it_is_answered_is_answered_as_it_reads(
    start_bot: StartBot, quick_answerer: Answerer, slack: FakeSlack
) -> None:
    gate = Gate(quick_answerer)
    bot = start_bot(answerer=gate)
    asked = slack.said(f"<@{BOT}> {QUESTION}")
    bot.hear(asked)
    assert gate.reached.wait(30)
    bot.hear(edited(asked, f"<@{BOT}> {UNKNOWN}"))
    gate.opened.set()
    bot.settle()
    (message,) = slack.answers()
    assert message["text"].startswith("I don't know")
    assert gate.asked == [QUESTION, UNKNOWN]


def test_a_preview_that_slack_adds_to_a_message_is_no_edit(bot: Bot) -> None:
    bot.asked(QUESTION)
    asked = bot.slack.messages[0]
    bot.hear(edited(asked, asked["text"]))
    bot.settle()
    assert bot.slack.called("chat.update") == []


def test_a_mention_added_by_an_edit_is_answered(bot: Bot) -> None:
    asked = bot.slack.said(QUESTION)
    bot.hear(asked)
    bot.hear(edited(asked, f"<@{BOT}> {QUESTION}"))
    bot.slack.wait_for_answers(1)
    bot.settle()
    assert bot.slack.answers()[0]["text"] == ANSWER


def edited(asked: dict[str, Any], text: str) -> dict[str, Any]:
    """Return the event of an edit."""
    message = {
        "type": "message", "user": asked["user"], "text": text, "ts": asked["ts"],
        "edited": {"user": asked["user"], "ts": "1799999999.000000"},
    }  # fmt: skip
    return {
        "type": "message", "subtype": "message_changed", "channel": asked["channel"],
        "channel_type": "channel", "ts": "1799999999.000100", "message": message,
        "previous_message": {**message, "text": asked["text"]},
    }  # fmt: skip


def test_a_follow_up_in_the_thread_sees_what_was_said(bot: Bot) -> None:
    bot.asked("Where will Torvane Motors build a car factory?")
    thread = bot.slack.messages[0]["ts"]
    bot.hear(bot.slack.said("And what is the plant's name?", thread_ts=thread))
    bot.settle()
    assert len(bot.slack.answers()) == 2
    given = bot.desk.state.given(bot.desk.state._rows("SELECT id FROM answer ORDER BY at")[1][0])
    assert given.record["history"] == ["Where will Torvane Motors build a car factory?"]


def test_called_into_a_thread_without_a_word_it_answers_what_was_asked_there(bot: Bot) -> None:
    root = bot.slack.said(QUESTION, user="U02BOB")
    bot.hear(root)
    bot.hear(bot.slack.said(f"<@{BOT}>", thread_ts=root["ts"]))
    bot.slack.wait_for_answers(1)
    bot.settle()
    assert bot.slack.answers()[0]["text"] == ANSWER


def test_a_direct_message_is_answered_beside_it(bot: Bot) -> None:
    bot.hear(bot.slack.said(QUESTION, channel=DIRECT))
    (message,) = bot.slack.wait_for_answers(1)
    assert message["channel"] == DIRECT
    assert not message.get("thread_ts")
    bot.settle()


def test_the_pane_gets_a_title(bot: Bot) -> None:
    bot.hear(bot.slack.said(QUESTION, channel=DIRECT, thread_ts="1790000000.000100"))
    bot.settle()
    assert bot.slack.called("assistant.threads.setTitle")[0]["title"] == QUESTION


def test_private_answers_are_shown_to_the_asker_alone(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    bot = start_bot(channel=ChannelSettings(answers="private"))
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    bot.settle()
    assert slack.answers() == []
    assert [(each["user"], each["text"]) for each in slack.ephemeral] == [("U01ALICE", ANSWER)]


def test_a_private_answer_that_cant_be_shown_in_the_channel_goes_by_direct_message(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    slack.unknown.add("chat.postEphemeral")
    bot = start_bot(channel=ChannelSettings(answers="private"))
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    bot.settle()
    assert [each["channel"] for each in slack.answers()] == ["U01ALICE"]


def test_every_question_of_a_channel_is_answered_where_it_is_set(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    bot = start_bot(channel=ChannelSettings(when="every question"))
    bot.hear(slack.said("Good morning everybody"))
    bot.hear(slack.said(QUESTION))
    bot.settle()
    assert [each["text"] for each in slack.answers()] == [ANSWER]


def test_what_happens_is_told(start_bot: StartBot, slack: FakeSlack) -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    bot = start_bot(observe=lambda event, /, **facts: told.append((event, facts)))
    event = slack.said(f"<@{BOT}> {QUESTION}")
    bot.hear(event)
    bot.settle()
    bot.hear(event)
    assert [event for event, _ in told] == ["asked", "answered", "again"]
    assert told[1][1]["status"] == "answered"


def test_a_channel_may_be_answered_from_some_collections_alone(
    start_bot: StartBot, samples_index: PassageIndex, tmp_path: Path, slack: FakeSlack
) -> None:
    index = PassageIndex(tmp_path / "index", samples_index.encoder)
    index.add(
        [
            Article("a", "Lamps", "The lamp costs 9 euros.", collection="shop"),
            Article("b", "Staff", "The lamp costs 4 euros in purchase.", collection="office"),
        ]
    )
    bot = start_bot(
        answerer=make_answerer(Settings(reader="none"), index),
        index=index,
        channel=ChannelSettings(collections=("shop",)),
    )
    message = bot.asked("How much does the lamp cost?")
    assert "9 euros" in words_of(message["blocks"])
    assert "purchase" not in words_of(message["blocks"])
    (row,) = bot.desk.state._rows("SELECT id FROM answer")
    assert bot.desk.state.given(row[0]).record["collections"] == ["shop"]


def test_where_not_even_an_apology_can_be_sent_the_log_has_both(
    start_bot: StartBot,
    quick_answerer: Answerer,
    slack: FakeSlack,
    caplog: pytest.LogCaptureFixture,
) -> None:
    slack.unknown.add("chat.postMessage")
    bot = start_bot(answerer=Broken(quick_answerer))
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    bot.settle()
    assert "a question has no answer" in caplog.text
    assert "not even an apology can be sent" in caplog.text
    assert bot.desk.state.open_questions() == []
