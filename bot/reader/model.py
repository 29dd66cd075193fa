"""The reader that comes with the package: spans scored by a forward pass in numpy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from bot.errors import ReaderError
from bot.reader.scoring import MAX_CHARACTERS, MOST_ODDS, Scored, scored
from index import (
    DEFAULT_MODEL,
    BertTrunk,
    load_tokenizer,
    model_folder,
    read_tensors,
    widened,
)

FOLDER = Path(__file__).parent / "weights"
CALIBRATION = FOLDER / "calibration.json"
MAX_TOKENS = 256
# A question is cut at so many tokens, so that the passage finds room.
MAX_QUESTION = 64

Floats = NDArray[np.float32]


class Head(NamedTuple):
    """Weights of shape (out, width) and biases of shape (out,) on top of the trunk.

    ``ends`` scores a span's first and last token, ``first`` and ``last`` project them to be
    multiplied with each other, ``none`` scores on ``[CLS]`` that there is no answer.
    """

    ends: tuple[Floats, Floats]
    none: tuple[Floats, Floats]
    first: tuple[Floats, Floats]
    last: tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class SpanModel:
    """A trained reader.

    Attributes
    ----------
    name : str
    trunk : BertTrunk
    tokenizer : tokenizers.Tokenizer
        The embedding model's, which the reader was trained with.
    head : Head
    max_answer : int
        Longest answer, in tokens.
    """

    name: str
    trunk: BertTrunk
    tokenizer: Any
    head: Head
    max_answer: int

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Open a folder that ``python -m bot.reader.train`` made.

        The words' embeddings are those of the bundled model: the folder has none of its own.

        Raises
        ------
        ReaderError
            If a file is missing or damaged.
        """
        words = model_folder(DEFAULT_MODEL)
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            tensors = read_tensors(folder / "model.safetensors")
            head = Head(
                *(
                    (widened(tensors[f"{name}.weight"]), widened(tensors[f"{name}.bias"]))
                    for name in Head._fields
                )
            )
            return cls(
                "default",
                BertTrunk.load(folder, words),
                load_tokenizer(words, MAX_TOKENS),
                head,
                int(config["max_answer"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReaderError(
                f"the reader in {folder} can't be loaded ({error}); install Footnote anew, or set "
                'reader = "none".'
            ) from error

    def score(self, question: str, text: str) -> Scored:
        """Score every span of up to ``max_answer`` tokens, and that there is no answer.

        Parameters
        ----------
        question : str
        text : str

        Returns
        -------
        Scored
            The probabilities of all spans and of "none" sum to 1.
        """
        asked = self._encoded(question)[0][:MAX_QUESTION]
        ids, offsets = self._encoded(text[:MAX_CHARACTERS])
        room = MAX_TOKENS - len(asked) - 3
        ids, offsets = ids[:room], offsets[:room]
        if not ids:
            return Scored((), 1.0, -MOST_ODDS)
        hidden = self._hidden(asked, ids)
        begin = len(asked) + 2
        logits = self._span_logits(hidden[begin : begin + len(ids)])
        weight, bias = self.head.none
        none = float(hidden[0] @ weight[0] + bias[0])
        return scored(logits, none, offsets)

    def _encoded(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        return encoded.ids, encoded.offsets

    def _hidden(self, asked: list[int], ids: list[int]) -> Floats:
        start, end = self.tokenizer.token_to_id("[CLS]"), self.tokenizer.token_to_id("[SEP]")
        joined = np.array([[start, *asked, end, *ids, end]], np.int32)
        kinds = (np.arange(joined.shape[1]) >= len(asked) + 2).astype(np.int32)[None]
        hidden: Floats = self.trunk.forward(joined, kinds, np.ones_like(joined))[0]
        return hidden

    def _span_logits(self, hidden: Floats) -> Floats:
        """Return the logits of spans from row to column; what is no span has -inf."""
        ends, first, last = (
            hidden @ weight.T + bias
            for weight, bias in (self.head.ends, self.head.first, self.head.last)
        )
        logits = first @ last.T
        logits *= np.float32(first.shape[1] ** -0.5)
        logits += ends[:, :1]
        logits += ends[None, :, 1]
        column = np.arange(len(logits))
        row = column[:, None]
        logits[(column < row) | (column - row >= self.max_answer)] = -np.inf
        return np.asarray(logits, np.float32)


def weights_digest(folder: Path) -> tuple[str, str]:
    """Return the SHA-256 of a folder's weights, hexadecimal, and the one they should have."""
    import hashlib  # late: OpenSSL comes with it, and a question needs none

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    with (folder / "model.safetensors").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), str(config["sha256"])
