"""Where questions are taken on, once each, and answered."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from queue import SimpleQueue

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.answer import Answerer
from bot.config import SlackSettings
from bot.prompt_folders import Prompts
from bot.slack import blocks
from bot.slack.asking import asks
from bot.slack.blocks import cut_to
from bot.slack.delivery import Delivery, Stopped
from bot.slack.record import Provenance, made_record, recalled, remembered
from bot.slack.review import Review
from bot.slack.state import Given, State
from bot.slack.suggestions import Suggestions
from bot.slack.types import Clients, Message, Observe, Question, unobserved
from bot.types import Answer, Sentence, Turn
from bot.wording import Wording
from index import CorpusError, PassageIndex, Scope

logger = logging.getLogger("footnote.slack")

# Answers are computed by few threads, since they share the processor, and sent by many, which wait.
READERS = 2
SENDERS = 16
# Seconds after which a message is begun, to be filled in when the answer is there.
PATIENCE = 3.0
HISTORY_TURNS = 5
# A conversation outside threads is taken up again for this long, in seconds.
CONVERSATION = 3_600.0
TITLE_LIMIT = 80
# Between looks at whether the index has changed, so that answers given are to be looked through.
REVIEW_SECONDS = 30.0


class Desk:
    """Takes questions on, once each, and sees to it that each is answered.

    A question is written down before it is acknowledged, and struck off once its answer is sent:
    one that a crash left open is answered by :meth:`resume`.

    Parameters
    ----------
    settings : SlackSettings
    answerer : Answerer
    index : PassageIndex
        What the answerer reads.
    state : State
    prompts : Prompts
    provenance : callable
        Returns what answers are made with at this moment.
    clock : callable
        Seconds since 1970.
    observe : Observe
    patience : float
        Seconds after which a message is begun, to be filled in when the answer is there.
    writers : int
        How many answers a language model writes at a time, which waits for it and computes nothing.
    """

    def __init__(
        self,
        settings: SlackSettings,
        answerer: Answerer,
        index: PassageIndex,
        state: State,
        prompts: Prompts,
        provenance: Callable[[], Provenance],
        *,
        clock: Callable[[], float],
        observe: Observe = unobserved,
        patience: float = PATIENCE,
        writers: int = 0,
    ) -> None:
        self.settings = settings
        self.index = index
        self.state = state
        self.texts = prompts.load("slack")
        self.wording = Wording(prompts.load("wording"))
        self.greeting = prompts.load("greeting")
        self.clock = clock
        self.observe = observe
        self.answerer = answerer
        self._provenance = provenance
        self._patience = patience
        self.suggestions = Suggestions(index, self.ask, prompts.load("suggestions"))
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._under_way: dict[Future[None], str] = {}
        self._readers = ThreadPoolExecutor(READERS + writers, thread_name_prefix="reader")
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="sender")

    def take(self, question: Question, client: WebClient) -> bool:
        """Write a question down and have it answered; False if a copy of it was taken before.

        Returns at once: this is called before Slack gets its acknowledgement.
        """
        if not self.state.claim(question, self.clock()):
            self.observe("again", way=question.way)
            return False
        self.observe("asked", way=question.way, text=question.text)
        self._start(question.key, client)
        return True

    def amend(self, key: str, text: str, edited: str, client: WebClient) -> bool:
        """Answer an edited question anew, in place; False if it was never taken on."""
        found = self.state.amend(key, text, edited)
        if found == "again":
            self._start(key, client, again=True)
        return found != "unknown"

    def resume(self, clients: Clients) -> int:
        """Answer the questions that were left open when the app ended; return how many.

        From then on the answers given are looked through whenever the index changes, and questions
        to suggest are looked for.

        Parameters
        ----------
        clients : callable
            Returns the client that speaks for a workspace, by the workspace's id, or None if the
            app was removed from it: its questions are dropped.
        """
        self.suggestions.refresh()
        review = Review(self, clients)
        threading.Thread(
            target=review.run, args=(self._closing, REVIEW_SECONDS), name="review", daemon=True
        ).start()
        resumed = 0
        for question in self.state.open_questions():
            with self._lock:
                if question.key in self._under_way.values():  # taken on since the start
                    continue
            client = clients(question.team)
            if client is None:
                self.state.give_up(question.key)
                continue
            self._start(question.key, client, again=True)
            resumed += 1
        return resumed

    def ask(self, question: str) -> Answer:
        """Answer a question of nobody's, in its turn, with no language model."""
        return self._readers.submit(self.answerer.ask, question, write=False).result()

    def settle(self, seconds: float | None = None) -> bool:
        """Wait until no answer is under way; False if that takes longer."""
        with self._lock:
            under_way = set(self._under_way)
        return not wait(under_way, seconds).not_done

    def close(self, seconds: float) -> bool:
        """Finish the answers under way; True if all were within so many seconds.

        What is not is answered by :meth:`resume` after the next start.
        """
        finished = self.settle(seconds)
        self._closing.set()
        self._senders.shutdown(wait=False, cancel_futures=True)
        # What is being looked for would go on reading an index that is closed next.
        self._readers.shutdown(wait=finished, cancel_futures=True)
        self.suggestions.wait()
        return finished

    def _start(self, key: str, client: WebClient, *, again: bool = False) -> None:
        with suppress(RuntimeError):  # closed meanwhile: it is answered after the next start
            with self._lock:
                future = self._senders.submit(self._see_to, key, client, again=again)
                self._under_way[future] = key
            future.add_done_callback(self._done)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._under_way.pop(future, None)

    def _see_to(self, key: str, client: WebClient, *, again: bool) -> None:
        """Answer a question, and again while it is edited meanwhile; never leave it in silence."""
        question = self.state.question(key)
        delivery = self.delivery(question, client)
        try:
            while not self._answer(question, delivery, again=again):
                question, again = self.state.question(key), True
        except (Stopped, CancelledError):
            logger.info("closing before an answer was sent; it is sent after the next start")
        except CorpusError as error:
            logger.error("the index can't be read: %s", error)
            self._apologise(question, delivery, "no-index", error)
        except SlackApiError as error:
            logger.error("an answer can't be sent: %s", error.response.get("error"))
            self.observe("failed", way=question.way, error=str(error.response.get("error")))
            self.state.give_up(key)
        except Exception as error:
            if self._closing.is_set():  # what it needed is closed: it is answered after the start
                return
            logger.exception("a question has no answer")
            self._apologise(question, delivery, "apology", error)

    def _answer(self, question: Question, delivery: Delivery, *, again: bool) -> bool:
        """Answer a question; False if it was edited meanwhile."""
        began = self.clock()
        asked, history = self._worded(question, delivery)
        scope = self._scope(question)
        written: SimpleQueue[Sentence | None] = SimpleQueue()
        reading = self._readers.submit(
            self.answerer.ask, asked, history, scope=scope, tell=written.put
        )
        reading.add_done_callback(lambda _: written.put(None))
        message_ts = self.state.message_of(question.key) if again else ""
        answer, message_ts = self._awaited(reading, written, question, delivery, message_ts)
        provenance = self._provenance()
        message = self.rendered(question, answer)
        id = id_of(question.key)
        if message_ts:
            message_ts = delivery.complete(message_ts, message)
        else:
            message_ts = delivery.send(message, perhaps_sent=again)
        at = self.clock()
        given = Given(id, question, message_ts, at, made_record(answer, history, provenance, scope))
        closed = self.state.store(
            given, status=answer.status, generation=provenance.generation, answered=question
        )
        seconds = at - (began if again else self.state.asked_at(question.key))
        self.observe("answered", way=question.way, status=answer.status, seconds=seconds)
        return closed

    def _awaited(
        self,
        reading: Future[Answer],
        written: SimpleQueue[Sentence | None],
        question: Question,
        delivery: Delivery,
        message_ts: str,
    ) -> tuple[Answer, str]:
        """Wait for an answer, showing what there is of it; return it and its message, if begun."""
        delivery.status(self.texts.render("working"))
        delivery.title(cut_to(question.text, TITLE_LIMIT))
        with suppress(NotYet):
            return reading.result(self._patience), message_ts
        if not message_ts:
            message_ts = delivery.begin_stream(self.texts.render("looking"))
            if message_ts:
                self.state.begin(question.key, message_ts)
        for sentence in iter(written.get, None):
            delivery.append(message_ts, blocks.streamed(sentence))
        return reading.result(), message_ts

    def rendered(self, question: Question, answer: Answer, *, stale: bool = False) -> Message:
        """Return an answer as it is shown where it was asked for."""
        owners = self.settings.of(question.channel).owners
        return blocks.answer_message(
            id_of(question.key),
            answer,
            [self._published(each.article_id) for each in answer.citations],
            self.texts,
            self.wording,
            private=question.private,
            person=bool(owners) and question.way != "direct",
            stale=stale,
        )

    def _published(self, article_id: str) -> str | None:
        try:
            return self.index.article(article_id).published
        except KeyError:
            return None

    def _worded(self, question: Question, delivery: Delivery) -> tuple[str, list[Turn]]:
        """Return what is asked, and what was said before.

        The bot's own record of a thread comes first. Called into a thread of others, it reads
        what they wrote; called without a word, it answers what was asked last.
        """
        history = self._history(question)
        worded = any(map(str.isalnum, question.text))
        if (history and worded) or question.way != "mention" or question.thread == question.ts:
            return question.text, history
        said = delivery.said_before()
        if not worded and said:
            return said[-1], [remembered(each) for each in said[:-1] if asks(each)]
        return question.text, history or [remembered(each) for each in said if asks(each)]

    def _scope(self, question: Question) -> Scope:
        return Scope(frozenset(self.settings.of(question.channel).collections))

    def _history(self, question: Question) -> list[Turn]:
        if question.way == "command":
            return []
        since = 0.0 if question.thread else self.clock() - CONVERSATION
        earlier = self.state.earlier(question, since=since, limit=HISTORY_TURNS)
        return [Turn(given.question.text, recalled(given.record)) for given in earlier]

    def delivery(self, question: Question, client: WebClient) -> Delivery:
        """Return what sends a question's answer."""
        return Delivery(client, question, blocks.mark_of(id_of(question.key)), self._closing)

    def _apologise(
        self, question: Question, delivery: Delivery, text: str, error: Exception
    ) -> None:
        self.observe("failed", way=question.way, error=type(error).__name__)
        message = blocks.plain_message(id_of(question.key), self.texts.render(text))
        try:
            delivery.send(message, perhaps_sent=True)
        except Stopped:
            return
        except Exception:
            logger.exception("not even an apology can be sent")
        self.state.give_up(question.key)


def id_of(key: str) -> str:
    """Return the id of a question's answer."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]
