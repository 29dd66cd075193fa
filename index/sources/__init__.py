"""Articles from wherever they are kept; one module for each kind of source."""

from index.sources.files import (
    MAX_BYTES,
    Document,
    find_documents,
    read_articles,
    read_document,
)
from index.sources.worker import Parser

__all__ = ["MAX_BYTES", "Document", "Parser", "find_documents", "read_articles", "read_document"]
