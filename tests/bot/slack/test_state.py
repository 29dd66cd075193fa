"""What the app remembers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import StateError
from bot.slack.state import Feedback, Given, State
from bot.slack.types import Question

ASKED = Question(
    key="T:C:1.0", way="mention", team="T", channel="C", user="U", text="Where?", ts="1.0",
    thread="1.0",
)  # fmt: skip


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """Open a memory."""
    state = State(tmp_path / "folder" / "slack.sqlite")
    yield state
    state.close()


def stored(state: State, question: Question, *, status: str = "answered", at: float = 1.0) -> Given:
    """Take a question on and store an answer."""
    state.claim(question, at)
    given = Given(question.key, question, "9.0", at, {"text": question.text})
    assert state.store(given, status=status, generation="1")
    return given


def test_a_question_is_taken_on_once_by_many_threads(state: State) -> None:
    taken: list[bool] = []
    start = threading.Barrier(8)

    def take() -> None:
        start.wait()
        taken.append(state.claim(ASKED, 1.0))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 7 + [True]


def test_what_was_taken_on_is_there_after_a_restart(state: State) -> None:
    state.claim(ASKED, 1.0)
    again = State(state.path)
    assert again.open_questions() == [ASKED]
    assert not again.claim(ASKED, 2.0)
    again.close()


def test_a_stored_answer_closes_its_question(state: State) -> None:
    given = stored(state, ASKED)
    assert state.open_questions() == []
    assert state.given(given.id) == given
    assert state.message_of(ASKED.key) == "9.0"


def test_an_address_to_answer_at_is_forgotten_with_the_answer(state: State) -> None:
    asked = replace(ASKED, response_url="https://hooks.example/secret")
    stored(state, asked)
    assert state.question(asked.key).response_url == ""


def test_an_edit_opens_the_question_again_and_drops_what_was_said_of_the_answer(
    state: State,
) -> None:
    given = stored(state, ASKED)
    state.judge(Feedback(given.id, "U", "down", 1.0))
    assert state.amend(ASKED.key, "When?", "2.0") == "again"
    assert state.amend(ASKED.key, "Who?", "1.5") == "unchanged"  # older
    assert state.amend(ASKED.key, "When?", "2.0") == "unchanged"
    assert state.amend("T:C:7.0", "When?", "2.0") == "unknown"
    edited = state.question(ASKED.key)
    assert edited.text == "When?"
    assert state.amend(ASKED.key, "Which?", "3.0") == "under way"
    assert not state.store(given, status="answered", generation="1", answered=edited)
    assert state.judged() == []


def test_threads_are_known_to_those_who_may_see_them(state: State) -> None:
    state.claim(replace(ASKED, private=True), 1.0)
    assert state.in_thread("T", "C", "1.0", "U")
    assert not state.in_thread("T", "C", "1.0", "OTHER")
    assert not state.in_thread("T", "C", "2.0", "U")


def test_what_was_said_before_is_told_in_order(state: State) -> None:
    for number in (1, 2, 3):
        stored(state, replace(ASKED, key=f"k{number}", text=f"q{number}"), at=float(number))
    now = replace(ASKED, key="k4")
    state.claim(now, 4.0)
    assert [g.question.text for g in state.earlier(now, since=0.0, limit=2)] == ["q2", "q3"]
    assert state.earlier(now, since=3.5, limit=2) == []
    other = replace(now, thread="2.0")
    assert state.earlier(other, since=0.0, limit=2) == []


def test_only_refusals_that_everybody_may_read_are_shown(state: State) -> None:
    stored(state, replace(ASKED, key="a", everybody=True), status="refused")
    stored(state, replace(ASKED, key="b", private=True, everybody=True), status="refused")
    stored(state, replace(ASKED, key="c"), status="refused")
    assert [given.id for given in state.refused("T", limit=5)] == ["a"]
    assert state.counts("T") == {"refused": 3}
    # The second event of a mention says where it was.
    assert not state.claim(replace(ASKED, key="c", everybody=True), 2.0)
    assert len(state.refused("T", limit=5)) == 2


def test_a_later_click_wins_in_whatever_order_they_come(state: State) -> None:
    given = stored(state, ASKED)
    assert state.judge(Feedback(given.id, "U", "down", 2.0))
    assert not state.judge(Feedback(given.id, "U", "up", 1.0))
    assert state.explain(given.id, "U", ["wrong"], "no")
    ((_, (found,)),) = state.judged()
    assert found == Feedback(given.id, "U", "down", 2.0, ("wrong",), "no")


def test_a_deed_is_done_once(state: State) -> None:
    assert state.once("share:1", 1.0)
    assert not state.once("share:1", 2.0)
    state.undo("share:1")
    assert state.once("share:1", 3.0)


def test_answers_of_other_generations_are_looked_through_until_flagged(state: State) -> None:
    given = stored(state, ASKED)
    assert state.older_than("1", since=0.0) == []
    assert state.older_than("2", since=5.0) == []
    assert state.older_than("2", since=0.0) == [given]
    state.mark_stale(given.id)
    assert state.older_than("2", since=0.0) == []


def test_a_message_begun_is_where_the_answer_goes(state: State) -> None:
    state.claim(ASKED, 1.0)
    assert state.message_of(ASKED.key) == ""
    state.begin(ASKED.key, "5.0")
    assert state.message_of(ASKED.key) == "5.0"
    state.give_up(ASKED.key)
    assert state.open_questions() == []


def test_what_is_not_there_is_said(state: State, tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        state.question("none")
    with pytest.raises(StateError, match="there is no answer 123; footnote feedback list shows"):
        state.named("123")
    with pytest.raises(StateError, match=r"there is no .*other\.sqlite; footnote slack makes it"):
        State(tmp_path / "other.sqlite", make=False)
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(StateError, match=r"empty\.sqlite is empty, and no memory of the Slack app"):
        State(tmp_path / "empty.sqlite", make=False)
    assert (tmp_path / "empty.sqlite").stat().st_size == 0
    with pytest.raises(StateError, match=r"is a folder, and no file; footnote slack makes it"):
        State(tmp_path, make=False)


def test_a_file_that_is_no_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "slack.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StateError, match="can't be used"):
        State(path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(StateError, match="is a folder, and no file"):
        State(tmp_path / "folder")


def test_a_memory_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "slack.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StateError, match="made by another version"):
        State(path)


def test_only_its_owner_reads_the_file(state: State) -> None:
    assert state.path.stat().st_mode & 0o077 == 0
