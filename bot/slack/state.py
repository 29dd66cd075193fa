"""What the Slack app remembers, in one SQLite file: questions, answers, feedback."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bot.errors import StateError
from bot.slack.types import Question

FORMAT = 1
WAIT_SECONDS = 10.0
Amended = Literal["unknown", "unchanged", "under way", "again"]
Verdict = Literal["up", "down"]

SCHEMA = """
CREATE TABLE question (
  key TEXT PRIMARY KEY,            -- every copy of a question has the same
  team TEXT NOT NULL,
  channel TEXT NOT NULL,
  thread TEXT NOT NULL,            -- '' beside the question
  user TEXT NOT NULL,
  private INTEGER NOT NULL,
  everybody INTEGER NOT NULL,      -- 1 if asked where everybody in the workspace may read it
  open INTEGER NOT NULL,           -- 1 until it has its answer
  asked REAL NOT NULL,             -- seconds since 1970
  begun TEXT NOT NULL DEFAULT '',  -- timestamp of the message that is to hold the answer
  record TEXT NOT NULL             -- Question as JSON
) WITHOUT ROWID;
CREATE INDEX question_thread ON question (team, channel, thread);
CREATE INDEX question_open ON question (open) WHERE open;
CREATE TABLE answer (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE REFERENCES question (key),
  message TEXT NOT NULL,           -- timestamp of the message with it; '' where it has none
  status TEXT NOT NULL,            -- answered, refused
  generation TEXT NOT NULL,        -- of the index
  at REAL NOT NULL,
  stale INTEGER NOT NULL DEFAULT 0, -- 1 once told that its source has changed
  record TEXT NOT NULL
);
CREATE INDEX answer_at ON answer (at);
CREATE TABLE feedback (
  answer TEXT NOT NULL REFERENCES answer (id),
  user TEXT NOT NULL,
  verdict TEXT NOT NULL,           -- up, down
  reasons TEXT NOT NULL DEFAULT '[]',
  words TEXT NOT NULL DEFAULT '',
  at REAL NOT NULL,
  PRIMARY KEY (answer, user)
) WITHOUT ROWID;
CREATE TABLE deed (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID; -- done once
"""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given.

    Parameters
    ----------
    id : str
    question : Question
    message : str
        Timestamp of the message that holds it; empty where there is none to change.
    at : float
        Seconds since 1970.
    record : mapping
        What :mod:`bot.slack.record` made of it.
    """

    id: str
    question: Question
    message: str
    at: float
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody thought of an answer; the last click of each person counts."""

    answer: str
    user: str
    verdict: Verdict
    at: float
    reasons: tuple[str, ...] = ()
    words: str = ""


class State:
    """The Slack app's memory. An object may be used by several threads.

    Parameters
    ----------
    path : Path
    make : bool
        Make it if there is none.

    Raises
    ------
    StateError
        If it can't be read or written, was made by another version, or there is none.
    """

    def __init__(self, path: Path, *, make: bool = True) -> None:
        remedy = "footnote slack makes it, or name it with state in [slack] of footnote.toml."
        if path.is_dir():
            raise StateError(f"{path} is a folder, and no file; {remedy}")
        if not make and not path.is_file():
            raise StateError(f"there is no {path}; {remedy}")
        if not make and not path.stat().st_size:
            raise StateError(f"{path} is empty, and no memory of the Slack app; {remedy}")
        self.path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            path.chmod(0o600)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise StateError(
                f"{path} can't be used ({error}); free the disk or its permissions, or name "
                "another file with state in [slack] of footnote.toml."
            ) from error

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        # What is committed outlives the process. Waiting for the disk as well, which only a power
        # failure tells apart, would make fifty questions asked at once wait for each other.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        with self._transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in filter(str.strip, SCHEMA.split(";\n")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            elif version != FORMAT:
                raise StateError(
                    f"{self.path} was made by another version ({version}, now {FORMAT}); "
                    "update Footnote, or move the file away to begin anew."
                )

    def close(self) -> None:
        """Close the file; the object can't be used afterwards."""
        with self._lock:
            self._connection.close()

    def claim(self, question: Question, at: float) -> bool:
        """Take a question on, durably; False if a copy of it already was."""
        row = (
            question.key,
            question.team,
            question.channel,
            question.thread,
            question.user,
            question.private,
            question.everybody,
            at,
            _dumped(asdict(question)),
        )
        with self._transaction() as connection:
            done = connection.execute(
                "INSERT INTO question (key, team, channel, thread, user, private, everybody, open, "
                "asked, record) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO NOTHING",
                row,
            )
            if question.everybody and not done.rowcount:
                # Of the two events that tell of a mention, only one says where it was.
                connection.execute(
                    "UPDATE question SET everybody = 1 WHERE key = ?", (question.key,)
                )
            return done.rowcount == 1

    def amend(self, key: str, text: str, edited: str) -> Amended:
        """Change the text of a question that was edited.

        Returns
        -------
        {"unknown", "unchanged", "under way", "again"}
            It was never taken on; this text or a later one is known; whoever answers it will see;
            it had its answer and is open again.
        """
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT open, record FROM question WHERE key = ?", (key,)
            ).fetchone()
            if row is None:
                return "unknown"
            question = Question(**json.loads(row[1]))
            if question.text == text or question.edited >= edited:
                return "unchanged"
            changed = replace(question, text=text, edited=edited)
            connection.execute(
                "UPDATE question SET open = 1, record = ? WHERE key = ?",
                (_dumped(asdict(changed)), key),
            )
            return "under way" if row[0] else "again"

    def question(self, key: str) -> Question:
        """Return a question as it reads now; KeyError if there is none."""
        rows = self._rows("SELECT record FROM question WHERE key = ?", key)
        if not rows:
            raise KeyError(key)
        return Question(**json.loads(rows[0][0]))

    def open_questions(self) -> list[Question]:
        """List the questions without an answer, oldest first."""
        rows = self._rows("SELECT record FROM question WHERE open ORDER BY asked")
        return [Question(**json.loads(record)) for (record,) in rows]

    def begin(self, key: str, message: str) -> None:
        """Remember the message that was begun for a question's answer."""
        self._do("UPDATE question SET begun = ? WHERE key = ?", message, key)

    def message_of(self, key: str) -> str:
        """Return the timestamp of the message with a question's answer, or an empty text."""
        rows = self._rows(
            "SELECT answer.message, begun FROM question LEFT JOIN answer USING (key) WHERE key = ?",
            key,
        )
        return next((each for row in rows for each in row if each), "")

    def give_up(self, key: str) -> None:
        """Close a question that has an apology for an answer."""
        self._do("UPDATE question SET open = 0 WHERE key = ?", key)

    def asked_at(self, key: str) -> float:
        """Return when a question was taken on, in seconds since 1970."""
        return float(self._rows("SELECT asked FROM question WHERE key = ?", key)[0][0])

    def store(
        self, given: Given, *, status: str, generation: str, answered: Question | None = None
    ) -> bool:
        """Keep an answer; close its question if that still reads as it was answered.

        Returns
        -------
        bool
            False if the question was edited since: it wants another answer.
        """
        answered = answered or given.question
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO answer (id, key, message, status, generation, at, record) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "message = excluded.message, status = excluded.status, stale = 0, "
                "generation = excluded.generation, at = excluded.at, record = excluded.record",
                (
                    given.id,
                    answered.key,
                    given.message,
                    status,
                    generation,
                    given.at,
                    _dumped(given.record),
                ),
            )
            if answered.edited:
                # What was said of the answer was said of another question.
                connection.execute("DELETE FROM feedback WHERE answer = ?", (given.id,))
            done = connection.execute(
                "UPDATE question SET open = 0, record = json_set(record, '$.response_url', '') "
                "WHERE key = ? AND json_extract(record, '$.text') = ?",
                (answered.key, answered.text),
            )
            return done.rowcount == 1

    def given(self, id: str) -> Given:
        """Return an answer; KeyError if there is none of this id."""
        found = self._given("WHERE answer.id = ?", id)
        if not found:
            raise KeyError(id)
        return found[0]

    def named(self, id: str) -> Given:
        """Return an answer that a person asks for by its id.

        Raises
        ------
        StateError
            If there is none.
        """
        try:
            return self.given(id)
        except KeyError:
            raise StateError(
                f"there is no answer {id}; footnote feedback list shows the ids of those judged."
            ) from None

    def in_thread(self, team: str, channel: str, thread: str, user: str) -> bool:
        """Say whether the bot was asked in a thread, as far as this person may know."""
        return bool(
            self._rows(
                "SELECT 1 FROM question WHERE team = ? AND channel = ? AND thread = ? "
                "AND (private = 0 OR user = ?) LIMIT 1",
                team,
                channel,
                thread,
                user,
            )
        )

    def earlier(self, question: Question, *, since: float, limit: int) -> list[Given]:
        """Return the answers before a question in its thread, oldest first.

        Private ones are seen by the person they were for. ``since`` is in seconds since 1970.
        """
        found = self._given(
            "WHERE question.team = ? AND question.channel = ? AND question.thread = ? "
            "AND (question.private = 0 OR question.user = ?) AND question.key != ? "
            "AND question.asked >= ? AND question.asked <= "
            "(SELECT asked FROM question WHERE key = ?) ORDER BY question.asked DESC LIMIT ?",
            question.team,
            question.channel,
            question.thread,
            question.user,
            question.key,
            since,
            question.key,
            limit,
        )
        return found[::-1]

    def older_than(self, generation: str, *, since: float) -> list[Given]:
        """Return the answers in messages, from other generations of the index, not yet stale."""
        return self._given(
            "WHERE answer.generation != ? AND answer.at >= ? AND answer.message != '' "
            "AND NOT answer.stale AND answer.status = 'answered' ORDER BY answer.at",
            generation,
            since,
        )

    def mark_stale(self, id: str) -> None:
        """Remember that people were told that an answer's source has changed."""
        self._do("UPDATE answer SET stale = 1 WHERE id = ?", id)

    def refused(self, team: str, *, limit: int) -> list[Given]:
        """Return the last refusals that everybody in a workspace could see, newest first."""
        return self._given(
            "WHERE question.team = ? AND answer.status = 'refused' AND question.private = 0 "
            "AND question.everybody "
            "ORDER BY answer.at DESC LIMIT ?",
            team,
            limit,
        )

    def counts(self, team: str) -> dict[str, int]:
        """Count a workspace's answers by their status."""
        rows = self._rows(
            "SELECT status, COUNT(*) FROM answer JOIN question USING (key) WHERE team = ? "
            "GROUP BY status",
            team,
        )
        return {status: number for status, number in rows}

    def ways(self) -> dict[str, int]:
        """Count the questions by the way in which they were asked."""
        rows = self._rows(
            "SELECT json_extract(record, '$.way') AS way, COUNT(*) FROM question "
            "GROUP BY way ORDER BY way"
        )
        return {way: number for way, number in rows}

    def judge(self, feedback: Feedback) -> bool:
        """Keep what somebody thinks of an answer; False if they clicked later than this."""
        with self._transaction() as connection:
            done = connection.execute(
                "INSERT INTO feedback (answer, user, verdict, reasons, words, at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (answer, user) DO UPDATE SET "
                "verdict = excluded.verdict, reasons = excluded.reasons, words = excluded.words, "
                "at = excluded.at WHERE excluded.at >= feedback.at",
                (
                    feedback.answer,
                    feedback.user,
                    feedback.verdict,
                    _dumped(list(feedback.reasons)),
                    feedback.words,
                    feedback.at,
                ),
            )
            return done.rowcount == 1

    def explain(self, answer: str, user: str, reasons: Sequence[str], words: str) -> bool:
        """Keep why somebody found an answer wrong; False if they no longer do."""
        return bool(
            self._do(
                "UPDATE feedback SET reasons = ?, words = ? "
                "WHERE answer = ? AND user = ? AND verdict = 'down'",
                _dumped(list(reasons)),
                words,
                answer,
                user,
            )
        )

    def judged(self) -> list[tuple[Given, list[Feedback]]]:
        """Return the answers that somebody judged, oldest first, with what they thought."""
        rows = self._rows(
            "SELECT answer, user, verdict, at, reasons, words FROM feedback ORDER BY at"
        )
        of: dict[str, list[Feedback]] = {}
        for answer, user, verdict, at, reasons, words in rows:
            each = Feedback(answer, user, verdict, at, tuple(json.loads(reasons)), words)
            of.setdefault(answer, []).append(each)
        return [(self.given(id), found) for id, found in of.items()]

    def once(self, key: str, at: float) -> bool:
        """Say whether a deed is to be done: True the first time only."""
        return self._do("INSERT INTO deed VALUES (?, ?) ON CONFLICT DO NOTHING", key, at) == 1

    def undo(self, key: str) -> None:
        """Let a deed that failed be done after all."""
        self._do("DELETE FROM deed WHERE key = ?", key)

    def _given(self, where: str, *values: object) -> list[Given]:
        rows = self._rows(
            "SELECT answer.id, question.record, answer.message, answer.at, answer.record "
            f"FROM answer JOIN question USING (key) {where}",
            *values,
        )
        return [
            Given(id, Question(**json.loads(question)), message, at, json.loads(record))
            for id, question, message, at, record in rows
        ]

    def _rows(self, statement: str, *values: object) -> Sequence[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _do(self, statement: str, *values: object) -> int:
        with self._transaction() as connection:
            return connection.execute(statement, values).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
