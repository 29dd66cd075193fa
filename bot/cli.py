"""The command line. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from bot.prompting import prompts

if TYPE_CHECKING:
    import datetime

    from bot.config import Settings
    from bot.slack.state import State
    from index import PassageIndex, Scope

Command = TypeVar("Command", bound=Callable[..., Any])
INTERRUPTED = 130


class FootnoteGroup(click.Group):
    """Turns the project's errors into one sentence on stderr and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        _take_any_character()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from bot.errors import FootnoteError
            from index.errors import CorpusError

            if isinstance(error, FootnoteError | CorpusError):
                raise click.ClickException(_sentence(str(error))) from error
            if isinstance(error, OSError) and error.errno != errno.EPIPE:
                remedy = "check the paths, their permissions and the room on the disk."
                raise click.ClickException(_sentence(f"{error}; {remedy}")) from error
            raise


@click.group(cls=FootnoteGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="footnote", prog_name="footnote")
def main() -> None:
    """Answers questions from your own articles, each answer with its footnote."""
    # Before numpy is imported. A question's matrices are too small to share between threads, which
    # wait for each other at full speed; indexing shares whole texts between threads instead.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


main.add_command(prompts)


def index_option(command: Command) -> Command:
    """Add ``--index``."""
    return click.option(
        "--index",
        "index_folder",
        metavar="DIR",
        help="The index folder [$FOOTNOTE_INDEX, footnote.toml, .footnote].",
    )(command)


def words(text: str) -> str:
    """Replace what was no UTF-8 on the command line, which neither model nor JSON takes."""
    return text.encode(errors="replace").decode()


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def scope_options(command: Command) -> Command:
    """Add what limits a question to some of the articles."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option("--until", type=day, help="Only articles of this day or before."),
        click.option("--since", type=day, help="Only articles of this day or later."),
        click.option("--author", "authors", multiple=True, help="Only articles by this author."),
        click.option(
            "--collection", "collections", multiple=True, help="Only articles filed under this."
        ),
    ):
        command = option(command)
    return command


def interval(text: str) -> float:
    """Read the time between two looks at addresses."""
    from bot.watching import seconds_of

    try:
        return seconds_of(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


@main.command("index")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@index_option
@click.option("--prune", is_flag=True, help="Remove articles of these sources that are gone.")
@click.option("--collection", metavar="NAME", help="File the articles under this name.")
@click.option("--watch", is_flag=True, help="Go on, and follow every change of the sources.")
@click.option(
    "--every",
    type=interval,
    metavar="TIME",
    help="Go on, and look at addresses again after this time, such as 15m [1h with --watch].",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was skipped.")
@click.option("--model", metavar="NAME", help="Embedding model of a new index: a name or folder.")
@click.option("--samples", is_flag=True, help="Index the sample articles that come with Footnote.")
@json_option
def index_command(
    sources: tuple[str, ...],
    index_folder: str | None,
    prune: bool,
    collection: str | None,
    strict: bool,
    watch: bool,
    every: float | None,
    model: str | None,
    samples: bool,
    as_json: bool,
) -> None:
    """Add or update articles: files of many kinds, folders of them, pages, feeds and sitemaps."""
    from bot.indexing import EVERY_SECONDS, run_index

    if samples:
        sources = (*sources, str(Path(__file__).parent / "samples"))
    settings = _settings(index_folder)
    sources = sources or settings.sources
    if not sources or "" in sources:
        raise click.UsageError(
            "Name the files, folders or addresses to index, list them as sources in "
            "footnote.toml, or use --samples."
        )
    if every is not None and not any("://" in source for source in sources):
        raise click.UsageError("--every is for addresses, and none is named; use --watch.")
    failed = run_index(
        settings,
        sources,
        prune=prune,
        model=model,
        as_json=as_json,
        collection=collection,
        strict=strict,
        watch=watch or every is not None,
        every=every or EVERY_SECONDS,
    )
    if failed:
        sys.exit(1)


@main.command()
@index_option
@json_option
def sources(index_folder: str | None, as_json: bool) -> None:
    """List what is indexed: kind, date, size, passages, when it was indexed, and problems."""
    from bot.bootstrap import open_index
    from bot.terminal import listing_lines, problem_lines

    index = open_index(_settings(index_folder))
    articles = index.articles()
    if as_json:
        from bot.contracts import json_bytes, source_record

        click.echo(json_bytes([source_record(info) for info in articles]))
    else:
        click.echo("\n".join([*listing_lines(articles), *problem_lines(index.problems())]))


@main.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@index_option
def remove(articles: tuple[str, ...], index_folder: str | None) -> None:
    """Remove articles from the index, by the names that `sources` lists."""
    from bot.bootstrap import open_index

    open_index(_settings(index_folder)).remove(articles)
    click.echo(f"Removed {len(set(articles))}.")


@main.command()
@click.argument("query", type=words)
@click.option("-k", default=5, type=click.IntRange(1, 1000), show_default=True, help="Hits.")
@index_option
@scope_options
@json_option
def search(query: str, k: int, index_folder: str | None, as_json: bool, **limits: Any) -> None:
    """Show the passages nearest to a query."""
    from bot.bootstrap import open_index
    from bot.terminal import hit_lines

    index = open_index(_settings(index_folder))
    index.check_model()
    hits = index.search(query, k, scope=_scope(index, **limits))
    if as_json:
        from bot.contracts import hit_record, json_bytes

        click.echo(json_bytes({"query": query, "hits": [hit_record(hit) for hit in hits]}))
    else:
        click.echo("\n".join(hit_lines(hits)) if hits else "Nothing found.")


@main.command()
@click.argument("question", type=words)
@index_option
@scope_options
@json_option
@click.option("--explain", is_flag=True, help="Show every score behind the answer.")
def ask(
    question: str, index_folder: str | None, as_json: bool, explain: bool, **limits: Any
) -> None:
    """Answer a question, with its footnote."""
    from bot.bootstrap import make_answerer, make_wording, open_index
    from bot.terminal import screen_for, why_lines

    settings = _settings(index_folder)
    index = open_index(settings)
    index.check_model()
    scope = _scope(index, **limits)
    answer = make_answerer(settings, index).ask(question, scope=scope)
    if as_json:
        from bot.contracts import answer_record, json_bytes

        click.echo(json_bytes(answer_record(answer, explain=explain)))
        return
    screen = screen_for(sys.stdout, make_wording(settings))
    screen.answer(answer)
    if explain:
        screen.text("\n" + "\n".join(why_lines(answer)))


@main.command()
@index_option
@scope_options
def chat(index_folder: str | None, **limits: Any) -> None:
    """Ask and follow up in a conversation."""
    from platformdirs import user_state_path

    from bot.bootstrap import make_answerer, make_prompts, make_wording, open_index
    from bot.repl import Chat, piped_lines, typed_lines
    from bot.terminal import screen_for

    settings = _settings(index_folder)
    index = open_index(settings)
    index.check_model()
    screen = screen_for(sys.stdout, make_wording(settings))
    answerer, scope = make_answerer(settings, index), _scope(index, **limits)
    conversation = Chat(answerer, index, make_prompts(settings), screen, scope=scope)
    if sys.stdin.isatty() and sys.stdout.isatty():
        conversation.run(typed_lines(index, user_state_path("footnote") / "history"))
    else:
        conversation.run(piped_lines(sys.stdin, screen))


@main.command("eval")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="GOLD...")
@index_option
@scope_options
@json_option
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown, for a pull request.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a report.")
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Keep what became of each question; what was interrupted goes on there.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Compare with a kept run; exit 1 if this one is significantly worse.",
)
@click.option(
    "--fail-under",
    multiple=True,
    metavar="FIGURE=NUMBER",
    help="Exit 1 if a figure, such as recall@5=0.9, is worse than that.",
)
@click.option("--search-only", is_flag=True, help="Judge the passages found; ask for no answer.")
@click.option("--calibrate", is_flag=True, help="Fit confidence and threshold to these questions.")
@click.option(
    "--precision",
    default=0.9,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="With --calibrate: the share of right ones among the answers.",
)
def eval_command(
    gold: tuple[Path, ...],
    index_folder: str | None,
    calibrate: bool,
    precision: float,
    fail_under: tuple[str, ...],
    collections: tuple[str, ...],
    authors: tuple[str, ...],
    since: datetime.datetime | None,
    until: datetime.datetime | None,
    **options: Any,
) -> None:
    """Ask the questions of gold sets, and say how well they were answered."""
    from bot.evaluation.command import Wanted, read_floors, run_calibration, run_eval

    scope = _scope(collections=collections, authors=authors, since=since, until=until)
    if options["as_json"] and options["as_markdown"]:
        raise click.UsageError("--json and --markdown exclude each other: choose one.")
    given = click.get_current_context().get_parameter_source("precision")
    if given is ParameterSource.COMMANDLINE and not calibrate:
        raise click.UsageError("--precision goes with --calibrate.")
    try:
        wanted = Wanted(**options, floors=read_floors(fail_under), scope=scope)
    except ValueError as error:
        raise click.UsageError(f"--fail-under: {error}") from error
    settings = _settings(index_folder)
    if not calibrate:
        sys.exit(run_eval(settings, gold, wanted))
    if wanted != Wanted(as_json=wanted.as_json, scope=scope):
        raise click.UsageError(
            "--calibrate goes with --json, --precision and what limits the articles alone."
        )
    run_calibration(settings, gold, as_json=wanted.as_json, precision=precision, scope=scope)


@main.group()
def gold() -> None:
    """Write and check gold sets: questions with known answers."""


@gold.command("check")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="GOLD...")
@index_option
def gold_check(gold: tuple[Path, ...], index_folder: str | None) -> None:
    """Find quotes that stand in no article, answers not in their quotes, ids given twice."""
    from bot.evaluation.desk import run_check

    if not run_check(_settings(index_folder), gold):
        sys.exit(1)


@gold.command("add")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD")
@index_option
def gold_add(gold: Path, index_folder: str | None) -> None:
    """Write cases: a question, the sentence that answers it, the answer."""
    from bot.evaluation.desk import run_add

    run_add(_settings(index_folder), gold)


@gold.command("suggest")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD")
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option("-n", "limit", default=20, type=click.IntRange(1), show_default=True, help="Drafts.")
@index_option
def gold_suggest(
    gold: Path, articles: tuple[str, ...], limit: int, index_folder: str | None
) -> None:
    """Draft questions from articles, to be mended, kept or dropped."""
    from bot.evaluation.desk import run_suggest

    run_suggest(_settings(index_folder), articles, gold, limit)


@gold.command("from-feedback")
@click.argument("source", type=click.Path(path_type=Path, allow_dash=True), metavar="EXPORT")
@click.argument("gold", type=click.Path(path_type=Path), metavar="GOLD")
@index_option
def gold_from_feedback(source: Path, gold: Path, index_folder: str | None) -> None:
    """Review what `footnote feedback export` printed, and keep it as cases."""
    from bot.evaluation.desk import run_feedback

    run_feedback(_settings(index_folder), source, gold)


@main.group(invoke_without_command=True)
@index_option
@click.option(
    "--http",
    "port",
    metavar="PORT",
    type=click.IntRange(0, 65_535),
    help="Take signed requests at this port instead of Socket Mode; 0: any that is free.",
)
@click.pass_context
def slack(ctx: click.Context, index_folder: str | None, port: int | None) -> None:
    """Answer in Slack, until told to leave by SIGTERM or Ctrl-C."""
    if ctx.invoked_subcommand is None:
        from bot.slack.serve import run

        run(_settings(index_folder), port, sys.stderr)


@slack.command()
@click.option("--url", metavar="URL", help="The public address of `footnote slack --http`.")
def manifest(url: str | None) -> None:
    """Print the app manifest, for pasting into Slack."""
    import json

    from bot.slack.manifest import manifest as made

    click.echo(json.dumps(made(url or _settings(None).slack.url), indent=2, ensure_ascii=False))


@main.command()
@index_option
@click.option("--deep", is_flag=True, help="Compare all that is indexed with its checksums.")
def doctor(index_folder: str | None, deep: bool) -> None:
    """Check everything a set-up can get wrong, and say the fix."""
    from bot.doctor import examine
    from bot.slack.checks import examine_slack

    settings = _settings(index_folder)
    checks = [*examine(settings, deep=deep), *examine_slack(settings, os.environ)]
    for check in checks:
        click.echo(f"{'ok  ' if check.passed else 'FAIL'}  {check.name}: {check.finding}")
    if not all(check.passed for check in checks):
        sys.exit(1)


@main.group()
def feedback() -> None:
    """Show what people in Slack thought of the answers."""


@feedback.command("list")
def feedback_list() -> None:
    """List the answers that somebody judged, with their ids."""
    from bot.slack.feedback import list_lines

    with _state(_settings(None)) as state:
        click.echo("\n".join(list_lines(state.judged())))


@feedback.command("export")
def feedback_export() -> None:
    """Print candidates for a gold set, a JSON object a line, without names and ids of people."""
    from bot.slack.feedback import export_lines

    with _state(_settings(None)) as state:
        for line in export_lines(state.judged()):
            click.echo(line.encode(errors="replace"))


@main.command()
@click.argument("answer_id")
@index_option
def replay(answer_id: str, index_folder: str | None) -> None:
    """Run an answer of the Slack app again, and show what differs."""
    from bot.bootstrap import make_answerer, open_index
    from bot.slack.provenance import provenance_of
    from bot.slack.replay import difference_lines, replayed

    settings = _settings(index_folder)
    with _state(settings) as state:
        given = state.named(answer_id)
    index = open_index(settings)
    index.check_model()
    answerer = make_answerer(settings, index)
    now = replayed(given, answerer)
    lines = difference_lines(given, now, provenance_of(settings, answerer, index)())
    click.echo("\n".join(map(_sentence, lines)))


@contextmanager
def _state(settings: Settings) -> Iterator[State]:
    from bot.slack.state import State

    state = State(Path(settings.slack.state), make=False)
    try:
        yield state
    finally:
        state.close()


def _scope(
    index: PassageIndex | None = None,
    *,
    collections: tuple[str, ...],
    authors: tuple[str, ...],
    since: datetime.datetime | None,
    until: datetime.datetime | None,
) -> Scope:
    """Return what a command line limits a question to, checked with an index."""
    from bot.bootstrap import check_scope
    from index import Scope

    scope = Scope(
        frozenset(collections),
        frozenset(authors),
        since.date() if since else None,
        until.date() if until else None,
    )
    if index is not None:
        check_scope(index, scope)
    return scope


def _settings(index_folder: str | None) -> Settings:
    from dataclasses import replace

    from bot.config import load_settings

    if index_folder is not None and not index_folder.strip():
        raise click.UsageError("--index is empty; name a folder, or leave it out.")
    settings = load_settings(os.environ, Path.cwd())
    return replace(settings, index=index_folder) if index_folder else settings


def _take_any_character() -> None:
    """Let no character that an encoding lacks, and no byte that is none of it, end a command."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _sentence(message: str) -> str:
    from bot.wording import printable

    return printable(message)
