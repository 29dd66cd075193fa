"""What the bot needs of a language model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """What a language model said, and how many tokens it read and wrote."""

    text: str
    input_tokens: int
    output_tokens: int


class Generator(Protocol):
    """A language model."""

    name: str

    def reply(
        self,
        instructions: str,
        said: Sequence[str],
        *,
        seconds: float,
        schema: Mapping[str, Any] | None = None,
        hear: Callable[[str], None] | None = None,
    ) -> Reply:
        """Let it go on with a conversation.

        Parameters
        ----------
        instructions : str
        said : sequence of str
            What was said, in turns, by the bot first and last.
        seconds : float
            How long it may take, waiting and further tries included.
        schema : mapping, optional
            JSON schema of the reply; without, it is text.
        hear : callable, optional
            Is handed all that has been said so far, again and again.

        Raises
        ------
        NoStructureError
            If a schema is more than the server takes.
        GeneratorError
            If there is no reply.
        """
        ...
