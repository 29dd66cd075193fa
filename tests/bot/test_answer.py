"""The way from a question to a cited answer or a refusal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import NEAREST, Answerer
from bot.bootstrap import make_answerer
from bot.config import Settings
from bot.reader import SentenceReader
from bot.reader.calibration import Calibration
from bot.reader.model import CALIBRATION
from bot.types import Answer, Turn
from index import (
    EVERYTHING,
    Article,
    ArticleInfo,
    Hit,
    PassageIndex,
    Scope,
    SentenceEncoder,
)

GOLD = Path(__file__).parent.parent / "data" / "samples.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in GOLD.read_text("utf-8").splitlines()]
BRENNHOLT = "Where will Torvane Motors build a car factory?"


class FadingCorpus:
    """An index whose articles are removed or rewritten between searching and citing."""

    def __init__(self, index: PassageIndex, rewrite: dict[str, str] | None = None) -> None:
        self._index = index
        self._rewrite = rewrite

    def search(self, query: str, k: int = 5, *, scope: Scope = EVERYTHING) -> list[Hit]:
        """Find passages as they were."""
        return self._index.search(query, k, scope=scope)

    def corrected(self, query: str) -> str:
        """Correct the spelling."""
        return self._index.corrected(query)

    def rarities(self, text: str) -> dict[str, float]:
        """Return how rare words are."""
        return self._index.rarities(text)

    def article(self, id: str) -> Article:
        """Return an article as it is now."""
        if self._rewrite is None:
            raise KeyError(id)
        article = self._index.article(id)
        (old, new), *_ = self._rewrite.items()
        return replace(article, text=article.text.replace(old, new))

    def articles(self) -> list[ArticleInfo]:
        """List what was there."""
        return self._index.articles()


def over(answerer: Answerer, corpus: FadingCorpus) -> Answerer:
    """Return the answerer over another corpus."""
    answerer.corpus = corpus
    return answerer


def told(answer: Answer) -> Answer:
    """Return an answer without the time it took."""
    return replace(answer, seconds=0.0)


def test_every_answer_is_cited_letter_for_letter_and_every_refusal_gives_a_reason(
    answerer: Answerer, samples_index: PassageIndex
) -> None:
    statuses, noted = set(), {}
    for question in QUESTIONS:
        answer = answerer.ask(question)
        statuses.add(answer.status)
        if answer.notes:
            noted[question] = [note.kind for note in answer.notes]
        assert answer.question == question
        assert 0 <= answer.confidence <= 1
        if answer.status == "answered":
            assert answer.citations
            assert answer.text
            assert answer.kind is answer.reason is None
            assert answer.confidence >= answer.trace.threshold
        else:
            assert answer.citations == ()
            assert answer.text == ""
            assert answer.kind
            assert answer.reason
            assert 1 <= len(answer.hits) <= NEAREST
        for citation in answer.citations:
            article = samples_index.article(citation.article_id)
            assert article.text[citation.span.start : citation.span.end] == citation.quote
            assert (citation.title, citation.source) == (article.title, article.source)
    assert statuses == {"answered", "refused"}
    # A newer article has the Lir among its long-range models; no other answer is to be noted.
    assert noted == {"What is the range of the Torvane Lir?": ["age"]}


def test_the_same_question_gets_the_same_answer(answerer: Answerer) -> None:
    for question in QUESTIONS[:5]:
        assert told(answerer.ask(question)) == told(answerer.ask(question))


def test_an_answer_is_the_words_asked_for_in_the_cited_sentence(answerer: Answerer) -> None:
    answer = answerer.ask(BRENNHOLT)
    (citation,) = answer.citations
    assert citation.article_id == "torvane-brennholt-plant"
    assert citation.quote.startswith("Torvane Motors will build a car factory in Brennholt")
    assert "Brennholt" in answer.text
    assert answer.text in " ".join(citation.quote.split())
    assert len(answer.text) < len(citation.quote)


def test_without_a_trained_reader_an_answer_is_the_cited_sentence_on_one_line(
    samples_index: PassageIndex,
) -> None:
    answer = make_answerer(Settings(reader="none"), samples_index).ask(BRENNHOLT)
    assert answer.text == " ".join(answer.citations[0].quote.split())
    assert answer.text.startswith("Torvane Motors will build a car factory in Brennholt")


def test_an_unsure_answer_is_tentative(answerer: Answerer) -> None:
    answerer.threshold = 0.0
    answers = [answerer.ask(question) for question in QUESTIONS[:12]]
    for answer in answers:
        assert answer.tentative == (answer.confidence < answerer.reader.sure)
    assert {answer.tentative for answer in answers} == {True, False}


def test_the_trace_tells_what_was_searched_and_every_part_of_the_score(answerer: Answerer) -> None:
    trace = answerer.ask(BRENNHOLT).trace
    assert trace.query == BRENNHOLT
    assert trace.reader == "default"
    assert set(trace.scores) == set(Calibration.load(CALIBRATION).right.weights)


def test_a_misspelt_question_is_searched_and_read_as_it_was_meant(answerer: Answerer) -> None:
    answer = answerer.ask("Where will Torvane Motors biuld a car factroy?")
    assert answer.question == "Where will Torvane Motors biuld a car factroy?"
    assert answer.trace.query == "Where will Torvane Motors build a car factory?"
    assert answer.trace.scores == answerer.ask(answer.trace.query).trace.scores


def test_a_follow_up_is_searched_with_the_question_before_it(answerer: Answerer) -> None:
    first = answerer.ask(BRENNHOLT)
    second = answerer.ask("And when?", [Turn(BRENNHOLT, first)])
    assert second.question == "And when?"
    assert second.trace.query == "When will Torvane Motors build a car factory?"
    assert second.hits[0].passage.article_id.startswith("torvane-brennholt")


def test_what_was_said_before_takes_no_answer_from_a_question_that_has_one_alone(
    answerer: Answerer,
) -> None:
    before, question = "Who is the harbour master of Almsund?", "Who leads the works council?"
    answer = answerer.ask(question, [Turn(before, answerer.ask(before))])
    assert (answer.text, answer.trace.query) == ("S. Ö. Demir", question)


def test_a_follow_up_finds_the_list_that_follows_what_was_shown(answerer: Answerer) -> None:
    first = answerer.ask("Which branches is Pellworth closing?")
    second = answerer.ask("When does the second one close?", [Turn(first.question, first)])
    assert second.trace.query == "When does Castle Wharf close?"
    assert second.text == "May"


def test_an_article_removed_since_it_was_shown_gives_a_follow_up_no_list(
    answerer: Answerer, samples_index: PassageIndex
) -> None:
    first = answerer.ask("Which branches is Pellworth closing?")
    fading = over(answerer, FadingCorpus(samples_index))
    second = fading.ask("When does the second one close?", [Turn(first.question, first)])
    assert "Castle Wharf" not in second.trace.query


def test_an_article_removed_since_the_search_is_not_cited(
    answerer: Answerer, samples_index: PassageIndex
) -> None:
    answer = over(answerer, FadingCorpus(samples_index)).ask(BRENNHOLT)
    assert answer.status == "refused"
    assert answer.citations == ()


def test_an_article_changed_since_the_search_is_not_cited_where_it_says_something_else(
    answerer: Answerer, samples_index: PassageIndex
) -> None:
    corpus = FadingCorpus(samples_index, {"a car factory in Brennholt": "a car factory in Hamburg"})
    answer = over(answerer, corpus).ask(BRENNHOLT)
    assert "a car factory in Brennholt" not in answer.text
    for citation in answer.citations:
        assert citation.span.of(corpus.article(citation.article_id).text) == citation.quote


def test_the_next_best_sentence_is_cited_when_the_best_one_is_gone(
    answerer: Answerer, samples_index: PassageIndex
) -> None:
    answerer.threshold = 0.0
    answerer.reader = SentenceReader()  # which reads all passages, however sure it is
    corpus = FadingCorpus(samples_index, {"a car factory in Brennholt": "a car factory in Hamburg"})
    answer = over(answerer, corpus).ask(BRENNHOLT)
    assert answer.status == "answered"
    assert "a car factory in Brennholt" not in answer.text


@pytest.mark.parametrize("question", ["", "   \n", "???", "…!", "🙂"])
def test_a_question_without_words_is_refused_as_empty(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert (answer.status, answer.kind, answer.hits) == ("refused", "empty", ())
    assert answer.reason is not None
    assert answer.reason.startswith("There is no question in that.")


def test_a_follow_up_without_words_is_refused_as_empty_too(answerer: Answerer) -> None:
    first = answerer.ask(BRENNHOLT)
    assert answerer.ask("???", [Turn(BRENNHOLT, first)]).kind == "empty"


@pytest.mark.parametrize("question", ["x" * 50_000, "Where is the plant? " * 2_500])
def test_a_question_of_50000_characters_is_answered_or_refused(
    answerer: Answerer, question: str
) -> None:
    answer = answerer.ask(question)
    assert answer.question == question
    assert bool(answer.citations) == (answer.status == "answered")


def test_an_index_without_articles_is_told_apart_from_not_knowing(
    tmp_path: Path, encoder: SentenceEncoder
) -> None:
    index = PassageIndex(tmp_path / "index", encoder)
    index.add([])
    answer = make_answerer(Settings(), index).ask(BRENNHOLT)
    index.close()
    assert (answer.status, answer.kind) == ("refused", "no-articles")
    assert answer.reason is not None
    assert "footnote index" in answer.reason


def test_a_subject_that_is_not_in_the_articles_is_told_apart_from_a_fact_that_is_not(
    answerer: Answerer,
) -> None:
    answerer.threshold = 1.0
    assert answerer.ask("Why is the sky blue?").kind == "off-subject"
    assert answerer.ask("When will Torvane build cars in Brennholt?").kind == "not-stated"


def test_the_clock_times_the_answer(samples_index: PassageIndex) -> None:
    ticks = iter([10.0, 10.25])
    made = make_answerer(Settings(), samples_index)
    answerer = Answerer(
        samples_index,
        made.reader,
        made._refusals,
        made._notes,
        threshold=0.5,
        passages=5,
        clock=lambda: next(ticks),
    )
    assert answerer.ask("").seconds == 0.25
