"""Every wrong outcome has one class, and a sentence of evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.evaluation.failures import failure_of, retrieval_failure
from bot.evaluation.outcome import Cited, Found, Outcome

BAD = Cited("plant", "The plant", None, 0, 5, "Paris", False, [])
GOOD = Cited("plant", "The plant", None, 0, 5, "Rome", True, [])


@pytest.mark.parametrize(
    ("ranks", "changes", "failure", "evidence"),
    [
        ((1,), {"answerable": False, "citations": [GOOD]}, "wrongly answered", "“Rome”"),
        ((), {"places": 0, "missing": ["gone"]}, "not indexed", "no article has the words “gone”"),
        ((0, 0), {}, "not retrieved", "in the first 2 passages"),
        ((0, 0, 0, 1), {}, "ranked low", "a gold quote is in passage 4, and 3 were read"),
        (
            (1,),
            {"status": "refused", "best_right": True},
            "wrongly refused",
            "would have been right",
        ),
        ((1,), {"status": "refused"}, "wrongly refused", "would have been wrong, too"),
        ((1,), {"status": "refused", "best": ""}, "wrongly refused", "no answer was found"),
        ((1,), {"citations": [GOOD, BAD]}, "bad citation", "“Paris” does not stand so in plant"),
        ((1,), {"citations": [GOOD]}, "wrong sentence", "it cites “Rome”"),
        ((), {"places": 0, "citations": []}, "wrong sentence", "it cites “Rome”"),
        ((0, 0, 0, 1), {"cites": True}, "wrong span", "says “Rome”"),
    ],
)
def test_the_first_place_where_it_went_wrong_is_its_class(
    wrong: Callable[..., Outcome],
    found: Callable[..., Found],
    ranks: tuple[int, ...],
    changes: dict[str, Any],
    failure: str,
    evidence: str,
) -> None:
    hits = [found(0) if gold else found() for gold in ranks]
    asked = wrong(**{"hits": hits, "best": "Rome", **changes})
    name, said = failure_of(asked, read=3, threshold=0.3)
    assert name == failure
    assert evidence in said
    assert said.endswith(".")


def test_what_is_right_has_no_class(outcome: Callable[..., Outcome]) -> None:
    assert failure_of(outcome(), read=3, threshold=0.3) == ("", "")


def test_what_was_only_searched_for_is_found_or_not(
    outcome: Callable[..., Outcome], found: Callable[..., Found]
) -> None:
    assert retrieval_failure(outcome(hits=[found(), found(0)])) == ("", "")
    assert retrieval_failure(outcome(hits=[found()]))[0] == "not retrieved"
    assert retrieval_failure(outcome(places=0, missing=["gone"]))[0] == "not indexed"
    assert retrieval_failure(outcome(places=0, hits=[found()])) == ("", "")
