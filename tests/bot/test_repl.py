"""The conversation at a terminal."""

from __future__ import annotations

import contextlib
import io
import os
import pty
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.answer import Answerer
from bot.bootstrap import make_answerer
from bot.config import Settings
from bot.prompt_folders import Prompts
from bot.prompts import load_prompt
from bot.repl import REMEMBERED_TURNS, Chat, _session, piped_lines, typed_lines
from bot.terminal import PlainScreen, screen_for
from bot.wording import Wording
from index import Article, PassageIndex

ROOT = Path(__file__).parents[2]
TRANSCRIPT = Path(__file__).parent / "data" / "chat_transcript.txt"
BRENNHOLT = "Where will Torvane Motors build a car factory?"
ARTICLES = {
    "wombat.md": (
        "---\ntitle: The wombat\nurl: https://example.com/wombat\n---\n\n"
        "# The wombat\n\n## Home\n\n"
        "The wombat lives in the forests of Tasmania. It sleeps by day and digs burrows.\n\n"
        "## Food\n\nThe wombat eats grass, roots and bark at night.\n"
    ),
    "harbour.txt": "The harbour of Almsund was opened in May 1911, because of the war.\n",
}
LINES = [
    "Where does the wombat live?",
    "/why",
    "/open 1",
    "/open [1]",
    "/open 7",
    "And what does it eat at night?",
    "",
    "???",
    "/WHY",
    "Why is the sky blue?",
    "/open 1",
    "/sources",
    "/dance",
    "/help",
    "/quit",
    "This is never asked.",
]


def masked(transcript: str) -> str:
    """Replace what may differ by the machine's arithmetic, and scores, which others test."""
    transcript = re.sub(r"-?\d\.\d\d\d?\b", "#", transcript)
    transcript = re.sub(r"\b[0-9a-f]{12}\b", "#", transcript)
    transcript = re.sub(r"I am [a-z ]+ \(", "I am SURE (", transcript)
    return re.sub(r"(?<= )(?:[a-z_0-9]+ #  )*[a-z_0-9]+ #(?=\n|  )", "SCORES", transcript)


@pytest.fixture
def shown() -> list[str]:
    """Return what the chat's screen was given."""
    return []


@pytest.fixture
def chat(answerer: Answerer, samples_index: PassageIndex, shown: list[str]) -> Chat:
    """Return a chat over the samples."""
    return Chat(
        answerer,
        samples_index,
        Prompts(),
        PlainScreen(shown.append, Wording(load_prompt("wording"))),
    )


@pytest.fixture
def writable(samples_index: PassageIndex, tmp_path: Path) -> Iterator[PassageIndex]:
    """Yield an index of the samples that may be changed."""
    folder = shutil.copytree(samples_index.folder, tmp_path / "copy")
    index = PassageIndex(folder, samples_index.encoder)
    yield index
    index.close()


@pytest.fixture
def keyboard() -> Iterator[PipeInput]:
    """Yield a keyboard whose keys a test presses."""
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        yield keys


def test_a_whole_conversation_reads_as_it_did(run: Callable[..., Result], workplace: Path) -> None:
    for name, text in ARTICLES.items():
        (workplace / name).write_text(text)
    run("index", *ARTICLES)
    result = run("chat", lines="\n".join(LINES) + "\n")
    assert (result.exit_code, result.stderr) == (0, "")
    assert masked(result.stdout) == TRANSCRIPT.read_text(encoding="utf-8")


def test_a_chat_greets_and_says_goodbye_when_the_lines_end(chat: Chat, shown: list[str]) -> None:
    chat.run([])
    assert len(shown) == 2
    assert shown[0].startswith("9 articles, ")
    assert shown[1] == "Bye."


@pytest.mark.parametrize("leaving", ["/quit", "/exit", "quit", " EXIT \n"])
def test_nothing_is_heard_after_leaving(chat: Chat, shown: list[str], leaving: str) -> None:
    chat.run([leaving, "/help"])
    assert len(shown) == 2


def test_before_the_first_answer_there_is_nothing_to_explain_or_open(
    chat: Chat, shown: list[str]
) -> None:
    for line in ("/why", "/open 1"):
        chat.hear(line)
    assert shown == ["There is no answer yet; ask something first."] * 2


def test_a_follow_up_goes_with_the_question_before_it(chat: Chat) -> None:
    chat.hear(BRENNHOLT)
    chat.hear("And when?")
    assert chat.turns[-1].answer.trace.query == "When will Torvane Motors build a car factory?"


def test_only_the_last_turns_are_remembered(chat: Chat) -> None:
    for number in range(REMEMBERED_TURNS + 2):
        chat.hear(f"What costs {number} euros?")
    assert len(chat.turns) == REMEMBERED_TURNS
    assert chat.turns[0].question == "What costs 2 euros?"


def test_open_shows_the_source_marked_in_its_article(chat: Chat, shown: list[str]) -> None:
    chat.hear(BRENNHOLT)
    citation = chat.turns[-1].answer.citations[0]
    shown.clear()
    chat.hear("/open 1")
    assert f"»{citation.quote}«" in shown[1]


def test_open_shows_a_passage_of_a_refusal(chat: Chat, shown: list[str]) -> None:
    chat.hear("Why is the sky blue?")
    second = chat.turns[-1].answer.hits[1].passage
    shown.clear()
    chat.hear("/open 2")
    assert f"»{second.text}«" in shown[1]


@pytest.mark.parametrize("number", ["", "0", "9", "one", "1 2"])
def test_open_says_when_there_is_no_such_source(chat: Chat, shown: list[str], number: str) -> None:
    chat.hear(BRENNHOLT)
    chat.hear(f"/open {number}")
    assert shown[-1].startswith("The last answer has no source of that number")


def test_open_says_when_the_article_was_removed_since_the_answer(
    writable: PassageIndex, shown: list[str]
) -> None:
    answerer = make_answerer(Settings(), writable)
    chat = Chat(
        answerer, writable, Prompts(), PlainScreen(shown.append, Wording(load_prompt("wording")))
    )
    chat.hear(BRENNHOLT)
    writable.remove([chat.turns[-1].answer.citations[0].article_id])
    chat.hear("/open 1")
    assert shown[-1].startswith("That article has been removed, or no longer says this")


def test_open_finds_a_quote_that_moved_and_says_when_it_is_gone(
    writable: PassageIndex, shown: list[str]
) -> None:
    answerer = make_answerer(Settings(), writable)
    chat = Chat(
        answerer, writable, Prompts(), PlainScreen(shown.append, Wording(load_prompt("wording")))
    )
    chat.hear(BRENNHOLT)
    citation = chat.turns[-1].answer.citations[0]
    text = f"A new beginning. {citation.quote}"
    writable.add([Article(citation.article_id, "New", text, source=citation.source)])
    chat.hear("/open 1")
    assert shown[-2] == f"A new beginning. »{citation.quote}«"
    assert shown[-1].startswith("characters 17 to ")
    writable.add([Article(citation.article_id, "New", "Other words.", source=citation.source)])
    chat.hear("/open 1")
    assert shown[-1].startswith("That article has been removed, or no longer says this")


def test_piped_lines_are_shown_as_they_are_taken() -> None:
    file = io.StringIO()
    lines = piped_lines(
        io.StringIO("one\n two \n"), screen_for(file, Wording(load_prompt("wording")))
    )
    assert next(lines) == "one\n"
    assert file.getvalue() == "> one\n"
    assert list(lines) == [" two \n"]


def test_typed_lines_come_one_by_one_until_the_end_of_input(
    samples_index: PassageIndex, tmp_path: Path, keyboard: PipeInput
) -> None:
    keyboard.send_text("one\rtwo\r\x04")
    assert list(typed_lines(samples_index, tmp_path / "history")) == ["one", "two"]


def test_control_c_drops_the_line_and_stays(
    samples_index: PassageIndex, tmp_path: Path, keyboard: PipeInput
) -> None:
    lines = typed_lines(samples_index, tmp_path / "history")
    # What is typed ahead of Ctrl-C is lost with its line, so the next line comes a moment later.
    later = threading.Timer(0.5, keyboard.send_text, ["kept\r"])
    later.start()
    keyboard.send_text("dropped\x03")
    assert next(lines) == "kept"
    later.join()


def test_what_was_typed_is_kept_for_the_next_run_and_for_no_other_user(
    samples_index: PassageIndex, tmp_path: Path, keyboard: PipeInput
) -> None:
    history = tmp_path / "state" / "history"
    keyboard.send_text("first\r\x04")
    assert list(typed_lines(samples_index, history)) == ["first"]
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    assert list(_session(samples_index, history).history.load_history_strings()) == ["first"]


def test_a_history_that_cannot_be_written_lasts_as_long_as_the_run(
    samples_index: PassageIndex, tmp_path: Path, keyboard: PipeInput
) -> None:
    (tmp_path / "file").write_text("")
    keyboard.send_text("first\r\x04")
    assert list(typed_lines(samples_index, tmp_path / "file" / "history")) == ["first"]


def test_a_person_at_a_terminal_types_and_sees_colours(indexed: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
    environ |= {"PROMPT_TOOLKIT_NO_CPR": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "chat"],
        cwd=indexed.parent,
        env=environ,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, f"{BRENNHOLT}\r/quit\r".encode())
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed
        while data := os.read(ours, 10_000):
            shown += data
    os.close(ours)
    assert process.wait() == 0
    assert b"\x1b[30;43mTorvane Motors will build a car factory in Brennholt" in shown
    assert b"Bye." in shown
    assert (tmp_path / "state" / "footnote" / "history").read_text().count("+") == 2


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("/so", ["/sources"]),
        ("/", ["/sources", "/why", "/open", "/help", "/quit"]),
        ("Who runs kalv", ["Kalvessa"]),
        ("zzz", []),
    ],
)
def test_commands_and_the_words_of_titles_are_completed(
    samples_index: PassageIndex,
    tmp_path: Path,
    keyboard: PipeInput,
    typed: str,
    completed: list[str],
) -> None:
    completer = _session(samples_index, tmp_path / "history").completer
    assert completer is not None
    found = completer.get_completions(Document(typed), CompleteEvent())
    assert [each.text for each in found] == completed
