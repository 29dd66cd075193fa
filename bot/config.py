"""Settings: ``footnote.toml``, then ``FOOTNOTE_*`` variables, which come first."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from bot.errors import ConfigError

CONFIG_FILE = "footnote.toml"
PREFIX = "FOOTNOTE_"
# A public address of https, to which a path can be added.
ADDRESS = re.compile(r"https://[^\s/?#]+[^\s?#]*")


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How a channel of Slack is answered.

    Parameters
    ----------
    when : {"mentioned", "every question"}
        What is answered that is asked in the channel itself.
    answers : {"public", "private"}
        Whether everybody in the channel sees an answer, or the asker alone.
    owners : tuple of str
        Ids of the people and user groups whom "Ask a person" mentions.
    collections : tuple of str
        What is searched; empty: everything.
    """

    when: Literal["mentioned", "every question"] = "mentioned"
    answers: Literal["public", "private"] = "public"
    owners: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The table ``[slack]``.

    Parameters
    ----------
    state : str
        The file in which the app keeps questions, answers and feedback.
    everywhere : ChannelSettings
        What holds where a channel says nothing else.
    channels : mapping of str to ChannelSettings
        By the id of the channel: the tables ``[slack.channels.ID]``.
    host : str
        The address of this machine at which ``--http`` listens.
    url : str
        The public address that leads there; empty: not told.
    log_questions : bool
        Whether logs hold the words of questions.
    """

    state: str = "footnote-slack.sqlite"
    everywhere: ChannelSettings = ChannelSettings()
    channels: Mapping[str, ChannelSettings] = field(default_factory=dict)
    host: str = "127.0.0.1"
    url: str = ""
    log_questions: bool = False

    def of(self, channel: str) -> ChannelSettings:
        """Return what holds in a channel."""
        return self.channels.get(channel, self.everywhere)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set.

    Parameters
    ----------
    index : str
        The index folder.
    model : str, optional
        Embedding model of a new index; by default the bundled one.
    reader : str
        What finds the answer in the passages: ``default``; ``none`` takes the best sentence; else
        the name or the folder of an extractive question-answering model.
    threshold : float, optional
        Confidence below which an answer is refused, in [0, 1]; by default the reader's own.
    passages : int
        How many passages are read for an answer, 1 to 50.
    max_megabytes : float
        Larger files are not indexed.
    calibration : str
        The file that ``footnote eval --calibrate`` writes; where there is one, it is heeded.
        Empty: none is.
    sources : tuple of str
        What ``footnote index`` alone brings up to date: files and folders.
    prompts_dir : str, optional
        A folder whose files come before those of ``prompts/``.
    language : str
        That of the bot's own texts: ``en``, or a folder of ``prompts/``.
    slack : SlackSettings
    """

    index: str = ".footnote"
    model: str | None = None
    reader: str = "default"
    threshold: float | None = None
    passages: int = 5
    max_megabytes: float = 20.0
    calibration: str = "footnote-calibration.json"
    sources: tuple[str, ...] = ()
    prompts_dir: str | None = None
    language: str = "en"
    slack: SlackSettings = SlackSettings()


def _number(low: float, high: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not low <= float(value) <= high:
            raise ValueError
        return float(value)

    return read


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not low <= int(value) <= high or int(value) != float(value):
            raise ValueError
        return int(value)

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    return value


def _flag(value: Any) -> bool:
    if isinstance(value, str):  # a variable
        value = {"true": True, "1": True, "false": False, "0": False}[value.strip().lower()]
    if not isinstance(value, bool):
        raise ValueError
    return value


def _address(value: Any) -> str:
    if not isinstance(value, str) or not ADDRESS.fullmatch(value):
        raise ValueError
    return value


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return read


def _list_of(pattern: str) -> Callable[[Any], tuple[str, ...]]:
    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(re.fullmatch(pattern, each) for each in value):
            raise ValueError
        return tuple(value)

    return read


def _texts(value: Any) -> tuple[str, ...]:
    listed = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise ValueError
    return tuple(_text(each) for each in listed)


Readers = Mapping[str, tuple[Callable[[Any], Any], str]]

_CHANNEL: Readers = {
    "when": (_one_of("mentioned", "every question"), '"mentioned" or "every question"'),
    "answers": (_one_of("public", "private"), '"public" or "private"'),
    "owners": (
        _list_of(r"[UWS][A-Z0-9]{2,}"),
        'a list of ids of people (U…) or user groups (S…), such as ["U012AB3CD"]',
    ),
    "collections": (_list_of(r"\S(?:.*\S)?"), "a list of names of collections"),
}
_RUNNING: Readers = {
    "state": (_text, "the path of a file"),
    "host": (_text, 'an address of this machine, such as "0.0.0.0" for all of them'),
    "url": (_address, 'a public address, such as "https://footnote.example.com"'),
    "log_questions": (_flag, "true or false"),
}
_SLACK: Readers = {**_RUNNING, **_CHANNEL}
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,}")

_READ: Readers = {
    "index": (_text, "the path of a folder"),
    "model": (_text, "the name or the folder of an embedding model"),
    "reader": (_text, '"default", "none", or the name or the folder of a model'),
    "threshold": (_number(0, 1), "a number from 0 to 1"),
    "calibration": (_text, "the path of a file"),
    "prompts_dir": (_text, "the path of a folder"),
    "language": (_text, 'a language of prompts/, such as "de"'),
    "sources": (_texts, "a list of files and folders"),
    "passages": (_whole(1, 50), "a whole number from 1 to 50"),
    "max_megabytes": (_number(0.001, 10_000), "a number above 0"),
}


def load_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings that hold in a folder.

    Parameters
    ----------
    environ : mapping of str to str
        The process environment.
    folder : Path
        Where ``footnote.toml`` is looked for.

    Returns
    -------
    Settings
        Paths named in ``footnote.toml`` are relative to that file.

    Raises
    ------
    ConfigError
        If a setting is unknown or of the wrong kind.
    """
    values = _from_file(folder / CONFIG_FILE)
    for name in _READ:
        variable = PREFIX + name.upper()
        if environ.get(variable):
            values[name] = _value(_READ, name, environ[variable], variable)
    running = {
        name: _value(_RUNNING, name, environ[variable], variable)
        for name in _RUNNING
        if environ.get(variable := f"{PREFIX}SLACK_{name.upper()}")
    }
    values["slack"] = replace(values.get("slack", SlackSettings()), **running)
    return replace(Settings(), **values)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    import tomllib  # late: most folders have no such file

    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}.") from error
    slack = found.pop("slack", None)
    values = _table(_READ, found, f"{path}:", more=("slack",))
    if slack is not None:
        values["slack"] = _slack(slack, path)
    for name in ("index", "calibration", "prompts_dir"):
        if name in values:
            values[name] = _beside(path, values[name])
    if "sources" in values:
        values["sources"] = tuple(_beside(path, each) for each in values["sources"])
    return values


def _slack(found: Any, path: Path) -> SlackSettings:
    place = f"{path}: slack"
    if not isinstance(found, dict):
        raise ConfigError(f"{place} is {found!r}; it must be a table: [slack].")
    channels = found.pop("channels", {})
    values = _table(_SLACK, found, f"{place}.", more=("channels",))
    running = {name: values.pop(name) for name in _RUNNING if name in values}
    running["state"] = _beside(path, running.get("state", SlackSettings().state))
    everywhere = ChannelSettings(**values)
    if not isinstance(channels, dict):
        raise ConfigError(
            f"{place}.channels is {channels!r}; write a table for each: [slack.channels.C012AB3CD]."
        )
    each = {id: _channel(id, table, place, everywhere) for id, table in channels.items()}
    return SlackSettings(everywhere=everywhere, channels=each, **running)


def _channel(id: str, found: Any, place: str, everywhere: ChannelSettings) -> ChannelSettings:
    if not CHANNEL_ID.fullmatch(id):
        raise ConfigError(
            f"{place}.channels: {id} is no channel's id; it begins with C or G and stands at the "
            "end of the channel's details in Slack."
        )
    if not isinstance(found, dict):
        raise ConfigError(
            f"{place}.channels.{id} is {found!r}; it must be a table: [slack.channels.{id}]."
        )
    return replace(everywhere, **_table(_CHANNEL, found, f"{place}.channels.{id}."))


def _table(
    readers: Readers, found: Mapping[str, Any], place: str, more: tuple[str, ...] = ()
) -> dict[str, Any]:
    unknown = sorted(set(found) - set(readers))
    if unknown:
        there_are = ", ".join(sorted((*readers, *more)))
        where = place.rstrip(".:")
        raise ConfigError(f"{where}: there is no setting {unknown[0]}; there are {there_are}.")
    return {
        name: _value(
            readers, name, value, f"{place}{name}" if place[-1] == "." else f"{place} {name}"
        )
        for name, value in found.items()
    }


def _beside(path: Path, name: str) -> str:
    return str(path.parent / os.path.expanduser(name))


def _value(readers: Readers, name: str, value: Any, place: str) -> Any:
    read, wanted = readers[name]
    try:
        return read(value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ConfigError(f"{place} is {value!r}; it must be {wanted}.") from error
