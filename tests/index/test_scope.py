"""Questions limited to some of the articles."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index import EVERYTHING, Article, PassageIndex, Scope, SentenceEncoder, update

QUERIES = [
    "Where will Torvane Motors build a car factory?",
    "How much does the test of a used battery cost?",
    "Who makes the cells?",
    "agency contracts in the second half of the year",
    "the",
]
HALF = ["torvane-brennholt-plant", "kalvessa-second-line", "pellworth-agency-contracts"]


@pytest.fixture(scope="module", params=[20_000, 5])
def halves(
    encoder: SentenceEncoder,
    samples_index: PassageIndex,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[tuple[PassageIndex, PassageIndex]]:
    """Yield an index of all samples, some of them in a collection, and one of these alone.

    Once every vector is compared, once those with the nearest signs.
    """
    folder = tmp_path_factory.mktemp("halves")
    infos = samples_index.articles()
    articles = [
        replace(samples_index.article(info.id), collection="half" if info.id in HALF else "rest")
        for info in infos
    ]
    whole = PassageIndex(folder / "whole", encoder, exact_passages=request.param)
    alone = PassageIndex(folder / "alone", encoder, exact_passages=request.param)
    whole.add(articles)
    alone.add([article for article in articles if article.id in HALF])
    yield whole, alone
    whole.close()
    alone.close()


@pytest.mark.parametrize("query", QUERIES[:4])
def test_scoped_search_finds_first_what_an_index_of_these_articles_alone_finds_first(
    halves: tuple[PassageIndex, PassageIndex], query: str
) -> None:
    # Further down, words that are rarer in one of the two may change the order.
    whole, alone = halves
    scoped = whole.search(query, 5, scope=Scope(frozenset({"half"})))
    assert scoped[0].passage == alone.search(query, 5)[0].passage
    assert [hit.rank for hit in scoped] == [1, 2, 3, 4, 5]
    assert {hit.among for hit in scoped} == {alone.verify()}


@pytest.mark.parametrize("query", QUERIES)
def test_scoped_search_finds_what_the_whole_search_finds_in_the_scope(
    halves: tuple[PassageIndex, PassageIndex], query: str
) -> None:
    whole, _ = halves
    found = [hit for hit in whole.search(query, 1_000) if hit.passage.article_id in HALF]
    scoped = whole.search(query, 1_000, scope=Scope(frozenset({"half"})))
    assert [hit.passage for hit in scoped] == [hit.passage for hit in found]
    # Products of more rows at once are rounded in another order.
    assert [hit.score for hit in scoped] == pytest.approx([hit.score for hit in found], abs=2e-6)


def test_k_hits_of_a_scope_come_back_though_others_are_nearer(
    tmp_path: Path, hash_encoder: Any
) -> None:
    index = PassageIndex(tmp_path, hash_encoder)
    index.add(
        [
            Article(str(n), "Plants", f"The plant number {n}.", collection="few" if n < 4 else "")
            for n in range(200)
        ]
    )
    hits = index.search("plant number 150", 4, scope=Scope(frozenset({"few"})))
    assert sorted(hit.passage.article_id for hit in hits) == ["0", "1", "2", "3"]
    assert index.search("plant", scope=Scope(frozenset({"none of these"}))) == []
    assert index.search("plant number 150", 4, scope=EVERYTHING) == index.search(
        "plant number 150", 4
    )
    index.close()


def test_a_scope_admits_by_author_and_date() -> None:
    by = Scope(authors=frozenset({"ida BRENN"}))
    assert by.admits("", "Otto Hahm; Ida Brenn", None)
    assert not by.admits("", "Otto Hahm", None)
    assert not by.admits("", None, None)
    spring = Scope(since=datetime.date(2024, 3, 1), until=datetime.date(2024, 5, 31))
    for day in ("2024-03-01", "2024-05-31T23:59:00+02:00", "2024-04", "2024-05-31 10:00"):
        assert spring.admits("", None, day)
    for day in ("2024-02-29", "2024-06-01", "2024", "May 2024", "2024-5-3", "", None):
        assert not spring.admits("", None, day)
    assert Scope(until=datetime.date(2024, 5, 31)).admits("", None, "2024")
    assert not Scope()
    assert Scope().admits("any", None, None)
    assert by
    assert spring


def test_articles_are_filed_moved_and_kept_where_they_are(
    tmp_path: Path, hash_encoder: Any
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "north.md").write_text("The plant closed.", encoding="utf-8")
    (folder / "south.md").write_text("The plant grew.", encoding="utf-8")
    index = PassageIndex(tmp_path / "index", hash_encoder)
    update(index, [folder / "north.md"], collection="cars")
    update(index, [folder])
    assert index.collections() == {"cars": 1}
    (folder / "north.md").write_text("The plant opened again.", encoding="utf-8")
    update(index, [folder])
    assert [info.collection for info in index.articles()] == ["cars", ""]
    encoded = len(hash_encoder.encoded)
    report = update(index, [folder], collection="plants")
    assert len(report.unchanged) == 2
    assert len(hash_encoder.encoded) == encoded
    assert index.collections() == {"plants": 2}
    assert index.verify(deep=True) == 2
    update(index, [folder], collection="")
    assert index.collections() == {}
    index.close()


def test_another_process_sees_a_move_at_the_next_question(
    tmp_path: Path, hash_encoder: Any
) -> None:
    (tmp_path / "north.md").write_text("The plant closed.", encoding="utf-8")
    index = PassageIndex(tmp_path / "index", hash_encoder)
    reader = PassageIndex(tmp_path / "index", hash_encoder)
    update(index, [tmp_path / "north.md"])
    cars = Scope(frozenset({"cars"}))
    assert reader.search("plant", scope=cars) == []
    update(index, [tmp_path / "north.md"], collection="cars")
    assert len(reader.search("plant", scope=cars)) == 1
    index.close()
    reader.close()
