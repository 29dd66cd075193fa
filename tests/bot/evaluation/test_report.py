"""The report in a browser: Debian's Chromium, without a window or a network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.compare import compare
from bot.evaluation.figures import figures
from bot.evaluation.outcome import Cited, Found, Outcome
from bot.evaluation.report import render
from bot.evaluation.saved import Made
from bot.evaluation.summary import summarise

Make = Callable[..., Outcome]
MADE = Made({"articles": "a" * 64, "index": "b" * 64}, 3, "c" * 64)
HOSTILE = "</script><img src=x onerror=document.title='hacked'> The 🚗 plant is in Turin."
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def outcomes(outcome: Make, wrong: Make) -> list[Outcome]:
    """Return sixty-two outcomes: one with a gold passage of odd characters, one broken."""
    start = HOSTILE.index("The 🚗")
    hit = Found("plant", "The plant", 100, 100 + len(HOSTILE), 1.5, HOSTILE, [0],
                [[start, len(HOSTILE)]])  # fmt: skip
    at = HOSTILE.index("Turin")
    cited = Cited("plant", "The plant", None, 100 + at, 105 + at, "Turin", True, [0])
    first = outcome("first", question="Where <b>is</b> it?", hits=[hit], citations=[cited],
                    tags=["place"], history=["What is it?"])  # fmt: skip
    return [first, wrong("broken"), *(outcome(f"right-{i}", answer=f"x{i}") for i in range(60))]


@pytest.fixture
def page(outcomes: list[Outcome], tmp_path: Path) -> Iterator[Any]:
    """Yield the report, opened on a phone in the dark."""
    binary = shutil.which("chromium")
    if binary is None:
        pytest.skip("needs Debian's chromium, which is not installed")
    from playwright.sync_api import sync_playwright

    before = [replace(each, right=True, failure="") for each in outcomes]
    summary = summarise(outcomes, problems=["gold.jsonl, line 3: none"],
                        comparison=compare(before, outcomes))  # fmt: skip
    path = tmp_path / "report.html"
    path.write_text(render(summary, MADE), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=ARGUMENTS)
        view = {"width": 360, "height": 800}
        opened = browser.new_page(viewport=view, color_scheme="dark")  # type: ignore[arg-type]
        said: list[str] = []
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(path.as_uri())
        yield opened
        assert said == []
        browser.close()


def test_it_fits_a_phone_and_is_dark_in_the_dark(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        ".map((colour) => colour.match(/\\d+/g).slice(0, 3).reduce((a, b) => +a + +b, 0))"
    )
    assert ground < 150 < 450 < ink
    assert page.locator(".verdict").inner_text().startswith("Passed")


def test_the_broken_come_first_and_the_rest_is_found_by_words(page: Any) -> None:
    titles = page.locator("#list > li")
    assert page.locator("#show").input_value() == "broken"
    assert titles.evaluate_all("(all) => all.map((one) => one.dataset.id)") == ["broken"]
    page.locator("#show").select_option("all cases")
    assert page.locator("#count").inner_text() == "62 cases"
    assert titles.count() == 50
    page.locator("#more").click()
    assert titles.count() == 62
    page.locator("#find").fill("PLACE where")
    assert page.locator("#count").inner_text() == "1 case"


def test_it_is_used_by_keyboard_and_marks_the_quote(page: Any) -> None:
    page.locator("#show").select_option("right")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type("first")
    assert page.locator("#count").inner_text() == "1 case"
    page.locator("#list summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#list strong").inner_text() == "Where <b>is</b> it?"
    marked = page.locator("#list mark")
    assert "".join(marked.all_inner_texts()) == "The 🚗 plant is in Turin."
    assert page.locator("#list .cite").inner_text() == "Turin"
    assert page.locator(".passage.gold p").inner_text() == HOSTILE
    assert page.title() == "Footnote: accuracy"


def test_a_class_of_failures_shows_its_cases(page: Any) -> None:
    page.locator("[data-kind='wrong sentence']").focus()
    page.keyboard.press("Enter")
    assert page.locator("#show").input_value() == "wrong sentence"
    assert page.locator("#count").inner_text() == "1 case"


def test_it_holds_every_figure_and_reaches_for_nothing(outcomes: list[Outcome]) -> None:
    html = render(summarise(outcomes), MADE)
    assert all(name in html for name in figures(outcomes))
    assert "http" not in html.replace("http-equiv", "")
    assert "default-src 'none'" in html
    assert "<img" not in html


def test_a_run_that_only_searched_has_no_plots_of_answers(outcome: Make) -> None:
    html = render(summarise([outcome(status="searched")]), MADE)
    assert "Risk and coverage" not in html
    assert "Answers and refusals" not in html
    assert "Nothing did." in html
