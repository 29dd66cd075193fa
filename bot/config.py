"""Settings: ``footnote.toml``, then ``FOOTNOTE_*`` variables, which come first."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from bot.errors import ConfigError

CONFIG_FILE = "footnote.toml"
PREFIX = "FOOTNOTE_"


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
    """

    index: str = ".footnote"
    model: str | None = None
    reader: str = "default"
    threshold: float | None = None
    passages: int = 5
    max_megabytes: float = 20.0
    calibration: str = "footnote-calibration.json"
    sources: tuple[str, ...] = ()


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


def _texts(value: Any) -> tuple[str, ...]:
    listed = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise ValueError
    return tuple(_text(each) for each in listed)


_READ: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "index": (_text, "the path of a folder"),
    "model": (_text, "the name or the folder of an embedding model"),
    "reader": (_text, '"default", "none", or the name or the folder of a model'),
    "threshold": (_number(0, 1), "a number from 0 to 1"),
    "calibration": (_text, "the path of a file"),
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
    for field in fields(Settings):
        name = PREFIX + field.name.upper()
        if environ.get(name):
            values[field.name] = _value(field.name, environ[name], name)
    return replace(Settings(), **values)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} can't be read: {error}.") from error
    unknown = sorted(set(found) - set(_READ))
    if unknown:
        raise ConfigError(
            f"{path}: there is no setting {unknown[0]}; there are {', '.join(sorted(_READ))}."
        )
    values = {name: _value(name, value, f"{path}: {name}") for name, value in found.items()}
    for name in ("index", "calibration"):
        if name in values:
            values[name] = str(path.parent / os.path.expanduser(values[name]))
    if "sources" in values:
        values["sources"] = tuple(
            str(path.parent / os.path.expanduser(each)) for each in values["sources"]
        )
    return values


def _value(name: str, value: Any, place: str) -> Any:
    read, wanted = _READ[name]
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ConfigError(f"{place} is {value!r}; it must be {wanted}.") from error
