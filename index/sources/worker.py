"""Parsing in a process of its own, which may hang, swell or die without harm to the rest."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from index.errors import CorpusError, PassingError, UnreadableError
from index.sources.kinds import KINDS, LISTS, Kind
from index.types import Article, Block, Place, Span

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

SECONDS = 60.0
MEGABYTES = 2_000
ENDED_SECONDS = 5.0


class Refusal(NamedTuple):
    """Why a file is not read; ``passing``: for a reason that lies outside it."""

    reason: str
    passing: bool = False


class Parser:
    """One process that parses file after file; started when first needed, anew after a failure.

    Parameters
    ----------
    seconds : float
        How long one file may take.
    megabytes : int
        How much memory the process may take, where the system can limit it.
    """

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self.seconds = seconds
        self.megabytes = megabytes
        self._process: Any = None
        self._connection: Connection | None = None

    def __enter__(self) -> Parser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def parse(self, path: str, *, id: str, title: str) -> list[Article]:
        """Parse a file whose ending is among ``KINDS`` or ``LISTS``.

        Raises
        ------
        UnreadableError
            If it can't be parsed, takes too long or too much memory; a ``PassingError`` if it may
            be read as it is the next time.
        """
        connection = self._started()
        try:
            connection.send_bytes(json.dumps([path, id, title]).encode())
            if not connection.poll(self.seconds):
                raise UnreadableError(f"took longer than {self.seconds:g} seconds to read")
            answer = json.loads(connection.recv_bytes())
        except UnreadableError:
            self.close()
            raise
        except (EOFError, OSError) as error:
            self.close()
            raise UnreadableError("ended the program that reads it; it is damaged") from error
        except BaseException:  # such as Ctrl-C: what it would answer is for nobody
            self.close()
            raise
        if isinstance(answer, dict):
            refusal = Refusal(**answer)
            raise (PassingError if refusal.passing else UnreadableError)(refusal.reason)
        return [article_of(record) for record in answer]

    @property
    def process(self) -> int | None:
        """The number of the process; None while there is none."""
        return None if self._process is None else int(self._process.pid)

    def close(self) -> None:
        """End the process."""
        if self._connection is not None:
            self._connection.close()
            self._process.kill()
            self._process.join(ENDED_SECONDS)
            self._process.close()
        self._connection = self._process = None

    def _started(self) -> Connection:
        if self._connection is None:
            # Imported late: text and Markdown need none of it.
            import multiprocessing

            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            self._process = context.Process(
                target=serve, args=(theirs, self.megabytes), daemon=True
            )
            self._process.start()
            theirs.close()
        return self._connection


def serve(connection: Connection, megabytes: int) -> None:
    """Answer requests until the other side is closed.

    Only JSON goes between the two: what a file makes of its parser can't do more here.
    """
    _limit(megabytes)
    logging.disable()  # what parsers have to say of a file is told in one sentence
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            path, id, title = json.loads(connection.recv_bytes())
            connection.send_bytes(json.dumps(_answer(Path(path), id, title)).encode())


def _limit(megabytes: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not every system can
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1_000_000,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(path: Path, id: str, title: str) -> list[dict[str, Any]] | dict[str, Any]:
    """Return the articles as records, or the record that says why there are none."""
    ending = path.suffix.lower()
    answer = parsed(KINDS.get(ending) or LISTS[ending], path, id, title)
    return answer._asdict() if isinstance(answer, Refusal) else answer


def parsed(kind: Kind, path: Path, id: str, title: str) -> list[dict[str, Any]] | Refusal:
    """Parse a file; whatever goes wrong becomes a sentence."""
    try:
        return [asdict(article) for article in kind.parse(path, id=id, title=title)]
    except CorpusError as error:
        return Refusal(str(error))
    except ImportError as error:
        if not kind.extra:
            raise
        remedy = f"install it with: pip install -c constraints.txt -e '.[{kind.extra}]'"
        return Refusal(f"needs {error.name}; {remedy}", passing=True)
    except MemoryError:
        return Refusal("needs more memory to read than a file may take")
    except OSError as error:
        reason = f"can't be read ({error.strerror or error}); check its permissions"
        return Refusal(reason, passing=True)
    except Exception as error:
        # Parsers meet every kind of damage, and tell it by every kind of error.
        name = type(error).__name__
        return Refusal(f"is damaged, or of another kind than its ending says ({name})")


def article_of(record: dict[str, Any]) -> Article:
    """Return the article that a record was made of."""
    record["places"] = tuple(Place(*place) for place in record["places"])
    record["blocks"] = tuple(
        Block(block["kind"], Span(**block["span"]), block["level"]) for block in record["blocks"]
    )
    return Article(**record)
