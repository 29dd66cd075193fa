"""Whether follow-ups find the right passage, without a language model: on chats people may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import Settings
from bot.evaluation.gold import GoldCase, GoldSource, read_gold
from bot.followup import Asked, resolve
from bot.types import Answer, Turn
from index import Article, PassageIndex, SentenceEncoder, Span

DATA = Path(__file__).parent.parent / "data"
ARTICLES = {
    "library": (
        "The town library",
        "The library of Marrow Bay stands on Harbour Street. It was designed by Edith Lanyon, an "
        "architect from Truro, and opened in May 1998. It lends 64,000 books and, since 2019, "
        "garden tools.\n\n"
        "Readers pay 12 pounds a year; children pay nothing. Whoever returns a book late owes 20 "
        "pence a day, because the reserve list is long.\n\n"
        "Omar Feld has been the head librarian since 2015. He came from Leeds, where he ran a "
        "bookshop. In his view the reading room is too small.\n",
    ),
    "garden": (
        "Allotments at Quarry Lane",
        "There are 42 allotments at Quarry Lane. The waiting time is three years. A plot costs 55 "
        "pounds a year, water included.\n\n"
        "Three things are forbidden there:\n\n"
        "- bonfires before dusk\n- keeping of pigs\n- hosepipes in July\n\n"
        "Bonfires are forbidden because the smoke drifts into the school. Pigs are forbidden "
        "because one escaped in 2011 and ate the mayor’s leeks.\n",
    ),
    "ferry": (
        "The Calder ferry",
        "The ferry Sigrid crosses from Calder to the island of Hask in 35 minutes. She carries "
        "120 passengers and eleven cars. Her captain is Jorun Tveit, who learned the trade on "
        "trawlers.\n\n"
        "A ticket costs 9 euros, for cyclists 11 euros. In winter the ferry sails twice a day, "
        "and from 1 June six times.\n\n"
        "Hask has 310 inhabitants. They live on fish and on making rope.\n",
    ),
    "bridge": (
        "A footbridge over the Ouse",
        "The footbridge at Ferris Mill was closed in March 2022 because its timber had rotted. It "
        "was built in 1934 by the Halloran brothers. A new one of steel will cost 2.3 million "
        "pounds, and is to open in the spring of 2026.\n\n"
        "The footbridge at Neddle Weir, which is of stone, has stood since 1788.\n",
    ),
}
# What was asked before, the follow-up, the article, and the words that answer.
CHATS = [
    ("Where is the library of Marrow Bay?", "Who designed it?", "library", "Edith Lanyon"),
    ("Who is the head librarian?", "Where did he come from?", "library", "He came from Leeds"),
    ("How much do readers of the library pay a year?", "And children?", "library", "children pay"),
    ("What does a late book cost at the library?", "Why?", "library", "the reserve list is long"),
    ("What is forbidden at Quarry Lane?", "Why the second one?", "garden", "one escaped in 2011"),
    ("How many allotments are there at Quarry Lane?", "How much is one?", "garden", "55 pounds"),
    ("Who is the captain of the Sigrid?", "Where did she learn the trade?", "ferry", "on trawlers"),
    ("How many people live on Hask?", "What do they live on?", "ferry", "They live on fish"),
    ("Why was the bridge at Ferris Mill closed?", "And when?", "bridge", "closed in March 2022"),
    ("When was the bridge at Ferris Mill built?", "And at Neddle Weir?", "bridge", "since 1788"),
]  # fmt: skip


@pytest.fixture(scope="module")
def village(
    encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PassageIndex]:
    """Yield an index of articles on other things than the samples."""
    index = PassageIndex(tmp_path_factory.mktemp("village") / "index", encoder)
    index.add([Article(id, title, text) for id, (title, text) in ARTICLES.items()])
    yield index
    index.close()


def chatted(answerer: Answerer, case: GoldCase) -> Answer:
    """Ask the questions of a chat; return the last answer."""
    turns: list[Turn] = []
    for question in case.history:
        turns.append(Turn(question, answerer.ask(question, turns)))
    return answerer.ask(case.question, turns)


def is_right(answer: Answer, sources: Sequence[GoldSource], index: PassageIndex) -> bool:
    """Say whether an answer cites one of the quotes, or found its passage first."""
    found = [(each.article_id, each.span) for each in answer.citations]
    found += [(hit.passage.article_id, hit.passage.span) for hit in answer.hits[:1]]
    for source in sources:
        start = index.article(source.article).text.index(source.quote)
        gold = Span(start, start + len(source.quote))
        if any(article == source.article and span.meets(gold) for article, span in found):
            return True
    return False


def missed(answerer: Answerer, cases: Sequence[GoldCase], index: PassageIndex) -> list[str]:
    """Return the chats whose last answer is wrong, in words."""
    answers = [(case, chatted(answerer, case)) for case in cases]
    return [
        f"{case.id} {case.history} {case.question} -> {answer.trace.query} -> {answer.text}"
        for case, answer in answers
        if not is_right(answer, case.sources, index)
    ]


def test_at_least_85_of_100_follow_ups_on_the_samples_find_the_right_passage(
    answerer: Answerer, samples_index: PassageIndex
) -> None:
    cases, problems = read_gold([DATA / "chats.jsonl"])
    wrong = missed(answerer, cases, samples_index)
    assert (len(cases), problems) == (54, [])
    assert sum("held" in case.tags for case in cases) == 14
    assert len(wrong) <= 0.15 * len(cases), "\n".join(wrong)


def test_follow_ups_on_other_articles_find_the_right_passage_too(village: PassageIndex) -> None:
    cases = [
        GoldCase(first, then, (), True, (GoldSource(article, quote),), history=(first,))
        for first, then, article, quote in CHATS
    ]
    wrong = missed(make_answerer(Settings(), village), cases, village)
    assert len(wrong) <= 1, "\n".join(wrong)


@pytest.mark.parametrize(
    "earlier", ["Where does the wombat live?", "Who is the harbour master of Almsund?"]
)
def test_a_question_of_its_own_is_searched_as_without_a_history(
    answerer: Answerer, samples_index: PassageIndex, earlier: str
) -> None:
    cases, _ = read_gold([DATA / "samples.jsonl"])
    history = [Turn(earlier, answerer.ask(earlier))]
    for case in cases:
        asked = resolve(case.question, history, samples_index.rarities, lambda id: "")
        assert asked == Asked(case.question)


def test_a_question_of_its_own_has_the_same_answer_after_others(answerer: Answerer) -> None:
    cases, _ = read_gold([DATA / "samples.jsonl"])
    history = [Turn("What is Tullport?", answerer.ask("What is Tullport?"))]
    for case in cases[::6]:
        alone, after = answerer.ask(case.question), answerer.ask(case.question, history)
        assert replace(after, seconds=0.0) == replace(alone, seconds=0.0)
