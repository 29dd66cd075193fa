"""Markdown to an article."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article
from index.sources.markdown import parse_markdown


def parse(source: str) -> Article:
    """Parse under the id ``a`` and the title ``Given``."""
    return parse_markdown(source, id="a", title="Given")


def shape(article: Article) -> list[tuple[str, int, str]]:
    """Return the kind, level and text of each block."""
    return [(b.kind, b.level, b.span.of(article.text)) for b in article.blocks]


def test_front_matter_names_title_address_and_date_and_is_no_text() -> None:
    article = parse("---\ntitle: The plant\nurl: https://a.b/c\ndate: 2024-05-01\n---\nIt closed.")
    assert (article.title, article.url, article.published) == (
        "The plant",
        "https://a.b/c",
        "2024-05-01",
    )
    assert article.text == "It closed."


@pytest.mark.parametrize(
    ("matter", "title"),
    [
        ("title: The plant: a story", "The plant: a story"),
        ("title: 'Quoted: it works'", "Quoted: it works"),
        ('Title: "Spaced   out"', "Spaced out"),
        ("title: No", "No"),
        ("title: 007", "007"),
        ("title: 2024-05-01", "2024-05-01"),
        ("title: ~", "Given"),
        ("title: null", "Given"),
        ("title:", "Given"),
        ("title: [a, b]", "Given"),
        ('title: "\\ud83d\\ude00 smile"', "😀 smile"),
        ('title: "half \\ud83d"', "half \ufffd"),
        ('title: "a\\0b"', "a\ufffdb"),
        ("title: a\n  b: c: d\n\t", "a"),
        ("# only a comment", "Given"),
        ("title: " + "[" * 1_000, "[" * 1_000),
    ],
)
def test_title_in_front_matter_is_read_as_its_author_wrote_it(matter: str, title: str) -> None:
    article = parse(f"---\n{matter}\n---\nText.")
    assert article.title == title
    assert article.text == "Text."


def test_other_names_for_address_and_date_are_known() -> None:
    article = parse("---\nlink: https://a.b\npublished: May 2024\n...\nText.")
    assert (article.url, article.published) == ("https://a.b", "May 2024")


def test_rule_at_the_top_is_not_front_matter_and_loses_nothing() -> None:
    assert parse("---\n\nFirst words.\n\n---\n\nMore.").text == "First words.\n\nMore."


def test_broken_front_matter_without_a_name_in_it_stays_in_the_text() -> None:
    assert "lost {" in parse("---\nnot lost {\n---\nText.").text


def test_front_matter_that_is_never_closed_is_text() -> None:
    assert "title: The plant" in parse("---\ntitle: The plant\n\nText.").text


def test_merged_keys_do_not_multiply() -> None:
    names = "abcdefghij"
    bomb = "a: &a {x: 1}\n" + "".join(
        f"{new}: &{new} {{<<: [{','.join([f'*{old}'] * 9)}]}}\n"
        for old, new in itertools.pairwise(names)
    )
    begun = time.process_time()
    assert parse(f"---\n{bomb}title: Calm\n---\nText.").title == "Calm"
    assert time.process_time() - begun < 2


def test_front_matter_of_beyond_measure_is_text() -> None:
    begun = time.process_time()
    assert parse("---\n" + "key: value\n\n" * 10_000 + "---\nText.").title == "Given"
    assert time.process_time() - begun < 20


def test_first_heading_of_level_one_is_the_title() -> None:
    article = parse("## Before\n\nText.\n\n# The *old* plant\n\nText.")
    assert article.title == "The old plant"


def test_marks_are_removed_and_words_kept() -> None:
    article = parse("The **old** _plant_ `x = 1` [here](https://a.b) ![of steel](c.png) ~~gone~~.")
    assert article.text == "The old plant x = 1 here of steel gone."


def test_entities_and_escapes_become_characters() -> None:
    assert parse("Fish &amp; chips \\*5 &copy; &#8364;5").text == "Fish & chips *5 © €5"


def test_line_breaks_stand_as_they_stood() -> None:
    assert parse("one\ntwo  \nthree<br>four").text == "one\ntwo\nthree\nfour"


def test_headings_keep_their_levels() -> None:
    article = parse("# One\n\nText.\n\n### Three\n\nTwo\n---\n\nEnd.")
    assert [(level, text) for kind, level, text in shape(article) if kind == "heading"] == [
        (1, "One"),
        (3, "Three"),
        (2, "Two"),
    ]


def test_article_of_headings_alone_is_all_body() -> None:
    assert shape(parse("# One\n\n## Two")) == [("paragraph", 0, "One"), ("paragraph", 0, "Two")]


def test_lists_keep_marks_numbers_and_nesting() -> None:
    article = parse("- steel\n  - rolled\n    more\n- glass\n\n0. zero\n1. one\n\n   again")
    assert shape(article) == [
        ("list", 0, "- steel\n  - rolled\nmore\n- glass"),
        ("list", 0, "0. zero\n1. one\nagain"),
    ]


def test_numbered_list_starts_where_its_author_started() -> None:
    assert parse("7. seven\n8. eight").text == "7. seven\n8. eight"


def test_what_lies_in_a_list_is_kept() -> None:
    article = parse(
        "- item\n\n  ```\n  if x <b and c> d:\n  ```\n\n  > quoted\n\n  # Head\n\n"
        "  |a|b|\n  |-|-|\n  |c|d|\n\n  <div>html</div>\n"
    )
    assert article.text.split("\n") == [
        "- item",
        "if x <b and c> d:",
        "quoted",
        "Head",
        "a | b",
        "c | d",
        "html",
    ]


def test_table_is_lines_of_cells() -> None:
    assert shape(parse("|a *b*|c|\n|-|-|\n|d|e|")) == [("table", 0, "a b | c\nd | e")]


def test_quotation_counts_as_if_it_stood_free() -> None:
    assert shape(parse("> It closed.\n>\n> - steel\n> - glass")) == [
        ("paragraph", 0, "It closed."),
        ("list", 0, "- steel\n- glass"),
    ]


def test_code_keeps_its_lines_and_indent_inside() -> None:
    article = parse("```python\nif x:\n    y()\n```\n\n    indented\n      more\n")
    assert shape(article) == [
        ("code", 0, "if x:\n    y()"),
        ("code", 0, "indented\n  more"),
    ]


def test_html_gives_its_words_apart_and_nothing_invisible() -> None:
    article = parse(
        "<div class='a>b'><p>One.</p><p>Two <b>bo</b>ld.</p>a<br>b <!-- hidden -->"
        "<script>evil()</script><td>c</td><td>d</td> 3 < 4 and 5 > 2 &amp; so</div>"
    )
    assert article.text.split() == [
        "One.",
        "Two",
        "bold.",
        "a",
        "b",
        "c",
        "d",
        "3",
        "<",
        "4",
        "and",
        "5",
        ">",
        "2",
        "&",
        "so",
    ]
    assert [block.span.of(article.text) for block in article.blocks][:2] == ["One.", "Two bold."]


def test_comment_alone_is_no_text() -> None:
    assert parse("<!-- nothing\n\nto see -->\n").text == ""
    assert parse("<!-- never closed").text == ""


def test_inline_html_and_comments_vanish() -> None:
    assert parse("The <span class='x'>old</span> plant<!-- no -->.").text == "The old plant."


def test_nested_quotations_and_lists_are_read_to_a_fair_depth() -> None:
    text = parse("\n".join("  " * i + f"- item{i}" for i in range(25))).text
    assert "item24" in text
    assert parse("> " * 25 + "deep").text == "deep"


@pytest.mark.parametrize(
    "source",
    ["> " * 5_000 + "x", "\n".join("  " * i + "- x" for i in range(300)), "- " * 3_000 + "x"],
)
def test_absurd_nesting_ends_without_a_crash(source: str) -> None:
    parse(source)


@pytest.mark.parametrize(
    "source",
    ["<a " * 50_000, "<div>\n" + "<\"'" * 50_000, "<!--" * 50_000, "<p>\n" + "<script>" * 20_000]
)  # fmt: skip
def test_unclosed_html_takes_little_time(source: str) -> None:
    begun = time.process_time()
    parse(source)
    assert time.process_time() - begun < 5


MARKS = "ab.#*_->|`~[]()!<>&;\\\"'=1 \t\n\n\u2028\x0c日-"


@given(st.text(alphabet=st.sampled_from(MARKS), max_size=200))
def test_blocks_hold_the_whole_text_in_order(source: str) -> None:
    article = parse(source)
    held = set()
    last = 0
    for block in article.blocks:
        assert block.span.start >= last
        last = block.span.end
        held.update(range(block.span.start, block.span.end))
        assert not block.span.of(article.text)[0].isspace()
    assert held >= {i for i, character in enumerate(article.text) if not character.isspace()}
