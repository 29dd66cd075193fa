"""Plain text to an article: pure."""

from __future__ import annotations

from index.layout import text_blocks
from index.types import Article


def parse_text(text: str, *, id: str, title: str) -> Article:
    """Read a plain text.

    Parameters
    ----------
    text : str
    id : str
    title : str
        Used when the text does not begin with a title of its own.

    Returns
    -------
    Article
        Its text is ``text``, unchanged.
    """
    blocks = text_blocks(text)
    if blocks and blocks[0].kind == "heading" and blocks[0].level == 1 and len(blocks) > 1:
        title = " ".join(blocks[0].span.of(text).split())
    return Article(id=id, title=title, text=text, blocks=blocks)
