"""Yes and no, up and down."""

from __future__ import annotations

import pytest

from bot.claims.polarity import contradicted


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The plant does not open in 2027.", "The plant will not open in 2027."),
        ("The plant won't open.", "The plant will fail to open."),
        ("Dogs aren't allowed.", "Dogs are banned."),
        ("It makes cars.", "It makes cars, not trucks."),
        ("It does not make trucks.", "It makes cars, not trucks."),
        ("Torvane employs 300 people.", "Torvane, which never closed a plant, employs 300 people."),
        ("It makes cars and trucks.", "It makes not only cars but trucks."),
        ("Sales rose.", "Sales grew, while costs fell."),
        ("The offer was turned down.", "They rejected the offer."),
        ("There were no accidents.", "There were zero accidents in May."),
        ("There were zero accidents.", "There were 0 accidents in May."),
        ("There were 0 accidents.", "There were zero accidents in May."),
        ("It may open in May.", "It is expected to open in May."),
        ("The bridge is not usable.", "The bridge cannot be crossed."),
    ],
)
def test_the_same_side_is_no_contradiction(claim: str, quote: str) -> None:
    assert contradicted(claim, quote) is None


@pytest.mark.parametrize(
    ("claim", "quote", "word"),
    [
        ("The plant opens in 2027.", "The plant will not open in 2027.", "not"),
        ("The plant does not open.", "The plant opens in May.", "not"),
        ("It does not make cars.", "It makes cars, not trucks.", "not"),
        ("It makes trucks.", "It makes cars, not trucks.", "not"),
        ("The plant has no roof.", "The plant has a roof.", "no"),
        ("There were zero accidents.", "There were accidents in May.", "zero"),
        ("There were accidents.", "There were zero accidents in May.", "zero"),
        ("Sales fell.", "Sales rose by 3 percent.", "fell"),
        ("They accepted the offer.", "They rejected the offer.", "accepted"),
        ("It opens after noon.", "It opens before noon, never at night.", "after"),
        ("The plant was built.", "Torvane plans a plant.", "built"),
        ("The board has decided.", "The board may decide in May.", "has decided"),
    ],
)
def test_the_other_side_is_told_by_its_word(claim: str, quote: str, word: str) -> None:
    assert contradicted(claim, quote) == word
