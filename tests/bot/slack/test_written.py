"""Answers in sentences, in Slack."""

from __future__ import annotations

import threading
from dataclasses import replace

from bot.bootstrap import make_answerer
from bot.config import LlmSettings, Settings
from bot.slack.provenance import provenance_of
from index import PassageIndex
from tests.bot.fake_model import Act, Asked, FakeModel, says
from tests.bot.slack.conftest import StartBot, words_of
from tests.bot.slack.test_desk import QUESTION
from tests.e2e.fake_slack import BOT, FakeSlack

QUOTE = "The test takes an hour and costs 89 euros."
SENTENCES = ("Testing a used battery costs €89.", "The test takes an hour.")


def settings_of(model: FakeModel) -> Settings:
    """Return settings that name the server."""
    llm = LlmSettings(model="scripted", base_url=model.url, retries=0)
    return Settings(reader="none", llm=llm)


def test_a_sentence_is_streamed_once_it_is_checked_and_the_answer_replaces_it(
    start_bot: StartBot, slack: FakeSlack, fake_model: FakeModel, samples_index: PassageIndex
) -> None:
    begun, streamed = threading.Event(), threading.Event()

    def script(asked: Asked) -> Act:
        begun.wait(30)
        act = says(*((QUOTE, each) for each in SENTENCES))(asked)
        return replace(act, text=act.text + " " * 80, wait=streamed)

    fake_model.play(script)
    bot = start_bot(answerer=make_answerer(settings_of(fake_model), samples_index), patience=0.0)
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    slack.wait_until(lambda: slack.called("chat.startStream"))
    begun.set()
    slack.wait_until(lambda: slack.called("chat.appendStream"))
    assert slack.appended[0] == f"{SENTENCES[0]} [1] "
    streamed.set()
    bot.settle()
    (message,) = slack.answers()
    assert message["text"] == " ".join(SENTENCES)
    assert f"“{QUOTE}”" in words_of(message["blocks"])
    assert len(slack.appended) == 2
    assert "streaming" not in message


def test_suggestions_cost_nothing(
    start_bot: StartBot, fake_model: FakeModel, samples_index: PassageIndex
) -> None:
    bot = start_bot(answerer=make_answerer(settings_of(fake_model), samples_index))
    assert bot.desk.ask(QUESTION).text == QUOTE
    assert fake_model.asked == []


def test_an_answer_tells_which_model_and_prompts_it_was_made_with(
    fake_model: FakeModel, samples_index: PassageIndex
) -> None:
    settings = settings_of(fake_model)
    made = provenance_of(settings, make_answerer(settings, samples_index), samples_index)()
    assert made.settings["llm"] == "scripted"
    assert {"answer", "rewrite"} <= set(made.prompts)
