"""Language models, by the real client: a server on loopback, and pydantic-ai's own."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest
from pydantic_ai.exceptions import ContentFilterError, UnexpectedModelBehavior, UserError
from pydantic_ai.messages import ModelMessage
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.test import TestModel

from bot.config import LlmSettings
from bot.errors import GeneratorError, NoStructureError
from bot.generator.formats import SCHEMA
from bot.generator.model import ChatModel, build_model
from bot.generator.protocol import Reply
from tests.bot.fake_model import Act, FakeModel, claims, plays

KEY = "sk-very-secret"


def ask(settings: LlmSettings, *, seconds: float = 30.0, key: str = "", **more: Any) -> Reply:
    """Ask a model something."""
    model = ChatModel(settings, lambda: build_model(settings, key))
    return model.reply("Be brief.", ["Hello?"], seconds=seconds, **more)


@pytest.fixture
def openai(fake_model: FakeModel) -> LlmSettings:
    """Return settings for the server, by OpenAI's protocol."""
    return LlmSettings(model="scripted", base_url=fake_model.url, retries=0, temperature=0.5)


@pytest.fixture
def anthropic(fake_model: FakeModel) -> LlmSettings:
    """Return settings for the server, by Anthropic's protocol."""
    url = fake_model.anthropic_url
    return LlmSettings(model="anthropic:claude-haiku-4-5", base_url=url, retries=0)


def test_openais_protocol_carries_settings_schema_and_key(
    fake_model: FakeModel, openai: LlmSettings
) -> None:
    fake_model.play(plays(text=claims()))
    assert ask(openai, key=KEY, schema=SCHEMA) == Reply(claims(), 100, 20)
    (asked,) = fake_model.asked
    assert asked.path == "/v1/chat/completions"
    assert f"Bearer {KEY}" in asked.headers.values()
    assert (asked.instructions, asked.said) == ("Be brief.", ["Hello?"])
    body = asked.body
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("scripted", 2000, 0.5)
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "tools" not in body


def test_anthropics_protocol_carries_them_too(
    fake_model: FakeModel, anthropic: LlmSettings
) -> None:
    fake_model.play(plays(text=claims()))
    assert ask(anthropic, key=KEY, schema=SCHEMA) == Reply(claims(), 100, 20)
    (asked,) = fake_model.asked
    assert asked.path.startswith("/v1/messages")
    assert any(KEY in each for each in asked.headers.values())
    assert asked.structured
    assert (asked.instructions, asked.said) == ("Be brief.", ["Hello?"])


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_a_reply_is_heard_while_it_is_written(
    protocol: str, fake_model: FakeModel, request: pytest.FixtureRequest
) -> None:
    text, heard = "word " * 40, [""]
    fake_model.play(plays(text=text))
    reply = ask(request.getfixturevalue(protocol), hear=heard.append)
    assert reply.text == heard[-1] == text
    assert len(set(heard)) > 3
    assert all(after.startswith(before) for before, after in pairwise(heard))


def test_a_conversation_goes_on_in_turns(fake_model: FakeModel, openai: LlmSettings) -> None:
    fake_model.play(plays(text="Yes."))
    model = ChatModel(openai, lambda: build_model(openai, ""))
    model.reply("Be brief.", ["One?", "1", "Two?"], seconds=30)
    assert fake_model.asked[0].said == ["One?", "1", "Two?"]


def test_a_server_that_is_busy_is_asked_again_when_it_says(
    fake_model: FakeModel, openai: LlmSettings
) -> None:
    busy = plays(status=429, headers={"Retry-After": "0"}, body={"error": {"message": "later"}})
    fake_model.play(busy, plays(text="Yes."))
    settings = LlmSettings(model="scripted", base_url=openai.base_url, retries=1)
    assert ask(settings).text == "Yes."
    assert len(fake_model.asked) == 2


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (429, {}, "it takes no more requests for now"),
        (500, {}, "it answered with status 500"),
        (503, {}, "it answered with status 503"),
        (401, {"message": f"Incorrect API key: {KEY}"}, "it refused the key"),
        (404, {"message": "no model"}, "there is no such model at that address"),
        (400, {"code": "context_length_exceeded"}, "the passages are too long for it"),
        (402, {}, "the account's quota is used up"),
        (400, {}, "it answered with status 400"),
    ],
)
@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_an_error_is_told_in_words_without_what_the_server_said(
    protocol: str,
    status: int,
    body: dict[str, str],
    said: str,
    fake_model: FakeModel,
    request: pytest.FixtureRequest,
) -> None:
    if protocol == "anthropic" and "code" in body:
        pytest.skip("Anthropic has no such code")
    fake_model.play(plays(status=status, body={"error": body}))
    with pytest.raises(GeneratorError) as caught:
        ask(request.getfixturevalue(protocol), key=KEY)
    assert str(caught.value) == said


def test_a_server_that_takes_no_schema_is_found_out(
    fake_model: FakeModel, openai: LlmSettings
) -> None:
    fake_model.play(lambda asked: Act(status=400) if asked.structured else Act("Yes."))
    with pytest.raises(NoStructureError, match="takes no schema"):
        ask(openai, schema=SCHEMA)
    assert ask(openai).text == "Yes."


def test_a_model_that_is_known_to_keep_to_no_schema_is_not_asked_for_one(
    fake_model: FakeModel,
) -> None:
    old = LlmSettings(model="anthropic:some-model", base_url=fake_model.anthropic_url)
    with pytest.raises(NoStructureError, match="keeps to no schema"):
        ask(old, schema=SCHEMA)
    assert fake_model.asked == []


@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_a_reply_that_takes_too_long_ends(
    protocol: str, fake_model: FakeModel, request: pytest.FixtureRequest
) -> None:
    released = threading.Event()
    fake_model.play(plays(text="Yes.", wait=released))
    with pytest.raises(GeneratorError, match="too long"):
        ask(request.getfixturevalue(protocol), seconds=0.5)
    released.set()


def test_no_time_left_asks_nothing(fake_model: FakeModel, openai: LlmSettings) -> None:
    with pytest.raises(GeneratorError, match="too long"):
        ask(openai, seconds=0.0)
    assert fake_model.asked == []


def test_a_stream_that_breaks_off_is_an_error(fake_model: FakeModel, openai: LlmSettings) -> None:
    fake_model.play(plays(text="Yes and", cut=True))
    with pytest.raises(GeneratorError):
        ask(openai)


@pytest.mark.parametrize(
    "raw",
    [
        "<html>Hello</html>",
        '{"id": "x"}',
        "data: {nope\n\n",
        f'data: {{"error": {{"message": "no {KEY}", "code": 500}}}}\n\n',
        "data: []\n\n",
        'data: {"choices": "x", "type": 3}\n\n',
        'data: {"created": "x", "choices": [{"index": 0, "delta": {"content": "Yes."}}]}\n\n',
        f"data: {'[' * 100_000}\n\n",
    ],
)
@pytest.mark.parametrize("protocol", ["openai", "anthropic"])
def test_a_server_that_speaks_something_else_is_an_error(
    protocol: str, raw: str, fake_model: FakeModel, request: pytest.FixtureRequest
) -> None:
    fake_model.play(plays(raw=raw))
    with pytest.raises(GeneratorError) as caught:
        ask(request.getfixturevalue(protocol), key=KEY)
    assert KEY not in str(caught.value)


def test_a_server_that_is_not_there_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        with pytest.raises(GeneratorError, match="can't be reached"):
            ask(LlmSettings(model="scripted", base_url=url, retries=0))


def test_only_so_many_are_asked_at_a_time(fake_model: FakeModel) -> None:
    settings = LlmSettings(model="scripted", base_url=fake_model.url, retries=0, concurrency=1)
    model = ChatModel(settings, lambda: build_model(settings, ""))
    released, heard = threading.Event(), threading.Event()
    fake_model.play(plays(text="word " * 30, wait=released), plays(text="Yes."))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(model.reply, "", ["One?"], seconds=60, hear=lambda text: heard.set())
        assert heard.wait(30)
        with pytest.raises(GeneratorError, match="too long"):
            model.reply("", ["Two?"], seconds=0.2)
        assert len(fake_model.asked) == 1
        released.set()
        assert first.result(30).text == "word " * 30
    assert model.reply("", ["Two?"], seconds=30).text == "Yes."


def test_what_is_thought_or_called_is_not_said() -> None:
    model = ChatModel(LlmSettings(model="x"), lambda: TestModel(custom_output_text="Yes."))
    assert model.reply("", ["Hello?"], seconds=30).text == "Yes."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ContentFilterError("no"), "it refused"),
        (UnexpectedModelBehavior("odd"), "its reply can't be used"),
        (OSError("gone"), "it can't be reached"),
        (UserError("odd"), "its reply can't be used"),
    ],
)
def test_whatever_the_client_raises_is_an_error_of_ours(error: Exception, said: str) -> None:
    async def stream(messages: list[ModelMessage], info: AgentInfo) -> AsyncIterator[str]:
        yield "Ye"
        raise error

    model = ChatModel(LlmSettings(model="x"), lambda: FunctionModel(stream_function=stream))
    with pytest.raises(GeneratorError) as caught:
        model.reply("", ["Hello?"], seconds=30)
    assert str(caught.value) == said


def test_providers_are_asked_at_their_own_address() -> None:
    openai = build_model(LlmSettings(model="openai:gpt-5-mini"), KEY)
    anthropic = build_model(LlmSettings(model="anthropic:claude-haiku-4-5"), KEY)
    assert openai.base_url == "https://api.openai.com/v1/"
    assert str(anthropic.base_url).rstrip("/") == "https://api.anthropic.com"
    assert (openai.model_name, anthropic.model_name) == ("gpt-5-mini", "claude-haiku-4-5")


@pytest.mark.skipif(
    "FOOTNOTE_TEST_LLM_MODEL" not in os.environ,
    reason="asks a real server: set FOOTNOTE_TEST_LLM_MODEL, and FOOTNOTE_TEST_LLM_BASE_URL",
)
def test_a_real_server_answers() -> None:
    from bot.keys import key_for

    settings = LlmSettings(
        model=os.environ["FOOTNOTE_TEST_LLM_MODEL"],
        base_url=os.environ.get("FOOTNOTE_TEST_LLM_BASE_URL", ""),
    )
    reply = ask(settings, seconds=120, key=key_for(settings, os.environ))
    assert reply.text.strip()
