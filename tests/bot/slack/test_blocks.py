"""Answers as blocks: within Slack's limits, and articles' words never more than words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from bot.prompt_folders import find_prompts, languages
from bot.prompts import Prompt
from bot.slack.blocks import (
    BUTTON_LIMIT,
    MODAL_TITLE_LIMIT,
    REASONS,
    answer_message,
    answer_modal,
    cut_to,
    escaped,
    feedback_modal,
    holding,
    is_link,
    passage_modal,
    person_message,
    plain_message,
    shared_message,
    split,
    streamed,
    text_modal,
    units,
)
from bot.slack.home import Standing, home_view
from bot.slack.types import Message
from bot.types import Answer, Citation, Note, Sentence
from bot.wording import Wording
from index import Article, ArticleInfo, Hit
from tests.bot.slack.conftest import words_of

# A whole message may have so many characters, its notice so many.
WHOLE_LIMIT, NOTICE_LIMIT = 13_200, 4_000
NASTY = st.one_of(
    st.text(min_size=1, max_size=60),
    st.sampled_from(
        ["<!channel>", "<@U01ALICE>", "@here", "<https://evil.example|click>", "*bold* _it_ ~x~",
         ":tada:", "```code```", "&lt;!here&gt;", "\u202egnp.exe", "𝔘𝔫𝔦" * 900, "a" * 9_000,
         "word " * 3_000, "line\n\n" * 2_000, "\x00\x1b[31m", "https://example.com/x"]
    ),
)  # fmt: skip
FITTING = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def checked(blocks: Any) -> list[dict[str, Any]]:
    """Check blocks by slack_sdk's own validators."""
    for block in blocks:
        parsed = Block.parse(block)
        assert parsed is not None, block["type"]
        parsed.validate_json()
    return list(blocks)


def fits(message: Message) -> None:
    """Check a message against all of Slack's limits."""
    assert 1 <= len(checked(message.blocks)) <= 50
    assert units(words_of(list(message.blocks))) <= WHOLE_LIMIT
    assert units(message.text) <= NOTICE_LIMIT
    for element in elements_of(message.blocks):
        if element.get("type") == "text":
            assert 1 <= units(element["text"]) <= 3_000
        if element.get("type") == "plain_text":
            assert 1 <= units(element["text"]) <= 3_000
        if element.get("type") == "button":
            assert units(element["text"]["text"]) <= 75


def elements_of(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in blocks."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from elements_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from elements_of(each)


def altered(answered: Answer, text: str, title: str, url: str | None) -> Answer:
    """Return an answer of other words."""
    cited = replace(answered.citations[0], title=title, url=url, quote=text, heading=text)
    hit = answered.hits[0]
    passage = replace(hit.passage, text=text, heading=title)
    return replace(
        answered, text=text, citations=(cited,), hits=(replace(hit, title=title, passage=passage),)
    )


@FITTING
@given(text=NASTY, title=NASTY, url=st.none() | NASTY, tentative=st.booleans())
def test_any_answer_fits_and_only_own_links_are_links(
    answered: Answer,
    texts: Prompt,
    text: str,
    title: str,
    url: str | None,
    tentative: bool,
    wording: Wording,
) -> None:
    answer = replace(altered(answered, text, title, url), tentative=tentative)
    message = answer_message(
        "0123456789ab", answer, [title], texts, wording, private=True, stale=True
    )
    fits(message)
    harmless(message, url)
    fits(shared_message(message, "U01ALICE", texts))


@pytest.mark.parametrize(
    ("place", "said"), [("page=3", " · page 3"), ("slide=12", " · slide 12"), ("L12", ""), ("", "")]
)
def test_a_source_names_its_page_or_slide(
    answered: Answer, texts: Prompt, wording: Wording, place: str, said: str
) -> None:
    citation = replace(answered.citations[0], place=place)
    answer = replace(answered, citations=(citation,))
    message = answer_message("0123456789ab", answer, ["2024"], texts, wording)
    assert f"The plant › Where{said} · 2024" in words_of(message.blocks)
    assert f"The plant › Where{said}" in words_of(passage_modal(citation, None, texts)["blocks"])
    fits(message)


@FITTING
@given(text=NASTY, title=NASTY, reason=NASTY)
def test_any_refusal_fits(
    refused: Answer, hit: Hit, texts: Prompt, text: str, title: str, reason: str, wording: Wording
) -> None:
    passage = replace(hit.passage, text=text)
    answer = replace(refused, hits=(replace(hit, title=title, passage=passage),) * 3)
    message = answer_message("0123456789ab", answer, (), texts, wording, person=True)
    fits(message)
    harmless(message, None)


def harmless(message: Message, url: str | None) -> None:
    """Check that nothing mentions, formats or links but the article's own address."""
    for element in elements_of(message.blocks):
        assert element.get("type") not in {"mrkdwn", "user", "usergroup", "broadcast", "emoji"}
        if element.get("type") == "link":
            assert element["url"] == url
            assert is_link(url)
    assert "<" not in message.text
    assert ">" not in message.text
    assert "@here" not in message.text
    assert not re.search(r"https?://", message.text)


@FITTING
@given(text=NASTY, title=NASTY)
def test_any_modal_and_home_fits(
    answered: Answer, texts: Prompt, text: str, title: str, wording: Wording
) -> None:
    answer = altered(answered, text, title, "https://example.com/a")
    views = [
        passage_modal(answer.citations[0], answer.hits[0], texts),
        passage_modal(answer.citations[0], None, texts),
        answer_modal(answer, texts),
        answer_modal(replace(answer, tentative=True), texts),
        text_modal(title, text),
        feedback_modal("0123456789ab", texts),
        home_view(
            Standing(
                [ArticleInfo("a", title, "", None, None, 1, 1, "utf-8")] * 20,
                {"answered": 3},
                [text] * 3,
            ),
            texts,
            wording,
        ),
    ]
    for view in views:
        assert 1 <= len(checked(view["blocks"])) <= 100
        assert len(json.dumps(view)) <= 250_000
        if view["type"] == "modal":
            assert 1 <= units(view["title"]["text"]) <= 24


@given(st.text(max_size=200), st.integers(1, 50))
def test_what_is_split_loses_nothing_but_white_space(text: str, limit: int) -> None:
    limit = max(limit, 2)  # the smallest part that holds any character
    parts = list(split(text, limit))
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(units(part) <= limit for part in parts)


def test_texts_are_split_at_paragraphs_then_lines_then_words() -> None:
    assert list(split("one\n\ntwo three", 8)) == ["one", "two", "three"]
    assert list(split("one two\nthree", 9)) == ["one two", "three"]
    assert list(split("𝔘𝔫𝔦", 4)) == ["𝔘𝔫", "𝔦"]


def test_what_is_cut_ends_with_an_ellipsis_at_a_word() -> None:
    assert cut_to("one two three", 9) == "one two…"
    assert cut_to("one two", 7) == "one two"
    assert cut_to("a" * 10, 5) == "aaaa…"


def test_an_answer_begins_with_its_words_then_tells_sources_then_confidence(
    answered: Answer, texts: Prompt, wording: Wording
) -> None:
    cited = replace(answered.citations[0], url="https://example.com/plant")
    message = answer_message(
        "0123456789ab", replace(answered, citations=(cited,)), ["2024-05-01"], texts, wording
    )
    said, source, sure, buttons, feedback = message.blocks
    assert said["block_id"] == "footnote-0123456789ab"
    assert words_of(said) == "The plant is in Turin. [1]"
    assert words_of(source) == "[1] The plant › Where · 2024-05-01“The plant is in Turin.”"
    assert source["elements"][0]["elements"][1] == {
        "type": "link", "url": "https://example.com/plant", "text": "The plant › Where"
    }  # fmt: skip
    assert words_of(sure) == "I am not quite sure (0.50)."
    assert [each["action_id"] for each in buttons["elements"]] == ["show_passage_1"]
    assert feedback["elements"][0]["positive_button"]["value"] == "up:0123456789ab"


def test_notes_stand_above_how_sure_the_answer_is(
    answered: Answer, citation: Citation, texts: Prompt, wording: Wording
) -> None:
    notes = (Note("conflict", "The articles disagree: <!channel> [2].", 2),)
    noted = replace(answered, citations=(citation, replace(citation, number=2)), notes=notes)
    message = answer_message("0123456789ab", noted, [], texts, wording)
    fits(message)
    assert words_of(message.blocks[0]) == "The plant is in Turin. [1]"
    note, sure = message.blocks[3:5]
    assert note["elements"][0]["type"] == "plain_text"
    assert words_of(note) == "The articles disagree: <!channel> [2]."
    assert words_of(sure) == wording.sureness(noted)


@pytest.mark.parametrize("language", languages())
def test_every_language_fits_where_slack_shows_it(
    answered: Answer, refused: Answer, language: str
) -> None:
    prompts = find_prompts(None, language)
    texts, wording = prompts.load("slack"), Wording(prompts.load("wording"))
    for answer in (answered, replace(answered, tentative=True), refused):
        message = answer_message(
            "0123456789ab", answer, [], texts, wording, private=True, person=True, stale=True
        )
        fits(message)
    checked(feedback_modal("0123456789ab", texts)["blocks"])
    titles = [texts.render(name) for name in ("why-title", "passage-title", "answer-title")]
    labels = [texts.render(f"why-{reason}") for reason in REASONS]
    assert all(len(title) <= MODAL_TITLE_LIMIT for title in titles)
    assert all(len(label) <= BUTTON_LIMIT for label in labels)
    standing = Standing([ArticleInfo("a", "A", "", None, None, 1, 1, "utf-8")], {}, ["Why?"])
    checked(home_view(standing, texts, wording)["blocks"])


def test_an_unsure_answer_is_told_as_the_closest_found(
    answered: Answer, texts: Prompt, wording: Wording
) -> None:
    message = answer_message("0123456789ab", replace(answered, tentative=True), [], texts, wording)
    assert words_of(message.blocks[0]) == "The closest I found: “The plant is in Turin.” [1]"
    assert message.text == "The closest I found: “The plant is in Turin.”"


def test_a_refusal_says_why_shows_the_nearest_and_offers_a_person(
    refused: Answer, texts: Prompt, wording: Wording
) -> None:
    message = answer_message("0123456789ab", refused, [], texts, wording, person=True)
    assert words_of(message.blocks[0]) == "I don't know."
    assert words_of(message.blocks[1]) == "The nearest passages:"
    actions = message.blocks[3]["elements"]
    assert [each["action_id"] for each in actions] == ["show_passage_1", "ask_a_person"]


def test_a_long_answer_is_shortened_and_more_shows_all(
    answered: Answer, texts: Prompt, wording: Wording
) -> None:
    long = replace(answered, text="\n\n".join(["A paragraph of it."] * 400))
    message = answer_message("0123456789ab", long, [], texts, wording)
    fits(message)
    assert "more" in [each.get("action_id") for each in elements_of(message.blocks)]
    assert words_of(answer_modal(long, texts)["blocks"]).count("A paragraph of it.") == 400


def test_a_passage_has_its_quote_marked(answered: Answer, texts: Prompt) -> None:
    view = passage_modal(answered.citations[0], answered.hits[0], texts)
    before, quote, after = view["blocks"][1]["elements"][0]["elements"]
    assert (before["text"], after["text"]) == ("It rains. ", " It is new.")
    assert quote == {
        "type": "text", "text": "The plant is in Turin.", "style": {"bold": True, "highlight": True}
    }  # fmt: skip


def test_a_passage_is_known_by_the_citation_it_holds(
    answered: Answer, article: Article, citation: Citation
) -> None:
    assert holding(citation, article, answered.hits) == answered.hits[0]
    assert holding(citation, replace(article, text="x" * 50), answered.hits) is None
    assert holding(citation, article, ()) is None


def test_owners_are_mentioned_and_the_question_is_not_obeyed(texts: Prompt) -> None:
    message = person_message("<!channel> why?", "U01ALICE", ["U09OWNER", "S09TEAM"], texts)
    checked(message.blocks)
    assert message.text.startswith("<@U09OWNER> <!subteam^S09TEAM>")
    assert "channel" not in message.text
    kinds = [each["type"] for each in elements_of(message.blocks) if "type" in each]
    assert kinds.count("user") == 2
    assert kinds.count("usergroup") == 1
    assert "<!channel> why?" in words_of(list(message.blocks))


def test_a_text_of_the_bots_own_is_known_again() -> None:
    message = plain_message("0123456789ab", "Sorry <all>.")
    assert message.blocks[0]["block_id"] == "footnote-0123456789ab"
    assert message.text == "Sorry &lt;all&gt;."


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.com/a?b=c", True),
        ("http://example.com", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[", False),
        ("https://example.com/a b", False),
        ("https://example.com/|x>", False),
        ("https://example.com/" + "a" * 3_000, False),
        ("", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_linked(url: str | None, linked: bool) -> None:
    assert is_link(url) is linked


def test_escaped_text_steers_nothing() -> None:
    assert escaped("<!channel> & *b*") == "&lt;!channel&gt; &amp; \u200b*b\u200b*"


def test_sentences_stand_in_one_block_each_with_its_footnotes(
    written: Answer, texts: Prompt, wording: Wording
) -> None:
    message = answer_message("a1", written, ["2024-05-01", None], texts, wording)
    said, first, second, *_ = message.blocks
    (section,) = said["elements"]
    assert [each["text"] for each in section["elements"]] == [
        "Turin has the plant.", " [1]", " The plant is new.", " [2]"
    ]  # fmt: skip
    assert "[1] " in str(first)
    assert "2024-05-01" in str(first)
    assert "“It is new.”" in str(second)
    assert message.text == written.text
    names = [each["text"]["text"] for each in message.blocks[-2]["elements"]]
    assert names == ["Show passage 1", "Show passage 2"]


def test_sources_that_only_a_note_rests_on_are_shown_after_four(
    written: Answer, texts: Prompt, wording: Wording
) -> None:
    first = replace(written.citations[0], quote="word " * 1_000)
    cited = tuple(replace(first, number=number) for number in range(1, 7))
    notes = (Note("conflict", "The articles disagree: “1” [5], 2024; “2” [6], 2023.", 6),)
    message = answer_message(
        "a1", replace(written, citations=cited, notes=notes), [], texts, wording
    )
    fits(message)
    for number in range(1, 7):
        assert f"'[{number}] '" in str(message.blocks)
        assert f"'Show passage {number}'" in str(message.blocks)


def test_unsure_sentences_are_told_as_the_closest_found(
    written: Answer, texts: Prompt, wording: Wording
) -> None:
    message = answer_message("a1", replace(written, tentative=True), [], texts, wording)
    (section,) = message.blocks[0]["elements"]
    assert section["elements"][0]["text"] == "The closest I found: "
    assert "bold" not in str(section)
    assert message.text.startswith("The closest I found: Turin has the plant.")


def test_the_whole_of_sentences_is_their_paragraphs(written: Answer, texts: Prompt) -> None:
    assert "Turin has the plant.\n\nThe plant is new." in str(
        answer_modal(written, texts)["blocks"]
    ).replace("\\n", "\n")


@pytest.mark.parametrize(
    "text",
    ["<!channel>", "<@U012AB3CD>", "[here](https://x.example)", "![x](https://x.example)",
    "# Head", "> quote",
     "- item", "*bold* _it_ ~no~ `code`", ":skull:", "https://x.example", "a | b"],
)  # fmt: skip
def test_a_streamed_sentence_steers_nothing(text: str) -> None:
    shown = streamed(Sentence(text, (1,)))
    assert shown.endswith(" [1] ")
    for mark in ("<!", "<@", "](", "![", "*bold*", "`code`"):
        assert mark not in shown
    for mark in ("://", ":skull:"):  # read as such only where nothing stands before it
        assert f"\u200b{mark}" in shown or mark not in shown
    assert not re.match(r"[#>-]", shown)
