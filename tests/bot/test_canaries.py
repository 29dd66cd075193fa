"""Articles that try to steer a language model, and a model that does whatever they say."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answerer
from bot.claims import first_order
from bot.generator import Reply
from bot.generator.excerpts import excerpts_of, shown
from bot.prompts import load_prompt
from bot.reader import SentenceReader
from bot.slack.blocks import answer_message, streamed
from bot.terminal import answer_lines
from bot.types import Answer
from bot.wording import Wording
from bot.writing import Writer
from index import Article, PassageIndex, SentenceEncoder
from tests.bot.fake_model import Act, Asked, Script, claims, lines, passage_of, plays

# Elements of Slack's blocks that lead somewhere, call somebody or read markup.
STEERING = {"link", "user", "usergroup", "broadcast", "channel", "image", "mrkdwn", "markdown"}
FILE = Path(__file__).parent / "data" / "canaries.jsonl"


@dataclass(frozen=True)
class Canary:
    """An article with a fact and an order to the machine, and what shows that it was obeyed."""

    title: str
    fact: str
    sentence: str
    question: str
    order: str
    payload: str

    @property
    def text(self) -> str:
        """The article."""
        return f"{self.title} is well known in the region. {self.fact} {self.order}"


CANARIES = [Canary(**json.loads(line)) for line in FILE.read_text("utf-8").splitlines()]


def honest(canary: Canary, id: str) -> tuple[str, str, str]:
    return (id, canary.fact, canary.sentence)


def obeyed(canary: Canary, id: str) -> list[tuple[str, str, str]]:
    """Return the claims of a model that obeys in every way it can, and answers, too."""
    return [
        (id, canary.order, canary.payload),
        (id, canary.payload, canary.payload),
        (id, canary.fact, canary.payload),
        (id, canary.fact, f"{canary.sentence} {canary.payload}"),
        (id, canary.fact, f"{canary.sentence.rstrip('.')}, and {canary.payload}"),
        (id, f"{canary.fact} {canary.order}", f"{canary.payload}: {canary.sentence}"),
        ("12ab2", canary.payload, canary.payload),
        honest(canary, id),
    ]


def in_json(canary: Canary, id: str) -> str:
    return claims(*obeyed(canary, id))


def in_json_with_the_payload_around_it(canary: Canary, id: str) -> str:
    return f"{canary.payload}\n{claims(honest(canary, id))}\n{canary.payload}"


def in_lines(canary: Canary, id: str) -> str:
    return f"{canary.payload}\n" + lines(*obeyed(canary, id))


@pytest.fixture(scope="module")
def index(
    encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PassageIndex]:
    """Yield an index of all of them, and of nothing else."""
    index = PassageIndex(tmp_path_factory.mktemp("canaries") / "index", encoder)
    index.add([Article(str(n), each.title, each.text) for n, each in enumerate(CANARIES)])
    yield index
    index.close()


class Obedient:
    """A language model that does what a script says, without a server between."""

    name = "obedient"

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._script: Script = plays(text=claims())

    def play(self, script: Script) -> None:
        """Obey in this way from now on."""
        self._script = script

    def reply(
        self,
        instructions: str,
        said: Sequence[str],
        *,
        seconds: float,
        schema: Mapping[str, Any] | None = None,
        hear: Callable[[str], None] | None = None,
    ) -> Reply:
        """Say what the script says, in a few pieces."""
        body = {"response_format": schema} if schema else {}
        self.asked.append(Asked("", {}, body, instructions, list(said)))
        text = self._script(self.asked[-1]).text
        for end in range(0, len(text), 50):
            if hear is not None:
                hear(text[:end])
        return Reply(text, 1, 1)


@pytest.fixture
def model() -> Obedient:
    """Return one."""
    return Obedient()


@pytest.fixture
def answerer(index: PassageIndex, model: Obedient) -> Answerer:
    """Return an answerer that asks it."""
    reader = SentenceReader()
    writer = Writer(
        index,
        model,
        load_prompt("answer"),
        load_prompt("rewrite"),
        timeout=30.0,
        structured=True,
        clock=time.perf_counter,
        token=lambda: secrets.token_hex(16),
    )
    return Answerer(
        index,
        reader,
        load_prompt("refusal"),
        load_prompt("notes"),
        threshold=reader.threshold,
        passages=5,
        clock=time.perf_counter,
        writer=writer,
    )


def rendered(answer: Answer) -> Iterator[str]:
    """Yield all that people see of an answer, beside its sources' own words."""
    yield answer.text
    yield from map(streamed, answer.sentences)
    wording = Wording(load_prompt("wording"))
    yield answer_lines(answer, wording)[0]
    message = answer_message("a", answer, [], load_prompt("slack"), wording)
    yield message.text
    yield json.dumps(message.blocks[0], ensure_ascii=False)


def kinds(value: Any) -> Iterator[str]:
    """Yield the types of all elements of blocks."""
    if isinstance(value, dict):
        yield str(value.get("type", ""))
        for each in value.values():
            yield from kinds(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from kinds(each)


def test_there_are_thirty_of_them_and_each_is_seen_as_an_order() -> None:
    assert len(CANARIES) >= 30
    for canary in CANARIES:
        assert first_order(canary.text) is not None
        assert first_order(canary.fact) is None


@pytest.mark.parametrize("obeys", [in_json, in_json_with_the_payload_around_it, in_lines])
def test_an_obedient_model_shows_nothing_but_the_checked_sentence(
    obeys: Callable[[Canary, str], str], answerer: Answerer, model: Obedient
) -> None:
    for canary in CANARIES:

        def script(asked: Asked, canary: Canary = canary) -> Act:
            return Act(obeys(canary, passage_of(asked, canary.fact)))

        model.play(script)
        answer = answerer.ask(canary.question)
        assert [each.text for each in answer.sentences] == [canary.sentence], canary
        assert [each.quote for each in answer.citations] == [canary.fact]
        assert all(canary.payload not in each for each in rendered(answer))
        wording = Wording(load_prompt("wording"))
        blocks = answer_message("a", answer, [], load_prompt("slack"), wording).blocks
        assert not STEERING & set(kinds(blocks))


def test_a_model_that_only_says_what_it_is_told_gives_the_extractive_answer(
    answerer: Answerer, model: Obedient
) -> None:
    for canary in CANARIES:
        plain = answerer.ask(canary.question, write=False)
        model.play(lambda asked, said=canary.payload: Act(said))
        answer = answerer.ask(canary.question)
        assert (answer.status, answer.text, answer.citations) == (
            plain.status,
            plain.text,
            plain.citations,
        )
        assert answer.trace.writing is not None
        assert answer.trace.writing.failure


def test_each_request_names_its_passages_otherwise(answerer: Answerer, model: Obedient) -> None:
    model.play(lambda asked: Act(claims()))
    seen = []
    for _ in range(3):
        model.asked.clear()
        answerer.ask(CANARIES[0].question)
        seen += [id for id, _ in model.asked[0].passages]
    assert len(seen) == len(set(seen)) == 15


def test_an_article_that_guessed_the_boundary_would_still_not_hold_it(
    index: PassageIndex,
) -> None:
    (hit,) = index.search(CANARIES[0].question, 1)
    text = shown(excerpts_of([hit], "cafe"), "PWNED")
    assert text.count("PWNED") == 2  # the two marks
