"""Whose key goes where."""

from __future__ import annotations

import pytest

from bot.config import LlmSettings
from bot.errors import GeneratorError
from bot.keys import OWN, key_for, known_keys

KEYS = {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-anthropic"}


def test_a_provider_gets_its_usual_key_unless_there_is_one_of_our_own() -> None:
    assert key_for(LlmSettings(model="openai:x"), KEYS) == "sk-openai"
    assert key_for(LlmSettings(model="anthropic:x"), KEYS) == "sk-anthropic"
    assert key_for(LlmSettings(model="openai:x"), {**KEYS, OWN: " own "}) == "own"


@pytest.mark.parametrize("model", ["scripted", "openai:x", "anthropic:x"])
def test_no_other_server_gets_a_providers_key(model: str) -> None:
    settings = LlmSettings(model=model, base_url="http://127.0.0.1:1/v1")
    assert key_for(settings, KEYS) == ""
    assert key_for(settings, {**KEYS, OWN: "own"}) == "own"


def test_a_missing_key_is_told_with_the_variables_that_hold_one() -> None:
    with pytest.raises(GeneratorError) as caught:
        key_for(LlmSettings(model="openai:x"), {"OPENAI_API_KEY": " "})
    assert str(caught.value) == (
        "openai:x needs a key, and neither OPENAI_API_KEY nor FOOTNOTE_LLM_API_KEY is set; "
        "export one."
    )


def test_all_keys_are_known_to_be_kept_out_of_logs() -> None:
    assert known_keys({**KEYS, OWN: "own", "OTHER": "x"}) == ["own", "sk-openai", "sk-anthropic"]
