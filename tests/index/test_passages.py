"""Articles to passages."""

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Block, Passage, Span, split_article
from index.layout import text_blocks
from index.sentences import count_words, split_sentences


def split(text: str, **options: int) -> tuple[Passage, ...]:
    """Split a text without a title."""
    return split_article(Article("a", "", text), **options)


def sentences(text: str) -> list[str]:
    """Split a text that is one paragraph."""
    return [s.of(text) for s in split_sentences(text, Block("paragraph", Span(0, len(text))))]


PIECES = [
    "The plant closed. ", "Why? ", "e.g. ", "Mr. Smith ", "1.5 ", "“It is.” ", "word ", "word", " ",
    "\n", "\n\n", "\t", "\u2028", "\x0c", "\x0b", "\x85", "\u00a0", "\u200b", "日本語。", "한국어 ",
    "...", "!", "?!", "- item\n", "# Head\n", "Title\n=====\n", "😀", "é", "e\u0301", ")", "(", "”",
    "'", ";", ", ", " – ", "_", "\ufffd", "ALL CAPS\n", "factory.The plant ", "x" * 60,
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200).filter(lambda text: "\0" not in text),
    st.lists(st.sampled_from(PIECES), max_size=80).map("".join),
)
SIZES = {"max_words": st.integers(1, 12), "overlap": st.integers(0, 3)}


@given(TEXTS, SIZES["max_words"], SIZES["overlap"])
def test_spans_are_exact_ordered_within_size_and_cover_the_text(
    text: str, max_words: int, overlap: int
) -> None:
    blocks = text_blocks(text)
    passages = split(text, max_words=max_words, overlap=overlap)
    covered: set[int] = set()
    for passage in passages:
        assert text[passage.span.start : passage.span.end] == passage.text
        assert passage.sentences[0].start == passage.span.start
        assert passage.sentences[-1].end == passage.span.end
        for before, after in zip(passage.sentences, passage.sentences[1:], strict=False):
            assert before.end <= after.start
            assert not text[before.end : after.start].strip()
        for sentence in passage.sentences:
            assert sentence.of(text) == sentence.of(text).strip()
        assert sum(count_words(s.of(text)) for s in passage.sentences) <= max_words
        assert sum(block.span.covers(passage.span) for block in blocks) == 1
        covered.update(range(passage.span.start, passage.span.end))
    body = [b for b in blocks if b.kind != "heading"]
    wanted = {i for b in body for i in range(b.span.start, b.span.end) if not text[i].isspace()}
    assert wanted <= covered


@given(TEXTS, SIZES["max_words"], SIZES["overlap"])
def test_passages_share_at_most_the_overlap_and_each_brings_something_new(
    text: str, max_words: int, overlap: int
) -> None:
    passages = split(text, max_words=max_words, overlap=overlap)
    for before, after in itertools.pairwise(passages):
        shared = set(before.sentences) & set(after.sentences)
        assert len(shared) <= overlap
        assert set(after.sentences) - shared
        assert after.sentences[-1] > before.sentences[-1]


@given(TEXTS)
def test_splitting_is_deterministic_and_ids_count_up(text: str) -> None:
    first = split(text)
    assert first == split(text)
    assert [p.id for p in first] == [f"a:{n}" for n in range(len(first))]


def test_passage_starts_with_the_last_sentence_of_the_one_before() -> None:
    text = "One two three. Four five. Six seven. Eight nine."
    assert [p.text for p in split(text, max_words=5, overlap=1)] == [
        "One two three. Four five.",
        "Four five. Six seven.",
        "Six seven. Eight nine.",
    ]


def test_overlap_is_left_out_where_it_leaves_no_room_for_a_new_sentence() -> None:
    text = "One two three. Four five six."
    assert [p.text for p in split(text, max_words=5)] == ["One two three.", "Four five six."]


def test_passages_never_cross_a_paragraph() -> None:
    assert [p.text for p in split("One two.\n\nThree four.")] == ["One two.", "Three four."]


def test_headings_lead_to_their_passages_and_the_title_is_left_out() -> None:
    text = "Plants\n\nIt grew.\n\nNorth\n\nIt closed."
    blocks = (
        Block("heading", Span(0, 6), 1),
        Block("paragraph", Span(8, 16)),
        Block("heading", Span(18, 23), 2),
        Block("paragraph", Span(25, 35)),
    )
    assert [p.heading for p in split_article(Article("a", "Plants", text, blocks=blocks))] == [
        "",
        "North",
    ]
    assert [p.heading for p in split_article(Article("a", "Other", text, blocks=blocks))] == [
        "Plants",
        "Plants › North",
    ]


def test_heading_ends_headings_of_its_own_level_and_below() -> None:
    text = "A\nB\nC\nD\nEnd."
    levels = [2, 3, 3, 2]
    blocks = [Block("heading", Span(2 * i, 2 * i + 1), level) for i, level in enumerate(levels)]
    article = Article("a", "", text, blocks=(*blocks, Block("paragraph", Span(8, 12))))
    assert split_article(article)[0].heading == "D"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It closed. Why?  Nobody knew!", ["It closed.", "Why?", "Nobody knew!"]),
        ("Mr. Smith paid 1.5 million. He left.", ["Mr. Smith paid 1.5 million.", "He left."]),
        ("“It closed.” He left.", ["“It closed.”", "He left."]),
        ("“It closed. We left.” So it was.", ["“It closed.", "We left.”", "So it was."]),
        ("In the factory.The plant grew.", ["In the factory.", "The plant grew."]),
        ("It closed (in 1998). He left.", ["It closed (in 1998).", "He left."]),
        ("日本語。工場。", ["日本語。", "工場。"]),
        ("It closed. ***", ["It closed. ***"]),
        ("*** It closed.", ["*** It closed."]),
        ("no full stop at all", ["no full stop at all"]),
        ("😀 It closed. 😀 Who knew?", ["😀 It closed.", "😀 Who knew?"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def blocks_of(*parts: tuple[str, str]) -> Article:
    """Return an article of blocks, a kind and a text each."""
    text = "\n\n".join(part for _, part in parts)
    blocks, start = [], 0
    for kind, part in parts:
        level = int(kind == "heading")
        blocks.append(Block(kind, Span(start, start + len(part)), level))  # type: ignore[arg-type]
        start += len(part) + 2
    return Article("a", "", text, blocks=tuple(blocks))


def test_rows_of_a_long_table_have_its_first_row_above_them() -> None:
    rows = "\n".join(f"{year} | {'buses ' * 9}" for year in range(2000, 2030))
    first, *others = split_article(
        blocks_of(("heading", "Plants"), ("table", f"Year | Made\n{rows}"))
    )
    assert first.heading == "Plants"
    assert len(others) > 1
    assert {passage.heading for passage in others} == {"Plants › Year | Made"}
    long_head = split_article(blocks_of(("table", f"{'Year ' * 31}\n{rows}")))
    assert {passage.heading for passage in long_head} == {""}


def test_what_announces_a_list_or_code_stands_above_it() -> None:
    announced = blocks_of(
        ("paragraph", "It is old. You need the\nfollowing:"), ("list", "- steel\n- glass")
    )
    assert [p.heading for p in split_article(announced)] == ["", "You need the following:"]
    for kinds in (("paragraph", "paragraph"), ("heading", "list")):
        pair = blocks_of((kinds[0], "You need:"), (kinds[1], "- steel"))
        assert split_article(pair)[-1].heading == ("You need:" if kinds[0] == "heading" else "")
    assert split_article(blocks_of(("paragraph", "It is old."), ("code", "x")))[1].heading == ""


def test_code_stays_whole_where_a_paragraph_would_be_cut() -> None:
    lines = "\n".join(f"call({n}, one, two)" for n in range(40))
    assert len(split_article(blocks_of(("code", lines)))) == 1
    assert len(split_article(blocks_of(("list", lines)))) == 2
    assert len(split_article(blocks_of(("code", "\n".join([lines] * 10))))) == 9


def test_lines_of_a_list_are_its_sentences() -> None:
    text = "- One. Two.\n- three"
    spans = split_sentences(text, Block("list", Span(0, len(text))))
    assert [span.of(text) for span in spans] == ["- One. Two.", "- three"]


def test_words_count_by_character_where_there_are_no_spaces() -> None:
    assert count_words("The plant's 日本 x_1 – 3.5") == 8


def test_long_sentence_is_cut_at_its_last_clause_that_fits() -> None:
    text = "one two three; four five, six seven eight."
    assert [p.text for p in split(text, max_words=6)] == [
        "one two three; four five,",
        "six seven eight.",
    ]


def test_long_sentence_without_clauses_is_cut_between_words() -> None:
    assert [p.text for p in split("a b c d e", max_words=2)] == ["a b", "c d", "e"]


def test_sentence_of_20000_characters_is_cut_into_passages_of_100_words() -> None:
    text = "word " * 4_000
    passages = split(text)
    assert len(passages) == 40
    assert {count_words(p.text) for p in passages} == {100}


def test_long_paragraphs_are_split_as_short_ones_are() -> None:
    text = "The plant in No. 5 Street grew. Was it 3.5 p.c. of all? Mr. Smith said so! " * 500
    assert len(sentences(text)) == 1_500
    assert len({sentence for sentence in sentences(text)}) == 3


@pytest.mark.parametrize(
    "piece",
    ["日本語の文章。", "<!--", "![", "! ", "It grew. ", "x", "factory.The plant ", '"', "\u2028a"],
)
def test_time_grows_with_length_and_not_its_square(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    begun = time.process_time()
    assert split(" " + text)
    assert time.process_time() - begun < 5


def test_five_megabytes_without_a_line_break_are_split_in_seconds() -> None:
    text = " " + "The plant in Illinois builds cars, trucks; and vans. " * 95_000
    begun = time.process_time()
    assert len(split(text)) > 8_000
    assert time.process_time() - begun < 15


@pytest.mark.parametrize("options", [{"max_words": 0}, {"overlap": -1}])
def test_impossible_sizes_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        split("Text.", **options)


def test_text_of_white_space_has_no_passages() -> None:
    assert split(" \n\t\u2028 ") == ()


def test_every_sample_article_is_split_exactly() -> None:
    for path in (Path(__file__).parents[2] / "bot" / "samples").iterdir():
        text = path.read_text(encoding="utf-8")
        for passage in split(text):
            assert passage.span.of(text) == passage.text
