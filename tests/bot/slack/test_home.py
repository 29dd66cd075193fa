"""App Home, suggested prompts, and answers flagged once their articles changed."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import Settings
from bot.prompts import load_prompt
from bot.slack.review import Review
from bot.slack.suggestions import Suggestions, candidates, suggested
from index import Article, PassageIndex
from tests.bot.slack.conftest import Bot, StartBot, words_of
from tests.bot.slack.test_desk import ANSWER, QUESTION, UNKNOWN
from tests.e2e.fake_slack import ALICE, DIRECT, FakeSlack


def opened(tab: str) -> dict[str, Any]:
    """Return the event of the app being opened."""
    return {
        "type": "app_home_opened", "user": ALICE, "channel": DIRECT, "tab": tab, "event_ts": "1.0"
    }  # fmt: skip


def test_app_home_tells_what_is_indexed_and_what_the_articles_lack(bot: Bot) -> None:
    bot.asked(QUESTION)
    bot.asked(UNKNOWN)
    bot.hear(opened("home"))
    words = words_of(bot.slack.wait_until(lambda: bot.slack.called("views.publish"))[0]["view"])
    assert "9 articles in " in words
    assert "1 answered, 1 refused" in words
    assert words.count(UNKNOWN) == 1
    assert QUESTION not in words
    assert "/ask" in words


def test_app_home_without_an_index_says_so(
    start_bot: StartBot, tmp_path: Path, slack: FakeSlack
) -> None:
    index = PassageIndex(tmp_path / "none")
    bot = start_bot(index=index)
    bot.hear(opened("home"))
    view = slack.wait_until(lambda: slack.called("views.publish"))[0]["view"]
    assert "there are no articles" in words_of(view)


def test_the_pane_suggests_questions_that_are_answered_surely(
    bot: Bot, quick_answerer: Answerer
) -> None:
    looking = bot.desk.suggestions.refresh()
    assert looking is not None
    looking.join(60)
    bot.hear(opened("messages"))
    (call,) = bot.slack.wait_until(
        lambda: bot.slack.called("assistant.threads.setSuggestedPrompts")
    )
    assert 1 <= len(call["prompts"]) <= 4
    for prompt in call["prompts"]:
        answer = quick_answerer.ask(prompt["message"])
        assert (answer.status, answer.tentative) == ("answered", False)


def test_other_openings_of_the_pane_are_acknowledged(bot: Bot) -> None:
    assert bot.hear({"type": "app_context_changed", "user": ALICE}).status == 200
    assert bot.hear(opened("about")).status == 200


def test_questions_are_made_of_sentences_that_state_one_thing() -> None:
    text = "The harbour was opened in 1911. It rains, says Ada Quill. A ticket costs 4 euros."
    found = list(
        candidates(Article("a", "The harbour of Almsund", text), load_prompt("suggestions"))
    )
    assert found == [
        ("When was the harbour opened?", "The harbour was opened in 1911."),
        ("How much does a ticket cost?", "A ticket costs 4 euros."),
        ("Who is Ada Quill?", "Ada Quill"),
        ("Where is Almsund?", "Almsund"),
        ("What is Almsund?", "Almsund"),
    ]


def test_each_suggestion_is_of_another_article(
    samples_index: PassageIndex, quick_answerer: Answerer
) -> None:
    found = suggested(samples_index, quick_answerer.ask, load_prompt("suggestions"), wanted=2)
    assert 1 <= len(found) <= 2
    assert len(set(found)) == len(found)


def test_suggestions_are_looked_for_again_only_when_the_index_changed(
    samples_index: PassageIndex, quick_answerer: Answerer, tmp_path: Path
) -> None:
    suggestions = Suggestions(samples_index, quick_answerer.ask, load_prompt("suggestions"))
    first = suggestions.refresh()
    assert first is not None
    first.join(60)
    assert suggestions.refresh() is None
    assert suggestions()
    assert (
        Suggestions(
            PassageIndex(tmp_path / "none"), quick_answerer.ask, load_prompt("suggestions")
        )()
        == ()
    )


def test_an_answer_whose_article_changed_is_flagged_once(
    start_bot: StartBot, samples_index: PassageIndex, tmp_path: Path, slack: FakeSlack
) -> None:
    folder = Path(shutil.copytree(samples_index.folder, tmp_path / "index"))
    index = PassageIndex(folder, samples_index.encoder)
    bot = start_bot(answerer=make_answerer(Settings(reader="none"), index), index=index)
    bot.asked(QUESTION)
    review = Review(bot.desk, lambda team: bot.client)
    assert review.look() == 0
    index.add([Article("another", "Another", "Nothing to do with it.")])
    assert review.look() == 0
    index.remove(["used-electric-car-prices"])
    assert review.look() == 1
    assert review.look() == 0
    (message,) = slack.answers()
    assert "has changed since, or is gone" in words_of(message["blocks"])
    assert message["text"] == ANSWER
    index.add([Article("third", "Third", "Nothing to do with it, either.")])
    assert review.look() == 0


def test_the_review_goes_on_until_it_is_stopped(start_bot: StartBot, tmp_path: Path) -> None:
    bot = start_bot(index=PassageIndex(tmp_path / "none"))
    stop = threading.Event()
    review = Review(bot.desk, lambda team: None)
    thread = threading.Thread(target=review.run, args=(stop, 0.001))
    thread.start()
    stop.set()
    thread.join(30)
    assert not thread.is_alive()
    assert review.look() == 0
