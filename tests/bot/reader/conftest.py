"""Parts that the tests of the reader share."""

from __future__ import annotations

import pytest

from bot.reader.model import SpanModel


@pytest.fixture(scope="session")
def model() -> SpanModel:
    """Return the reader that comes with the package, loaded once."""
    return SpanModel.load()
