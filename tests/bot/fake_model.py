"""A server on loopback that speaks the protocols of language models, and plays scripts.

It speaks OpenAI's (``/v1/chat/completions``) and Anthropic's (``/v1/messages``), streaming. A
script is a function of what was asked that returns an `Act`; the next request gets the next script,
the last one is repeated.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
BEGIN = re.compile(
    r"^\[(?P<boundary>\w+) begin (?P<id>\w+)\]\n(?P<label>.*)\n\n(?P<text>.*?)\n"
    r"\[(?P=boundary) end (?P=id)\]$",
    re.M | re.S,
)


@dataclass(frozen=True)
class Asked:
    """A request: its path and headers, the instructions, and what was said, in turns."""

    path: str
    headers: Json
    body: Json
    instructions: str
    said: list[str]

    @property
    def structured(self) -> bool:
        """Whether a schema is asked for."""
        return "response_format" in self.body or "format" in self.body.get("output_config", {})

    @property
    def passages(self) -> list[tuple[str, str]]:
        """The passages shown in the first turn: ids and texts."""
        return [(each["id"], each["text"]) for each in BEGIN.finditer(self.said[0])]


@dataclass(frozen=True)
class Act:
    """What the server does: says a text in pieces, or answers with a status.

    Parameters
    ----------
    text : str
    status : int
    headers : dict
    body : dict
        Of an answer that is not 200.
    cut : bool
        Whether the connection breaks off after the text.
    wait : threading.Event, optional
        Waited for before the last piece.
    stop : str
        Why it ends.
    raw : str
        Sent instead of all that, as it is.
    """

    text: str = ""
    status: int = 200
    headers: Json = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    cut: bool = False
    wait: threading.Event | None = None
    stop: str = "stop"
    raw: str = ""


Script = Callable[[Asked], Act]


def claims(*found: tuple[str, str, str]) -> str:
    """Return claims as JSON, as the bot asks for them."""
    names = ("passage", "quote", "sentence")
    return json.dumps({"claims": [dict(zip(names, each, strict=True)) for each in found]})


def lines(*found: tuple[str, str, str]) -> str:
    """Return claims in lines."""
    return "\n".join(f"PASSAGE: {p}\nQUOTE: {q}\nSENTENCE: {s}\n" for p, q, s in found) or "NONE\n"


def says(*found: tuple[str, str]) -> Script:
    """Return a script that quotes: a quote, whose passage is looked for, and a sentence."""

    def script(asked: Asked) -> Act:
        told = [(passage_of(asked, quote), quote, sentence) for quote, sentence in found]
        return Act(claims(*told) if asked.structured else lines(*told))

    return script


def plays(**act: Any) -> Script:
    """Return a script that does one thing, whatever is asked."""
    return lambda asked: Act(**act)


def passage_of(asked: Asked, quote: str) -> str:
    """Return the id of the passage that holds a quote, or one that there isn't."""
    return next((id for id, text in asked.passages if quote in text), "nowhere")


class FakeModel:
    """Plays scripts; what it was asked is kept in ``asked``."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.scripts: Sequence[Script] = [plays(text=claims())]
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is, as ``base_url`` for OpenAI's protocol."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def anthropic_url(self) -> str:
        """Where it is, as ``base_url`` for Anthropic's protocol."""
        return self.url.removesuffix("/v1")

    def play(self, *scripts: Script) -> None:
        """Play these scripts from now on."""
        self.scripts = scripts
        self.asked.clear()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def act(self, asked: Asked) -> Act:
        """Take a request down, and return what is to be done."""
        with self._lock:
            script = self.scripts[min(len(self.asked), len(self.scripts) - 1)]
            self.asked.append(asked)
        return script(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked = _asked(self.path, dict(self.headers), body)
                act = model.act(asked)
                if act.status != 200 or act.raw:
                    self._refuse(act)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Connection", "close")
                self.end_headers()
                speak = _anthropic if asked.path.endswith("/messages") else _openai
                for event, data in speak(act):
                    if event:
                        self.wfile.write(f"event: {event}\n".encode())
                    self.wfile.write(f"data: {data}\n\n".encode())
                    self.wfile.flush()
                self.close_connection = True

            def _refuse(self, act: Act) -> None:
                data = (act.raw or json.dumps(act.body)).encode()
                kind = "text/event-stream" if act.raw else "application/json"
                self.send_response(act.status)
                for name, value in {"Content-Type": kind, **act.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _asked(path: str, headers: Json, body: Json) -> Asked:
    turns = [(each["role"], _words(each["content"])) for each in body["messages"]]
    instructions = _words(body.get("system", "")) or "".join(t for r, t in turns if r == "system")
    return Asked(path, headers, body, instructions, [t for r, t in turns if r != "system"])


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def _pieces(act: Act) -> Iterator[str]:
    """Yield a text in pieces of 40 characters; the last one is waited for."""
    pieces = [act.text[at : at + 40] for at in range(0, len(act.text), 40)]
    yield from pieces[:-1]
    if act.wait is not None:
        act.wait.wait(60)
    yield from pieces[-1:]


def _openai(act: Act) -> Iterator[tuple[str, str]]:
    def chunk(delta: Json, stop: str | None = None, **more: Any) -> tuple[str, str]:
        choice = {"index": 0, "delta": delta, "finish_reason": stop}
        head = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
        return "", json.dumps({**head, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    for piece in _pieces(act):
        yield chunk({"content": piece})
    if act.cut:
        yield "", '{"id": "c1", "choi'
        return
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    yield chunk({}, act.stop, usage=usage)
    yield "", "[DONE]"


def _anthropic(act: Act) -> Iterator[tuple[str, str]]:
    def event(kind: str, **more: Any) -> tuple[str, str]:
        return kind, json.dumps({"type": kind, **more})

    message = {
        "id": "m1", "type": "message", "role": "assistant", "model": "scripted", "content": [],
        "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 100,
        "output_tokens": 1},
    }  # fmt: skip
    yield event("message_start", message=message)
    yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for piece in _pieces(act):
        yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    yield event("content_block_stop", index=0)
    yield event(
        "message_delta",
        delta={"stop_reason": "end_turn", "stop_sequence": None},
        usage={"output_tokens": 20},
    )
    yield event("message_stop")


@contextmanager
def running() -> Iterator[FakeModel]:
    """Run one."""
    model = FakeModel()
    try:
        yield model
    finally:
        model.close()
