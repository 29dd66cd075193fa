"""Loads, checks and renders ``prompts/``, the texts that people who don't program may edit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any

from bot.errors import PromptError

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
SECTION = re.compile(r"^## +(\S+) *$", re.M)
FIELDS = ("name", "version", "variables", "used_by")
SUFFIX = ".md"
# Beside the package, in a checkout as where it is installed: no other folder of this name on the
# path comes before it.
SHIPPED = Path(__file__).parent.parent / "prompts"
# hashlib would bring OpenSSL along, which a question does without, as `random` does.
SHA_MODULES = ("_sha2", "_sha256", "hashlib")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One file of prompts: texts by name, and the variables they may use.

    ``place`` is what messages call the file, ``source`` what stands in it, ``digest`` the SHA-256
    of its bytes in hexadecimal.
    """

    name: str
    version: int
    variables: frozenset[str]
    texts: Mapping[str, str]
    place: str = ""
    used_by: str = ""
    source: str = ""
    digest: str = ""

    def render(self, text: str, /, **variables: object) -> str:
        """Fill one of the texts in.

        Values are put in as they are, and never read for variables themselves.

        Raises
        ------
        PromptError
            If there is no such text, or a variable of it is missing or unknown.
        """
        if text not in self.texts:
            raise PromptError(f"{self.place} has no text headed ## {text}; add it.")
        unknown = sorted(set(variables) - self.variables)
        if unknown:
            raise PromptError(
                f"{self.place} knows no variable {unknown[0]}; add it to its variables."
            )
        try:
            return Template(self.texts[text]).substitute(variables)
        except KeyError as error:
            raise PromptError(
                f"{self.place} uses ${error.args[0]} in {text}, which has no value there."
            ) from error

    def counted(self, text: str, number: int) -> str:
        """Fill in the text for one, or that for any other number, of what is counted."""
        return self.render(f"{text}-{'one' if number == 1 else 'other'}", number=number)


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
    path = (folder or SHIPPED).joinpath(name + SUFFIX)
    return read_prompt(path, name, f"prompts/{name}{SUFFIX}")


def short(digest: str) -> str:
    """Return so much of a digest as tells two files apart."""
    return digest[:12]


def digests(*prompts: Prompt) -> dict[str, str]:
    """Return the short digests of files of prompts, by their names."""
    return {prompt.name: short(prompt.digest) for prompt in prompts}


def read_prompt(path: Traversable, name: str, place: str) -> Prompt:
    """Read a file of prompts, which messages call by its place; see `load_prompt`."""
    try:
        data = path.read_bytes()
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{place} can't be read ({error}).") from error
    matter, body = _split(name, source, place)
    parts = SECTION.split(body)
    texts = {parts[i]: parts[i + 1].strip("\n") for i in range(1, len(parts), 2)}
    if not texts:
        raise PromptError(f"{place} has no text; begin one with a line such as: ## help")
    _check_texts(parts[1::2], texts, place)
    prompt = Prompt(
        name,
        matter["version"],
        frozenset(matter["variables"]),
        texts,
        place,
        str(matter["used_by"]),
        source,
        _digest(data),
    )
    _check_variables(prompt)
    return prompt


def _split(name: str, source: str, place: str) -> tuple[dict[str, Any], str]:
    import yaml

    match = FRONT_MATTER.match(source)
    try:
        matter = yaml.safe_load(match.group(1)) if match else None
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise PromptError(f"{place}: its front matter is not YAML ({said}).") from error
    if not match or not isinstance(matter, dict):
        raise PromptError(f"{place} must begin with front matter between lines of ---.")
    for field in FIELDS:
        if field not in matter:
            raise PromptError(f"{place}: its front matter lacks {field}.")
    variables = matter["variables"]
    if not isinstance(variables, list) or not all(isinstance(each, str) for each in variables):
        raise PromptError(f"{place}: variables must be a list of names.")
    for field in ("version", "used_by"):
        if not isinstance(matter[field], str | int):
            raise PromptError(f"{place}: {field} must be a word or a number.")
    if matter["name"] != name:
        raise PromptError(f"{place}: name must be {name}, as its file is called.")
    return matter, match.group(2)


def _check_texts(headings: Sequence[str], texts: Mapping[str, str], place: str) -> None:
    for name, text in texts.items():
        if headings.count(name) > 1:
            raise PromptError(f"{place} has two texts ## {name}; take one out.")
        if not text.strip():
            raise PromptError(f"{place} has nothing under ## {name}; write its text there.")


def _check_variables(prompt: Prompt) -> None:
    for text in prompt.texts.values():
        template = Template(text)
        if not template.is_valid():
            raise PromptError(f"{prompt.place}: write $$ for a dollar sign.")
        unknown = sorted(set(template.get_identifiers()) - prompt.variables)
        if unknown:
            raise PromptError(
                f"{prompt.place} uses ${unknown[0]}, which is not among its variables."
            )


def _digest(data: bytes) -> str:
    for module in SHA_MODULES:
        with suppress(ImportError):
            return str(import_module(module).sha256(data).hexdigest())
    raise AssertionError("hashlib is part of Python")  # pragma: no cover
