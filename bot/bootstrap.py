"""The only place where real objects are assembled."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings
from index import CorpusError, PassageIndex, Scope, SentenceEncoder

if TYPE_CHECKING:
    from bot.answer import Answerer, Corpus
    from bot.prompt_folders import Prompts
    from bot.reader import Reader
    from bot.wording import Wording


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


def check_scope(index: PassageIndex, scope: Scope) -> None:
    """Check that each collection of a scope is one of the index.

    Raises
    ------
    CorpusError
    """
    missing = scope.collections - index.collections().keys() if scope.collections else ()
    if missing:
        raise CorpusError(
            f"no article is in the collection {min(missing)}; footnote sources lists those there "
            "are."
        )


def make_reader(settings: Settings) -> Reader:
    """Return the reader that the settings name, calibrated as the user did.

    Raises
    ------
    ReaderError
        If it can't be loaded, or was calibrated for another reader.
    """
    reader = _reader(settings.reader)
    if not settings.calibration or not Path(settings.calibration).is_file():
        return reader
    from bot.errors import ReaderError
    from bot.reader.refit import REMEDY, Refit, RefitReader

    refit = Refit.load(Path(settings.calibration))
    if refit.reader != reader.name:
        raise ReaderError(
            f"{settings.calibration} was fitted for the reader {refit.reader}, not {reader.name}; "
            f"{REMEDY}"
        )
    return RefitReader(reader, refit)


def _reader(name: str) -> Reader:
    if name == "none":
        from bot.reader.sentence import SentenceReader

        return SentenceReader()
    from bot.reader.calibration import Calibration
    from bot.reader.model import CALIBRATION, SpanModel
    from bot.reader.span import SpanReader

    if name == "default":
        return SpanReader(SpanModel.load(), Calibration.load(CALIBRATION))
    from bot.reader.huggingface import TransformersScorer

    return SpanReader(TransformersScorer(name), Calibration.load(CALIBRATION))


def make_prompts(settings: Settings) -> Prompts:
    """Return the folders of prompts that the settings name.

    Raises
    ------
    PromptError
        If one is missing, or holds a file that is none of the prompts.
    """
    from bot.prompt_folders import find_prompts

    return find_prompts(settings.prompts_dir, settings.language)


def make_wording(settings: Settings) -> Wording:
    """Return what is said around answers, in the language that the settings name."""
    from bot.wording import Wording

    return Wording(make_prompts(settings).load("wording"))


def make_answerer(settings: Settings, index: Corpus, reader: Reader | None = None) -> Answerer:
    """Put an answerer together, with the reader that the settings name unless another is given."""
    # Imported late: a search needs none of it.
    from bot.answer import Answerer

    prompts = make_prompts(settings)
    reader = reader or make_reader(settings)
    return Answerer(
        index,
        reader,
        prompts.load("refusal"),
        prompts.load("notes"),
        threshold=reader.threshold if settings.threshold is None else settings.threshold,
        passages=settings.passages,
        clock=time.perf_counter,
    )
