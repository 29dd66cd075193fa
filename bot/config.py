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
# The address of a server, as a client needs it; a name and a password in it would be a secret.
SERVER = re.compile(r"https?://[^\s/?#@]+[^\s?#@]*")
# A public address of https, to which a path can be added.
ADDRESS = re.compile(r"https://[^\s/?#]+[^\s?#]*")
# An address in which the path of a file has its place.
SITE = re.compile(r"https?://[^\s{}]+\{(?:path|file)\}[^\s{}]*")


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
class FetchSettings:
    """The table ``[fetch]``.

    Parameters
    ----------
    allow_private : frozenset of str, or bool
        Hosts that may lead to machines that are not on the public internet; True: all may.
    pages : int
        Of what a feed or a sitemap lists, at most so many are read.
    seconds : float
        How long one address may take.
    """

    allow_private: frozenset[str] | bool = False
    pages: int = 1_000
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """The table ``[llm]``. Keys are none of it: they are read from the environment alone.

    Parameters
    ----------
    model : str
        ``openai:NAME``, ``anthropic:NAME``, or with a ``base_url`` the name that its server knows;
        empty: answers are the articles' own words.
    base_url : str
        The address of a server that speaks OpenAI's protocol, or Anthropic's if the model says so.
    timeout : float
        Seconds that an answer may take to write, further tries included.
    max_tokens : int
        The most that a reply may have.
    temperature : float, optional
        By default the server's.
    retries : int
        How often a request is tried again, with growing pauses, after an error that passes.
    concurrency : int
        How many answers are written at a time; others wait.
    structured : bool
        Whether a JSON schema is asked for; a server that takes none is found out anyway.
    """

    model: str = ""
    base_url: str = ""
    timeout: float = 30.0
    max_tokens: int = 2_000
    temperature: float | None = None
    retries: int = 2
    concurrency: int = 4
    structured: bool = True


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
        What ``footnote index`` alone brings up to date: files, folders and addresses.
    sites : mapping of str to str
        Where files can be read: by folder, an address with ``{path}`` or ``{file}`` in it.
    prompts_dir : str, optional
        A folder whose files come before those of ``prompts/``.
    language : str
        That of the bot's own texts: ``en``, or a folder of ``prompts/``.
    slack : SlackSettings
    fetch : FetchSettings
    llm : LlmSettings
    """

    index: str = ".footnote"
    model: str | None = None
    reader: str = "default"
    threshold: float | None = None
    passages: int = 5
    max_megabytes: float = 20.0
    calibration: str = "footnote-calibration.json"
    sources: tuple[str, ...] = ()
    sites: Mapping[str, str] = field(default_factory=dict)
    prompts_dir: str | None = None
    language: str = "en"
    slack: SlackSettings = SlackSettings()
    fetch: FetchSettings = FetchSettings()
    llm: LlmSettings = LlmSettings()


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


def _server(value: Any) -> str:
    if not isinstance(value, str) or not SERVER.fullmatch(value):
        raise ValueError
    return value.rstrip("/")


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
    listed = value
    if isinstance(value, str):  # a variable; addresses hold what stands between paths
        listed = value.split() if "://" in value else value.split(os.pathsep)
    if not isinstance(listed, list):
        raise ValueError
    return tuple(_text(each) for each in listed)


def _hosts(value: Any) -> frozenset[str] | bool:
    if isinstance(value, str):  # a variable
        if value.strip().lower() in {"true", "1", "false", "0"}:
            return _flag(value)
        value = value.split()
    if isinstance(value, bool):
        return value
    if not isinstance(value, list) or not all(re.fullmatch(r"[^\s/@]+", each) for each in value):
        raise ValueError
    return frozenset(each.lower() for each in value)


def _sites(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(SITE.fullmatch(each) for each in value.values()):
        raise ValueError
    return {_text(folder): address for folder, address in value.items()}


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
_FETCH: Readers = {
    "allow_private": (_hosts, 'true, false, or a list of hosts, such as ["wiki.local"]'),
    "pages": (_whole(1, 50_000), "a whole number from 1 to 50000"),
    "seconds": (_number(0.1, 3_600), "a number of seconds from 0.1 to 3600"),
}
_LLM: Readers = {
    "model": (_text, '"openai:NAME", "anthropic:NAME", or the name of a model at base_url'),
    "base_url": (_server, 'the address of a server, such as "http://localhost:11434/v1"'),
    "timeout": (_number(0.1, 600), "a number of seconds from 0.1 to 600"),
    "max_tokens": (_whole(50, 100_000), "a whole number from 50 to 100000"),
    "temperature": (_number(0, 2), "a number from 0 to 2"),
    "retries": (_whole(0, 10), "a whole number from 0 to 10"),
    "concurrency": (_whole(1, 100), "a whole number from 1 to 100"),
    "structured": (_flag, "true or false"),
}
# Whose address is known.
PROVIDERS = ("openai:", "anthropic:")
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{2,}")

_READ: Readers = {
    "index": (_text, "the path of a folder"),
    "model": (_text, "the name or the folder of an embedding model"),
    "reader": (_text, '"default", "none", or the name or the folder of a model'),
    "threshold": (_number(0, 1), "a number from 0 to 1"),
    "calibration": (_text, "the path of a file"),
    "sources": (_texts, "a list of files, folders and addresses"),
    "sites": (
        _sites,
        'a table of folders and addresses with {path} or {file} in them: "docs" = '
        '"https://docs.example.com/{path}/"',
    ),
    "prompts_dir": (_text, "the path of a folder"),
    "language": (_text, 'a language of prompts/, such as "de"'),
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
    fetching = {
        name: _value(_FETCH, name, environ[variable], variable)
        for name in _FETCH
        if environ.get(variable := f"{PREFIX}FETCH_{name.upper()}")
    }
    values["fetch"] = replace(values.get("fetch", FetchSettings()), **fetching)
    values["llm"] = _llm(values.get("llm", {}), environ)
    return replace(Settings(), **values)


def _toml(path: Path) -> dict[str, Any]:
    import tomllib  # late: most folders have no such file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        remedy = "give it the permissions of a file, or move it away."
        raise ConfigError(f"{path} can't be read ({error.strerror}); {remedy}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} can't be read: it is not UTF-8; save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        remedy = 'mend it there; texts stand in quotation marks: name = "value".'
        raise ConfigError(f"{path} can't be read: {error}; {remedy}") from error


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    found = _toml(path)
    slack, fetch, llm = (found.pop(name, None) for name in ("slack", "fetch", "llm"))
    values = _table(_READ, found, f"{path}:", more=("fetch", "llm", "slack"))
    if slack is not None:
        values["slack"] = _slack(slack, path)
    if fetch is not None:
        values["fetch"] = _fetch(fetch, path)
    if llm is not None:
        values["llm"] = _of_llm(llm, path)
    for name in ("index", "calibration", "prompts_dir"):
        if name in values:
            values[name] = _beside(path, values[name])
    if "sites" in values:
        values["sites"] = {_beside(path, each): to for each, to in values["sites"].items()}
    if "sources" in values:
        values["sources"] = tuple(_beside(path, each) for each in values["sources"])
    return values


def _llm(values: Mapping[str, Any], environ: Mapping[str, str]) -> LlmSettings:
    told = {
        name: _value(_LLM, name, environ[variable], variable)
        for name in _LLM
        if environ.get(variable := f"{PREFIX}LLM_{name.upper()}")
    }
    settings = LlmSettings(**{**values, **told})
    if settings.model and not settings.base_url and not settings.model.startswith(PROVIDERS):
        raise ConfigError(
            f"llm.model is {settings.model!r}, and no server is named; set base_url in [llm], "
            f"or begin "
            "the model with openai: or anthropic:."
        )
    if settings.base_url and not settings.model:
        raise ConfigError("llm.base_url is set, and no model; set model in [llm], too.")
    return settings


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


def _of_llm(found: Any, path: Path) -> dict[str, Any]:
    """Check the table; it is put together once the variables are known, too."""
    if not isinstance(found, dict):
        raise ConfigError(f"{path}: llm is {found!r}; it must be a table: [llm].")
    return _table(_LLM, found, f"{path}: llm.")


def _fetch(found: Any, path: Path) -> FetchSettings:
    place = f"{path}: fetch"
    if not isinstance(found, dict):
        raise ConfigError(f"{place} is {found!r}; it must be a table: [fetch].")
    return FetchSettings(**_table(_FETCH, found, f"{place}."))


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
    if "://" in name:  # an address of the web
        return name
    return str(path.parent / os.path.expanduser(name))


def _value(readers: Readers, name: str, value: Any, place: str) -> Any:
    read, wanted = readers[name]
    try:
        return read(value)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ConfigError(f"{place} is {_without_secrets(value)}; it must be {wanted}.") from error


def _without_secrets(value: Any) -> str:
    """Return a value for people, without the name and the password of an address."""
    return re.sub(r"//\S*@", "//…@", repr(value))
