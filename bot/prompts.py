"""Loads, checks and renders ``prompts/``, the texts that people who don't program may edit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Any

from bot.errors import PromptError

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
SECTION = re.compile(r"^## +(\S+) *$", re.M)
FIELDS = ("name", "version", "variables", "used_by")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file of prompts: texts by name, and the variables they may use."""

    name: str
    version: int
    variables: frozenset[str]
    texts: Mapping[str, str]

    def render(self, text: str, /, **variables: object) -> str:
        """Fill one of the texts in.

        Values are put in as they are, and never read for variables themselves.

        Raises
        ------
        PromptError
            If there is no such text, or a variable of it is missing or unknown.
        """
        if text not in self.texts:
            raise PromptError(f"prompts/{self.name}.md has no text headed ## {text}; add it.")
        unknown = sorted(set(variables) - self.variables)
        if unknown:
            raise PromptError(
                f"prompts/{self.name}.md knows no variable {unknown[0]}; add it to its variables."
            )
        try:
            return Template(self.texts[text]).substitute(variables)
        except KeyError as error:
            raise PromptError(
                f"prompts/{self.name}.md uses ${error.args[0]} in {text}, which has no value there."
            ) from error


def load_prompt(name: str, folder: Traversable | None = None) -> Prompt:
    """Load a file of prompts.

    Parameters
    ----------
    name : str
        The file's name without ``.md``.
    folder : Traversable, optional
        By default the ``prompts/`` that come with the package.

    Returns
    -------
    Prompt

    Raises
    ------
    PromptError
        If the file is missing, has no front matter, or uses variables that it does not declare.
    """
    path = (folder or files("prompts")).joinpath(f"{name}.md")
    try:
        source = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"prompts/{name}.md can't be read ({error}).") from error
    matter, body = _split(name, source)
    parts = SECTION.split(body)
    texts = {parts[i]: parts[i + 1].strip("\n") for i in range(1, len(parts), 2)}
    if not texts:
        raise PromptError(f"prompts/{name}.md has no text; begin one with a line such as: ## help")
    prompt = Prompt(name, matter["version"], frozenset(matter["variables"]), texts)
    _check_variables(prompt)
    return prompt


def _split(name: str, source: str) -> tuple[dict[str, Any], str]:
    import yaml

    match = FRONT_MATTER.match(source)
    try:
        matter = yaml.safe_load(match.group(1)) if match else None
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise PromptError(f"prompts/{name}.md: its front matter is not YAML ({said}).") from error
    if not match or not isinstance(matter, dict):
        raise PromptError(f"prompts/{name}.md must begin with front matter between lines of ---.")
    for field in FIELDS:
        if field not in matter:
            raise PromptError(f"prompts/{name}.md: its front matter lacks {field}.")
    variables = matter["variables"]
    if not isinstance(variables, list) or not all(isinstance(each, str) for each in variables):
        raise PromptError(f"prompts/{name}.md: variables must be a list of names.")
    if matter["name"] != name:
        raise PromptError(f"prompts/{name}.md: name must be {name}, as its file is called.")
    return matter, match.group(2)


def _check_variables(prompt: Prompt) -> None:
    for text in prompt.texts.values():
        template = Template(text)
        if not template.is_valid():
            raise PromptError(f"prompts/{prompt.name}.md: write $$ for a dollar sign.")
        unknown = sorted(set(template.get_identifiers()) - prompt.variables)
        if unknown:
            raise PromptError(
                f"prompts/{prompt.name}.md uses ${unknown[0]}, which is not among its variables."
            )
