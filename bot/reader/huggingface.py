"""Any extractive question-answering model of Hugging Face's transformers, by name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import ReaderError
from bot.reader.scoring import MAX_CHARACTERS, Scored, scored

if TYPE_CHECKING:
    import torch

MAX_TOKENS = 384
MAX_QUESTION_CHARACTERS = 300
MAX_ANSWER = 40


class TransformersScorer:
    """A model with a score for where an answer starts and where it ends.

    That there is no answer is scored on the first token, as models for SQuAD 2 are trained.

    Parameters
    ----------
    name : str
        A folder, or a name on the model hub. Only weights in safetensors are read, and no code
        that comes with a model is run.

    Raises
    ------
    ReaderError
        If there is no such model, or it does not answer questions.
    """

    def __init__(self, name: str) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer
        from transformers.utils import logging

        self.name = name
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(
                name, trust_remote_code=False, use_safetensors=True
            ).eval()
        except Exception as error:  # the libraries raise whatever their files' parsers do
            said = next(iter(str(error).splitlines()), "")
            raise ReaderError(
                f"the reader {name} can't be loaded ({said}); give the folder or the name of an "
                'extractive question-answering model, or set reader = "default".'
            ) from error
        if not self._tokenizer.is_fast:
            raise ReaderError(
                f"the reader {name} has no fast tokenizer, which tells where words stand; name "
                'another model, or set reader = "default".'
            )

    def score(self, question: str, text: str) -> Scored:
        """Score the spans of a text."""
        import torch

        text = text[:MAX_CHARACTERS]
        encoded = self._tokenizer(
            question[:MAX_QUESTION_CHARACTERS],
            text,
            truncation="only_second",
            max_length=min(MAX_TOKENS, self._tokenizer.model_max_length),
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        offsets = encoded.pop("offset_mapping")[0].tolist()
        inside = [place == 1 for place in encoded.sequence_ids(0)]
        with torch.inference_mode():
            found = self._model(**encoded)
        starts, ends = _numbers(found.start_logits), _numbers(found.end_logits)
        logits = starts[:, None] + ends[None]
        column = np.arange(len(logits))
        row = column[:, None]
        allowed = (column >= row) & (column - row < MAX_ANSWER)
        allowed &= np.array(inside)[:, None] & np.array(inside)[None]
        none = float(logits[0, 0])
        logits[~allowed] = -np.inf
        return scored(logits, none, offsets)


def _numbers(logits: torch.Tensor) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(logits[0].double().numpy())
