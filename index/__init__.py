"""Articles in, ranked passages out; knows nothing of chat, Slack or language models.

This module is the only door: what is not named here is the package's own affair.
"""

from typing import TYPE_CHECKING, Any

from index.addresses import Fetching, is_address
from index.encoder import Encoder, SentenceEncoder, has_bfloat16
from index.errors import (
    BusyError,
    CorpusError,
    DamagedError,
    EncoderError,
    MismatchError,
    MissingIndexError,
    UnreadableError,
)
from index.links import link_to, place_of
from index.models import DEFAULT_MODEL, model_folder
from index.store import PassageIndex
from index.types import (
    EVERYTHING,
    Article,
    ArticleInfo,
    Block,
    Hit,
    Passage,
    Place,
    Scope,
    SentenceScore,
    Skipped,
    Span,
)

if TYPE_CHECKING:
    from index.minibert import BertTrunk, load_tokenizer, read_tensors, widened
    from index.passages import split_article
    from index.refresh import update
    from index.report import Progress, UpdateReport
    from index.sources import MAX_BYTES, read_articles
    from index.writer import upgrade

# What reads and writes articles is imported when it is first asked for: a question needs none.
_LATE = {
    "BertTrunk": "index.minibert",
    "MAX_BYTES": "index.sources",
    "Progress": "index.report",
    "UpdateReport": "index.report",
    "load_tokenizer": "index.minibert",
    "read_articles": "index.sources",
    "read_tensors": "index.minibert",
    "split_article": "index.passages",
    "update": "index.refresh",
    "upgrade": "index.writer",
    "widened": "index.minibert",
}

__all__ = [
    "DEFAULT_MODEL",
    "EVERYTHING",
    "MAX_BYTES",
    "Article",
    "ArticleInfo",
    "BertTrunk",
    "Block",
    "BusyError",
    "CorpusError",
    "DamagedError",
    "Encoder",
    "EncoderError",
    "Fetching",
    "Hit",
    "MismatchError",
    "MissingIndexError",
    "Passage",
    "PassageIndex",
    "Place",
    "Progress",
    "Scope",
    "SentenceEncoder",
    "SentenceScore",
    "Skipped",
    "Span",
    "UnreadableError",
    "UpdateReport",
    "has_bfloat16",
    "is_address",
    "link_to",
    "load_tokenizer",
    "model_folder",
    "place_of",
    "read_articles",
    "read_tensors",
    "split_article",
    "update",
    "upgrade",
    "widened",
]


def __getattr__(name: str) -> Any:
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
