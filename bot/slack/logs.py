"""Logs of the Slack app: a JSON object a line, without tokens, and without texts unless asked."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

# Whatever Slack gives that opens something: tokens, addresses to answer at, tickets of a socket.
TOKEN = re.compile(
    r"(?:xox[a-z]|xoxe\.xox[a-z]|xapp|xwfp)-[A-Za-z0-9._-]+"
    r"|https://hooks\.slack(?:-gov)?\.com/[A-Za-z0-9/._%-]+"
    r"|(?<=[?&]ticket=)[^\s&'\"]+"
    r"|(?<=Bearer )\S+"
)
REDACTED = "[redacted]"
SHORTEST_SECRET = 6
# From here on, a message of a library shows what came from Slack, questions among it.
PAYLOAD = re.compile(r"\b(?:body|payload)\b|\{")
OURS = "footnote"
BOLT = "slack_bolt"
# What every record has; the rest is facts.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# A fact of this name is somebody's words.
TEXT = "text"


class Redactor(logging.Filter):
    """Takes out of records what must not be in a log.

    Parameters
    ----------
    secrets : iterable of str
        Never logged, in whatever way they get into a record.
    questions : bool
        Whether the words of questions may be logged.
    """

    def __init__(self, secrets: Iterable[str], *, questions: bool) -> None:
        super().__init__()
        # The longest first: one may begin with another. What is too short to be a secret would
        # take words and letters out of every line.
        real = (secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
        ordered = sorted(real, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        self._questions = questions

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean a record; bolt's advice on how to program does not pass."""
        if record.name.startswith(BOLT) and record.levelno < logging.ERROR:
            return False
        message = record.getMessage()
        if not self._questions:
            if not _is_ours(record):
                message = PAYLOAD.split(message, maxsplit=1)[0].rstrip(" (,:")
            vars(record).pop(TEXT, None)
        record.msg, record.args = self.clean(message), None
        if record.exc_info and record.exc_info[0]:
            record.exc_text = self.clean("".join(traceback.format_exception(*record.exc_info)))
            record.exc_info = None
        for name in _facts(record):
            value = getattr(record, name)
            setattr(record, name, self.clean(value) if isinstance(value, str) else value)
        return True

    def clean(self, text: str) -> str:
        """Take secrets out of a text."""
        text = TOKEN.sub(REDACTED, text)
        return self._secrets.sub(REDACTED, text) if self._secrets else text


class JsonLines(logging.Formatter):
    """A record as a JSON object on one line: time, level, logger, event, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _facts(record)}
        if record.exc_text:
            line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=str)


@contextmanager
def log_to(file: TextIO, secrets: Iterable[str], *, questions: bool) -> Iterator[None]:
    """Send what is logged to a file, as JSON lines.

    Parameters
    ----------
    file : TextIO
    secrets : iterable of str
        Kept out of every line.
    questions : bool
        Whether the words of questions are logged.
    """
    handler = logging.StreamHandler(file)
    handler.addFilter(Redactor(secrets, questions=questions))
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


class EventLog:
    """Logs what the Slack app observes."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def __call__(self, event: str, /, **facts: str | float) -> None:
        """Log an event and its facts."""
        level = logging.ERROR if event == "failed" else logging.INFO
        self._logger.log(level, event, extra=facts)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name == OURS or record.name.startswith(f"{OURS}.")


def _facts(record: logging.LogRecord) -> list[str]:
    return [name for name in vars(record) if name not in STANDARD]
