"""The command line: results on stdout, messages on stderr, and what the exit status says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import bot.cli
from bot.cli import FootnoteGroup, main

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
QUESTION = "Where will Torvane Motors build a car factory?"
HIT = ["rank", "score", "article", "title", "start", "end", "text"]
COMMANDS = sorted(main.commands)


def footnote(*words: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line in a process of its own."""
    command = [sys.executable, "-m", "bot", *words]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)


@pytest.fixture
def two_articles(workplace: Path) -> Path:
    """Write two small articles."""
    folder = workplace / "articles"
    folder.mkdir()
    (folder / "wombat.md").write_text("# The wombat\n\nThe wombat lives in Tasmania.\n")
    (folder / "harbour.txt").write_text("The harbour of Almsund was opened in 1911.\n")
    return folder


def test_the_way_from_a_folder_of_articles_to_a_cited_answer(run: Run, two_articles: Path) -> None:
    made = run("index", "articles")
    assert (made.exit_code, made.stdout, made.stderr) == (0, ".footnote: 2 added.\n", "")
    asked = run("ask", "Where does the wombat live?")
    assert (asked.exit_code, asked.stderr) == (0, "")
    assert asked.stdout.startswith("Tasmania [1]\n\n[1] The wombat\n")
    assert "“The wombat lives in Tasmania.”" in asked.stdout


def test_an_answer_in_json_has_the_fields_of_the_contract(run: Run, indexed: Path) -> None:
    result = run("ask", QUESTION, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert list(answer) == [
        "question", "status", "answer", "confidence", "reason", "citations", "hits", "seconds"
    ]  # fmt: skip
    assert answer["question"] == QUESTION
    assert answer["status"] == "answered"
    assert list(answer["citations"][0]) == [
        "number", "article", "title", "url", "start", "end", "quote", "place"
    ]  # fmt: skip
    assert list(answer["hits"][0]) == HIT


def test_a_refusal_is_no_failure(run: Run, indexed: Path) -> None:
    result = run("ask", "Why is the sky blue?", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (answer["status"], answer["citations"]) == ("refused", [])
    assert answer["reason"]
    assert 1 <= len(answer["hits"]) <= 3


def test_explaining_adds_every_score(run: Run, indexed: Path) -> None:
    assert "\nsearched     Where will" in run("ask", QUESTION, "--explain").stdout
    assert "trace" in json.loads(run("ask", QUESTION, "--json", "--explain").stdout)


def test_a_search_in_json_has_the_fields_of_the_contract(run: Run, indexed: Path) -> None:
    result = run("search", QUESTION, "-k", "2", "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, list(found)) == (0, "", ["query", "hits"])
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert list(found["hits"][0]) == HIT


def test_a_search_shows_passages_with_their_places(run: Run, indexed: Path) -> None:
    lines = run("search", QUESTION, "-k", "2").stdout.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("1. ")
    assert lines[2].startswith("   characters ")


def test_a_search_without_words_finds_nothing(run: Run, indexed: Path) -> None:
    result = run("search", "???")
    assert (result.exit_code, result.stdout) == (0, "Nothing found.\n")
    assert json.loads(run("search", "", "--json").stdout) == {"query": "", "hits": []}


def test_sources_in_json_have_the_fields_of_the_contract(run: Run, indexed: Path) -> None:
    result = run("sources", "--json")
    listed = json.loads(result.stdout)
    assert (result.exit_code, result.stderr, len(listed)) == (0, "", 9)
    assert list(listed[0]) == [
        "article", "title", "source", "url", "passages", "characters", "collection", "kind",
        "author", "published", "language", "bytes", "indexed", "problem", "fetched",
    ]  # fmt: skip


def test_sources_are_listed_one_a_line(run: Run, indexed: Path) -> None:
    lines = run("sources").stdout.splitlines()
    assert len(lines) == 9
    assert lines[0].startswith("alfa-romeo-american-plant ")


def test_removed_articles_are_gone_from_the_answers(run: Run, indexed: Path) -> None:
    result = run("remove", "torvane-brennholt-plant", "torvane-brennholt-plant")
    assert (result.exit_code, result.stdout) == (0, "Removed 1.\n")
    assert len(json.loads(run("sources", "--json").stdout)) == 8
    hits = json.loads(run("search", QUESTION, "--json").stdout)["hits"]
    assert "torvane-brennholt-plant" not in {hit["article"] for hit in hits}


def test_when_one_of_several_articles_is_unknown_none_is_removed(run: Run, indexed: Path) -> None:
    result = run("remove", "torvane-brennholt-plant", "nothing")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: no article is called nothing; footnote sources lists those there are.\n"
    )
    assert len(json.loads(run("sources", "--json").stdout)) == 9


def test_a_set_up_in_order_passes_the_doctor(run: Run, indexed: Path) -> None:
    result = run("doctor")
    assert (result.exit_code, result.stderr) == (0, "")
    assert all(line.startswith("ok    ") for line in result.stdout.splitlines())


def test_a_set_up_not_in_order_fails_the_doctor(run: Run) -> None:
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAIL  index: there is no index in .footnote; make one with: footnote index" in (
        result.stdout
    )


@pytest.mark.parametrize(
    "words",
    [
        ["sources"],
        ["remove", "x"],
        ["search", "x"],
        ["ask", "x"],
        ["chat"],
    ],
    ids=lambda words: words[0],
)
def test_without_an_index_a_command_says_how_to_make_one(run: Run, words: list[str]) -> None:
    result = run(*words, "--index", "there")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "Error: there is no index in there; make one with: footnote index ARTICLES --index there\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["dance"],
        ["ask"],
        ["ask", "one", "two"],
        ["ask", "x", "--colour"],
        ["search", "x", "-k", "0"],
        ["search", "x", "-k", "many"],
        ["index"],
        ["index", ""],
        ["remove"],
        ["ask", "x", "--index", ""],
        ["index", "--samples", "--index", " "],
        ["chat", "x"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_exits_with_2_and_does_nothing(
    run: Run, workplace: Path, words: list[str]
) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr
    assert list(workplace.iterdir()) == []


def test_the_option_comes_before_the_variable_and_the_variable_before_the_file(
    run: Run, workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def complaint(*words: str) -> str:
        return run("sources", *words).stderr

    assert "no index in .footnote;" in complaint()
    (workplace / "footnote.toml").write_text('index = "from-file"')
    assert f"no index in {workplace}/from-file;" in complaint()
    monkeypatch.setenv("FOOTNOTE_INDEX", "from-variable")
    assert "no index in from-variable;" in complaint()
    assert "no index in from-option;" in complaint("--index", "from-option")


def test_a_wrong_setting_is_one_sentence(run: Run, workplace: Path) -> None:
    (workplace / "footnote.toml").write_text("passages = 0")
    result = run("ask", "x")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: {workplace}/footnote.toml: passages is 0; "
        "it must be a whole number from 1 to 50.\n"
    )


def test_an_index_can_be_asked_from_anywhere_without_changing_it(
    run: Run, indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (indexed / "footnote.sqlite").read_bytes()
    monkeypatch.chdir(tmp_path)
    assert run("ask", QUESTION, "--index", str(indexed)).exit_code == 0
    assert (indexed / "footnote.sqlite").read_bytes() == before


@pytest.mark.parametrize("raised", [KeyboardInterrupt()], ids=["Ctrl-C"])
def test_an_interrupted_command_exits_with_130(raised: BaseException) -> None:
    @click.group(cls=FootnoteGroup)
    def group() -> None:
        """Stand in for the command line."""

    @group.command()
    def slow() -> None:
        raise raised

    result = CliRunner().invoke(group, ["slow"])
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Stopped.\n")


def test_what_the_operating_system_refuses_is_one_sentence_that_steers_no_terminal() -> None:
    @click.group(cls=FootnoteGroup)
    def group() -> None:
        """Stand in for the command line."""

    @group.command()
    def full() -> None:
        raise OSError(28, "No space left on device", "a\x1b[31mb")

    result = CliRunner().invoke(group, ["full"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: [Errno 28] No space left on device: ")
    assert "\x1b" not in result.stderr


def test_a_mistake_of_the_program_is_not_hidden() -> None:
    @click.group(cls=FootnoteGroup)
    def group() -> None:
        """Stand in for the command line."""

    @group.command()
    def wrong() -> None:
        raise ZeroDivisionError

    assert isinstance(CliRunner().invoke(group, ["wrong"]).exception, ZeroDivisionError)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_documented_in_the_readme(run: Run, name: str) -> None:
    readme = README.read_text(encoding="utf-8")
    shown = run(name, "--help")
    assert shown.exit_code == 0
    assert (main.commands[name].help or "").strip()
    assert f"footnote {name}" in readme
    rows = [line for line in readme.splitlines() if f"footnote {name}" in line]
    options = set(re.findall(r"--[a-z-]+", shown.stdout)) - {"--help"}
    for option in options:
        assert any(option in row for row in rows), f"README: footnote {name} {option}"


def test_the_commands_are_those_of_the_contract() -> None:
    assert {"index", "sources", "remove", "search", "ask", "chat", "doctor"} <= set(COMMANDS)


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    assert "Commands:" in run("--help").stdout
    assert "Commands:" in run("-h").stdout
    assert run("--version").stdout.startswith("footnote, version ")


def test_nothing_heavy_is_imported_before_a_command_needs_it() -> None:
    heavy = {"torch", "numpy", "sentence_transformers", "rich", "prompt_toolkit", "index", "yaml"}
    code = "import sys, bot.cli; print(*sys.modules)"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert heavy & set(done.stdout.split()) == set()


@pytest.mark.parametrize("command", ["search", "ask"])
def test_a_cold_question_imports_nothing_that_it_does_not_need(indexed: Path, command: str) -> None:
    heavy = {
        "torch", "transformers", "sentence_transformers", "scipy", "sklearn", "safetensors",
        "huggingface_hub", "sentencex", "markdown_it", "charset_normalizer", "filelock", "rich",
        "prompt_toolkit", "threadpoolctl", "slack_bolt",
        "waitress", "prometheus_client", "bot.slack", "concurrent.futures", "asyncio", "ssl",
        "hashlib", "httpx2", "httpcore2", "protego", "index.polling", "index.writer",
        "index.sources", "index.passages", "bot.indexing",
        "bot.evaluation", "bot.reader.train", "bot.reader.huggingface", "bot.writing", "bot.claims",
        "bot.generator", "bot.quotes", "bot.keys", "rapidfuzz", "pydantic_ai", "pydantic",
    }  # fmt: skip
    code = (
        "import sys; from bot.cli import main; "
        f"main([{command!r}, {QUESTION!r}], standalone_mode=False); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=indexed.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Brennholt" in done.stdout
    assert heavy & set(done.stderr.split()) == set()


def test_a_terminal_that_knows_only_ascii_gets_the_answer_and_programs_get_utf_8(
    indexed: Path,
) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    shown = footnote("ask", QUESTION, folder=indexed.parent, **ascii_only)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert b"?Torvane Motors will build a car factory in Brennholt" in shown.stdout
    record = footnote("ask", QUESTION, "--json", folder=indexed.parent, **ascii_only)
    assert json.loads(record.stdout)["question"] == QUESTION


def test_a_reader_that_goes_away_early_is_no_trouble(indexed: Path) -> None:
    command = f"'{sys.executable}' -m bot search plant -k 50 | head -1"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=indexed.parent, env=environ, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"1. ")
    assert done.stderr == b""


def test_bytes_that_are_not_utf_8_can_be_asked(run: Run, indexed: Path) -> None:
    result = run("ask", "Where is \udcff?", "--json")
    assert (result.exit_code, json.loads(result.stdout)["question"]) == (0, "Where is ??")
    assert run("search", "Where is \udcff?").exit_code == 0


def test_python_m_bot_is_footnote(workplace: Path) -> None:
    done = footnote("--version", folder=workplace)
    assert (done.returncode, done.stdout[:18]) == (0, b"footnote, version ")


def test_sources_of_the_samples_come_with_the_package() -> None:
    assert len(list((Path(bot.cli.__file__).parent / "samples").iterdir())) >= 6


def test_questions_are_limited_to_collections(run: Run, workplace: Path) -> None:
    for name, animal in (("one", "wombat"), ("two", "walrus")):
        (workplace / name).mkdir()
        (workplace / name / f"{animal}.txt").write_text(f"The {animal} lives in the far {name}.")
        run("index", name, "--collection", name)
    assert "wombat" in run("search", "Where does it live?", "--collection", "one").stdout
    assert "walrus" not in run("search", "Where does it live?", "--collection", "one").stdout
    both = run("search", "live", "--collection", "one", "--collection", "two").stdout
    assert "wombat" in both
    assert "walrus" in both
    asked = ("Where does the walrus live?", "--collection")
    assert "far two" in run("ask", *asked, "two").stdout.splitlines()[0]
    assert "walrus lives" not in run("ask", *asked, "one").stdout
    chat = run("chat", "--collection", "one", lines="/sources\nWhere does the walrus live?\n")
    assert "walrus lives" not in chat.stdout
    assert "1 article" in chat.stdout
    (workplace / "gold.jsonl").write_text(
        '{"question": "Where does the walrus live?", "answers": ["far two"], "answerable": true}\n'
    )
    assert "1 were answered" in run("eval", "gold.jsonl", "--collection", "two").stdout
    assert "1 refused" in run("eval", "gold.jsonl", "--collection", "one").stdout
    missing = run("ask", "Where?", "--collection", "three")
    assert missing.exit_code == 1
    assert "no article is in the collection three; footnote sources lists" in missing.stderr
    assert run("search", "live", "--since", "2024-01-01").stdout == "Nothing found.\n"
    assert run("search", "live", "--since", "yesterday").exit_code == 2
