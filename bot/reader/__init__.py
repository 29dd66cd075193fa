"""Finds the answer in the passages that were found."""

from bot.reader.protocol import Reader, Reading
from bot.reader.sentence import SentenceReader

__all__ = ["Reader", "Reading", "SentenceReader"]
