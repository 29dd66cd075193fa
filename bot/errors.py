"""What can go wrong in the bot.

::

    FootnoteError     shown to people as one sentence
    ├── ConfigError   footnote.toml or an environment variable is not as it should be
    └── PromptError   a file of prompts/ is not as it should be
"""


class FootnoteError(Exception):
    """Wrong data or set-up; the message is one sentence that names the thing and the remedy."""


class ConfigError(FootnoteError):
    """``footnote.toml`` or an environment variable is not as it should be."""


class PromptError(FootnoteError):
    """A file of ``prompts/`` is not as it should be."""
