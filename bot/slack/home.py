"""App Home, and the agent pane's suggested prompts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltContext, SetSuggestedPrompts
from slack_sdk import WebClient

from bot.prompts import Prompt
from bot.slack.blocks import cut_to, linked, text_element
from bot.slack.desk import Desk
from bot.slack.types import Block
from bot.wording import Wording, one_line
from index import ArticleInfo, CorpusError

SHOWN_ARTICLES = 15
SHOWN_REFUSED = 5
LINE_LIMIT = 200
# A prompt's title is a button in the pane.
MAX_PROMPTS = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """What App Home tells.

    Parameters
    ----------
    articles : sequence of ArticleInfo
    counts : mapping of str to int
        Answers given, by status.
    refused : sequence of str
        The last questions that were refused, newest first.
    """

    articles: Sequence[ArticleInfo]
    counts: Mapping[str, int]
    refused: Sequence[str]


def register(app: App, desk: Desk) -> None:
    """Show App Home when it is opened, and what the index answers well when the pane is."""

    def opened(
        event: dict[str, Any],
        context: BoltContext,
        client: WebClient,
        set_suggested_prompts: SetSuggestedPrompts | None,
    ) -> None:
        if event.get("tab") == "home":
            standing = standing_of(desk, context.team_id or "")
            client.views_publish(
                user_id=event["user"], view=home_view(standing, desk.texts, desk.wording)
            )
        elif set_suggested_prompts is not None:
            found = list(desk.suggestions())[:MAX_PROMPTS]
            if found:
                title = desk.greeting.render("pane")
                set_suggested_prompts(prompts=found, title=title)

    app.event("app_home_opened")(opened)
    app.event("app_context_changed")(_heard)


def standing_of(desk: Desk, team: str) -> Standing:
    """Look up what App Home tells; an index that can't be read tells of no articles."""
    try:
        articles = desk.index.articles()
    except CorpusError:
        articles = []
    refused = desk.state.refused(team, limit=SHOWN_REFUSED)
    return Standing(articles, desk.state.counts(team), [each.question.text for each in refused])


def home_view(standing: Standing, texts: Prompt, wording: Wording) -> Block:
    """Return App Home's view."""
    return {
        "type": "home",
        "blocks": [
            _header(texts.render("home-how")),
            {"type": "section", "text": _plain(texts.render("home-how-to"))},
            _header(texts.render("home-indexed")),
            *_indexed(standing.articles, texts, wording),
            _header(texts.render("home-answered")),
            {"type": "section", "text": _plain(_counts(standing.counts, texts))},
            *_refused(standing.refused, texts),
        ],
    }


def _indexed(articles: Sequence[ArticleInfo], texts: Prompt, wording: Wording) -> list[Block]:
    if not articles:
        return [{"type": "section", "text": _plain(texts.render("home-nothing"))}]
    passages = sum(info.passages for info in articles)
    counts = texts.render(
        "home-counts",
        articles=wording.counted("articles", len(articles)),
        passages=wording.counted("passages", passages),
    )
    newest = articles[-SHOWN_ARTICLES:][::-1]
    lines = [[linked(cut_to(one_line(info.title), LINE_LIMIT), info.url)] for info in newest]
    more = len(articles) - len(newest)
    if more:
        lines.append([text_element(texts.render("home-more", count=more))])
    return [{"type": "section", "text": _plain(counts)}, _bullets(lines)]


def _refused(questions: Sequence[str], texts: Prompt) -> list[Block]:
    if not questions:
        return []
    lines = [[text_element(cut_to(one_line(each), LINE_LIMIT))] for each in questions]
    return [
        _header(texts.render("home-refused")),
        {"type": "section", "text": _plain(texts.render("home-refused-note"))},
        _bullets(lines),
    ]


def _counts(counts: Mapping[str, int], texts: Prompt) -> str:
    return texts.render(
        "home-answered-counts",
        answered=counts.get("answered", 0),
        refused=counts.get("refused", 0),
    )


def _bullets(lines: Sequence[list[Block]]) -> Block:
    sections = [{"type": "rich_text_section", "elements": line} for line in lines]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": sections}],
    }


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(cut_to(text, 150))}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _heard() -> None:
    """Do nothing: where somebody looks doesn't change what the articles say."""
