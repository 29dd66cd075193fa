"""Answers as Slack's blocks. Pure.

Articles' words, titles and headings go into rich text, whose elements are shown letter by letter:
nothing in them mentions, links or formats. In the plain text for notifications they are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from bot.prompts import Prompt
from bot.slack.types import Block, Message
from bot.types import Answer, Citation, Sentence
from bot.wording import Wording, heading_of, marks, printable, said_parts
from index import Article, Hit

# Slack's limits, in characters of its own counting: those of UTF-16.
TEXT_LIMIT = 3_000
NOTICE_LIMIT = 1_000
BUTTON_LIMIT = 75
URL_LIMIT = 2_900
MODAL_TITLE_LIMIT = 24
# What an answer shows of its parts; the whole is behind "More".
ANSWER_LIMIT = 3_500
QUOTE_LIMIT = 1_200
TITLE_LIMIT = 200
NEAREST_LIMIT = 400
MODAL_LIMIT = 60_000
# Those of a written answer, and two that a note may rest on.
MAX_SOURCES = 6
PLACE = re.compile(r"(page|slide)=(\d{1,6})")
ELLIPSIS = "…"

# The names by which Slack reports clicks.
FEEDBACK, SHOW, MORE, SHARE = "feedback", "show_passage", "more", "share"
PERSON, OPEN, WHY = "ask_a_person", "open_article", "feedback_why"
REASONS = ("wrong", "incomplete", "bad-source", "should-have-refused")


def mark_of(id: str) -> str:
    """Return what an answer's blocks are known by."""
    return f"footnote-{id}"


# Where a space without width keeps what Slack reads as style, emoji, mention or link from being so.
MARKS = re.compile(r"(?<=[@#])|(?=[*_~`]|:\w+:|://)")
# … and what Markdown reads as a link, a picture, a heading, a list or a table.
BRACKETS = re.compile(r"(?=[\](|])|(?<=!)|^(?=[#>+-]|\d+[.)])")


def answer_message(
    id: str,
    answer: Answer,
    published: Sequence[str | None],
    texts: Prompt,
    wording: Wording,
    *,
    private: bool = False,
    person: bool = False,
    stale: bool = False,
) -> Message:
    """Render an answer or a refusal.

    Parameters
    ----------
    id : str
        The answer's, which its buttons hand back.
    answer : Answer
    published : sequence of str or None
        The dates of the cited articles, in order; shorter or empty where they aren't known.
    texts : Prompt
    wording : Wording
    private : bool
        Only the asker sees it: it can be shared.
    person : bool
        There is somebody who can be asked.
    stale : bool
        A cited article has changed since.
    """
    refused = answer.status == "refused"
    if refused:
        said, cut = list(_paragraphs(answer.reason or "", ANSWER_LIMIT)), False
        sources = _nearest(answer.hits, wording)
    else:
        said, cut = _said(answer, wording)
        sources = _sources(answer.citations, published, texts)
    blocks = [*said, *sources]
    if not refused:
        blocks += [_context(printable(note.text)) for note in answer.notes]
        blocks.append(_context(wording.sureness(answer)))
    if cut:
        blocks.append(_context(texts.render("shortened")))
    if stale:
        blocks.append(_context(texts.render("stale")))
    blocks += _buttons(id, answer, texts, cut=cut, private=private, person=person)
    blocks[0] = {**blocks[0], "block_id": mark_of(id)}
    return Message(_notice(answer, wording), tuple(blocks))


def plain_message(id: str, text: str) -> Message:
    """Render a text of the bot's own, known again as the answer of this id."""
    block = {"type": "section", "text": {"type": "plain_text", "text": cut_to(text, TEXT_LIMIT)}}
    return Message(escaped(text), ({**block, "block_id": mark_of(id)},))


def shared_message(message: Message, user: str, texts: Prompt) -> Message:
    """Return a private answer as it is shown to a channel, with who asked."""
    kept = [
        block for block in message.blocks if block["type"] not in {"actions"} or _only_shows(block)
    ]
    head = texts.render("shared", user=user)
    return Message(
        message.text,
        ({"type": "context", "elements": [{"type": "mrkdwn", "text": head}]}, *kept),
    )


def passage_modal(citation: Citation, hit: Hit | None, texts: Prompt) -> Block:
    """Return the modal with a passage, the quote marked in it, and a link to the article."""
    passage = hit.passage if hit is not None else None
    before = after = ""
    if passage is not None and passage.text != citation.quote:
        start = citation.span.start - passage.span.start
        before, after = passage.text[:start], passage.text[start + len(citation.quote) :]
    marked = {"bold": True, "highlight": True} if before or after else {}
    pieces = [(before, {}), (citation.quote, marked), (after, {})]
    heading = heading_of(citation.title, citation.heading)
    where = place_in_words(citation, texts)
    place = [text_element(f" · {where}")] if where else []
    blocks: list[Block] = [
        rich([linked(cut_to(heading, TITLE_LIMIT), citation.url), *place]),
        *_split_pieces(pieces),
    ]
    if is_link(citation.url):
        button = {**_button(texts.render("open"), OPEN, ""), "url": citation.url}
        button.pop("value")
        blocks.append({"type": "actions", "elements": [button]})
    return _modal(texts.render("passage-title"), blocks)


def place_in_words(citation: Citation, texts: Prompt) -> str:
    """Return the page or slide on which a quote stands; empty where there is none."""
    found = PLACE.fullmatch(citation.place)
    return texts.render(found[1], number=found[2]) if found else ""


def answer_modal(answer: Answer, texts: Prompt) -> Block:
    """Return the modal with the whole of an answer that was shortened in its message."""
    text = "\n\n".join(part for part, _ in said_parts(answer))
    return _modal(texts.render("answer-title"), list(_paragraphs(text, MODAL_LIMIT)))


def text_modal(title: str, text: str) -> Block:
    """Return a modal that says one thing."""
    return _modal(title, list(_paragraphs(text, MODAL_LIMIT)))


def feedback_modal(id: str, texts: Prompt) -> Block:
    """Return the modal that asks what was wrong with an answer."""
    options = [
        {"text": _plain(texts.render(f"why-{reason}"), BUTTON_LIMIT), "value": reason}
        for reason in REASONS
    ]
    return {
        **_modal(texts.render("why-title"), []),
        "callback_id": WHY,
        "private_metadata": id,
        "submit": _plain(texts.render("why-send"), MODAL_TITLE_LIMIT),
        "close": _plain(texts.render("why-close"), MODAL_TITLE_LIMIT),
        "blocks": [
            {
                "type": "input",
                "block_id": "reasons",
                "optional": True,
                "label": _plain(texts.render("why-reasons"), 150),
                "element": {"type": "checkboxes", "action_id": "reasons", "options": options},
            },
            {
                "type": "input",
                "block_id": "words",
                "optional": True,
                "label": _plain(texts.render("why-words"), 150),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "words",
                    "multiline": True,
                    "max_length": 2000,
                },
            },
        ],
    }


def person_message(question: str, user: str, owners: Sequence[str], texts: Prompt) -> Message:
    """Return the message that asks the people who look after the articles."""
    mentions: list[Block] = []
    for owner in owners:
        kind = "usergroup" if owner.startswith("S") else "user"
        mentions += [{"type": kind, f"{kind}_id": owner}, text_element(" ")]
    marks = " ".join(f"<!subteam^{each}>" if each[0] == "S" else f"<@{each}>" for each in owners)
    before, _, after = texts.render("person-asked", user="\0").partition("\0")
    asked = [text_element(before), {"type": "user", "user_id": user}, text_element(after)]
    quote = {
        "type": "rich_text_quote",
        "elements": [text_element(cut_to(printable(question), NOTICE_LIMIT))],
    }
    section = {"type": "rich_text_section", "elements": [*mentions, *filter(_shows, asked)]}
    return Message(
        f"{marks} {before}<@{user}>{after}".strip(),
        ({"type": "rich_text", "elements": [section, quote]},),
    )


def is_link(url: str | None) -> bool:
    """Say whether an article's address is one that Slack links."""
    if not url or len(url) > URL_LIMIT or re.search(r"[\s<>|\"\\]", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def escaped(text: str) -> str:
    """Return a text that mentions, links and formats nothing where Slack reads markup."""
    text = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return MARKS.sub("\u200b", text)


def cut_to(text: str, limit: int) -> str:
    """Cut a text to so many of UTF-16's units, at a word where one is near, with an ellipsis."""
    if units(text) <= limit:
        return text
    kept = text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    word = kept.rfind(" ")
    return (kept[:word] if word > max(0, len(kept) - 40) else kept).rstrip() + ELLIPSIS


def units(text: str) -> int:
    """Count a text as Slack does, in UTF-16's units."""
    return len(text.encode("utf-16-le", errors="replace")) // 2


def split(text: str, limit: int) -> Iterator[str]:
    """Split a text into parts of at most so many units: at paragraphs, else lines, else words."""
    while units(text) > limit:
        head = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", errors="ignore")
        at = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0)
        at = at or len(head)
        yield text[:at]
        text = text[at:].lstrip() if at < len(head) else text[at:]
    if text:
        yield text


def _said(answer: Answer, wording: Wording) -> tuple[list[Block], bool]:
    """Return the answer's own words with its footnotes, and whether it had to be shortened."""
    if answer.sentences:
        return [rich(_written(answer, wording))], False
    ((text, numbers),) = said_parts(answer)
    text = printable(text)
    shown = cut_to(text, ANSWER_LIMIT)
    style = {"italic": True} if answer.tentative else {"bold": True}
    parts = list(split(shown, TEXT_LIMIT))
    blocks = [rich([text_element(part, style)]) for part in parts]
    first, last = blocks[0]["elements"][0]["elements"], blocks[-1]["elements"][0]["elements"]
    if answer.tentative:
        before, _, after = wording.closest("\0").partition("\0")
        first[:] = [text_element(before), *first]
        last.append(text_element(after))
    last.append(text_element(marks(numbers)))
    return blocks, shown != text


def _written(answer: Answer, wording: Wording) -> list[Block]:
    """Return the sentences of an answer, which are short enough, each with its footnotes."""
    style = {} if answer.tentative else {"bold": True}
    before, _, after = wording.closest_sentence("\0").partition("\0")
    elements = [text_element(before)] if answer.tentative and before else []
    for place, (text, numbers) in enumerate(said_parts(answer)):
        between = " " if place else ""
        elements += [text_element(between + printable(text), style), text_element(marks(numbers))]
    return [*elements, text_element(after)] if answer.tentative and after else elements


def streamed(sentence: Sentence) -> str:
    """Return a sentence of an answer that is still being written as Markdown that does nothing."""
    text = BRACKETS.sub("\u200b", escaped(sentence.text))
    return f"{text}{marks(sentence.citations)} "


def _sources(
    citations: Sequence[Citation], published: Sequence[str | None], texts: Prompt
) -> Iterator[Block]:
    dates = [*published, *(None for _ in citations)]
    for citation, date in zip(citations[:MAX_SOURCES], dates, strict=False):
        heading = cut_to(heading_of(citation.title, citation.heading), TITLE_LIMIT)
        line = [text_element(f"[{citation.number}] "), linked(heading, citation.url)]
        for fact in filter(None, (place_in_words(citation, texts), date)):
            line.append(text_element(f" · {cut_to(printable(fact), 40)}"))
        quote = cut_to(printable(citation.quote), QUOTE_LIMIT)
        yield {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": line},
                {"type": "rich_text_quote", "elements": [text_element(f"“{quote}”")]},
            ],
        }


def _nearest(hits: Sequence[Hit], wording: Wording) -> Iterator[Block]:
    if not hits:
        return
    yield _context(wording.said("nearest"))
    for hit in hits[:MAX_SOURCES]:
        heading = cut_to(heading_of(hit.title, hit.passage.heading), TITLE_LIMIT)
        text = cut_to(" ".join(printable(hit.passage.text).split()), NEAREST_LIMIT)
        yield {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [text_element(f"{hit.rank}. "), linked(heading, hit.url)],
                },
                {"type": "rich_text_quote", "elements": [text_element(text)]},
            ],
        }


def _buttons(
    id: str, answer: Answer, texts: Prompt, *, cut: bool, private: bool, person: bool
) -> Iterator[Block]:
    shown = len(answer.citations or answer.hits[:MAX_SOURCES])
    names = [
        texts.render("show") if shown == 1 else texts.render("show-numbered", count=number)
        for number in range(1, shown + 1)
    ]
    buttons = [
        _button(name, f"{SHOW}_{number}", f"{id}:{number}")
        for number, name in enumerate(names[:MAX_SOURCES], 1)
    ]
    if cut:
        buttons.append(_button(texts.render("more"), MORE, id))
    if private:
        buttons.append(_button(texts.render("share"), SHARE, id))
    if person and answer.status == "refused":
        buttons.append({**_button(texts.render("person"), PERSON, id), "style": "primary"})
    if buttons:
        yield {"type": "actions", "elements": buttons}
    yield {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": _choice(texts.render("useful"), f"up:{id}"),
                "negative_button": _choice(texts.render("not-useful"), f"down:{id}"),
            }
        ],
    }


def _only_shows(block: Block) -> bool:
    return all(each["action_id"].startswith((SHOW, MORE)) for each in block["elements"])


def _notice(answer: Answer, wording: Wording) -> str:
    """Return the answer for a notification."""
    if answer.status == "refused":
        return cut_to(answer.reason or "", NOTICE_LIMIT)
    if answer.tentative:
        if answer.sentences:
            return wording.closest_sentence(escaped(cut_to(answer.text, NOTICE_LIMIT)))
        quote = cut_to(answer.citations[0].quote, NOTICE_LIMIT)
        return wording.closest(escaped(quote))
    return escaped(cut_to(answer.text, NOTICE_LIMIT))


def _paragraphs(text: str, limit: int) -> Iterator[Block]:
    for part in split(cut_to(printable(text), limit) or " ", TEXT_LIMIT):
        yield rich([text_element(part)])


def _split_pieces(pieces: Iterable[tuple[str, Block]]) -> Iterator[Block]:
    elements = [
        text_element(part, style)
        for piece, style in pieces
        for part in split(cut_to(printable(piece), MODAL_LIMIT // 3), TEXT_LIMIT)
    ]
    for element in elements if sum(units(each["text"]) for each in elements) > TEXT_LIMIT else ():
        yield rich([element])
    if sum(units(each["text"]) for each in elements) <= TEXT_LIMIT:
        yield rich(elements)


def _modal(title: str, blocks: list[Block]) -> Block:
    return {"type": "modal", "title": _plain(title, MODAL_TITLE_LIMIT), "blocks": blocks[:99]}


def rich(elements: list[Block]) -> Block:
    """Return a block of rich text."""
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }


def text_element(text: str, style: Block | None = None) -> Block:
    """Return words of rich text, shown letter by letter."""
    return {"type": "text", "text": text, **({"style": dict(style)} if style else {})}


def _shows(element: Block) -> bool:
    return element["type"] != "text" or bool(element["text"])


def linked(text: str, url: str | None) -> Block:
    """Return words of rich text that link to an address, if it is one that Slack links."""
    if is_link(url):
        return {"type": "link", "url": url, "text": text}
    return text_element(text, {"bold": True})


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text, TEXT_LIMIT)]}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut_to(text, limit), "emoji": False}


def _button(text: str, action: str, value: str) -> Block:
    return {
        "type": "button",
        "text": _plain(text, BUTTON_LIMIT),
        "action_id": action,
        "value": value,
    }


def _choice(text: str, value: str) -> Block:
    return {"text": _plain(text, BUTTON_LIMIT), "value": value}


def holding(citation: Citation, article: Article, hits: Sequence[Hit]) -> Hit | None:
    """Return the passage among hits that holds a citation, as the article still has it."""
    for hit in hits:
        passage = hit.passage
        if passage.article_id == citation.article_id and passage.span.covers(citation.span):
            return hit if passage.span.of(article.text) == passage.text else None
    return None
