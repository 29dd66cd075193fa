"""Articles that disagree, and old ones that were overtaken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import Settings
from bot.contracts import answer_record
from bot.types import Answer
from bot.wording import said_parts
from index import Article, PassageIndex, SentenceEncoder

Asked = Callable[..., Answer]
OLD, NEW = "2023-02-01", "2024-06-15"


@pytest.fixture
def ask(encoder: SentenceEncoder, tmp_path: Path) -> Iterator[Asked]:
    """Return what indexes texts, each with its date, and asks them a question."""
    opened: dict[object, PassageIndex] = {}

    def asked(question: str, *texts: tuple[str | None, str]) -> Answer:
        if texts not in opened:
            index = opened[texts] = PassageIndex(tmp_path / f"index-{len(opened)}", encoder)
            index.add(
                Article(f"article-{i}", f"News {i}", text, published=date)
                for i, (date, text) in enumerate(texts)
            )
        return make_answerer(Settings(), opened[texts]).ask(question)

    yield asked
    for index in opened.values():
        index.close()


@pytest.mark.parametrize(
    ("question", "old", "new", "before", "now"),
    [
        (
            "How much does a ticket for the Calder ferry cost?",
            "A ticket for the Calder ferry costs 9 euros. It leaves at noon.",
            "A ticket for the Calder ferry costs 12 euros. Dogs travel free.",
            "9 euros",
            "12 euros",
        ),
        (
            "When will the Marrow Bay library open?",
            "The Marrow Bay library will open in March 2024. It is built of brick.",
            "The Marrow Bay library will open in June 2025. Steel was late.",
            "March 2024",
            "June 2025",
        ),
        (
            "Who is the director of the Hask museum?",
            "The director of the Hask museum is Omar Feld. He likes ropes.",
            "The director of the Hask museum is Edith Lanyon. She came from Truro.",
            "Omar Feld",
            "Edith Lanyon",
        ),
    ],
)
def test_the_newer_of_two_that_disagree_answers_and_both_are_shown_with_their_dates(
    ask: Asked, question: str, old: str, new: str, before: str, now: str
) -> None:
    for texts in (((OLD, old), (NEW, new)), ((NEW, new), (OLD, old))):
        answer = ask(question, *texts)
        assert now in answer.text
        first, second = answer.citations
        assert (first.number, second.number) == (1, 2)
        assert now in first.quote
        assert before in second.quote
        (note,) = answer.notes
        assert (note.kind, note.citation, said_parts(answer)[0][1]) == ("conflict", 2, (1,))
        for part in (now, before, OLD, NEW):
            assert part in note.text
        assert "notes" in answer.trace.prompts


def test_after_what_once_was_the_newer_article_does_not_come_first(ask: Asked) -> None:
    answer = ask(
        "When was the Marrow Bay library originally planned to open?",
        (OLD, "The Marrow Bay library was planned to open in March 2024."),
        (NEW, "The Marrow Bay library will open in June 2025. Steel was late."),
    )
    assert "March 2024" in answer.text


def test_without_dates_the_likelier_answers_and_the_note_says_so(ask: Asked) -> None:
    answer = ask(
        "How much does a ticket for the Calder ferry cost?",
        (None, "A ticket for the Calder ferry costs 9 euros."),
        (NEW, "A ticket for the Calder ferry costs 12 euros."),
    )
    (note,) = answer.notes
    assert "no date given" in note.text
    assert NEW in note.text


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How much does a ticket for the Calder ferry cost?",
            "A ticket for the Calder ferry costs 9 euros.",
            "A ticket for the Calder ferry costs nine euros, children included.",
        ),
        (
            "How much does a ticket for the Calder ferry cost?",
            "A ticket for the Calder ferry costs 9 euros.",
            "A ticket for the Nettle ferry costs 14 euros.",
        ),
        (
            "When will the Marrow Bay library open?",
            "The Marrow Bay library will open in March 2024.",
            "The Marrow Bay library will open on 4 March 2024.",
        ),
        (
            "When will the Marrow Bay library open?",
            "The Marrow Bay library will open in March 2024.",
            "The Quarry Lane library will open in June 2025.",
        ),
        (
            "Who is the director of the Hask museum?",
            "The director of the Hask museum is Edith Lanyon.",
            "The director of the Hask museum is Dr. E. Lanyon.",
        ),
        (
            "Who is the director of the Hask museum?",
            "The director of the Hask museum is Edith Lanyon.",
            "The director of the Calder museum is Omar Feld.",
        ),
        (
            "How many people work at the Hask museum?",
            "About 40 people work at the Hask museum.",
            "42 people work at the Hask museum.",
        ),
        (
            "Where does the Calder ferry sail?",
            "The Calder ferry sails to the island of Hask.",
            "The Calder ferry sails through the Sound of Mull.",
        ),
    ],
)
def test_what_only_looks_like_a_conflict_is_none(
    ask: Asked, question: str, one: str, other: str
) -> None:
    for asked in (question, question.lower()):
        assert ask(asked, (NEW, one), (NEW, other)).notes == ()


def test_one_article_does_not_disagree_with_itself(ask: Asked) -> None:
    text = "A ticket for the Calder ferry costs 9 euros.\n\nA ticket for the Calder ferry costs "
    assert ask("How much is a ticket for the Calder ferry?", (OLD, text + "12 euros.")).notes == ()


def test_an_old_article_says_how_old_where_a_newer_one_touches_on_the_subject(ask: Asked) -> None:
    question = "How many cars does the Calder ferry carry?"
    old = "The Calder ferry carries eleven cars. It is white."
    for newer, age in (("2023-03-01", ""), ("2024-06-15", "16 months"), ("2027-02-01", "4 years")):
        text = "How many cars the Calder ferry carries was disputed by the council."
        answer = ask(question, (OLD, old), (newer, text))
        assert answer.text == "eleven"
        assert len(answer.citations) == 1
        if not age:
            assert answer.notes == ()
            continue
        (note,) = answer.notes
        assert (note.kind, note.citation) == ("age", None)
        assert note.text == (
            f"This is of {OLD}. A newer article touches on it, {age} later: “News 1”, {newer}."
        )


@pytest.mark.parametrize(
    ("question", "date"),
    [
        ("How many cars does the Calder ferry carry?", "in the days of steam"),
        ("How many cars does the Calder ferry carry?", "2023-13-45"),
        ("How many cars did the Calder ferry carry at first?", OLD),
        ("What does the Calder ferry carry?", OLD),
    ],
)
def test_no_age_is_told_where_none_is_known_or_none_matters(
    ask: Asked, question: str, date: str
) -> None:
    newer = "How many cars the Calder ferry carries was disputed by the council."
    answer = ask(question, (date, "The Calder ferry carries eleven cars."), (NEW, newer))
    assert answer.status == "answered"
    assert answer.notes == ()


def test_sample_articles_that_disagree_are_both_cited(answerer: Answerer) -> None:
    answer = answerer.ask("What capacity will the No. 2 line have?")
    assert [note.kind for note in answer.notes] == ["conflict"]
    assert {each.article_id for each in answer.citations} == {
        "kalvessa-kestrup-cells",
        "kalvessa-second-line",
    }


def test_notes_come_after_the_fields_of_the_contract(answered: Answer, ask: Asked) -> None:
    assert "notes" not in answer_record(answered)
    answer = ask(
        "How much does a ticket for the Calder ferry cost?",
        (OLD, "A ticket for the Calder ferry costs 9 euros."),
        (NEW, "A ticket for the Calder ferry costs 12 euros."),
    )
    record = answer_record(answer)
    assert list(record)[-1] == "notes"
    assert record["notes"] == [
        {"kind": "conflict", "text": answer.notes[0].text, "citation": 2},
    ]
    assert said_parts(answer)[0][1] == (1,)
    assert said_parts(replace(answer, notes=()))[0][1] == (1, 2)
