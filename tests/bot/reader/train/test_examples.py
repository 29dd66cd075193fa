"""What the reader is trained on."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bot.reader.train.alter import Alterer
from bot.reader.train.examples import (
    Example,
    Passages,
    Source,
    is_held_out,
    lacks,
    negative,
    positive,
)
from bot.reader.train.neighbours import NEAREST, neighbours
from bot.reader.train.squad import Question, load
from index import Article, Passage, Span
from tests.bot.reader.train.made_up import MILL, TORVANE


@pytest.fixture
def source(data: Path) -> Source:
    """Return what examples are made of, every question near every passage."""
    articles, questions = load([data / "squad2_made_up.json"])
    passages = Passages(articles)
    near = {question.id: range(len(passages.all)) for question in questions}
    return Source(questions, {a.id: a.text for a in articles}, passages, near)


def test_answers_come_with_their_votes_the_most_given_first(source: Source) -> None:
    question = source.questions[0]
    (text,) = source.texts.values()
    assert [answer.of(text) for answer in question.answers] == ["Ada Lind", "by Ada Lind"]
    assert question.votes == (2, 1)
    assert [q.id for q in source.questions if not q.answerable] == ["t5", "m3"]


def test_an_example_holds_the_answers_in_its_passage(source: Source) -> None:
    (number,) = source.passages.of_paragraph(source.questions[0])
    example = positive(source.questions[0], [source.passages.all[number]])
    assert example
    assert example.text == TORVANE
    assert [(a.of(example.text), share) for a, share in example.answers] == [
        ("Ada Lind", pytest.approx(2 / 3)),
        ("by Ada Lind", pytest.approx(1 / 3)),
    ]
    assert [s.of(example.text)[:3] for s in example.sentences] == ["Tor", "It ", "The"]
    (other,) = source.passages.of_paragraph(source.questions[5])
    assert positive(source.questions[0], [source.passages.all[other]]) is None


@pytest.mark.parametrize("seed", range(8))
def test_a_cropped_example_keeps_its_answers(source: Source, seed: int) -> None:
    passages = [source.passages.all[i] for i in source.passages.of_paragraph(source.questions[6])]
    example = positive(source.questions[6], passages)
    assert example
    cropped = example.cropped(15, random.Random(seed))
    assert len(cropped.text.split()) <= 15
    assert cropped.text in MILL
    assert [a.of(cropped.text) for a, _ in cropped.answers] == ["three million crowns"]
    assert all(s.of(cropped.text) in MILL for s in cropped.sentences)
    whole = negative("Who?", passages[0]).cropped(1_000, random.Random(seed))
    assert whole.text == MILL


def test_a_passage_that_holds_the_answer_in_words_is_no_hard_negative(source: Source) -> None:
    one, other = source.passages.all
    assert not lacks(one, source.questions[2], ["Brennholt"])  # in its place
    assert not lacks(other, source.questions[2], ["Brennholt"])  # in words
    assert lacks(other, source.questions[3], ["400"])


def test_epochs_differ_and_come_again(source: Source) -> None:
    first, second = source.epoch(0, 1), source.epoch(1, 1)
    assert first == source.epoch(0, 1)
    assert [e.question for e in first] != [e.question for e in second]
    questions = {example.question for example in first if example.answers}
    assert questions == {q.text for q in source.questions if q.answerable}
    impossible = {q.text for q in source.questions if not q.answerable}
    assert impossible <= {example.question for example in first if not example.answers}


def test_altered_questions_lose_their_answer(source: Source) -> None:
    chooser = random.Random(1)
    alterer = Alterer(source.questions, chooser)
    made = {alterer.alter(source.questions[5], MILL, chooser) for _ in range(40)}
    assert "When did the paper mill of Torvane close?" in made
    assert source.questions[5].text not in made
    opposed = Question("x", "What was the first plant?", "a", Span(0, 9), (), (), True)
    assert alterer.alter(opposed, MILL, chooser) == "What was the last plant?"
    silent = Question("x", "Why?", "a", Span(0, 9), (), (), True)
    assert alterer.alter(silent, MILL, chooser) is None
    number = Question(
        "x", "Who came in 1921?", "train/squad2_made_up/Torvane", Span(0, 9), (), (), True
    )
    assert alterer.alter(number, MILL, chooser) is None  # no other year is asked about


def test_posts_and_reviews_are_held_out_by_paragraph_articles_as_a_whole() -> None:
    def question(article: str, start: int) -> Question:
        return Question("x", "?", article, Span(start, start + 1), (), (), True)

    posts = [is_held_out(question("train/squadshifts_reddit/posts", n)) for n in range(800)]
    assert 30 < sum(posts) < 70
    assert is_held_out(question("train/squad2_8_articles/Normans", 5))
    assert not is_held_out(question("train/squad2_8_articles/Beyoncé", 5))


def test_the_nearest_passages_are_found_and_kept(tmp_path: Path, source: Source) -> None:
    many = [
        Passage(f"p{n}", "a", "", text, Span(0, len(text)), ())
        for n, text in enumerate([TORVANE, MILL, *(f"Number {n} rains." for n in range(20))])
    ]
    cache = tmp_path / "near.npz"
    found = neighbours(source.questions, many, cache)
    assert found["m1"][0] == 1
    assert {len(near) for near in found.values()} == {NEAREST}
    written = cache.stat().st_mtime_ns
    assert neighbours(source.questions, many, cache) == found
    assert cache.stat().st_mtime_ns == written
    neighbours(source.questions, many[::-1], cache)
    assert cache.stat().st_mtime_ns != written


def test_an_example_of_one_sentence_is_not_cropped() -> None:
    example = Example("Who?", TORVANE, (Span(0, len(TORVANE)),))
    assert example.cropped(3, random.Random(1)) == example


def test_articles_without_questions_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"data": [{"paragraphs": [{"context": "It rains."}]}]}')
    (article,), questions = load([tmp_path / "x.json"])
    assert isinstance(article, Article)
    assert (article.title, article.text, questions) == ("article 0", "It rains.", [])
