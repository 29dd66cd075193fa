"""A language model behind one protocol: texts in, claims out, none of them believed."""

from bot.generator.formats import JSON, LINES, Claim, Format
from bot.generator.protocol import Generator, Reply

__all__ = ["JSON", "LINES", "Claim", "Format", "Generator", "Reply"]
