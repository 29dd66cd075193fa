"""Whether an answer is right: pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.evaluation.metrics import f1, words
from bot.evaluation.places import Place
from index import Span

# An answer that shares so much with a gold one, F1 of their words, is the same in other words.
LIKE_ENOUGH = 0.5


def cites_gold(
    places: Sequence[Place],
    cited: Iterable[tuple[str, Span]],
    answer: str,
    gold: Sequence[str],
) -> bool:
    """Say whether words that were cited, each by article and span, meet a gold place.

    Where no place is known, the answer must share enough words with a gold one instead.
    """
    if not places:
        return f1(answer, gold) >= LIKE_ENOUGH
    return any(place.met_by(article, span) for article, span in cited for place in places)


def says_gold(answer: str, gold: Sequence[str]) -> bool:
    """Say whether an answer says a gold one: in other words, or among others; True without any.

    Numbers are not to be told in other ones.
    """
    return not gold or any(_says(answer, each) for each in gold)


def _says(answer: str, gold: str) -> bool:
    said, wanted = words(answer), words(gold)
    if f" {' '.join(wanted)} " in f" {' '.join(said)} ":
        return True
    numbers = {word for word in wanted if any(map(str.isdigit, word))}
    return numbers <= set(said) and f1(answer, [gold]) >= LIKE_ENOUGH
