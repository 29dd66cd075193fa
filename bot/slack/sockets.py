"""Socket Mode: bolt's handler, and a watch that opens a new socket as soon as one is cut."""

from __future__ import annotations

import logging
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.slack.credentials import APP_TOKEN
from bot.slack.remedies import asked

# Its messages are the library's, not ours: they may show what Slack sent.
logger = logging.getLogger("slack_sdk.socket_mode")

# Envelopes that are taken in at once; their answers are computed elsewhere.
CONCURRENCY = 20
# Seconds between pings, and between tries to reconnect. Four without a pong are the end.
PING_SECONDS = 5.0
WATCH_SECONDS = 0.2


@contextmanager
def by_socket(app: App, token: str) -> Iterator[str]:
    """Take in what Slack sends over a socket.

    Raises
    ------
    SlackError
        If Slack gives none.
    """
    handler = SocketModeHandler(
        app, token, logger=logger, concurrency=CONCURRENCY, ping_interval=PING_SECONDS
    )
    stop = threading.Event()
    watch = threading.Thread(target=_watch, args=(handler.client, stop), name="watch", daemon=True)
    try:
        asked(APP_TOKEN, handler.connect)
        watch.start()
        yield "socket"
    finally:
        stop.set()
        if watch.is_alive():
            watch.join()
        handler.close()  # type: ignore[no-untyped-call]


def _watch(client: SocketModeClient, stop: threading.Event) -> None:
    """Reconnect when the other side has hung up.

    The client itself takes a connection for alive until five pings have failed. Where the new
    connection fails, too, the client tries again after every ping.
    """
    while not stop.wait(WATCH_SECONDS):
        session = client.current_session
        if session is None or session.sock is None or not hung_up(session.sock):
            continue
        try:
            session.disconnect()
            client.connect_to_new_endpoint()
        except Exception as error:
            logger.error("a new socket can't be opened yet: %s", error)


def hung_up(connection: socket.socket) -> bool:
    """Say whether nothing more will come, where the system can tell."""
    if not hasattr(select, "POLLRDHUP"):
        return False
    poll = select.poll()
    try:
        poll.register(connection, select.POLLRDHUP)
    except ValueError:  # closed meanwhile
        return False
    return bool(poll.poll(0))
