"""The reader that takes the best sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.reader import SentenceReader
from bot.reader.sentence import WEIGHTS, probability
from index import Hit, SentenceScore, Span


def test_the_score_is_the_weighted_sum_of_its_parts(hit: Hit) -> None:
    best, middle, worst = SentenceReader().read("Where is the plant?", [hit])
    total, passage, fit = sum(WEIGHTS.values()), WEIGHTS["passage"], WEIGHTS["type"]
    assert best.score == pytest.approx(total)  # every part is 1
    assert middle.score == pytest.approx((total - passage - fit) / 2 + passage)
    assert worst.score == pytest.approx(passage)
    assert [each.sentence for each in (best, middle, worst)] == [
        Span(10, 32),
        Span(33, 43),
        Span(0, 9),
    ]


def test_a_reading_names_the_parts_of_its_score(hit: Hit) -> None:
    best = SentenceReader().read("Where is the plant?", [hit])[0]
    assert dict(best.why) == dict.fromkeys(WEIGHTS, 1.0)
    assert best.answer == best.sentence
    assert best.hit is hit


def test_a_sentence_that_two_passages_share_comes_once_with_its_better_score(hit: Hit) -> None:
    better = replace(hit, score=2.0, rank=2)
    readings = SentenceReader().read("Is it?", [hit, better])
    assert len(readings) == 3
    assert all(reading.hit is better for reading in readings)


def test_the_first_of_two_equal_passages_keeps_a_shared_sentence(hit: Hit) -> None:
    readings = SentenceReader().read("Is it?", [hit, replace(hit, rank=2)])
    assert all(reading.hit is hit for reading in readings)


def test_equal_scores_keep_the_order_of_the_hits(hit: Hit) -> None:
    parts = dict.fromkeys(WEIGHTS.keys() - {"passage", "type"}, 0.5)
    level = replace(hit, sentences=tuple(SentenceScore(s.span, parts) for s in hit.sentences))
    readings = SentenceReader().read("Is it?", [level])
    assert [reading.sentence.start for reading in readings] == [0, 10, 33]


def test_sentences_stand_where_they_do_in_the_article_not_in_the_passage(hit: Hit) -> None:
    moved = replace(
        hit,
        passage=replace(hit.passage, text="The plant is in Turin. It is new.", span=Span(10, 43)),
        sentences=hit.sentences[1:],
    )
    best = SentenceReader().read("Where?", [moved])[0]
    assert best.sentence == Span(10, 32)
    assert best.why["type"] == 1.0  # "in Turin" was read


def test_no_hits_give_no_readings() -> None:
    assert SentenceReader().read("Where?", []) == []


def test_a_higher_score_is_never_less_probable() -> None:
    probabilities = [probability(score / 10, 100) for score in range(-10, 60)]
    assert probabilities == sorted(probabilities)
    assert 0 <= probabilities[0] < 0.1
    assert 0.5 < probabilities[-1] <= 1


def test_the_same_score_is_less_probable_among_more_passages() -> None:
    assert probability(2.0, 100_000) < probability(2.0, 100)
