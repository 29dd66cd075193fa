"""Articles in, ranked passages out; knows nothing of chat, Slack or language models.

This module is the only door: what is not named here is the package's own affair.
"""

from index.encoder import Encoder, SentenceEncoder
from index.errors import (
    BusyError,
    CorpusError,
    DamagedError,
    EncoderError,
    MismatchError,
    MissingIndexError,
    UnreadableError,
)
from index.models import DEFAULT_MODEL
from index.passages import split_article
from index.refresh import Progress, UpdateReport, update
from index.sources import MAX_BYTES, read_articles
from index.store import PassageIndex
from index.types import (
    Article,
    ArticleInfo,
    Block,
    Hit,
    Passage,
    SentenceScore,
    Skipped,
    Span,
)
from index.writer import upgrade

__all__ = [
    "DEFAULT_MODEL",
    "MAX_BYTES",
    "Article",
    "ArticleInfo",
    "Block",
    "BusyError",
    "CorpusError",
    "DamagedError",
    "Encoder",
    "EncoderError",
    "Hit",
    "MismatchError",
    "MissingIndexError",
    "Passage",
    "PassageIndex",
    "Progress",
    "SentenceEncoder",
    "SentenceScore",
    "Skipped",
    "Span",
    "UnreadableError",
    "UpdateReport",
    "read_articles",
    "split_article",
    "update",
    "upgrade",
]
