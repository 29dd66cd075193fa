"""The only place where real objects are assembled."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings
from index import CorpusError, PassageIndex, Scope, SentenceEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.answer import Answerer, Corpus
    from bot.config import LlmSettings
    from bot.generator import Generator
    from bot.prompt_folders import Prompts
    from bot.reader import Reader
    from bot.wording import Wording
    from bot.writing import Writer


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


def make_generator(settings: LlmSettings, environ: Mapping[str, str] = os.environ) -> Generator:
    """Return the language model that the settings name.

    Raises
    ------
    GeneratorError
        If the extra ``llm`` is not installed, or the key is missing.
    """
    from bot.keys import key_for

    key = key_for(settings, environ)
    try:
        from bot.generator.model import ChatModel, build_model
    except ImportError as error:
        from bot.errors import GeneratorError

        raise GeneratorError(
            f"a language model needs more packages ({error}); install them: pip install -c "
            "constraints.txt -e '.[llm]'"
        ) from error
    return ChatModel(settings, lambda: build_model(settings, key))


def make_writer(
    settings: Settings, index: Corpus, environ: Mapping[str, str] = os.environ
) -> Writer | None:
    """Return what writes answers in sentences, if a language model is configured."""
    if not settings.llm.model:
        return None
    import secrets

    from bot.writing import Writer

    prompts = make_prompts(settings)
    return Writer(
        index,
        make_generator(settings.llm, environ),
        prompts.load("answer"),
        prompts.load("rewrite"),
        timeout=settings.llm.timeout,
        structured=settings.llm.structured,
        clock=time.perf_counter,
        token=lambda: secrets.token_hex(16),
    )


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
        writer=make_writer(settings, index),
    )
