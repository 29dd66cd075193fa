"""`footnote prompts`: what the bot says, listed, shown, checked and rendered."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.prompt_folders import Prompts


@click.group()
def prompts() -> None:
    """Show and check the texts of prompts/, and of the folder that prompts_dir names."""


@prompts.command("list")
def list_command() -> None:
    """List the files: version, digest, where each comes from, what uses it."""
    found = _found()
    click.echo("\n".join(list_lines(found)))


@prompts.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a file as it is used, to be copied into a folder of your own and edited."""
    click.echo(_found().load(name).source, nl=False)


@prompts.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check(folder: Path | None) -> None:
    """Check a folder of your own, or all that is used; exit with 1 if a file can't be."""
    from bot.errors import PromptError
    from bot.prompt_folders import find_prompts, names_in

    found = find_prompts(str(folder)) if folder else _found()
    passed = True
    for name in names_in(folder) if folder else found.names():
        try:
            prompt = found.load(name)
            click.echo(f"ok    {prompt.place}: {len(prompt.texts)} texts")
        except PromptError as error:
            passed = False
            click.echo(f"FAIL  {error}")
    if not passed:
        sys.exit(1)


@prompts.command()
@click.argument("name")
@click.argument("text")
@click.argument("values", nargs=-1, metavar="[VARIABLE=VALUE]...")
def render(name: str, text: str, values: tuple[str, ...]) -> None:
    """Fill in one of the texts of a file."""
    click.echo(_found().load(name).render(text, **_variables(values)))


def list_lines(found: Prompts) -> list[str]:
    """Return the files of prompts as a table in plain text."""
    from bot.prompts import short

    loaded = [found.load(name) for name in found.names()]
    width = max(len(prompt.name) for prompt in loaded)
    return [
        f"{prompt.name:<{width}}  {prompt.version:>3}  {short(prompt.digest)}  {prompt.place}  "
        f"({prompt.used_by})"
        for prompt in loaded
    ]


def _found() -> Prompts:
    from bot.bootstrap import make_prompts
    from bot.config import load_settings

    return make_prompts(load_settings(os.environ, Path.cwd()))


def _variables(values: Iterable[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, sign, _ in pairs:
        if not sign or not name.isidentifier():
            raise click.UsageError(f"Write variables as NAME=VALUE; {name} is none.")
    return {name: value for name, _, value in pairs}
