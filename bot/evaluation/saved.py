"""Runs on disk: what was asked of what, and what became of each question, as JSON lines."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from bot.bootstrap import make_prompts
from bot.config import Settings
from bot.errors import GoldError
from bot.evaluation.gold import GoldCase, case_line
from bot.evaluation.outcome import Outcome
from index import EVERYTHING, PassageIndex, Scope

FORMAT = 1
# Of the index's settings, those that a search depends on.
INDEX_SETTINGS = ("model", "model_digest", "dimension", "splitter", "words")


@dataclass(frozen=True, slots=True)
class Made:
    """What a run was made with, by which it is told from others.

    Parameters
    ----------
    digests : dict of str to str
        Of the ``articles``, the ``index`` (its model and splitter), the ``reader`` (its weights
        and calibration), the ``prompts``, the ``settings``, the ``scope`` and the ``version``.
    questions : int
    gold : str
        Digest of the questions.
    """

    digests: Mapping[str, str]
    questions: int
    gold: str

    @classmethod
    def of(
        cls,
        index: PassageIndex,
        settings: Settings,
        cases: Sequence[GoldCase],
        *,
        search: bool,
        scope: Scope = EVERYTHING,
    ) -> Self:
        """Take the digests of everything that a run depends on."""
        known, found = index.settings(), make_prompts(settings)
        texts = ((each.id, index.article(each.id).text) for each in index.articles())
        asked: dict[str, Any] = {
            "passages": settings.passages, "threshold": settings.threshold, "search": search
        }  # fmt: skip
        if settings.llm.model and not search:
            asked["llm"] = [settings.llm.model, settings.llm.base_url, settings.llm.temperature]
        digests = {
            "articles": _digest(sorted(f"{id}\0{text}" for id, text in texts)),
            "index": _digest(f"{name} {known.get(name)}" for name in INDEX_SETTINGS),
            "reader": "" if search else _reader(settings),
            "prompts": _digest(found.load(name).digest for name in found.names()),
            "settings": _digest([json.dumps(asked)]),
            "scope": _digest(_limits(scope)),
            "version": version("footnote"),
        }
        return cls(digests, len(cases), _digest(map(case_line, cases)))

    def changed(self, since: Made) -> list[str]:
        """Return what is other than in another run."""
        names = sorted(set(self.digests) | set(since.digests))
        return [name for name in names if self.digests.get(name) != since.digests.get(name)]


class Save:
    """A run as it is made: what is done is on the disk, and a run of the same kind goes on there.

    Parameters
    ----------
    path : Path
        Written when the run is complete; until then ``path`` with ``.part`` is.
    made : Made
    """

    def __init__(self, path: Path, made: Made) -> None:
        self.path = path
        self._made = made
        self._part = path.with_name(f"{path.name}.part")
        self.done: list[Outcome] = []
        if self._part.is_file():
            before, outcomes = load_run(self._part)
            if before == made:
                self.done = outcomes
        # Written anew, so that half a line, which an interruption left, is gone.
        self._file = self._part.open("w", encoding="utf-8")
        self._write({"footnote run": FORMAT, "made": _record(made)})
        for outcome in self.done:
            self._write(outcome.record())

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome."""
        self._write(outcome.record())

    def finish(self) -> None:
        """Put the run in its place, all of it."""
        self.stop()
        self._part.replace(self.path)

    def stop(self) -> None:
        """Leave what was done for another time."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

    def _write(self, record: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()


class _OtherFormatError(ValueError):
    """A run is of a format that this version does not read."""


def load_run(path: Path) -> tuple[Made, list[Outcome]]:
    """Read a run; a last line that was cut short is passed over.

    Raises
    ------
    GoldError
        If it can't be read, or is no run.
    """
    remedy = "make a run with footnote eval GOLD --save RUN."
    try:
        first, *lines = path.read_text(encoding="utf-8").splitlines()
        head = json.loads(first)
        if head["footnote run"] != FORMAT:
            raise _OtherFormatError(f"its format is {head['footnote run']}, not {FORMAT}")
        made = Made(**head["made"])
        outcomes = []
        for number, line in enumerate(lines, 2):
            try:
                outcomes.append(Outcome.of(json.loads(line)))
            except json.JSONDecodeError:
                if number <= len(lines):
                    raise
    except OSError as error:
        why = error.strerror or "it failed"
        raise GoldError(f"{path} can't be read as a run ({why}); {remedy}") from error
    except _OtherFormatError as error:
        raise GoldError(f"{path} can't be read as a run ({error}); {remedy}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = "it is damaged, or none"
        raise GoldError(f"{path} can't be read as a run ({why}); {remedy}") from error
    return made, outcomes


def _record(made: Made) -> dict[str, Any]:
    return {"digests": dict(made.digests), "questions": made.questions, "gold": made.gold}


def _digest(parts: Any) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0\n")
    return digest.hexdigest()


def _text(file: Any) -> str:
    return f"{file.name}\0{file.read_text(encoding='utf-8')}" if file.is_file() else file.name


def _limits(scope: Scope) -> list[str]:
    names = (sorted(scope.collections), sorted(map(str.casefold, scope.authors)))
    return [*map(json.dumps, names), str(scope.since), str(scope.until)]


def _reader(settings: Settings) -> str:
    """Return the digest of what finds and judges answers."""
    from bot.reader.model import CALIBRATION, FOLDER, weights_digest

    parts = [settings.reader]
    if settings.reader == "default":
        parts += [weights_digest(FOLDER)[0], CALIBRATION.read_text(encoding="utf-8")]
    own = Path(settings.calibration)
    if settings.calibration and own.is_file():
        parts.append(own.read_text(encoding="utf-8"))
    return _digest(parts)
