"""Plain text to an article."""

from pathlib import Path

from index.sources.text import parse_text


def test_first_line_that_stands_alone_is_the_title() -> None:
    article = parse_text("The  old\tplant\n\nIt closed in 1998.", id="plant", title="Plant")
    assert article.title == "The old plant"
    assert article.text == "The  old\tplant\n\nIt closed in 1998."


def test_text_without_a_title_takes_the_given_one() -> None:
    article = parse_text("It closed in 1998. Nobody knew.", id="plant", title="Plant")
    assert article.title == "Plant"
    assert [block.kind for block in article.blocks] == ["paragraph"]


def test_seed_article_has_its_title_and_its_headings_without_marks(shared_data: Path) -> None:
    text = (shared_data / "seed" / "alfa-romeo-usa.txt").read_text(encoding="utf-8")
    article = parse_text(text, id="seed", title="Seed")
    headings = [block.span.of(text) for block in article.blocks if block.kind == "heading"]
    assert len(headings) >= 2
    assert (article.title, headings[0]) == ("Seed", "Global production")
    assert article.text == text
