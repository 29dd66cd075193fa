"""A reader whose probabilities were fitted anew, on a user's own gold set."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from bot.errors import ReaderError
from bot.reader.calibration import sigmoid
from bot.reader.protocol import Reader, Reading
from index import Hit

LEAST = 1e-6
REMEDY = "run footnote eval GOLD --calibrate again, or delete the file."


@dataclass(frozen=True, slots=True)
class Refit:
    """What was fitted.

    Parameters
    ----------
    reader : str
        The reader's name: of another one it says nothing.
    scale, shift : float
        The logit of a probability times ``scale`` plus ``shift`` is the logit of the new one
        (Platt 1999).
    threshold : float
        New probability below which an answer is refused.
    sure : float
        New probability from which on an answer is told as a fact.
    questions : int
        How many it was fitted on.
    precision : float
        The share of right ones among the answers that was wanted.
    """

    reader: str
    scale: float
    shift: float
    threshold: float
    sure: float
    questions: int
    precision: float

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        ReaderError
            If the file is missing or damaged.
        """
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            numbers = ("scale", "shift", "threshold", "sure", "precision")
            fitted = {name: float(found[name]) for name in numbers}
            if not all(map(math.isfinite, fitted.values())):
                raise ValueError("a number is not finite")
            return cls(str(found["reader"]), questions=int(found["questions"]), **fitted)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReaderError(f"{path} can't be read ({error}); {REMEDY}") from error

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def probability(self, before: float) -> float:
        """Return the new probability, in (0, 1)."""
        return sigmoid(self.scale * logit(before) + self.shift)


class RefitReader:
    """A reader with new probabilities; it finds what it found before, in the same order.

    Parameters
    ----------
    reader : Reader
    refit : Refit
    """

    def __init__(self, reader: Reader, refit: Refit) -> None:
        self.name = reader.name
        self.threshold = refit.threshold
        self.sure = refit.sure
        self._reader = reader
        self._refit = refit

    def read(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """Return possible answers, best first."""
        return [
            replace(reading, probability=self._refit.probability(reading.probability))
            for reading in self._reader.read(question, hits)
        ]


def logit(probability: float) -> float:
    """Return the logarithm of the odds of a probability, which is kept off 0 and 1."""
    kept = min(max(probability, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))
