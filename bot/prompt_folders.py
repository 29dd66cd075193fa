"""The folders of prompts: a user's own, that of a language, and the English one of the package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

from bot.errors import PromptError
from bot.prompts import SHIPPED, SUFFIX, Prompt, load_prompt, read_prompt

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Prompts:
    """Folders of prompts: of each file, the first that there is counts.

    Parameters
    ----------
    folders : tuple of Traversable
        Those that come before the English ``prompts/`` of the package, which has every file.
    """

    folders: tuple[Traversable, ...] = ()

    def names(self) -> list[str]:
        """List the files there are, without their suffix."""
        return names_in(SHIPPED)

    def load(self, name: str) -> Prompt:
        """Load a file.

        Raises
        ------
        PromptError
            If it can't be used, or lacks a text that is used, has another one, or uses a variable
            where it has no value.
        """
        if name not in self.names():
            raise PromptError(f"there are no prompts {name}; there are {', '.join(self.names())}.")
        standard = load_prompt(name)
        for folder in self.folders:
            path = folder.joinpath(name + SUFFIX)
            if path.is_file():
                prompt = read_prompt(path, name, str(path))
                _compare(prompt, standard)
                return prompt
        return standard


def find_prompts(own: str | None = None, language: str = ENGLISH) -> Prompts:
    """Find the folders of prompts that settings name.

    Parameters
    ----------
    own : str, optional
        The user's folder, whose files come first.
    language : str
        That of the texts which the package has: ``en``, or a folder of ``prompts/``.

    Raises
    ------
    PromptError
        If there is no such folder, or a file in it is none of those used.
    """
    folders: list[Traversable] = []
    if own:
        folders.append(_checked(Path(own)))
    if language != ENGLISH:
        known = languages()
        if language not in known:
            raise PromptError(f"prompts/ has no language {language}; there are {', '.join(known)}.")
        folders.append(SHIPPED.joinpath(language))
    return Prompts(tuple(folders))


def languages() -> list[str]:
    """List the languages of the package's texts."""
    return sorted([ENGLISH, *(each.name for each in SHIPPED.iterdir() if each.is_dir())])


def _compare(prompt: Prompt, standard: Prompt) -> None:
    """Check that a file can stand in for the package's."""
    for text in standard.texts:
        if text not in prompt.texts:
            raise PromptError(
                f"{prompt.place} lacks the text ## {text}, which is used; "
                f"footnote prompts show {prompt.name} prints one to copy."
            )
    for name, text in prompt.texts.items():
        if name not in standard.texts:
            raise PromptError(
                f"{prompt.place} has a text ## {name}, which nothing uses; take it out or mend "
                "its heading."
            )
        given = Template(standard.texts[name]).get_identifiers()
        unknown = sorted(set(Template(text).get_identifiers()) - set(given))
        if unknown:
            raise PromptError(
                f"{prompt.place} uses ${unknown[0]} in {name}, which has no value there."
            )
    lacking = sorted(standard.variables - prompt.variables)
    if lacking:
        raise PromptError(f"{prompt.place}: add {lacking[0]} to its variables.")


def _checked(own: Path) -> Path:
    if not own.is_dir():
        raise PromptError(f"{own} is no folder of prompts; make it, or mend prompts_dir.")
    known = names_in(SHIPPED)
    for name in names_in(own):
        if name not in known:
            raise PromptError(
                f"{own / name}{SUFFIX} is none of the prompts; there are {', '.join(known)}."
            )
    return own


def names_in(folder: Traversable) -> list[str]:
    """List the files of prompts in a folder, without their suffix."""
    found = (each.name for each in folder.iterdir() if each.name.endswith(SUFFIX))
    return sorted(name.removesuffix(SUFFIX) for name in found)
