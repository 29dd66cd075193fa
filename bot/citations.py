"""Quotes and where they stand: pure."""

from __future__ import annotations

from dataclasses import replace

from bot.types import Citation
from index import Article, Hit, Span, link_to, place_of


def find_quote(quote: str, text: str) -> Span | None:
    """Return where a quote stands in a text, letter for letter, or None; the first place wins."""
    start = text.find(quote) if quote else -1
    return Span(start, start + len(quote)) if start >= 0 else None


def cite(number: int, article: Article, heading: str, span: Span, quote: str) -> Citation | None:
    """Make a citation if the article, as stored now, holds the quote at the span.

    Parameters
    ----------
    number : int
        The footnote's, from 1.
    article : Article
    heading : str
        The heading above the quote; may be empty.
    span : Span
        Where the quote is thought to stand.
    quote : str

    Returns
    -------
    Citation or None
        None if the words at the span are others: then nothing is cited.
    """
    if not quote or span.of(article.text) != quote:
        return None
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        url=link_to(article, span),
        source=article.origin or article.source,
        heading=heading,
        span=span,
        quote=quote,
        place=place_of(article, span),
    )


def as_citation(hit: Hit) -> Citation:
    """Return a hit's whole passage as a citation of the hit's rank."""
    passage = hit.passage
    return Citation(
        number=hit.rank,
        article_id=passage.article_id,
        title=hit.title,
        url=hit.url,
        source="",
        heading=passage.heading,
        span=passage.span,
        quote=passage.text,
    )


def find_again(citation: Citation, article: Article) -> Citation | None:
    """Return a citation where its quote stands in the article as stored now, or None."""
    if citation.span.of(article.text) == citation.quote:
        return citation
    span = find_quote(citation.quote, article.text)
    if span is None:
        return None
    place, url = place_of(article, span), link_to(article, span)
    return replace(citation, span=span, place=place, url=url)
