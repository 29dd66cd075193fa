"""A small Slack on loopback, with what local-slack lacks.

It streams, shows status, answers 429 and 500 when told to, sends envelopes again, and drops its
sockets in mid-sentence. What it was asked is kept in ``calls``, what stands in the channels in
``messages``.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TEAM, BOT, APP, ALICE, BOB, CHANNEL, DIRECT = (
    "T01LAB", "U0QABOT", "A0QABOT", "U01ALICE", "U02BOB", "C01HELP", "D01ALICE"
)  # fmt: skip
ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
STRUCTURED = ("blocks", "chunks", "view", "prompts", "loading_messages")

Json = dict[str, Any]
# Of a method and its arguments: None to do it; a status to refuse with; ("lost", status) to do it
# and then answer with the status.
Fault = Callable[[str, Json], "int | tuple[str, int] | None"]


@dataclass
class Envelope:
    """What was sent over a socket, and when it was acknowledged."""

    id: str
    body: Json
    sent: float = 0.0
    acknowledged: float | None = None
    answer: Json | None = None
    event: threading.Event = field(default_factory=threading.Event)


class FakeSlack:
    """A Slack with one channel and one direct message."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.messages: list[Json] = []
        self.ephemeral: list[Json] = []
        self.responses: list[Json] = []
        self.views: list[Json] = []
        self.fault: Fault = lambda method, arguments: None
        self.unknown: set[str] = set()
        self.dead_streams = False
        self.appended: list[str] = []
        self.changed = threading.Condition()
        self._numbers = itertools.count(1)
        self._sockets: list[socket.socket] = []
        self._envelopes: dict[str, Envelope] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where the Web API is."""
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    @property
    def response_url(self) -> str:
        """Where a command is answered."""
        return f"http://127.0.0.1:{self._server.server_port}/response/1"

    def close(self) -> None:
        """Stop."""
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    # What people do

    def stamp(self) -> str:
        """Return a new timestamp."""
        return f"{1_790_000_000 + next(self._numbers)}.000100"

    def said(self, text: str, *, channel: str = CHANNEL, user: str = ALICE, **more: Any) -> Json:
        """Return the event of a message that somebody wrote."""
        ts = self.stamp()
        kind = "im" if channel == DIRECT else "channel"
        event = {
            "type": "message", "channel": channel, "user": user, "text": text, "ts": ts,
            "event_ts": ts, "channel_type": kind, **more,
        }  # fmt: skip
        with self.changed:
            self.messages.append(event)
        return event

    def mention_of(self, event: Json) -> Json:
        """Return the other event that tells of the same mention."""
        kept = {name: value for name, value in event.items() if name != "channel_type"}
        return {**kept, "type": "app_mention"}

    @staticmethod
    def events_body(event: Json) -> Json:
        """Return what the Events API sends for an event."""
        return {
            "type": "event_callback", "team_id": TEAM, "api_app_id": APP, "event": event,
            "event_id": f"Ev{event.get('event_ts', '')}", "event_time": 1_790_000_000,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }  # fmt: skip

    def command_body(self, text: str, *, user: str = ALICE) -> Json:
        """Return what a slash command sends."""
        return {
            "command": "/ask", "text": text, "team_id": TEAM, "channel_id": CHANNEL,
            "user_id": user, "trigger_id": f"trigger-{next(self._numbers)}", "api_app_id": APP,
            "response_url": self.response_url,
        }  # fmt: skip

    def shortcut_body(self, message: Json, *, user: str = BOB) -> Json:
        """Return what a message shortcut sends."""
        return {
            "type": "message_action", "callback_id": "answer_this", "team": {"id": TEAM},
            "user": {"id": user}, "channel": {"id": message["channel"]}, "message": message,
            "trigger_id": f"trigger-{next(self._numbers)}", "response_url": self.response_url,
        }  # fmt: skip

    def click_body(self, action: Json, *, user: str = ALICE, at: float | None = None) -> Json:
        """Return what a click sends."""
        at = at if at is not None else 1_790_000_000.0 + next(self._numbers)
        return {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user},
            "channel": {"id": CHANNEL}, "trigger_id": f"trigger-{next(self._numbers)}",
            "response_url": self.response_url, "api_app_id": APP,
            "actions": [{"block_id": "b", "action_ts": f"{at:.6f}", **action}],
        }  # fmt: skip

    # What the bot did

    def answers(self) -> list[Json]:
        """Return the bot's messages as they stand."""
        with self.changed:
            return [each for each in self.messages if each["user"] == BOT]

    def wait_until(self, ready: Callable[[], Any], seconds: float = 30.0) -> Any:
        """Wait until something is so, looked at anew whenever anything may have changed."""
        end = time.monotonic() + seconds
        with self.changed:
            while True:
                found = ready()
                if found:
                    return found
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"it never was so; {len(self.calls)} calls, the last "
                                         f"{self.calls[-5:]}")  # fmt: skip
                self.changed.wait(min(left, 0.05))

    def wait_for_answers(self, number: int, seconds: float = 30.0) -> list[Json]:
        """Wait until the bot has so many messages."""
        return self.wait_until(lambda: len(found := self.answers()) >= number and found, seconds)

    def called(self, method: str) -> list[Json]:
        """Return the arguments of the calls of a method."""
        with self.changed:
            return [arguments for name, arguments in self.calls if name == method]

    # The socket

    def wait_for_socket(self, seconds: float = 30.0) -> None:
        """Wait until the bot is connected."""
        self.wait_until(lambda: self._sockets, seconds)

    def send(
        self, body: Json, kind: str = "events_api", *, id: str = "", attempt: int = 0
    ) -> Envelope:
        """Send an envelope over the newest socket, as often as there is a new one."""
        envelope = Envelope(id or f"envelope-{next(self._numbers)}", body)
        with self.changed:
            self._envelopes[envelope.id] = envelope
        frame = {
            "envelope_id": envelope.id, "type": kind, "payload": body,
            "accepts_response_payload": kind != "events_api",
            "retry_attempt": attempt, "retry_reason": "timeout" if attempt else "",
        }  # fmt: skip
        while True:
            self.wait_for_socket()
            with self.changed:
                if self._sockets:
                    envelope.sent = time.perf_counter()
                    with suppress(OSError):
                        self._sockets[-1].sendall(_frame(json.dumps(frame).encode()))
                        return envelope
                    self._sockets.pop()

    def cut(self) -> None:
        """Drop every socket, without a word."""
        with self.changed:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                with suppress(OSError):
                    connection.close()
            self._sockets.clear()
            self.changed.notify_all()

    # The Web API

    def call(self, method: str, arguments: Json) -> tuple[int, Json]:
        """Do what a method does; return the status and the answer."""
        with self.changed:
            self.calls.append((method, arguments))
            fault = self.fault(method, arguments)
            if isinstance(fault, int):
                self.changed.notify_all()
                return fault, {"ok": False, "error": "ratelimited" if fault == 429 else "down"}
            act = getattr(self, "_" + method.replace(".", "_"), None)
            if act is None or method in self.unknown:
                answer = {"ok": False, "error": "unknown_method"}
            else:
                answer = {"ok": True, **act(arguments)}
                if "error" in answer:
                    answer["ok"] = False
            self.changed.notify_all()
            return (fault[1] if fault else 200), answer

    def _auth_test(self, arguments: Json) -> Json:
        return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0QABOT", "user": "qabot", "url": "u"}

    def _apps_connections_open(self, arguments: Json) -> Json:
        return {"url": f"ws://127.0.0.1:{self._server.server_port}/socket/{next(self._numbers)}"}

    def _chat_postMessage(self, arguments: Json) -> Json:
        ts = self.stamp()
        self.messages.append(
            {**arguments, "user": BOT, "bot_id": "B0QABOT", "ts": ts, "posted": time.perf_counter()}
        )
        return {"channel": arguments["channel"], "ts": ts}

    def _chat_postEphemeral(self, arguments: Json) -> Json:
        self.ephemeral.append(arguments)
        return {"message_ts": self.stamp()}

    def _chat_update(self, arguments: Json) -> Json:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (arguments["channel"], arguments["ts"]):
                message.update(arguments)
                message.pop("streaming", None)
                return {"ts": arguments["ts"], "channel": arguments["channel"]}
        return {"error": "message_not_found"}

    def _chat_startStream(self, arguments: Json) -> Json:
        return self._chat_postMessage({**arguments, "streaming": True})

    def _chat_appendStream(self, arguments: Json) -> Json:
        self.appended.append(arguments["markdown_text"])
        return {"ts": arguments["ts"], "channel": arguments["channel"]}

    def _chat_stopStream(self, arguments: Json) -> Json:
        if self.dead_streams:
            return {"error": "message_not_in_streaming_state"}
        return self._chat_update({**arguments, "stopped": True})

    def _conversations_replies(self, arguments: Json) -> Json:
        root = arguments["ts"]
        found = [
            each for each in self.messages
            if each["channel"] == arguments["channel"]
            and root in (each["ts"], each.get("thread_ts"))
        ]  # fmt: skip
        return {"messages": found}

    def _conversations_history(self, arguments: Json) -> Json:
        found = [
            each for each in self.messages
            if each["channel"] == arguments["channel"] and not each.get("thread_ts")
        ]  # fmt: skip
        return {"messages": found[::-1]}

    def _assistant_threads_setStatus(self, arguments: Json) -> Json:
        return {}

    _assistant_threads_setTitle = _assistant_threads_setStatus
    _assistant_threads_setSuggestedPrompts = _assistant_threads_setStatus

    def _views_open(self, arguments: Json) -> Json:
        self.views.append(arguments["view"])
        return {"view": {"id": "V1"}}

    _views_publish = _views_open

    # The machinery

    def _respond(self, body: Json) -> None:
        with self.changed:
            self.responses.append(body)
            self.changed.notify_all()

    def _acknowledge(self, answer: Json) -> None:
        with self.changed:
            envelope = self._envelopes[answer["envelope_id"]]
            if envelope.acknowledged is None:
                envelope.acknowledged = time.perf_counter()
            envelope.answer = answer
            envelope.event.set()
            self.changed.notify_all()

    def _serve_socket(self, connection: socket.socket) -> None:
        connection.sendall(_frame(b'{"type":"hello","connection_info":{"app_id":"A0QABOT"}}'))
        with self.changed:
            self._sockets.append(connection)
            self.changed.notify_all()
        with suppress(OSError, struct.error):
            for opcode, payload in _frames(connection):
                if opcode == 9:
                    connection.sendall(_frame(payload, 10))
                elif opcode == 8:
                    break
                elif opcode == 1:
                    self._acknowledge(json.loads(payload))
        with self.changed:
            if connection in self._sockets:
                self._sockets.remove(connection)

    def _handler(self) -> type[BaseHTTPRequestHandler]:  # noqa: C901
        slack = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if not self.path.startswith("/socket/"):
                    self.send_error(404)
                    return
                key = self.headers["Sec-WebSocket-Key"] + ACCEPT
                self.send_response(101)
                self.send_header("Upgrade", "websocket")
                self.send_header("Connection", "Upgrade")
                digest = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
                self.send_header("Sec-WebSocket-Accept", digest)
                self.end_headers()
                self.wfile.flush()
                self.close_connection = True
                slack._serve_socket(self.connection)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith("/response/"):
                    slack._respond(json.loads(body))
                    self._answer(200, b"ok")
                    return
                method = self.path.removeprefix("/api/")
                status, answer = slack.call(method, self._arguments(body))
                self._answer(status, json.dumps(answer).encode())

            def _arguments(self, body: bytes) -> Json:
                if "json" in self.headers.get("Content-Type", ""):
                    return json.loads(body or b"{}")
                found: Json = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
                for name in STRUCTURED:
                    if isinstance(found.get(name), str):
                        found[name] = json.loads(found[name])
                return found

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if status == 429:
                    self.send_header("Retry-After", "0")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def running() -> Iterator[FakeSlack]:
    """Run a fake Slack."""
    slack = FakeSlack()
    try:
        yield slack
    finally:
        slack.close()


def _frame(payload: bytes, opcode: int = 1) -> bytes:
    """Return a frame as servers send it: unmasked (RFC 6455, section 5.2)."""
    head = bytes([0x80 | opcode])
    if len(payload) < 126:
        return head + bytes([len(payload)]) + payload
    if len(payload) < 65_536:
        return head + b"\x7e" + struct.pack("!H", len(payload)) + payload
    return head + b"\x7f" + struct.pack("!Q", len(payload)) + payload


def _frames(connection: socket.socket) -> Iterator[tuple[int, bytes]]:
    """Yield the frames that a client sends, unmasked."""
    with connection.makefile("rb") as stream:
        while True:
            first, second = struct.unpack("!BB", stream.read(2))
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", stream.read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", stream.read(8))
            mask = stream.read(4)
            payload = bytes(b ^ mask[i % 4] for i, b in enumerate(stream.read(length)))
            yield first & 0x0F, payload
