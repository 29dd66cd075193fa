"""Parts that the tests of the training share."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.reader.train.made_up import SET


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with one file of questions, none of them held out."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "squad2_made_up.json").write_text(json.dumps(SET))
    return folder
