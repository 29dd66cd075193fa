"""Slack's Web API on loopback, answering as it is told: for what a whole fake Slack hides."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

Json = dict[str, Any]
# Of the token and the arguments of a call.
Answer = Callable[[str, Json], Json]


class WebApi:
    """Answers every method; what it was asked is kept in ``calls``."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Json]] = []
        self.scopes: str | None = None
        self.answers: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    def answer(self, method: str, **fields: Any) -> None:
        """Say what a method answers; an ``error`` makes it a refusal."""
        self.answers[method] = lambda token, arguments: fields

    def called(self, method: str) -> list[Json]:
        """Return the arguments of the calls of a method."""
        return [arguments for name, _, arguments in self.calls if name == method]

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                if "json" in self.headers.get("Content-Type", ""):
                    arguments = json.loads(body or "{}")
                else:
                    arguments = {name: values[-1] for name, values in parse_qs(body).items()}
                method = self.path.removeprefix("/api/")
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                api.calls.append((method, token, arguments))
                found = api.answers.get(method, lambda token, arguments: {})(token, arguments)
                self._reply({"ok": "error" not in found, **found})

            def _reply(self, answer: Json) -> None:
                data = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                if api.scopes is not None:
                    self.send_header("X-OAuth-Scopes", api.scopes)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def running() -> Iterator[WebApi]:
    """Run one."""
    api = WebApi()
    try:
        yield api
    finally:
        api.close()
