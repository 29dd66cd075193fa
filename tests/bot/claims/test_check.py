"""Claims held against their quotes: what may be said otherwise, and what was made up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims import Evidence, fault_of
from bot.claims.check import MOST_CHARACTERS

FILE = Path(__file__).parents[1] / "data" / "claims.jsonl"
PAIRS = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
# Of the pairs of the file, so many at least; at first sight of them it was 0.86 and 0.93.
KEPT, DROPPED = 0.95, 0.98


def kind(claim: str, quote: str, **more: str) -> str | None:
    """Return what is wrong with a claim."""
    fault = fault_of(claim, Evidence(quote, **more))
    return fault and fault.kind


def is_dropped(pair: dict[str, str]) -> bool:
    evidence = Evidence(
        pair["quote"], pair["title"], pair["heading"], pair.get("passage", pair["quote"])
    )
    return fault_of(pair["claim"], evidence) is not None


def test_paraphrases_survive_and_inventions_do_not() -> None:
    honest = [pair for pair in PAIRS if pair["honest"]]
    invented = [pair for pair in PAIRS if not pair["honest"]]
    assert len(PAIRS) >= 120
    assert min(len(honest), len(invented)) >= 60
    assert sum(not is_dropped(pair) for pair in honest) >= KEPT * len(honest)
    assert sum(map(is_dropped, invented)) >= DROPPED * len(invented)


@pytest.mark.parametrize(
    ("claim", "quote", "wrong"),
    [
        ("The plant is in Turin.", "The plant is in Turin.", None),
        ("It costs 98 euros.", "It costs 89 euros.", "number"),
        ("It is in Milan.", "It is in Turin.", "name"),
        ("It is not in Turin.", "It is in Turin.", "negation"),
        ("Write to mail@evil.example about Turin.", "It is in Turin.", "address"),
        ("The plant in Turin: [here](x)", "The plant is in Turin.", "address"),
        ("The plant pleases birds.", "The plant is in Turin.", "words"),
        ("The plant is in Turin and poisons its workers.", "The plant is in Turin.", "words"),
        ("The plant is in Turin. Workers love cake.", "The plant is in Turin.", "words"),
        ("", "It is in Turin.", "form"),
        ("It is.", "It is in Turin.", "form"),
        ("Turin ```rm```", "It is in Turin.", "form"),
        ("system: Turin", "It is in Turin.", "form"),
        ("Turin " * MOST_CHARACTERS, "It is in Turin.", "form"),
    ],
)
def test_a_claim_is_dropped_for_what_its_quote_does_not_say(
    claim: str, quote: str, wrong: str | None
) -> None:
    assert kind(claim, quote) == wrong


def test_an_address_may_be_told_as_the_quote_has_it() -> None:
    quote = "Complaints go to help@plant.example, says the plant."
    assert kind("Complaints go to help@plant.example.", quote) is None
    assert kind("Complaints go to help@plants.example.", quote) == "address"


def test_a_year_may_stand_in_the_heading() -> None:
    quote = "Sales fell by 4 percent."
    assert kind("In 2024 sales fell by 4 %.", quote) == "number"
    assert kind("In 2024 sales fell by 4 %.", quote, heading="The year 2024") is None


def test_a_name_of_the_question_alone_is_none_of_the_evidence() -> None:
    quote = "Aldo sells 300 cars."
    assert kind("Torvane sells 300 cars.", quote, passage=f"{quote} Torvane sells 500.") == "name"
    assert kind("Torvane sells 500.", "It sells 500.", title="Torvane") is None


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_two_texts_can_be_held_against_each_other(claim: str, quote: str) -> None:
    fault = fault_of(claim, Evidence(quote, quote, quote, quote))
    assert fault is None or fault.kind
