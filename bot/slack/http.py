"""The HTTP side: Slack's signed requests, a health check, metrics; served by waitress."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from prometheus_client import CollectorRegistry, make_wsgi_app
from slack_sdk.signature import SignatureVerifier
from waitress.server import create_server

from bot.errors import SlackError
from bot.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEALTH_PATH = "/healthz"
METRICS_PATH = "/metrics"
# Slack's own requests stay far below; what is larger is not read.
MAX_BODY_BYTES = 2 * 1024 * 1024
# Each takes a request in and acknowledges it; the answering is done elsewhere.
THREADS = 8
# How long a client may take to read its last response while the server leaves.
FLUSH_SECONDS = 5.0


class Door:
    """The WSGI application in front of bolt's: lets in only what Slack has signed.

    Parameters
    ----------
    slack : WSGI application
        Takes events, and with OAuth the pages to install the app.
    verifier : SignatureVerifier
    registry : CollectorRegistry
        The metrics.
    trouble : callable
        What is wrong with the articles, or an empty text.
    prefix : str
        The path under which a proxy makes the server public; taken off where the proxy leaves it.
    """

    def __init__(
        self,
        slack: WSGIApplication,
        verifier: SignatureVerifier,
        registry: CollectorRegistry,
        trouble: Callable[[], str],
        *,
        prefix: str = "",
    ) -> None:
        self._slack = slack
        self._verifier = verifier
        self._metrics: WSGIApplication = make_wsgi_app(registry)
        self._trouble = trouble
        self._prefix = prefix.rstrip("/")

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = str(environ.get("PATH_INFO", ""))
        path = path.removeprefix(self._prefix)
        environ["PATH_INFO"] = path
        reading = environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        if path == HEALTH_PATH and reading:
            return self._health(start)
        if path == METRICS_PATH and reading:
            return self._metrics(environ, start)
        if path in {INSTALL_PATH, REDIRECT_PATH} and reading:
            return self._slack(environ, start)
        if path == EVENTS_PATH and environ["REQUEST_METHOD"] == "POST":
            return self._event(environ, start)
        return _plain(start, "404 Not Found", "There is nothing here.")

    def _health(self, start: StartResponse) -> Iterable[bytes]:
        trouble = self._trouble()
        if trouble:
            return _plain(start, "503 Service Unavailable", trouble)
        return _plain(start, "200 OK", "ok")

    def _event(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not self._is_signed(environ, body):
            return _plain(start, "401 Unauthorized", "Slack did not sign this, or not lately.")
        environ["wsgi.input"] = io.BytesIO(body)
        return self._slack(environ, start)

    def _is_signed(self, environ: WSGIEnvironment, body: bytes) -> bool:
        try:
            return self._verifier.is_valid(
                body,
                environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"),
                environ.get("HTTP_X_SLACK_SIGNATURE"),
            )
        except (ValueError, TypeError):  # no number, no UTF-8, no ASCII: nothing that Slack sends
            return False


class HttpServer:
    """A WSGI application at an address, served by threads of its own.

    Parameters
    ----------
    application : WSGI application
    host : str
    port : int
        0 takes any that is free.

    Raises
    ------
    SlackError
        If the address can't be had.
    """

    def __init__(self, application: WSGIApplication, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family)
        except (OSError, OverflowError) as error:
            raise SlackError(
                f"{host} port {port} can't be listened on ({error}); "
                "name another with --http, or host in [slack] of footnote.toml."
            ) from error
        self.port: int = listening.getsockname()[1]
        # One socket gives one server, whose trigger and channels its types don't tell.
        self._server: Any = create_server(
            application,
            map={},
            sockets=[listening],
            threads=THREADS,
            max_request_body_size=MAX_BODY_BYTES,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Answer the requests under way, and leave."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(self._leave)
        self._thread.join(FLUSH_SECONDS)

    def _leave(self) -> None:
        """Close when all is sent; run by the server's own thread, whose loop then ends."""
        for channel in list(self._server.active_channels.values()):
            channel.close_when_flushed = True
        self._server.close()


def _plain(start: StartResponse, status: str, text: str) -> Iterable[bytes]:
    body = f"{text}\n".encode()
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start(status, headers)
    return [body]
