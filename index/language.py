"""What language a text is in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from index.sentences import count_words

# Texts of fewer words, and those of which the model is less sure, stay of no language: on sixty
# texts in twenty languages cut to so many words it then erred in none (and kept 57).
MIN_WORDS = 15
MIN_PROBABILITY = 0.9
PROBE_CHARACTERS = 3_000


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of a text's language; empty if that is not sure.

    Parameters
    ----------
    text : str
        Its first 3,000 characters tell.
    """
    probe = text[:PROBE_CHARACTERS]
    if count_words(probe) < MIN_WORDS:
        return ""
    code, probability = _model().classify(probe)
    return str(code) if probability >= MIN_PROBABILITY and len(code) == 2 else ""


@lru_cache(maxsize=1)
def _model() -> Any:
    # Imported late: its model takes a second to load, and a question needs none of it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
