"""Questions that the index answers well, to suggest to those who open the agent's pane."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from itertools import islice

from bot.prompts import Prompt
from bot.types import Answer
from bot.wording import one_line
from index import Article, CorpusError, PassageIndex

logger = logging.getLogger("footnote.slack")

WANTED = 4
MAX_ARTICLES = 12
# Questions that are tried for an article.
MAX_TRIES = 8
PROMPT_LIMIT = 100
SUBJECT = (
    r"(?P<subject>(?:The |An? )?[A-Z][\w’'-]*(?: (?:of|the|for|[A-Z\d][\w’'-]*|[a-z][\w’'-]+))\
{0,4}?)"
)
# Sentences that state one thing plainly, each with the text of `prompts/suggestions.md` that asks
# for it.
STATEMENTS = (
    (rf"^{SUBJECT} costs? \S*\d", "cost"),
    (rf"^{SUBJECT} (?:was|were) (?P<done>founded|opened|built|launched|born|made|established) in ",
     "when-done"),
    (rf"^{SUBJECT} (?:is|are) (?:located|made|built|based) (?:in|near|at) ", "where-is"),
    (rf"^{SUBJECT} lives? in ", "where-lives"),
    (rf"^{SUBJECT} (?:will open|opens) (?:in|on) ", "when-opens"),
    (rf"^{SUBJECT} employs? \S*\d", "how-many-people"),
    (rf"^{SUBJECT} (?:is|was) (?:an?|the) ", "what-is"),
)  # fmt: skip
PATTERNS = tuple((re.compile(pattern), question) for pattern, question in STATEMENTS)
ARTICLE = re.compile(r"^(?:The|An?) ")
# People inside a sentence, and what a title names.
WORD = r"[A-Z][a-zà-ÿ]+(?:[-’'][A-Z]?[a-zà-ÿ]+)*"
NAME = re.compile(rf"(?<!\S)[a-zà-ÿ]+,? ({WORD}(?: {WORD})+)(?![-\w])")
TITLE_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-zà-ÿ-]{3,}|^[A-Z][a-zà-ÿ-]{3,}(?= [a-z])")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]")


class Suggestions:
    """Keeps questions that the index answers surely, looked for anew when it changes.

    Parameters
    ----------
    index : PassageIndex
    ask : callable
        Answers a question.
    texts : Prompt
        The questions, by what they ask for.
    """

    def __init__(self, index: PassageIndex, ask: Callable[[str], Answer], texts: Prompt) -> None:
        self._texts = texts
        self._index = index
        self._ask = ask
        self._found: tuple[str, ...] = ()
        self._generation = ""
        self._looking = threading.Lock()
        self._thread: threading.Thread | None = None

    def __call__(self) -> Sequence[str]:
        """Return what was found last, at once, and look for more if the index has changed."""
        self.refresh()
        return self._found

    def refresh(self) -> threading.Thread | None:
        """Begin to look if the index has changed; the thread that does, if one was begun."""
        try:
            generation = self._index.settings().get("generation", "")
        except CorpusError:
            self._found = ()
            return None
        if generation == self._generation or not self._looking.acquire(blocking=False):
            return None
        thread = threading.Thread(
            target=self._look, args=(generation,), name="suggestions", daemon=True
        )
        thread.start()
        self._thread = thread
        return thread

    def wait(self) -> None:
        """Wait until nothing is looked for."""
        if self._thread is not None:
            self._thread.join()

    def _look(self, generation: str) -> None:
        try:
            self._found = tuple(suggested(self._index, self._ask, self._texts))
            self._generation = generation
        except (CorpusError, RuntimeError, CancelledError) as error:  # the last two: closing
            logger.warning("no prompts can be suggested: %s", error)
        finally:
            self._looking.release()


def suggested(
    index: PassageIndex, ask: Callable[[str], Answer], texts: Prompt, *, wanted: int = WANTED
) -> list[str]:
    """Return questions that the index answers surely, each from another article.

    A question is made of a sentence that states one thing plainly, or of a name, and suggested if
    the answer to it is sure and cites that very sentence, or one with the name.
    """
    found: list[str] = []
    for info in index.articles()[-MAX_ARTICLES:][::-1]:
        if len(found) == wanted:
            break
        for question, words in islice(candidates(index.article(info.id), texts), MAX_TRIES):
            usable = question not in found and len(question) <= PROMPT_LIMIT
            if usable and _answers(ask(question), words):
                found.append(question)
                break
    return found


def candidates(article: Article, texts: Prompt) -> Iterator[tuple[str, str]]:
    """Yield questions about an article, each with words that a quote that answers it holds."""
    for match in SENTENCE.finditer(article.text):
        sentence = one_line(match.group())
        for pattern, question in PATTERNS:
            stated = pattern.search(sentence)
            if stated:
                parts = stated.groupdict()
                parts["subject"] = ARTICLE.sub(lambda it: it[0].lower(), parts["subject"])
                yield texts.render(question, **parts), sentence
                break
    for name in dict.fromkeys(NAME.findall(article.text)):
        yield texts.render("who", name=name), name
    for name in dict.fromkeys(TITLE_NAME.findall(article.title)):
        yield texts.render("where", name=name), name
        yield texts.render("what", name=name), name


def _answers(answer: Answer, words: str) -> bool:
    return (
        answer.status == "answered"
        and not answer.tentative
        and any(words in one_line(citation.quote) for citation in answer.citations)
    )
