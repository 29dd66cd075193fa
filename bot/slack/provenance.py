"""What answers are made with at a moment, for their records."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from bot.answer import Answerer
from bot.bootstrap import make_prompts
from bot.config import Settings
from bot.slack.record import Provenance
from index import PassageIndex

# The settings that an answer depends on, but for the reader's name, which is told apart.
SETTINGS = ("passages", "reader", "calibration")


def provenance_of(
    settings: Settings, answerer: Answerer, index: PassageIndex
) -> Callable[[], Provenance]:
    """Return what tells the provenance of an answer given at this moment.

    All but the index's generation is read once: the rest stays as it is while the app runs.
    """
    reader_digest = _reader_digest(settings)
    written = bool(settings.llm.model)
    found = make_prompts(settings)
    prompts = {name: found.load(name).digest for name in found.names()}
    told: dict[str, Any] = {name: getattr(settings, name) for name in SETTINGS}
    told["threshold"] = answerer.threshold
    if written:
        told["llm"] = settings.llm.model

    def provenance() -> Provenance:
        made = index.settings()
        return Provenance(
            generation=made.get("generation", ""),
            model=made.get("model", ""),
            model_digest=made.get("model_digest", ""),
            reader=answerer.reader.name,
            reader_digest=reader_digest,
            prompts=prompts,
            version=version("footnote"),
            settings=told,
        )

    return provenance


def _reader_digest(settings: Settings) -> str:
    if settings.reader != "default":
        return ""
    from bot.reader.model import FOLDER, weights_digest

    return weights_digest(FOLDER)[0]
