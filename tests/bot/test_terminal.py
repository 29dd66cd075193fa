"""What is shown to a person."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from bot.terminal import (
    PlainScreen,
    RichScreen,
    answer_lines,
    counted,
    hit_lines,
    listing_lines,
    place_of,
    printable,
    problem_lines,
    screen_for,
    source_lines,
    why_lines,
)
from bot.types import Answer, Citation, Note
from bot.wording import Wording
from index import Article, ArticleInfo, Hit, Skipped

ESCAPE = "\x1b[31m"


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Return a terminal of 80 columns with colours."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


@pytest.mark.parametrize(
    "steering",
    ["\x00", "\x07", "\x08", "\r", "\x1b", "\x7f", "\x9b", "\u061c", "\u200f", "\u202e", "\u2066"],
)
def test_characters_that_steer_a_terminal_are_replaced(steering: str) -> None:
    assert printable(f"a{steering}b") == "a\ufffdb"


def test_all_other_characters_are_shown_as_they_are() -> None:
    text = "“Größe” – 5 €\tトヨタ 🙂\nnext line, İıß"
    assert printable(text) == text


def test_counts_have_their_noun_in_the_right_number() -> None:
    assert [counted(n, "passage") for n in (0, 1, 2)] == ["0 passages", "1 passage", "2 passages"]


def test_surer_answers_are_called_surer(answered: Answer, wording: Wording) -> None:
    said = [wording.sureness(replace(answered, confidence=c)) for c in (0.0, 0.5, 1.0)]
    assert said[0].startswith("I am not ")
    assert not said[2].startswith("I am not ")
    assert len(set(said)) == 3


def test_the_place_of_a_citation_is_its_address_else_its_file_else_its_name(
    citation: Citation, wording: Wording
) -> None:
    assert place_of(replace(citation, url="https://x.org/p"), wording).endswith(
        " of https://x.org/p"
    )
    assert place_of(citation, wording) == "characters 10 to 32 of /p.md"
    assert place_of(replace(citation, source=""), wording) == "characters 10 to 32 of plant"


def test_an_answer_in_plain_text_shows_its_footnote_letter_for_letter(
    answered: Answer, wording: Wording
) -> None:
    assert answer_lines(answered, wording) == [
        "The plant is in Turin. [1]",
        "",
        "[1] The plant › Where",
        "“The plant is in Turin.”",
        "characters 10 to 32 of /p.md",
        wording.sureness(answered),
    ]


def test_a_tentative_answer_is_never_told_as_a_fact(
    answered: Answer, citation: Citation, wording: Wording
) -> None:
    unsure = replace(answered, text="Turin", tentative=True, confidence=0.3)
    lines = answer_lines(unsure, wording)
    assert lines[0] == "The closest I found: “The plant is in Turin.” [1]"
    assert "Turin" not in lines
    assert lines[1:-1] == answer_lines(answered, wording)[1:-1]
    assert "not very sure" in lines[-1]


def test_notes_stand_under_the_footnotes_and_their_citations_apart_from_the_answer_s(
    answered: Answer, citation: Citation, terminal: Terminal, wording: Wording
) -> None:
    other = replace(citation, number=2)
    note = Note("conflict", f"The articles disagree {ESCAPE}: [2].", 2)
    noted = replace(answered, citations=(citation, other), notes=(note,))
    lines = answer_lines(noted, wording)
    assert lines[0] == "The plant is in Turin. [1]"
    assert lines[-2:] == ["The articles disagree \ufffd[2].".replace("[2]", "[31m: [2]"), lines[-1]]
    screen_for(terminal, wording).answer(noted)
    assert "The articles disagree" in terminal.getvalue()


def test_a_refusal_in_plain_text_shows_its_reason_and_the_nearest_passages(
    refused: Answer, wording: Wording
) -> None:
    assert answer_lines(refused, wording) == [
        "I don't know.",
        "",
        "The nearest passages:",
        "1. 1.000  The plant › Where",
        "   It rains. The plant is in Turin. It is new.",
        "   characters 0 to 43 of plant",
    ]


def test_a_refusal_without_passages_is_its_reason(refused: Answer, wording: Wording) -> None:
    assert answer_lines(replace(refused, hits=()), wording) == ["I don't know."]


def test_why_tells_every_score(answered: Answer) -> None:
    assert why_lines(answered) == [
        "searched     Where is the plant?",
        "confidence   0.500, threshold 0.250, reader none, 0.125 s",
        "sentence     cosine 1.000",
        "passage 1    1.000 = passage 0.500  bm25 0.250  The plant › Where",
    ]


def test_why_of_a_refusal_has_no_sentence(refused: Answer) -> None:
    assert not any(line.startswith("sentence") for line in why_lines(refused))


def test_sources_are_a_table(wording: Wording) -> None:
    rows = [
        ArticleInfo("plant", "The plant", "/p.md", None, None, 1, 43, "utf-8"),
        ArticleInfo("price-list", "Prices", "/q.md", None, None, 12, 4300, "utf-8"),
    ]
    assert source_lines(rows, wording) == [
        "plant            1 passage       43 characters  The plant",
        "price-list     12 passages     4300 characters  Prices",
    ]
    assert source_lines([], wording) == ["Nothing is indexed."]


def test_all_that_is_known_of_sources_is_a_table(hit: Hit) -> None:
    plant = ArticleInfo(
        "plant", "The plant", "/p.pdf", None, "2024-01-02T10:00", 1, 43, "utf-8", "cars", None,
        "pdf", "en", "no text on page 2", 2_345_678, "2024-03-05T10:00:00+00:00",
    )  # fmt: skip
    small = replace(
        plant, id="price-list", published=None, size=999, problem=None, collection="", passages=12
    )
    assert listing_lines([plant, small, replace(small, size=1_500)]) == [
        "plant       pdf       en  2024-01-02   2.3 MB       1 passage  2024-03-05  "
        "The plant [cars]",
        "    no text on page 2",
        "price-list  pdf       en                999 B     12 passages  2024-03-05  The plant",
        "price-list  pdf       en                 2 kB     12 passages  2024-03-05  The plant",
    ]
    assert listing_lines([]) == ["Nothing is indexed."]
    assert problem_lines([Skipped("/a\n.pdf", "is scanned")]) == ["Not read: /a .pdf is scanned."]


def test_names_of_articles_do_not_steer_the_terminal(
    hit: Hit, citation: Citation, wording: Wording
) -> None:
    evil = f"a{ESCAPE}\nb"
    info = ArticleInfo(evil, evil, evil, evil, None, 1, 43, "utf-8")
    passage = replace(hit.passage, article_id=evil, heading=evil, text=evil)
    shown = [
        *source_lines([info], wording),
        *hit_lines([replace(hit, title=evil, passage=passage)]),
    ]
    assert not any("\x1b" in line or "\n" in line for line in shown)
    assert "\x1b" not in place_of(replace(citation, url=evil), wording)
    assert "\x1b" not in place_of(replace(citation, source=evil), wording)


def test_what_is_no_terminal_gets_a_plain_screen_and_a_terminal_a_rich_one(
    terminal: Terminal, wording: Wording
) -> None:
    assert isinstance(screen_for(io.StringIO(), wording), PlainScreen)
    assert isinstance(screen_for(terminal, wording), RichScreen)


def test_a_plain_screen_writes_lines(answered: Answer, wording: Wording) -> None:
    file = io.StringIO()
    screen = screen_for(file, wording)
    screen.text("Hello.")
    screen.answer(answered)
    assert file.getvalue() == "Hello.\n" + "\n".join(answer_lines(answered, wording)) + "\n"


def test_a_plain_screen_marks_a_quote_in_its_article(
    citation: Citation, article: Article, wording: Wording
) -> None:
    file = io.StringIO()
    screen_for(file, wording).quote(citation, article)
    assert file.getvalue().splitlines() == [
        "The plant › Where",
        "It rains. »The plant is in Turin.« It is new.",
        "characters 10 to 32 of /p.md",
    ]


def test_a_rich_screen_highlights_the_quote_in_its_passage(
    answered: Answer, terminal: Terminal, wording: Wording
) -> None:
    screen_for(terminal, wording).answer(answered)
    shown = terminal.getvalue()
    assert "\x1b[1mThe plant is in Turin.\x1b[0m\x1b[1;36m [1]\x1b[0m" in shown
    assert "\x1b[2mIt rains. \x1b[0m\x1b[30;43mThe plant is in Turin.\x1b[0m" in shown
    assert "[1] The plant › Where" in shown
    assert wording.sureness(answered) in shown


def test_a_rich_screen_shows_the_quote_alone_when_no_hit_holds_it(
    answered: Answer, hit: Hit, terminal: Terminal, wording: Wording
) -> None:
    elsewhere = replace(hit, passage=replace(hit.passage, article_id="another"))
    screen_for(terminal, wording).answer(replace(answered, hits=(elsewhere,)))
    assert "\x1b[30;43mThe plant is in Turin." in terminal.getvalue()
    assert "It rains" not in terminal.getvalue()


def test_a_rich_screen_shows_a_refusal(
    refused: Answer, terminal: Terminal, wording: Wording
) -> None:
    screen_for(terminal, wording).answer(refused)
    assert terminal.getvalue().startswith("\x1b[33mI don't know.")
    assert "The nearest passages:" in terminal.getvalue()


def test_a_rich_screen_highlights_the_quote_in_its_article(
    citation: Citation, article: Article, terminal: Terminal, wording: Wording
) -> None:
    screen_for(terminal, wording).quote(citation, article)
    assert "It rains. \x1b[0m\x1b[30;43mThe plant is in Turin.\x1b[0m" in terminal.getvalue()


def test_a_rich_screen_reads_no_markup_and_no_emoji_names(
    answered: Answer, citation: Citation, terminal: Terminal, wording: Wording
) -> None:
    screen = screen_for(terminal, wording)
    screen.text("[red]:car:[/red]")
    screen.answer(
        replace(answered, text=":car: [b]", citations=(replace(citation, title="[i]:car:"),))
    )
    shown = terminal.getvalue()
    assert shown.startswith("[red]:car:[/red]\n")
    assert ":car: [b]" in shown
    assert "[i]:car:" in shown


def test_a_rich_screen_wraps_at_the_width_of_the_terminal(
    terminal: Terminal, wording: Wording
) -> None:
    screen_for(terminal, wording).text("word " * 100)
    assert max(len(line) for line in terminal.getvalue().splitlines()) <= 80


def test_an_answer_that_steers_the_terminal_is_defused_on_both_screens(
    answered: Answer, citation: Citation, terminal: Terminal, wording: Wording
) -> None:
    quote = f"red {ESCAPE}\u202e"
    evil = replace(answered, text=quote, citations=(replace(citation, quote=quote),), hits=())
    assert "\x1b" not in "".join(answer_lines(evil, wording))
    screen_for(terminal, wording).answer(evil)
    assert ESCAPE not in terminal.getvalue()
    assert "\u202e" not in terminal.getvalue()


def test_sentences_are_followed_by_their_footnotes(written: Answer, wording: Wording) -> None:
    first, *rest = answer_lines(written, wording)
    assert first == "Turin has the plant. [1] The plant is new. [2]"
    assert [line for line in rest if line.startswith("[")] == [
        "[1] The plant › Where",
        "[2] The plant › Where",
    ]
    unsure = replace(written, tentative=True)
    assert answer_lines(unsure, wording)[0] == (
        "The closest I found: Turin has the plant. [1] The plant is new. [2]"
    )


def test_why_tells_what_a_language_model_did(written: Answer) -> None:
    lines = why_lines(written)
    assert "written by   scripted, 2 requests, 200 tokens in, 40 out, 0.250 s" in lines
    assert "dropped      number: It has 3 roofs." in lines
    assert written.trace.writing is not None
    writing = replace(written.trace.writing, failure="it took too long")
    lines = why_lines(replace(written, trace=replace(written.trace, writing=writing)))
    assert "             failed: it took too long" in lines


def test_sentences_that_were_shown_are_followed_by_their_sources_alone(
    written: Answer, terminal: Terminal, wording: Wording
) -> None:
    for file in (io.StringIO(), terminal):
        screen = screen_for(file, wording)
        for sentence in written.sentences:
            screen.sentence(sentence)
        screen.rest(written)
        shown = re.sub(r"\x1b\[[\d;]*m", "", file.getvalue())
        assert shown.startswith("Turin has the plant. [1]\nThe plant is new. [2]\n\n[1] The plant")
        assert shown.count("The plant is new.") == 1
        assert "I am not quite sure (0.50)." in shown
        assert "closest" not in shown
        screen.rest(replace(written, tentative=True))
        assert "That is the closest I found.\n" in file.getvalue()


def test_a_rich_screen_shows_sentences_bold_and_marks_in_colour(
    written: Answer, terminal: Terminal, wording: Wording
) -> None:
    screen_for(terminal, wording).answer(written)
    assert "\x1b[1mTurin has the plant.\x1b[0m\x1b[1;36m [1]\x1b[0m" in terminal.getvalue()
