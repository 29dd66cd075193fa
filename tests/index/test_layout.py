"""The layout of plain text."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Block
from index.layout import looks_like_heading, text_blocks

SENTENCE = "The plant in the north was closed in 1998, after forty years of work."


def shape(text: str) -> list[tuple[str, int, str]]:
    """Return the kind, level and text of each block."""
    return [(block.kind, block.level, block.span.of(text)) for block in text_blocks(text)]


def test_short_line_before_a_paragraph_is_the_title() -> None:
    assert shape(f"The old plant\n\n{SENTENCE}\n") == [
        ("heading", 1, "The old plant"),
        ("paragraph", 0, SENTENCE),
    ]


def test_later_heading_without_marks_is_of_level_two() -> None:
    assert shape(f"{SENTENCE}\n\nWhat came next\n\n{SENTENCE}") == [
        ("paragraph", 0, SENTENCE),
        ("heading", 2, "What came next"),
        ("paragraph", 0, SENTENCE),
    ]


def test_short_last_line_heads_nothing_and_is_a_paragraph() -> None:
    assert shape(f"{SENTENCE}\n\nThe end") == [
        ("paragraph", 0, SENTENCE),
        ("paragraph", 0, "The end"),
    ]


@pytest.mark.parametrize("underline", ["===", "--------", "~~~~"])
def test_underlined_line_is_a_heading(underline: str) -> None:
    assert shape(f"the plant\n{underline}\n{SENTENCE}") == [
        ("heading", 1, "the plant"),
        ("paragraph", 0, SENTENCE),
    ]


def test_many_underlined_headings_in_one_group_are_told_apart() -> None:
    text = f"{SENTENCE}\n\n" + f"Head\n-----\n{SENTENCE}\n" * 3
    assert [kind for kind, _, _ in shape(text)[:2]] == ["paragraph", "heading"]
    assert len(shape(f"Head\n-----\n{SENTENCE}")) == 2


def test_heading_tight_on_a_wrapped_paragraph_is_found() -> None:
    assert shape(f"The old plant\n{SENTENCE}\n{SENTENCE}")[0] == ("heading", 1, "The old plant")


def test_heading_in_capitals_is_found_above_text_in_small_letters() -> None:
    assert shape("THE PLANT\nIt closed in 1998.\nNobody knew.") == [
        ("heading", 1, "THE PLANT"),
        ("paragraph", 0, "It closed in 1998.\nNobody knew."),
    ]


def test_text_wholly_in_capitals_is_one_paragraph() -> None:
    wire = "THE PLANT IN THE NORTH WAS CLOSED\nAFTER FORTY YEARS OF WORK IN\nTHE TOWN OF LOWTHER"
    assert shape(wire) == [("paragraph", 0, wire)]


@pytest.mark.parametrize("mark", ["-", "*", "•", "1.", "2)", "(a)", "a.", "–"])
def test_bulleted_lines_are_a_list(mark: str) -> None:
    text = f"{mark} steel\n{mark} glass"
    assert shape(text) == [("list", 0, text)]


def test_list_under_its_opening_line_is_one_block() -> None:
    text = "Made there:\n- steel\n- glass"
    assert shape(text) == [("list", 0, text)]


def test_list_with_hard_wrapped_items_is_one_list() -> None:
    text = "- steel that is rolled\n  in the north\n- glass"
    assert shape(text) == [("list", 0, text)]


def test_single_bullet_on_the_first_line_is_a_list_of_one() -> None:
    assert shape("- steel, and\nnothing else.") == [("list", 0, "- steel, and\nnothing else.")]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = "The plant in the north was closed\nin 1998, after forty years\nof work."
    assert shape(text) == [("paragraph", 0, text)]


def test_long_lines_are_paragraphs_of_their_own() -> None:
    one, two = f"{SENTENCE} {SENTENCE}", f"{SENTENCE} {SENTENCE} More."
    assert shape(f"{one}\n{two}") == [("paragraph", 0, one), ("paragraph", 0, two)]


def test_heading_among_one_line_paragraphs_is_found() -> None:
    line = f"{SENTENCE} {SENTENCE}"
    assert shape(f"{line}\nWhat came next\n{line}")[1] == ("heading", 2, "What came next")


def test_three_short_lines_in_a_row_are_no_headings_but_the_first_is_the_title() -> None:
    kinds = [kind for kind, _, _ in shape(f"Title\n\nOne thing\n\nAnother thing\n\n{SENTENCE}")]
    assert kinds == ["heading", "paragraph", "paragraph", "paragraph"]


def test_lines_of_white_space_part_paragraphs() -> None:
    assert [text for _, _, text in shape("one two.\n \t \nthree four.")] == [
        "one two.",
        "three four.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "It closed.",
        "it closed",
        "- steel",
        "“We closed it”",
        "1998",
        "Heading, with a comma,",
        "A " * 15,
        "X" * 101,
    ],
)
def test_what_reads_as_no_heading(line: str) -> None:
    assert not looks_like_heading(line)


@pytest.mark.parametrize("line", ["The plant", "Why it closed?", "  Éclat  ", "1. Overview of it"])
def test_question_marks_and_accents_are_allowed_in_headings_numbers_make_lists(line: str) -> None:
    assert looks_like_heading(line) is not line.startswith("1.")


@given(st.text(alphabet=st.sampled_from("aB1.-=* \t\n\n\x0b\x0c\x85\u2028日!"), max_size=300))
def test_blocks_cover_all_that_is_not_white_space_in_order_and_apart(text: str) -> None:
    blocks: tuple[Block, ...] = text_blocks(text)
    covered = {i for block in blocks for i in range(block.span.start, block.span.end)}
    assert covered >= {i for i, character in enumerate(text) if not character.isspace()}
    for before, after in itertools.pairwise(blocks):
        assert before.span.end <= after.span.start
    for block in blocks:
        assert block.span.of(text) == block.span.of(text).strip()
        assert (block.kind == "heading") == (block.level > 0)


@pytest.mark.parametrize(
    "piece",
    ["Head\n-----\n", "ALL CAPITALS HERE\n", "Short\n" + "x" * 90 + "\n---\n", "- a\n", "a\n\n"],
)
def test_tens_of_thousands_of_lines_take_no_deep_stack_and_little_time(piece: str) -> None:
    begun = time.process_time()
    assert text_blocks(piece * 20_000)
    assert time.process_time() - begun < 5
