"""The only place where real objects are assembled."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings
from index import PassageIndex, SentenceEncoder

if TYPE_CHECKING:
    from bot.answer import Answerer


def open_index(settings: Settings, *, model: str | None = None) -> PassageIndex:
    """Open the index that the settings name, which need not exist yet.

    Parameters
    ----------
    settings : Settings
    model : str, optional
        The model it must have been made with, or is to be made with; comes before the setting.
    """
    wanted = model or settings.model
    return PassageIndex(Path(settings.index), SentenceEncoder(wanted) if wanted else None)


def make_answerer(settings: Settings, index: PassageIndex) -> Answerer:
    """Put an answerer together."""
    # Imported late: a search needs none of it.
    from bot.answer import Answerer
    from bot.prompts import load_prompt
    from bot.reader import SentenceReader

    return Answerer(
        index,
        SentenceReader(),
        load_prompt("refusal"),
        threshold=settings.threshold,
        passages=settings.passages,
        clock=time.perf_counter,
    )
