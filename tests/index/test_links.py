"""Where a citation leads back to."""

from __future__ import annotations

from dataclasses import replace

from index import Article, Place, Span, link_to, place_of

TEXT = (
    "The plant closed.\n\nIt had made well-known buses for thirty years, and nobody expected it.\n"
)
SECOND = Span(19, len(TEXT) - 1)


def test_lines_of_plain_text_are_counted() -> None:
    article = Article("a", "A", TEXT)
    assert place_of(article, Span(0, 3)) == "L1"
    assert place_of(article, SECOND) == "L3"
    assert link_to(article, SECOND) is None


def test_a_place_holds_until_the_next() -> None:
    places = (Place(4, "page=1"), Place(19, "page=2"))
    article = Article("a", "A", TEXT, kind="pdf", places=places)
    assert place_of(article, Span(0, 3)) == ""
    assert place_of(article, Span(18, 20)) == "page=1"
    assert place_of(article, SECOND) == "page=2"
    there = replace(article, url="https://example.org/a.pdf")
    assert link_to(there, SECOND) == "https://example.org/a.pdf#page=2"


def test_a_web_page_is_opened_at_the_words() -> None:
    page = Article("a", "A", TEXT, url="https://example.org/a", kind="html")
    assert link_to(page, Span(0, 17)) == "https://example.org/a#:~:text=The%20plant%20closed."
    assert link_to(page, SECOND) == (
        "https://example.org/a#:~:text=It%20had%20made%20well%2Dknown%20buses,"
        "years%2C%20and%20nobody%20expected%20it."
    )
    assert (
        link_to(replace(page, url="https://example.org/a#b"), SECOND) == "https://example.org/a#b"
    )
    assert link_to(replace(page, kind="markdown"), SECOND) == "https://example.org/a"


def test_a_place_that_is_an_address_stands_for_itself() -> None:
    places = (Place(0, "https://example.org/m/1"),)
    article = Article("a", "A", TEXT, kind="slack", places=places)
    assert link_to(article, SECOND) == "https://example.org/m/1"
