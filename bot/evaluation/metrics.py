"""Answers compared with gold ones, as SQuAD's own script does it: pure.

Rajpurkar et al. 2016 (arXiv:1606.05250): case, punctuation and the articles a, an, the count for
nothing; the best of several gold answers counts.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def words(answer: str) -> list[str]:
    """Return an answer's words as they are compared."""
    return _ARTICLE.sub(" ", answer.lower().translate(_PUNCTUATION)).split()


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """Return 1.0 if the answer is one of the gold ones, else 0.0."""
    return float(any(words(answer) == words(each) for each in gold))


def f1(answer: str, gold: Sequence[str]) -> float:
    """Return the best F1 of the answer's words and a gold answer's, in [0, 1]."""
    return max((_f1(words(answer), words(each)) for each in gold), default=0.0)


def _f1(one: Sequence[str], other: Sequence[str]) -> float:
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other)) if common else float(one == other)
