"""Quotes and where they stand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.citations import as_citation, cite, find_again, find_quote
from bot.types import Citation
from index import Article, Hit, Place, Span


def test_a_quote_is_found_at_its_first_place() -> None:
    assert find_quote("ab", "xx ab ab") == Span(3, 5)


def test_a_quote_that_differs_in_one_letter_is_not_found() -> None:
    assert find_quote("it’s", "it's") is None
    assert find_quote("Ab", "ab") is None


def test_an_empty_quote_is_nowhere() -> None:
    assert find_quote("", "text") is None


@given(st.text(), st.text(min_size=1), st.text())
def test_what_is_found_is_the_quote_letter_for_letter(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    span = find_quote(quote, text)
    assert span is not None
    assert span.of(text) == quote
    assert span.start <= len(before)


def test_a_citation_holds_what_the_article_says_of_itself(article: Article) -> None:
    assert cite(3, article, "Where", Span(10, 32), "The plant is in Turin.") == Citation(
        number=3,
        article_id="plant",
        title="The plant",
        url=None,
        source="/p.md",
        heading="Where",
        span=Span(10, 32),
        quote="The plant is in Turin.",
        place="L1",
    )


def test_other_words_at_the_span_are_not_cited(article: Article) -> None:
    assert cite(1, article, "", Span(9, 31), "The plant is in Turin.") is None
    assert cite(1, article, "", Span(10, 32), "The plant is in Milan.") is None
    assert cite(1, article, "", Span(400, 422), "The plant is in Turin.") is None


def test_an_empty_quote_is_not_cited(article: Article) -> None:
    assert cite(1, article, "", Span(400, 422), "") is None


def test_a_citation_still_in_place_is_found_as_it_is(citation: Citation, article: Article) -> None:
    assert find_again(citation, article) == citation


def test_a_citation_is_found_where_its_quote_has_moved(
    citation: Citation, article: Article
) -> None:
    found = find_again(citation, replace(article, text="The plant is in Turin."))
    assert found == replace(citation, span=Span(0, 22), place="L1")


def test_a_citation_whose_quote_is_gone_is_not_found(citation: Citation, article: Article) -> None:
    assert find_again(citation, replace(article, text="The plant is in Milan.")) is None


def test_a_hit_as_a_citation_quotes_the_whole_passage(hit: Hit, article: Article) -> None:
    citation = as_citation(hit)
    assert (citation.number, citation.heading) == (1, "Where")
    assert citation.span.of(article.text) == citation.quote


def test_a_citation_of_a_page_leads_to_it() -> None:
    places = (Place(0, "page=1"), Place(10, "page=2"))
    article = Article(
        "p", "P", "It rains. It is in Turin.", url="https://example.org/p.pdf", source="/p.pdf",
        kind="pdf", places=places,
    )  # fmt: skip
    found = cite(1, article, "", Span(10, 25), "It is in Turin.")
    assert found is not None
    assert (found.url, found.place) == ("https://example.org/p.pdf#page=2", "page=2")
