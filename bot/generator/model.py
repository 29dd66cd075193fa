"""Language models by pydantic-ai: OpenAI's, Anthropic's, and whatever speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_ai import exceptions
from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings

from bot.config import LlmSettings
from bot.errors import GeneratorError, NoStructureError
from bot.generator.protocol import Reply

OPENAI, ANTHROPIC = "openai:", "anthropic:"
OPENAI_URL, ANTHROPIC_URL = "https://api.openai.com/v1", "https://api.anthropic.com"
# A server that wants no key is sent this one.
NO_KEY = "none"
# What went wrong, in words that hold nothing of what a server said: it may repeat a key.
SAID = (
    (exceptions.ModelRequestTimeout, "it took too long"),
    (exceptions.ModelTimeoutError, "it took too long"),
    (exceptions.ModelAuthenticationError, "it refused the key"),
    (exceptions.ModelNotFoundError, "there is no such model at that address"),
    (exceptions.ModelQuotaExceededError, "the account's quota is used up"),
    (exceptions.ModelRateLimitError, "it takes no more requests for now"),
    (exceptions.ModelContextWindowExceededError, "the passages are too long for it"),
    (exceptions.ModelConnectionError, "it can't be reached, or broke off"),
    (exceptions.ContentFilterError, "it refused"),
)

# What the client stumbles over in replies that are in no shape it knows.
MISSHAPEN = (AttributeError, LookupError, TypeError, ValueError, RecursionError)
OTHERWISE_REJECTED = (
    exceptions.ModelAuthenticationError,
    exceptions.ModelNotFoundError,
    exceptions.ModelContextWindowExceededError,
)


class ChatModel:
    """A language model.

    Parameters
    ----------
    settings : LlmSettings
    build : callable
        Returns the model of pydantic-ai. It is made anew for each reply, since its connections
        belong to the event loop that they were made in.
    clock : callable
        Seconds, for the time limit.
    """

    def __init__(
        self,
        settings: LlmSettings,
        build: Callable[[], Model],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = settings.model
        self._settings = settings
        self._build = build
        self._clock = clock
        self._free = threading.BoundedSemaphore(settings.concurrency)

    def reply(
        self,
        instructions: str,
        said: Sequence[str],
        *,
        seconds: float,
        schema: Mapping[str, Any] | None = None,
        hear: Callable[[str], None] | None = None,
    ) -> Reply:
        """Let it go on with a conversation; not from within an event loop."""
        until = self._clock() + seconds
        if seconds <= 0 or not self._free.acquire(timeout=seconds):
            raise GeneratorError("it took too long")
        try:
            left = max(until - self._clock(), 0.001)
            return asyncio.run(self._reply(instructions, said, left, schema, hear))
        except exceptions.ModelRequestRejectedError as error:
            raise _rejected(error, structured=schema is not None) from error
        except (exceptions.AgentRunError, exceptions.UserError, OSError, *MISSHAPEN) as error:
            raise GeneratorError(_said(error)) from error
        finally:
            self._free.release()

    async def _reply(
        self,
        instructions: str,
        said: Sequence[str],
        seconds: float,
        schema: Mapping[str, Any] | None,
        hear: Callable[[str], None] | None,
    ) -> Reply:
        async with self._build() as model:
            if schema is not None and not model.profile.get("supports_json_schema_output", False):
                raise NoStructureError("the server keeps to no schema")
            async with model_request_stream(
                model,
                _messages(instructions, said),
                model_settings=self._limits(seconds),
                model_request_parameters=_parameters(schema),
            ) as stream:
                async for _ in stream:
                    if hear is not None:
                        hear(_text(stream.get()))
            usage = stream.usage
            return Reply(_text(stream.get()), usage.input_tokens, usage.output_tokens)

    def _limits(self, seconds: float) -> ModelSettings:
        settings = self._settings
        limits = ModelSettings(
            max_tokens=settings.max_tokens, request_timeout=seconds, max_retries=settings.retries
        )
        if settings.temperature is not None:
            limits["temperature"] = settings.temperature
        return limits


def build_model(settings: LlmSettings, key: str) -> Model:
    """Make the model that settings name.

    Parameters
    ----------
    settings : LlmSettings
    key : str
        Empty where the server wants none.
    """
    if settings.model.startswith(ANTHROPIC):
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        return AnthropicModel(
            settings.model.removeprefix(ANTHROPIC),
            provider=AnthropicProvider(
                api_key=key or NO_KEY, base_url=settings.base_url or ANTHROPIC_URL
            ),
        )
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    name = settings.model.removeprefix(OPENAI)
    if not settings.base_url:
        return OpenAIChatModel(name, provider=OpenAIProvider(OPENAI_URL, key or NO_KEY))
    return OpenAIChatModel(
        name,
        provider=OpenAICompatibleProvider(
            "llm",
            base_url=settings.base_url,
            api_key=key or NO_KEY,
            # The older name of the limit is known to all servers.
            profile=OpenAIModelProfile(openai_chat_supports_max_completion_tokens=False),
        ),
    )


def _messages(instructions: str, said: Sequence[str]) -> list[ModelMessage]:
    messages: list[ModelMessage] = []
    for turn, text in enumerate(said):
        if turn % 2:
            messages.append(ModelResponse([TextPart(text)]))
        else:
            messages.append(ModelRequest.user_text_prompt(text, instructions=instructions))
    return messages


def _parameters(schema: Mapping[str, Any] | None) -> ModelRequestParameters:
    if schema is None:
        return ModelRequestParameters()
    output = OutputObjectDefinition(dict(schema), name="claims", strict=True)
    return ModelRequestParameters(
        output_mode="native", output_object=output, allow_text_output=False
    )


def _text(response: ModelResponse) -> str:
    """Return what was said, without what was thought or called."""
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def _rejected(error: exceptions.ModelRequestRejectedError, *, structured: bool) -> GeneratorError:
    """Return what to make of a refusal: it is of the schema unless the server names another."""
    if structured and not isinstance(error, OTHERWISE_REJECTED):
        return NoStructureError("the server takes no schema")
    return GeneratorError(_said(error))


def _said(error: Exception) -> str:
    for kind, words in SAID:
        if isinstance(error, kind):
            return words
    if isinstance(error, exceptions.ModelHTTPError):
        return f"it answered with status {error.status_code}"
    return "it can't be reached" if isinstance(error, OSError) else "its reply can't be used"
