"""`footnote prompts`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from bot.prompt_folders import Prompts
from bot.prompts import load_prompt

Run = Callable[..., Result]


def test_every_file_is_listed_with_its_version_and_digest(run: Run) -> None:
    lines = run("prompts", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == Prompts().names()
    chat = load_prompt("chat")
    wanted = f"{chat.version}  {chat.digest[:12]}  prompts/chat.md  (bot.repl)"
    assert any(line.endswith(wanted) for line in lines)


def test_a_file_is_printed_edited_and_used(run: Run, workplace: Path) -> None:
    shown = run("prompts", "show", "greeting").stdout
    (workplace / "own").mkdir()
    (workplace / "own" / "greeting.md").write_text(shown.replace("Ask a", "Put a"))
    (workplace / "footnote.toml").write_text('prompts_dir = "own"\n')
    filled = run("prompts", "render", "greeting", "chat", "articles=1 article", "passages=$x=y")
    assert filled.stdout == "1 article, $x=y. Put a question, or /help.\n"
    assert "own/greeting.md" in run("prompts", "list").stdout
    assert run("prompts", "check").exit_code == 0


def test_every_file_of_a_folder_is_checked(run: Run, workplace: Path) -> None:
    folder = workplace / "own"
    folder.mkdir()
    (folder / "greeting.md").write_text(load_prompt("greeting").source)
    assert run("prompts", "check", "own").stdout == "ok    own/greeting.md: 2 texts\n"
    (folder / "chat.md").write_text("## help\n")
    result = run("prompts", "check", "own")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "FAIL  own/chat.md must begin with front matter between lines of ---.",
        "ok    own/greeting.md: 2 texts",
    ]


def test_mistakes_are_told_in_one_sentence(run: Run) -> None:
    assert "there are no prompts jokes" in run("prompts", "show", "jokes").stderr
    assert "uses $articles in chat" in run("prompts", "render", "greeting", "chat").stderr
    wrong = run("prompts", "render", "greeting", "chat", "articles")
    assert wrong.exit_code == 2
    assert "Write variables as NAME=VALUE; articles is none." in wrong.stderr
