"""Rarity and lexical candidates, by hand."""

import math
import sqlite3
from collections.abc import Iterator

import pytest

from index.ledger import SCHEMA
from index.lexical import MATCHED_PASSAGES, candidates, passage_counts, rarities, rarity


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """Yield a ledger of three passages: "red car", "red red bus", "blue car"."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    for number, body in enumerate(["red car", "red red bus", "blue car"], start=1):
        connection.execute("INSERT INTO terms VALUES ('', ?)", (body,))
        assert connection.execute("SELECT max(rowid) FROM terms").fetchone() == (number,)
    yield connection
    connection.close()


def test_passages_are_counted_once_for_each_word(connection: sqlite3.Connection) -> None:
    known: dict[str, int] = {}
    assert passage_counts(connection, known, ["red", "bus", "tram"]) == {"red": 2, "bus": 1}
    assert known == {"red": 2, "bus": 1}
    assert passage_counts(connection, known, []) == {}


def test_passages_counted_before_are_not_counted_again(connection: sqlite3.Connection) -> None:
    assert passage_counts(connection, {"red": 7}, ["red", "bus"]) == {"red": 7, "bus": 1}


def test_rarity_counts_the_background_in() -> None:
    # 200 passages of the background, a tenth of which hold the word, and 3 of 10 here:
    # ln(1 + (210 - 23 + 0.5) / (23 + 0.5)).
    assert rarity(3, 10, 0.1) == pytest.approx(math.log(1 + 187.5 / 23.5))
    assert rarity(0, 0, 0.0) == pytest.approx(math.log(402))


def test_rarer_words_tell_more() -> None:
    few, many, common = rarities(["few", "many", "common"], {"many": 9}, 10, [0.01, 0.01, 0.9])
    assert few > many > common > 0


def test_candidates_hold_a_word_best_first_and_ties_in_order(
    connection: sqlite3.Connection,
) -> None:
    counts = {"car": 2, "bus": 1, "red": 2}
    assert candidates(connection, ["car"], counts, 5) == [1, 3]
    assert candidates(connection, ["bus", "red"], counts, 5) == [2, 1]
    assert candidates(connection, ["car", "red"], counts, 1) == [1]
    assert candidates(connection, ["near", "1.5", "日本", "or"], {}, 5) == []
    assert candidates(connection, [], counts, 5) == []


def test_words_too_common_together_are_not_looked_for(connection: sqlite3.Connection) -> None:
    counts = {"car": 1, "red": MATCHED_PASSAGES}
    assert candidates(connection, ["red", "car"], counts, 5) == [1, 3]
    assert candidates(connection, ["red"], {"red": MATCHED_PASSAGES + 1}, 5) == [2, 1]


def test_words_that_could_be_operators_are_looked_for_as_words(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("INSERT INTO terms VALUES ('', 'near 1.5 日本 or')")
    for word in ("near", "1.5", "日本", "or"):
        assert candidates(connection, [word], {word: 1}, 5) == [4]
