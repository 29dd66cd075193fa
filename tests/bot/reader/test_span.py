"""The reader that finds the exact answer, on the samples and on texts made for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.reader.calibration import Calibration, Logistic
from bot.reader.model import SpanModel
from bot.reader.scoring import Scored, ScoredSpan
from bot.reader.span import SpanReader
from index import Hit, Passage, PassageIndex, SentenceScore, Span

BY_ODDS = Calibration(Logistic({"odds": 1.0}, 0.0), Logistic({"odds": 1.0}, 0.0), 0.9, 0.5, 0.7)


class Told:
    """A scorer that says of a text what it was told; it notes what it was given."""

    name = "told"

    def __init__(self, said: Mapping[str, Scored]) -> None:
        self._said = said
        self.read: list[str] = []

    def score(self, question: str, text: str) -> Scored:
        """Return what was told of the text."""
        self.read.append(text)
        return self._said[text]


def answered(text: str, *answers: str, odds: float = 2.0) -> Scored:
    """Return spans of a text as scored, the first the likeliest."""
    spans = [Span(text.index(answer), text.index(answer) + len(answer)) for answer in answers]
    return Scored(tuple(ScoredSpan(s, 0.4 / 2**i) for i, s in enumerate(spans)), 0.2, odds)


def hit_of(text: str, start: int = 100, rank: int = 1) -> Hit:
    """Return a hit with a text of sentences that end in a full stop, somewhere in an article."""
    ends = [i + 1 for i, letter in enumerate(text) if letter == "."]
    firsts = [0, *(end + 1 for end in ends[:-1])]
    spans = tuple(Span(start + a, start + b) for a, b in zip(firsts, ends, strict=True))
    passage = Passage(f"a:{rank}", "a", "", text, Span(start, start + len(text)), spans)
    scores = tuple(SentenceScore(span, {"cosine": 0.5, "cover": 0.25}) for span in spans)
    return Hit(passage, "A", None, 1.5, rank, {}, scores, among=27)


RAIN = "It rains. The plant is in Turin and Rome. It opened in 1998."
SNOW = "It snows. The plant makes 400 cars."


def read(question: str, *said: Scored, texts: tuple[str, ...] = (RAIN,)) -> list[str]:
    """Return the answers read in some passages."""
    reader = SpanReader(Told(dict(zip(texts, said, strict=True))), BY_ODDS)
    hits = [hit_of(text, rank=i) for i, text in enumerate(texts, 1)]
    found = []
    for reading in reader.read(question, hits):
        text, start = reading.hit.passage.text, reading.hit.passage.span.start
        assert reading.sentence.covers(reading.answer)
        found.append(text[reading.answer.start - start : reading.answer.end - start])
    return found


def test_the_answer_is_the_span_and_the_citation_its_sentence() -> None:
    reader = SpanReader(Told({RAIN: answered(RAIN, "Turin")}), BY_ODDS)
    (reading,) = reader.read("Where is the plant?", [hit_of(RAIN)])
    assert reading.answer == Span(126, 131)
    assert reading.sentence == Span(110, 141)
    assert reading.score == 2.0
    assert reading.probability == pytest.approx(1 / (1 + 2.718281828**-2))
    assert reading.why["passage"] == 1.5
    assert reading.why["crowd"] == pytest.approx(-4.60517)


def test_an_answer_across_two_sentences_cites_both() -> None:
    scored = answered(RAIN, "Rome. It opened")
    reader = SpanReader(Told({RAIN: scored}), BY_ODDS)
    (reading,) = reader.read("What?", [hit_of(RAIN)])
    assert reading.sentence == Span(110, 160)


def test_the_best_passage_comes_first() -> None:
    first, second = answered(RAIN, "Turin", odds=0.5), answered(SNOW, "cars", odds=1.5)
    assert read("What?", first, second, texts=(RAIN, SNOW)) == ["cars", "Turin"]


def test_no_passage_is_read_after_a_sure_answer() -> None:
    told = Told({RAIN: answered(RAIN, "Turin", odds=5.0), SNOW: answered(SNOW, "cars")})
    reader = SpanReader(told, BY_ODDS)
    assert len(reader.read("Where?", [hit_of(RAIN), hit_of(SNOW, rank=2)])) == 1
    assert told.read == [RAIN]


@pytest.mark.parametrize(
    ("question", "answers", "wanted"),
    [
        ("How many cars does it make?", ("cars", "400"), ["400"]),
        ("When does it make cars?", ("cars", "plant"), []),
        ("What does it make?", ("cars", "400"), ["cars"]),
    ],
)
def test_a_number_or_a_date_that_is_asked_for_must_be_in_the_answer(
    question: str, answers: tuple[str, ...], wanted: list[str]
) -> None:
    assert read(question, answered(SNOW, *answers), texts=(SNOW,)) == wanted


def test_a_question_for_yes_or_no_is_answered_by_the_sentence() -> None:
    assert read("Does it make cars?", answered(SNOW, "400"), texts=(SNOW,)) == [
        "The plant makes 400 cars."
    ]


def test_who_somebody_is_is_answered_by_the_sentence() -> None:
    text = "Ada Lind has led the works since 2020."
    assert read("Who is Ada Lind?", answered(text, "works"), texts=(text,)) == [text]
    assert read("Who has led the works?", answered(text, "Ada Lind"), texts=(text,)) == ["Ada Lind"]


def test_of_a_list_not_only_a_part_is_given() -> None:
    assert read("What are the two cities?", answered(RAIN, "Turin")) == [
        "The plant is in Turin and Rome."
    ]
    assert read("What are the two cities?", answered(RAIN, "Turin and Rome")) == ["Turin and Rome"]


def test_a_passage_without_an_answer_gives_no_reading() -> None:
    assert read("What?", Scored((), 1.0, -20.0)) == []
    assert SpanReader(Told({}), BY_ODDS).read("What?", []) == []


def test_thresholds_are_those_of_the_calibration() -> None:
    reader = SpanReader(Told({}), replace(BY_ODDS, threshold=0.1, sure=0.6))
    assert (reader.name, reader.threshold, reader.sure) == ("told", 0.1, 0.6)


def test_spans_of_the_samples_lie_in_their_passage_and_citation(
    model: SpanModel, samples_index: PassageIndex
) -> None:
    reader = SpanReader(model, replace(BY_ODDS, enough=1.1))
    for question in ("Where will Torvane build?", "How much is a used battery's test?", "Who?"):
        hits = samples_index.search(question, 5)
        readings = reader.read(question, hits)
        assert readings == reader.read(question, hits)
        for reading in readings:
            assert reading.hit.passage.span.covers(reading.sentence)
            assert reading.sentence.covers(reading.answer)
            assert 0 < reading.probability < 1
