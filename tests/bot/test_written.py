"""Answers in sentences, from the question to the screen: a scripted server, the real client."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from bot.answer import Answerer
from bot.bootstrap import make_answerer, make_generator
from bot.config import LlmSettings, Settings
from bot.errors import GeneratorError
from bot.prompt_folders import Prompts
from bot.prompts import load_prompt
from bot.repl import Chat
from bot.terminal import PlainScreen
from bot.types import Answer, Sentence, Turn
from bot.wording import Wording
from index import Article, PassageIndex, SentenceEncoder
from tests.bot.fake_model import Act, Asked, FakeModel, claims, plays, says

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
QUESTION = "How much does the test of a used battery cost?"
QUOTE, SENTENCE = "The test takes an hour and costs 89 euros.", "Testing a used battery costs €89."
OTHER = "Torvane Motors will build a car factory in Brennholt"
PLACE = "Torvane Motors builds a car factory in Brennholt."
OLD, NEW = "2022-03-01", "2024-05-01"
UNKNOWN = "Who invented the telescope?"
NONE = plays(text=claims())


@pytest.fixture
def settings(fake_model: FakeModel) -> Settings:
    """Return settings that name the server."""
    return Settings(
        llm=LlmSettings(model="scripted", base_url=fake_model.url, retries=0, timeout=20)
    )


@pytest.fixture
def writing(settings: Settings, samples_index: PassageIndex) -> Answerer:
    """Return an answerer over the samples with a language model."""
    return make_answerer(settings, samples_index)


def same(one: Answer, other: Answer) -> bool:
    """Say whether two answers differ in nothing but time and what a model did."""
    trace = replace(one.trace, writing=None)
    return replace(one, seconds=0.0, trace=trace) == replace(other, seconds=0.0)


def test_an_answer_is_the_checked_sentences_with_their_citations(
    writing: Answerer, fake_model: FakeModel, samples_index: PassageIndex
) -> None:
    fake_model.play(says((QUOTE, SENTENCE)))
    told: list[Sentence] = []
    answer = writing.ask(QUESTION, tell=told.append)
    assert (answer.status, answer.text) == ("answered", SENTENCE)
    assert answer.sentences == (Sentence(SENTENCE, (1,)),) == tuple(told)
    (citation,) = answer.citations
    article = samples_index.article(citation.article_id)
    assert citation.span.of(article.text) == citation.quote == QUOTE
    assert (answer.kind, answer.reason, answer.tentative) == (None, None, False)
    assert answer.trace.writing is not None
    assert (answer.trace.writing.requests, answer.trace.writing.input_tokens) == (1, 100)


def test_the_confidence_is_the_readers_for_what_is_cited(
    writing: Answerer, answerer: Answerer, fake_model: FakeModel
) -> None:
    fake_model.play(says((QUOTE, SENTENCE)))
    assert writing.ask(QUESTION).confidence == answerer.ask(QUESTION).confidence
    # Of a passage that the reader passed over, since it was sure of another, it is read for.
    hit = writing.ask(QUESTION, write=False).hits[-1]
    sentence = hit.passage.sentences[0].start - hit.passage.span.start
    quote = hit.passage.text[sentence : hit.passage.sentences[0].end - hit.passage.span.start]
    fake_model.play(says((quote, " ".join(quote.split()))))
    answer = writing.ask(QUESTION)
    assert answer.citations[0].article_id == hit.passage.article_id
    assert answer.confidence < answerer.ask(QUESTION).confidence
    assert answer.tentative == (answer.confidence < writing.threshold)


def test_a_model_that_knows_no_claim_refuses_with_the_passages(
    writing: Answerer, fake_model: FakeModel
) -> None:
    fake_model.play(NONE)
    answer = writing.ask(QUESTION)
    assert (answer.status, answer.kind, answer.citations) == ("refused", "not-stated", ())
    assert answer.hits
    assert answer.reason
    invented = plays(text=claims(("x", "It costs 5 euros.", "It costs 5 euros.")))
    fake_model.play(invented)
    answer = writing.ask(QUESTION)
    assert answer.status == "refused"
    assert answer.trace.writing is not None
    assert len(answer.trace.writing.dropped) == 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (plays(status=500, body={}), "it answered with status 500"),
        (plays(status=429, body={}), "it takes no more requests for now"),
        (plays(text="I'd rather not."), "its reply is in no form that was asked for"),
        (plays(text='{"claims": [{"pass'), "its reply broke off"),
        (plays(text='{"claims": [{"pass', cut=True), ""),
    ],
)
def test_a_model_that_fails_leaves_the_extractive_answer_and_says_so_quietly(
    script: Callable[[Asked], Act],
    said: str,
    writing: Answerer,
    answerer: Answerer,
    fake_model: FakeModel,
) -> None:
    fake_model.play(script)
    answer = writing.ask(QUESTION)
    assert same(answer, answerer.ask(QUESTION))
    assert answer.trace.writing is not None
    assert said in answer.trace.writing.failure
    assert answer.trace.writing.failure


def test_a_model_that_is_slow_leaves_it_too(
    settings: Settings, samples_index: PassageIndex, answerer: Answerer, fake_model: FakeModel
) -> None:
    released = threading.Event()
    fake_model.play(plays(text=claims(), wait=released))
    hurried = replace(settings, llm=replace(settings.llm, timeout=0.5))
    answer = make_answerer(hurried, samples_index).ask(QUESTION)
    released.set()
    assert same(answer, answerer.ask(QUESTION))
    assert answer.trace.writing is not None
    assert answer.trace.writing.failure == "it took too long"


def test_a_subject_that_is_not_in_the_articles_costs_nothing(
    writing: Answerer, answerer: Answerer, fake_model: FakeModel
) -> None:
    assert answerer.ask(UNKNOWN).kind == "off-subject"
    assert same(writing.ask(UNKNOWN), answerer.ask(UNKNOWN))
    assert writing.ask("???").kind == "empty"
    assert same(writing.ask(QUESTION, write=False), answerer.ask(QUESTION))
    assert fake_model.asked == []


def test_a_follow_up_is_rewritten_before_it_is_searched(
    writing: Answerer, fake_model: FakeModel
) -> None:
    fake_model.play(says((QUOTE, SENTENCE)))
    first = writing.ask(QUESTION)
    rewritten = "How long does the test of a used battery take?"
    fake_model.play(plays(text=rewritten), says((QUOTE, "The test takes an hour.")))
    answer = writing.ask("And how long?", [Turn(QUESTION, first)])
    assert answer.trace.query == rewritten
    assert (answer.question, answer.text) == ("And how long?", "The test takes an hour.")
    assert rewritten in fake_model.asked[1].said[0]
    assert answer.trace.writing is not None
    assert (answer.trace.writing.requests, answer.trace.writing.input_tokens) == (2, 200)
    assert list(first.trace.prompts) == ["answer"]
    assert list(answer.trace.prompts) == ["answer", "rewrite"]


def test_a_follow_up_that_cannot_be_rewritten_goes_with_the_question_before_it(
    writing: Answerer, answerer: Answerer, fake_model: FakeModel
) -> None:
    history = [Turn(QUESTION, answerer.ask(QUESTION))]
    fake_model.play(plays(status=500, body={}))
    answer = writing.ask("And how long?", history)
    assert same(answer, answerer.ask("And how long?", history))
    assert answer.trace.writing is not None
    assert answer.trace.writing.failure == "it answered with status 500"


def test_what_contradicts_the_sentences_is_cited_after_them(
    settings: Settings, fake_model: FakeModel, tmp_path: Path, encoder: SentenceEncoder
) -> None:
    old, new = (f"A ticket for the Calder ferry costs {price} euros." for price in (9, 12))
    with closing(PassageIndex(tmp_path / "index", encoder)) as index:
        index.add(
            Article(text, "News", text, published=date) for text, date in ((old, OLD), (new, NEW))
        )
        writing = make_answerer(settings, index)
        for quote, other in ((old, new), (new, old)):
            fake_model.play(says((quote, quote)))
            answer = writing.ask("How much does a ticket for the Calder ferry cost?")
            assert [each.quote for each in answer.citations] == [quote, other]
            assert [(each.kind, each.citation) for each in answer.notes] == [("conflict", 2)]
            assert list(answer.trace.prompts) == ["answer", "notes"]


def test_sentences_that_rest_on_the_newer_article_too_are_not_old(
    settings: Settings, fake_model: FakeModel, tmp_path: Path, encoder: SentenceEncoder
) -> None:
    old = "The Calder ferry carries eleven cars."
    new = "How many cars the Calder ferry carries was disputed by the council."
    with closing(PassageIndex(tmp_path / "index", encoder)) as index:
        index.add(
            Article(text, "News", text, published=date) for text, date in ((old, OLD), (new, NEW))
        )
        writing = make_answerer(settings, index)
        for quotes, notes in (((old,), ["age"]), ((old, new), []), ((new,), [])):
            fake_model.play(says(*((quote, quote) for quote in quotes)))
            answer = writing.ask("How many cars does the Calder ferry carry?")
            assert [each.quote for each in answer.citations] == [*quotes]
            assert [each.kind for each in answer.notes] == notes


def test_a_chat_shows_each_sentence_once_it_is_checked(
    writing: Answerer, fake_model: FakeModel, samples_index: PassageIndex
) -> None:
    shown, seen = io.StringIO(), []
    released = threading.Event()

    class Screen(PlainScreen):
        def sentence(self, sentence: Sentence) -> None:
            super().sentence(sentence)
            seen.append(shown.getvalue())
            released.set()  # only now does the server say the rest

    def script(asked: Asked) -> Act:
        act = says((QUOTE, SENTENCE), (QUOTE, "The test takes an hour."))(asked)
        return replace(act, text=act.text + " " * 80, wait=released)

    fake_model.play(script)
    wording = Wording(load_prompt("wording"))
    screen = Screen(lambda text: print(text, file=shown), wording)
    chat = Chat(writing, samples_index, Prompts(), screen)
    chat.hear(QUESTION)
    lines = shown.getvalue().splitlines()
    assert seen[0].splitlines() == [f"{SENTENCE} [1]"]
    assert lines[:3] == [f"{SENTENCE} [1]", "The test takes an hour. [1]", ""]
    assert lines[3].startswith("[1] Used electric cars")
    assert lines[-1].startswith("I am ")
    assert len(seen) == 2
    chat.hear("/why")
    assert "written by   scripted, 1 request" in shown.getvalue()
    chat.hear("/open 1")
    assert f"»{QUOTE}«" in shown.getvalue()


def test_the_command_line_prints_sentences_and_explains_them(
    run: Run, indexed: Path, fake_model: FakeModel
) -> None:
    Path("footnote.toml").write_text(
        f'[llm]\nmodel = "scripted"\nbase_url = "{fake_model.url}"\nretries = 0\n', "utf-8"
    )
    fake_model.play(says((QUOTE, SENTENCE)))
    shown = run("ask", QUESTION, "--explain").stdout
    assert shown.startswith(f"{SENTENCE} [1]\n")
    assert "written by   scripted, 1 request, 100 tokens in, 20 out" in shown
    record = json.loads(run("ask", QUESTION, "--json").stdout)
    assert record["sentences"] == [{"text": SENTENCE, "citations": [1]}]
    fake_model.play(plays(status=500, body={}))
    result = run("ask", QUESTION, "--explain")
    assert result.stdout.startswith("89 euros [1]")
    assert "failed: it answered with status 500" in result.stdout
    assert result.stderr == ""


def test_an_evaluation_judges_the_sentences(run: Run, indexed: Path, fake_model: FakeModel) -> None:
    case = {
        "id": "q",
        "question": QUESTION,
        "answers": ["89 euros"],
        "answerable": True,
        "sources": [{"article": "used-electric-car-prices", "quote": QUOTE}],
    }
    Path("gold.jsonl").write_text(json.dumps(case) + "\n", "utf-8")
    Path("footnote.toml").write_text(
        f'[llm]\nmodel = "scripted"\nbase_url = "{fake_model.url}"\nretries = 0\n', "utf-8"
    )
    fake_model.play(says((QUOTE, "The test of a used battery costs 89 euros.")))
    found = json.loads(run("eval", "gold.jsonl", "--json").stdout)
    assert "The test of a used battery costs 89 euros." in json.dumps(found)
    assert found["answered_right"] == 1


def test_calibrating_fits_the_reader_and_asks_no_model(
    run: Run, indexed: Path, fake_model: FakeModel
) -> None:
    Path("footnote.toml").write_text(
        f'reader = "none"\n[llm]\nmodel = "scripted"\nbase_url = "{fake_model.url}"\n', "utf-8"
    )
    gold = ROOT / "tests" / "data" / "samples.jsonl"
    assert run("eval", str(gold), "--calibrate").exit_code == 0
    assert fake_model.asked == []


def test_a_missing_key_is_one_sentence(run: Run, indexed: Path) -> None:
    Path("footnote.toml").write_text('[llm]\nmodel = "openai:gpt-5-mini"\n', "utf-8")
    result = run("ask", QUESTION)
    assert result.exit_code == 1
    assert "neither OPENAI_API_KEY nor FOOTNOTE_LLM_API_KEY is set" in result.stderr


def test_a_generator_is_made_with_the_key_of_the_environment(fake_model: FakeModel) -> None:
    settings = LlmSettings(model="scripted", base_url=fake_model.url)
    fake_model.play(plays(text="Yes."))
    make_generator(settings, {"FOOTNOTE_LLM_API_KEY": "k"}).reply("", ["?"], seconds=30)
    assert "Bearer k" in fake_model.asked[0].headers.values()
    with pytest.raises(GeneratorError):
        make_generator(LlmSettings(model="openai:x"), {})


def test_without_the_extra_the_command_that_installs_it_is_told() -> None:
    code = (
        "import sys; sys.modules['pydantic_ai'] = None\n"
        "from bot.bootstrap import make_generator\n"
        "from bot.config import LlmSettings\n"
        "from bot.errors import GeneratorError\n"
        "try: make_generator(LlmSettings(model='x', base_url='http://127.0.0.1:1/v1'))\n"
        "except GeneratorError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "pip install -c constraints.txt -e '.[llm]'" in done.stdout
