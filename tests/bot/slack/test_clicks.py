"""Commands, shortcuts, buttons and modals, as Slack reports them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import make_answerer
from bot.config import ChannelSettings, Settings
from index import PassageIndex
from tests.bot.slack.conftest import Bot, StartBot, words_of
from tests.bot.slack.test_desk import ANSWER, QUESTION, UNKNOWN
from tests.e2e.fake_slack import ALICE, BOB, BOT, CHANNEL, FakeSlack


def button(message: dict[str, Any], action: str) -> dict[str, Any]:
    """Return what Slack reports of a click on a button of a message."""
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return {"type": "button", "action_id": action, "value": element["value"]}
    raise AssertionError(f"no {action} in {json.dumps(message['blocks'])}")


def thumb(message: dict[str, Any], verdict: str) -> dict[str, Any]:
    """Return what Slack reports of a click on a feedback button."""
    element = message["blocks"][-1]["elements"][0]
    return {
        "type": "feedback_buttons", "action_id": element["action_id"],
        "value": element[f"{verdict}_button"]["value"],
    }  # fmt: skip


def verdicts(bot: Bot) -> list[tuple[str, str]]:
    """Return who thinks what."""
    return [(each.user, each.verdict) for _, found in bot.desk.state.judged() for each in found]


def test_a_command_is_answered_for_the_asker_alone(bot: Bot) -> None:
    body = bot.slack.command_body(QUESTION)
    assert bot.hand(body).status == 200
    assert bot.hand(body).status == 200  # sent again
    bot.settle()
    (response,) = bot.slack.responses
    assert (response["text"], response["response_type"]) == (ANSWER, "ephemeral")
    assert bot.slack.answers() == []


def test_a_command_without_a_question_says_how_to_ask(bot: Bot) -> None:
    response = bot.hand(bot.slack.command_body(" ?"))
    assert "Ask me something" in response.body


def test_a_command_whose_address_has_expired_is_answered_by_direct_message(bot: Bot) -> None:
    body = {**bot.slack.command_body(QUESTION), "response_url": bot.slack.url + "expired"}
    bot.slack.fault = lambda method, arguments: 404 if method == "expired" else None
    bot.hand(body)
    bot.settle()
    assert [each["channel"] for each in bot.slack.answers()] == [ALICE]


def test_a_private_answer_is_shared_once(bot: Bot) -> None:
    bot.hand(bot.slack.command_body(QUESTION))
    bot.settle()
    click = bot.slack.click_body(button(bot.slack.responses[0], "share"))
    for _ in range(2):
        assert bot.hand(click).status == 200
    shared = bot.slack.wait_until(lambda: bot.slack.responses[1:])
    assert len(shared) == 1
    assert shared[0]["response_type"] == "in_channel"
    assert "<@U01ALICE> asked, and shares the answer:" in words_of(shared[0]["blocks"])
    assert "share" not in json.dumps(shared[0]["blocks"][1:])


def test_a_private_answer_of_a_channel_is_shared_in_the_thread(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    bot = start_bot(channel=ChannelSettings(answers="private"))
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    bot.settle()
    bot.hand(slack.click_body(button(slack.ephemeral[0], "share")))
    (message,) = slack.wait_for_answers(1)
    assert (message["channel"], message["thread_ts"]) == (CHANNEL, slack.messages[0]["ts"])


def test_what_cant_be_shared_says_so_and_can_be_tried_again(
    start_bot: StartBot, slack: FakeSlack
) -> None:
    bot = start_bot(channel=ChannelSettings(answers="private"))
    bot.hear(slack.said(f"<@{BOT}> {QUESTION}"))
    bot.settle()
    slack.unknown.add("chat.postMessage")
    click = slack.click_body(button(slack.ephemeral[0], "share"))
    bot.hand(click)
    assert "could not be shared" in slack.wait_until(lambda: slack.responses)[0]["text"]
    slack.unknown.clear()
    bot.hand(click)
    slack.wait_for_answers(1)


def test_the_shortcut_answers_somebodys_message_in_its_thread(bot: Bot) -> None:
    asked = bot.slack.said(QUESTION)
    bot.hand(bot.slack.shortcut_body(asked))
    (message,) = bot.slack.wait_for_answers(1)
    bot.settle()
    assert (message["text"], message["thread_ts"]) == (ANSWER, asked["ts"])


def test_a_refusal_offers_a_person_who_is_mentioned_once(bot: Bot) -> None:
    message = bot.asked(UNKNOWN)
    click = bot.slack.click_body(button(message, "ask_a_person"))
    for _ in range(2):
        bot.hand(click)
    asked = bot.slack.wait_for_answers(2)[1]
    assert asked["text"].startswith("<@U09OWNER> <!subteam^S09TEAM>")
    assert asked["thread_ts"] == message["thread_ts"]
    assert UNKNOWN in words_of(asked["blocks"])
    assert len(bot.slack.answers()) == 2


def test_where_there_is_nobody_to_ask_nobody_is_offered(start_bot: StartBot) -> None:
    message = start_bot(channel=ChannelSettings()).asked(UNKNOWN)
    assert "ask_a_person" not in json.dumps(message["blocks"])


def test_a_person_who_cant_be_asked_there_is_told(bot: Bot) -> None:
    message = bot.asked(UNKNOWN)
    bot.slack.unknown.add("chat.postMessage")
    bot.hand(bot.slack.click_body(button(message, "ask_a_person")))
    said = bot.slack.wait_until(lambda: bot.slack.responses)[0]["text"]
    assert said.startswith("I can't write in this channel")


def test_the_last_click_of_each_person_counts(bot: Bot) -> None:
    message = bot.asked(QUESTION)
    for user, verdict, at in (
        (ALICE, "negative", 10.0),
        (BOB, "positive", 11.0),
        (ALICE, "positive", 12.0),
        (ALICE, "negative", 9.0),  # sent again, late
    ):
        assert (
            bot.hand(bot.slack.click_body(thumb(message, verdict), user=user, at=at)).status == 200
        )
    assert sorted(verdicts(bot)) == [(ALICE, "up"), (BOB, "up")]


def test_not_useful_asks_what_was_wrong_and_keeps_it(bot: Bot) -> None:
    message = bot.asked(QUESTION)
    bot.hand(bot.slack.click_body(thumb(message, "negative")))
    view = bot.slack.wait_until(lambda: bot.slack.views)[0]
    assert view["callback_id"] == "feedback_why"
    bot.hand(submission(view, ["wrong", "bad-source"], "It costs 90."))
    ((_, (found,)),) = bot.desk.state.judged()
    assert (found.reasons, found.words) == (("wrong", "bad-source"), "It costs 90.")


def test_what_was_wrong_is_dropped_where_it_is_useful_after_all(bot: Bot) -> None:
    message = bot.asked(QUESTION)
    bot.hand(bot.slack.click_body(thumb(message, "negative")))
    view = bot.slack.wait_until(lambda: bot.slack.views)[0]
    bot.hand(bot.slack.click_body(thumb(message, "positive")))
    bot.hand(submission(view, ["wrong"], ""))
    ((_, (found,)),) = bot.desk.state.judged()
    assert (found.verdict, found.reasons) == ("up", ())


def submission(view: dict[str, Any], reasons: list[str], words: str) -> dict[str, Any]:
    """Return what Slack sends when the modal is."""
    values = {
        "reasons": {"reasons": {"selected_options": [{"value": each} for each in reasons]}},
        "words": {"words": {"value": words}},
    }
    return {
        "type": "view_submission", "team": {"id": "T01LAB"}, "user": {"id": ALICE},
        "view": {**view, "id": "V1", "state": {"values": values}},
    }  # fmt: skip


def test_show_passage_opens_it_with_the_quote_marked(bot: Bot) -> None:
    message = bot.asked(QUESTION)
    bot.hand(bot.slack.click_body(button(message, "show_passage_1")))
    view = bot.slack.wait_until(lambda: bot.slack.views)[0]
    marked = [
        element["text"]
        for block in view["blocks"]
        for section in block.get("elements", ())
        for element in section.get("elements", ())
        if element.get("style", {}).get("highlight")
    ]
    assert marked == ["The test takes an hour and costs 89 euros."]


def test_the_passages_of_a_refusal_can_be_shown(bot: Bot) -> None:
    message = bot.asked(UNKNOWN)
    bot.hand(bot.slack.click_body(button(message, "show_passage_2")))
    assert len(bot.slack.wait_until(lambda: bot.slack.views)[0]["blocks"]) >= 2


def test_a_removed_article_is_not_shown_any_more(
    start_bot: StartBot, samples_index: PassageIndex, tmp_path: Path, slack: FakeSlack
) -> None:
    folder = Path(shutil.copytree(samples_index.folder, tmp_path / "index"))
    index = PassageIndex(folder, samples_index.encoder)
    bot = start_bot(answerer=make_answerer(Settings(reader="none"), index), index=index)
    message = bot.asked(QUESTION)
    index.remove(["used-electric-car-prices"])
    click = bot.slack.click_body(button(message, "show_passage_1"))
    bot.hand(click)
    view = slack.wait_until(lambda: slack.views)[0]
    assert words_of(view["blocks"]).startswith("That article has been removed")
    folder.rename(tmp_path / "away")
    bot.hand(click)
    view = slack.wait_until(lambda: slack.views[1:])[0]
    assert words_of(view["blocks"]).startswith("I can't reach the articles")


@pytest.mark.parametrize("action", ["show_passage_1", "more"])
def test_a_click_under_an_answer_that_is_forgotten_says_so(bot: Bot, action: str) -> None:
    value = "000000000000:1" if action.startswith("show") else "000000000000"
    bot.hand(bot.slack.click_body({"type": "button", "action_id": action, "value": value}))
    view = bot.slack.wait_until(lambda: bot.slack.views)[0]
    assert "I no longer have that answer" in words_of(view["blocks"])


@pytest.mark.parametrize("action", ["share", "ask_a_person"])
def test_a_deed_on_an_answer_that_is_forgotten_says_so(bot: Bot, action: str) -> None:
    bot.hand(bot.slack.click_body({"type": "button", "action_id": action, "value": "000000000000"}))
    assert "I no longer have" in bot.slack.wait_until(lambda: bot.slack.responses)[0]["text"]


def test_a_verdict_on_an_answer_that_is_forgotten_is_dropped(bot: Bot) -> None:
    action = {"type": "feedback_buttons", "action_id": "feedback", "value": "down:000000000000"}
    assert bot.hand(bot.slack.click_body(action)).status == 200
    assert verdicts(bot) == []
    assert bot.slack.views == []


def test_more_opens_the_whole_answer(bot: Bot) -> None:
    message = bot.asked(QUESTION)
    id = button(message, "show_passage_1")["value"].partition(":")[0]
    bot.hand(bot.slack.click_body({"type": "button", "action_id": "more", "value": id}))
    assert ANSWER in words_of(bot.slack.wait_until(lambda: bot.slack.views)[0]["blocks"])


def test_a_click_on_the_articles_link_is_acknowledged(bot: Bot) -> None:
    action = {"type": "button", "action_id": "open_article"}
    assert bot.hand(bot.slack.click_body(action)).status == 200
