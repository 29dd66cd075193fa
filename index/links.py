"""Where a passage can be read in its source: pure."""

from __future__ import annotations

from bisect import bisect_right

from index.types import Article, Span

# A text fragment of a longer quotation names its first and its last words.
FRAGMENT_WORDS = 5


def place_of(article: Article, span: Span) -> str:
    """Return where in its source a span begins, such as ``page=3`` or ``L12``; empty if unknown.

    Plain text stands in its file as it stands here, so its lines are counted.
    """
    if article.kind == "text" and not article.places:
        return f"L{article.text.count(chr(10), 0, span.start) + 1}"
    position = bisect_right(article.places, span.start, key=lambda place: place.start)
    return article.places[position - 1].at if position else ""


def link_to(article: Article, span: Span) -> str | None:
    """Return the address of a span, or None where its article has none.

    Parameters
    ----------
    article : Article
    span : Span

    Returns
    -------
    str or None
        A web page's has a text fragment (WICG, Scroll to Text Fragment), which browsers mark; a
        place that is an address of its own stands for itself.
    """
    place = place_of(article, span)
    if "://" in place:
        return place
    if not article.url:
        return None
    if article.kind == "html" and "#" not in article.url:
        return f"{article.url}#:~:text={_fragment(span.of(article.text))}"
    if article.kind == "pdf":
        return f"{article.url}#{place}"
    return article.url


def _fragment(quote: str) -> str:
    from urllib.parse import quote as escaped

    words = quote.split("\n")[0].split()
    ends = [words] if len(words) <= 2 * FRAGMENT_WORDS else _ends(words)
    # A hyphen has a meaning of its own there.
    return ",".join(escaped(" ".join(part), safe="").replace("-", "%2D") for part in ends)


def _ends(words: list[str]) -> list[list[str]]:
    return [words[:FRAGMENT_WORDS], words[-FRAGMENT_WORDS:]]
