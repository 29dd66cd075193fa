"""The language model's key: from the environment alone, and for nobody but whose it is."""

from __future__ import annotations

from collections.abc import Mapping

from bot.config import LlmSettings
from bot.errors import GeneratorError

OWN = "FOOTNOTE_LLM_API_KEY"
# A provider's usual variable is heeded at the provider's own address: no other server gets its key.
USUAL = {"openai:": "OPENAI_API_KEY", "anthropic:": "ANTHROPIC_API_KEY"}


def key_for(settings: LlmSettings, environ: Mapping[str, str]) -> str:
    """Return the key that a model is asked with; empty where its server may want none.

    Raises
    ------
    GeneratorError
        If a provider's key is missing.
    """
    own = environ.get(OWN, "").strip()
    if own or settings.base_url:
        return own
    variable = next(name for start, name in USUAL.items() if settings.model.startswith(start))
    found = environ.get(variable, "").strip()
    if not found:
        raise GeneratorError(
            f"{settings.model} needs a key, and neither {variable} nor {OWN} is set; export one."
        )
    return found


def known_keys(environ: Mapping[str, str]) -> list[str]:
    """Return all such keys of an environment, to be kept out of logs."""
    return [found for name in (OWN, *USUAL.values()) if (found := environ.get(name, "").strip())]
