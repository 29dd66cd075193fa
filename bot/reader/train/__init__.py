"""Trains the reader: ``python -m bot.reader.train --help``. Nothing that answers imports it."""
