"""From what speaks for an answer to the probability that it is right."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.errors import ReaderError


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression: a weight for each part, and a bias."""

    weights: Mapping[str, float]
    bias: float

    def logit(self, parts: Mapping[str, float]) -> float:
        """Return the weighted sum of the parts."""
        return self.bias + sum(weight * parts[name] for name, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class Calibration:
    """How readings are compared and how sure they are.

    Parameters
    ----------
    choice : Logistic
        Compares the readings of several passages.
    right : Logistic
        That the reading chosen is right.
    enough : float
        Probability from which on no further passage is read.
    threshold : float
        Probability below which an answer is refused.
    sure : float
        Probability from which on an answer is told as a fact.
    """

    choice: Logistic
    right: Logistic
    enough: float
    threshold: float
    sure: float

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file that the training made.

        Raises
        ------
        ReaderError
            If it is missing or damaged.
        """
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            choice, right = (
                Logistic(dict(found[name]["weights"]), float(found[name]["bias"]))
                for name in ("choice", "right")
            )
            numbers = (float(found[name]) for name in ("enough", "threshold", "sure"))
            return cls(choice, right, *numbers)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReaderError(
                f'{path} can\'t be read ({error}); install Footnote anew, or set reader = "none".'
            ) from error

    def save(self, path: Path) -> None:
        """Write the file."""
        found = {
            "choice": {"weights": dict(self.choice.weights), "bias": self.choice.bias},
            "right": {"weights": dict(self.right.weights), "bias": self.right.bias},
            "enough": self.enough,
            "threshold": self.threshold,
            "sure": self.sure,
        }
        path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")

    def probability(self, parts: Mapping[str, float]) -> float:
        """Return the probability that a reading is right, in (0, 1)."""
        return sigmoid(self.right.logit(parts))


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + exp(-logit)), without overflow."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    return math.exp(logit) / (1 + math.exp(logit))
