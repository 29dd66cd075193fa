"""What words are like outside the corpus."""

import numpy as np
import pytest

from index.background import Background, load_background, similar


@pytest.fixture(scope="module")
def background() -> Background:
    """Return the background of the bundled model."""
    return load_background()


def test_frequent_words_are_in_most_passages_and_unknown_ones_in_hardly_any(
    background: Background,
) -> None:
    assert 0.9 >= background.share("the") > background.share("factory") > background.share("qqzzx")
    assert background.share("qqzzx") == pytest.approx(20 / 40_020)


def test_like_words_have_like_vectors(background: Background) -> None:
    plant, factory, banana = background.vectors(["plant", "factory", "banana"])
    assert plant @ factory > plant @ banana
    assert np.linalg.norm(plant) == pytest.approx(1, abs=1e-5)


def test_words_without_pieces_are_like_no_word(background: Background) -> None:
    rows = background.vectors(["", "plant", ""])
    assert not rows[0].any()
    assert similar(rows[:1], rows[1:]).tolist() == [[0, 0]]
    assert background.vectors([]).shape == (0, rows.shape[1])


def test_words_remembered_are_forgotten_before_they_fill_the_memory(
    background: Background,
) -> None:
    before = background.vectors(["plant"])
    background.vectors([f"w{n}" for n in range(20_001)])
    assert np.array_equal(background.vectors(["plant"]), before)
