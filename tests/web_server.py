"""A web server on loopback that answers as it is told, and keeps what it was asked."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

# What a request asked for: its path, and its headers by their names in small letters.
Request = tuple[str, Mapping[str, str]]


@dataclass
class Page:
    """What stands at a path.

    ``pieces`` is sent after ``body``, for as long as somebody reads; ``raw`` instead of the head
    that the rest would have.
    """

    body: bytes = b""
    type: str | None = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Callable[[], Iterator[bytes]] | None = None
    raw: bytes | None = None

    def head(self, asked: Mapping[str, str]) -> tuple[bytes, bytes]:
        """Return the head and the body for a request."""
        status, body = self.status, self.body
        same = self.headers.get("ETag")
        if same and asked.get("if-none-match") == same:
            status, body = 304, b""
        changed = self.headers.get("Last-Modified")
        if changed and asked.get("if-modified-since") == changed and not same:
            status, body = 304, b""
        lines = [f"HTTP/1.1 {status} It is so"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.type is not None:
            lines.append(f"Content-Type: {self.type}")
        if self.pieces is None:
            lines.append(f"Content-Length: {len(body)}")
        else:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1"), body


class WebServer:
    """Pages by their paths, to be changed at any time; everything else is 404."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.scheme = "http"
        self.pages: dict[str, Page | list[Page]] = {}
        self.asked: list[Request] = []
        self.connections = 0

    @property
    def host(self) -> str:
        """The host and port, as an address has them."""
        return f"127.0.0.1:{self.port}"

    def at(self, path: str, host: str = "") -> str:
        """Return the address of a path."""
        return f"{self.scheme}://{host or self.host}{path}"

    def paths(self) -> list[str]:
        """Return the paths that were asked for, without robots.txt."""
        return [path for path, _ in self.asked if path != "/robots.txt"]

    def answer(self, path: str) -> Page:
        """Return what stands at a path now: of several pages each once, and the last for good."""
        found = self.pages.get(path, Page(b"Not here.", status=404))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found


class _Running(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tls = tls
        self.web = WebServer(self.server_address[1])
        self.web.scheme = "https" if tls else "http"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away, as they should."""


class _Handler(socketserver.StreamRequestHandler):
    server: _Running

    def setup(self) -> None:
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(
                self.request, server_side=True, do_handshake_on_connect=False
            )
            try:
                self.request.do_handshake()
            except OSError:
                self.request.close()
                raise
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def handle(self) -> None:
        web = self.server.web
        web.connections += 1
        while (line := self.rfile.readline()) and (request := _read(line, self.rfile)):
            web.asked.append(request)
            if not self._answer(web.answer(request[0]), request[1]):
                return

    def _answer(self, page: Page, asked: Mapping[str, str]) -> bool:
        """Send a page; return whether the connection goes on."""
        head, body = page.head(asked) if page.raw is None else (page.raw, b"")
        self.wfile.write(head + body)
        for piece in page.pieces() if page.pieces else ():
            self.wfile.write(piece)
        return page.pieces is None and page.raw is None


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Run a server on a free port of loopback, in threads."""
    with _Running(tls) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield running.web
        finally:
            running.shutdown()


def _read(line: bytes, file: object) -> Request | None:
    """Read the rest of a request."""
    headers = {}
    for each in iter(file.readline, b"\r\n"):  # type: ignore[attr-defined]
        if not each:
            return None
        name, _, value = each.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return line.decode("latin-1").split(" ")[1], headers
