"""`footnote doctor`: every failing check names its remedy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from bot.config import LlmSettings, Settings
from bot.doctor import Check, examine
from tests.bot.fake_model import FakeModel, plays

Run = Callable[..., Result]


def failed(settings: Settings) -> list[Check]:
    """Return the checks that failed."""
    return [check for check in examine(settings) if not check.passed]


@pytest.fixture
def settings(indexed: Path) -> Settings:
    """Return settings that name a good index."""
    return Settings(index=str(indexed))


def test_a_good_set_up_passes_every_check(settings: Settings) -> None:
    checks = list(examine(settings))
    assert [check.name for check in checks] == [
        "python", "sqlite", "model", "reader", "prompts", "index", "articles", "sources", "search"
    ]  # fmt: skip
    assert all(check.passed for check in checks)


def test_a_missing_index_is_told_with_the_command_that_makes_one(workplace: Path) -> None:
    (check,) = failed(Settings())
    assert check.name == "index"
    assert "make one with: footnote index" in check.finding


def test_an_empty_index_is_told_with_the_command_that_fills_it(
    run: Run, settings: Settings
) -> None:
    names = [line.split()[0] for line in run("sources").stdout.splitlines()]
    run("remove", *names)
    (check,) = failed(settings)
    assert check.finding == f"{settings.index} is empty; add articles: footnote index FOLDER"


def test_a_model_that_cannot_be_used_fails_two_checks(settings: Settings, tmp_path: Path) -> None:
    model, index = failed(replace(settings, model=str(tmp_path)))
    assert (model.name, index.name) == ("model", "index")
    assert "safetensors" in model.finding
    assert "leave the model out" in index.finding


def test_files_that_are_gone_are_told_with_the_option_that_removes_them(
    run: Run, workplace: Path
) -> None:
    (workplace / "a.txt").write_text("The wombat lives in Tasmania.")
    run("index", "a.txt")
    (workplace / "a.txt").unlink()
    (check,) = failed(Settings())
    assert check.finding == (
        f"1 indexed files are gone, {workplace}/a.txt the first; run footnote index SOURCE --prune."
    )


def test_a_damaged_matrix_is_told(settings: Settings) -> None:
    (matrix,) = Path(settings.index).glob("vectors-*.f32")
    with matrix.open("r+b") as file:
        file.truncate(1_000)
    checks = failed(settings)
    assert {check.name for check in checks} >= {"articles", "search"}
    assert all("index your articles again" in check.finding for check in checks)


def test_a_changed_byte_is_told_by_a_deep_look_alone(run: Run, settings: Settings) -> None:
    assert "every checksum holds" in run("doctor", "--deep", "--index", settings.index).stdout
    with closing(sqlite3.connect(Path(settings.index) / "footnote.sqlite")) as connection:
        connection.execute("UPDATE article SET title = title || '.' WHERE number = 1")
        connection.commit()
    assert failed(settings) == []
    (check,) = [check for check in examine(settings, deep=True) if not check.passed]
    assert check.name == "index"
    assert "records of" in check.finding
    assert "run footnote remove" in check.finding


def test_passages_outside_their_articles_are_told(settings: Settings) -> None:
    with closing(sqlite3.connect(Path(settings.index) / "footnote.sqlite")) as connection:
        connection.execute("UPDATE passage SET stop = 999999 WHERE number = 1")
        connection.commit()
    assert "articles" in {check.name for check in failed(settings)}


def test_an_article_that_is_not_found_by_its_own_words_is_told(run: Run, workplace: Path) -> None:
    (workplace / "a.txt").write_text("— — — ! ! ! … … …")
    run("index", "a.txt")
    assert all("index" in check.finding for check in failed(Settings()))


def test_the_doctor_goes_on_after_a_failure(run: Run) -> None:
    lines = run("doctor", "--index", "nowhere").stdout.splitlines()
    assert [line[:6] for line in lines] == ["ok    "] * 5 + ["FAIL  ", "ok    "]


def test_a_language_model_is_asked_for_a_word(
    settings: Settings, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_LLM_API_KEY", "sk-secret")
    llm = LlmSettings(model="scripted", base_url=fake_model.url)
    fake_model.play(plays(text="Yes."))
    checks = {each.name: each for each in examine(replace(settings, llm=llm))}
    told = checks["language model"]
    assert told.passed
    assert told.finding == (f"scripted at {fake_model.url} answers (100 tokens in, 20 out)")
    assert fake_model.asked[0].body["max_tokens"] <= 500
    fake_model.play(plays(status=401, body={"error": {"message": "sk-secret is wrong"}}))
    (check,) = failed(replace(settings, llm=llm))
    assert check.name == "language model"
    assert "gives no answer: it refused the key; check model, base_url and key" in check.finding
    assert "sk-secret" not in check.finding


def test_a_language_model_without_its_key_is_told(settings: Settings) -> None:
    (check,) = failed(replace(settings, llm=LlmSettings(model="openai:x")))
    assert "neither OPENAI_API_KEY nor FOOTNOTE_LLM_API_KEY is set" in check.finding
