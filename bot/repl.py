"""The conversation at a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.answer import Answerer
from bot.citations import as_citation, find_again
from bot.prompt_folders import Prompts
from bot.terminal import Screen, source_lines, why_lines
from bot.types import Citation, Sentence, Turn
from bot.wording import Wording
from index import EVERYTHING, ArticleInfo, CorpusError, PassageIndex, Scope

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

LEAVE = frozenset({"/quit", "/exit", "quit", "exit"})
COMMANDS = ("/sources", "/why", "/open", "/help", "/quit")
REMEMBERED_TURNS = 10


class Chat:
    """A conversation: lines in, answers on a screen.

    Parameters
    ----------
    answerer : Answerer
    index : PassageIndex
        What the answers come from, for ``/sources`` and ``/open``.
    prompts : Prompts
        The chat's own texts are among them.
    screen : Screen
    scope : Scope
        Which articles may answer.
    """

    def __init__(
        self,
        answerer: Answerer,
        index: PassageIndex,
        prompts: Prompts,
        screen: Screen,
        *,
        scope: Scope = EVERYTHING,
    ) -> None:
        self._answerer = answerer
        self._index = index
        self._texts = prompts.load("chat")
        self._wording = Wording(prompts.load("wording"))
        self._greeting = prompts.load("greeting")
        self._screen = screen
        self._scope = scope
        self.turns: list[Turn] = []

    def run(self, lines: Iterable[str]) -> None:
        """Greet, answer line by line until the lines end or one says ``/quit``."""
        articles = self._searched()
        passages = sum(info.passages for info in articles)
        self._screen.text(
            self._greeting.render(
                "chat",
                articles=self._wording.counted("articles", len(articles)),
                passages=self._wording.counted("passages", passages),
            )
        )
        for line in lines:
            if line.strip().lower() in LEAVE:
                break
            self.hear(line.strip())
        self._screen.text(self._texts.render("goodbye"))

    def hear(self, line: str) -> None:
        """Answer one line: a question, or a command."""
        command, _, argument = line.partition(" ")
        command = command.lower()
        if not line:
            return
        if not line.startswith("/"):
            self._ask(line)
        elif command == "/help":
            self._screen.text(self._texts.render("help"))
        elif command == "/sources":
            self._screen.text("\n".join(source_lines(self._searched(), self._wording)))
        elif command == "/why":
            self._why()
        elif command == "/open":
            self._open(argument.strip())
        else:
            self._screen.text(self._texts.render("unknown-command"))

    def _searched(self) -> list[ArticleInfo]:
        admits = self._scope.admits
        articles = self._index.articles()
        return [a for a in articles if admits(a.collection, a.author, a.published)]

    def _ask(self, question: str) -> None:
        shown: list[Sentence] = []

        def tell(sentence: Sentence) -> None:
            self._screen.sentence(sentence)
            shown.append(sentence)

        try:
            answer = self._answerer.ask(question, self.turns, scope=self._scope, tell=tell)
        except CorpusError as error:  # the index may be mended while the conversation goes on
            self._screen.text(str(error))
            return
        self.turns = [*self.turns, Turn(question, answer)][-REMEMBERED_TURNS:]
        if shown:  # all of it: what has been checked is not taken back
            self._screen.rest(answer)
        else:
            self._screen.answer(answer)

    def _why(self) -> None:
        if not self.turns:
            self._screen.text(self._texts.render("no-answer-yet"))
            return
        self._screen.text("\n".join(why_lines(self.turns[-1].answer)))

    def _open(self, argument: str) -> None:
        if not self.turns:
            self._screen.text(self._texts.render("no-answer-yet"))
            return
        answer = self.turns[-1].answer
        for citation in answer.citations or map(as_citation, answer.hits):
            if argument in {str(citation.number), f"[{citation.number}]"}:
                self._show(citation)
                return
        self._screen.text(self._texts.render("no-such-source"))

    def _show(self, citation: Citation) -> None:
        """Show a source in its article as stored now: it may have changed since the answer."""
        try:
            article = self._index.article(citation.article_id)
        except KeyError:
            self._screen.text(self._texts.render("source-gone"))
            return
        found = find_again(citation, article)
        if found is None:
            self._screen.text(self._texts.render("source-gone"))
        else:
            self._screen.quote(found, article)


def piped_lines(file: TextIO, screen: Screen) -> Iterator[str]:
    """Yield the lines of a file, showing each as it is taken, so that a transcript reads well."""
    for line in file:
        screen.text(f"> {line.strip()}")
        yield line


def typed_lines(index: PassageIndex, history: Path) -> Iterator[str]:
    """Yield what a person types, with history kept between runs, and completion.

    Parameters
    ----------
    index : PassageIndex
        The words of whose titles are completed.
    history : Path
        File of earlier lines; where it can't be written, the history lasts as long as the run.
    """
    session = _session(index, history)
    while True:
        try:
            yield session.prompt("> ")
        except KeyboardInterrupt:  # drops the line, as in a shell
            continue
        except EOFError:
            return


def _session(index: PassageIndex, history: Path) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    kept: History
    try:
        history.parent.mkdir(parents=True, exist_ok=True)
        history.touch(mode=0o600)
        kept = FileHistory(str(history))
    except OSError:
        kept = InMemoryHistory()
    titles = " ".join(info.title for info in index.articles())
    words = {word for word in re.findall(r"[\w’'-]+", titles) if len(word) > 3}
    completer = WordCompleter([*COMMANDS, *sorted(words)], ignore_case=True, WORD=True)
    return PromptSession(history=kept, completer=completer, complete_while_typing=False)
