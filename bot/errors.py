"""What can go wrong in the bot.

::

    FootnoteError              shown to people as one sentence
    ├── ConfigError            footnote.toml or an environment variable is not as it should be
    ├── GeneratorError         the language model gives no answer
    │   └── NoStructureError   it can't be held to a schema
    ├── GoldError              a gold set can't be used
    ├── PromptError            a file of prompts/ is not as it should be
    ├── ReaderError            the reader can't be used
    ├── SlackError             the Slack app can't run as it is set up
    └── StateError             what the Slack app remembers can't be used
"""


class FootnoteError(Exception):
    """Wrong data or set-up; the message is one sentence that names the thing and the remedy."""


class ConfigError(FootnoteError):
    """``footnote.toml`` or an environment variable is not as it should be."""


class GeneratorError(FootnoteError):
    """The language model gives no answer; the message says why, and nothing that a server said."""


class NoStructureError(GeneratorError):
    """The language model, or the server before it, can't be held to a schema."""


class GoldError(FootnoteError):
    """A gold set can't be used."""


class PromptError(FootnoteError):
    """A file of ``prompts/`` is not as it should be."""


class ReaderError(FootnoteError):
    """The reader is missing, damaged or of a kind that can't be used."""


class SlackError(FootnoteError):
    """The Slack app can't run as it is set up: a token, a scope, an event."""


class StateError(FootnoteError):
    """The file in which the Slack app keeps what it remembers can't be used."""
