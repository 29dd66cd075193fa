"""A day of the bot in a whole Slack on this machine; prints what was seen as JSON.

Runs in a network namespace of its own, since local-slack listens on every interface::

    unshare -n python tests/e2e/scenario.py LOCAL_SLACK INDEX
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("local-slack.yaml")
URL = "http://127.0.0.1:3000"
CHANNEL, ADA, BEN, BOT = "C0DESK", "U0ADA", "U0BEN", "U0FOOTNOTE"
QUESTION = "How much does the test of a used battery cost?"
UNKNOWN = "Who invented the telescope?"
SECONDS = 60.0

Json = dict[str, Any]


def loopback_up() -> None:
    """Switch the namespace's loopback interface on (netdevice(7))."""
    get_flags, set_flags, up = 0x8913, 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, get_flags, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", answer)[1] | up
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", flags))


def control(path: str, body: Json | None = None) -> Json:
    """Have local-slack do or tell something."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{URL}/_control/{path}", data, {"Content-Type": "application/json"})
    with urlopen(request, timeout=10) as response:
        return dict(json.load(response))


def until(found: Callable[[], Any], what: str) -> Any:
    """Ask again until something is there."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            value = found()
        except (URLError, OSError):
            value = None
        if value:
            return value
        time.sleep(0.05)  # it is another program's: there is nothing to wait on
    raise SystemExit(f"never seen: {what}\n{json.dumps(control('log'))[-3000:]}")


def by_bot(channel: str, number: int = 1) -> list[Json]:
    """Return the bot's messages in a channel once there are so many."""

    def there() -> list[Json] | None:
        found = control(f"messages/{channel}")["messages"]
        own = [each for each in found if each["user"] == BOT]
        return own if len(own) >= number else None

    return list(until(there, f"{number} messages of the bot in {channel}"))


def called(method: str, number: int = 1) -> list[Json]:
    """Return the calls of a method of the Web API once there are so many."""

    def there() -> list[Json] | None:
        log = control("log")["log"]
        lines = [(each, json.dumps(each)) for each in log]
        found = [each for each, line in lines if method in line and "from_bot" in line]
        return found if len(found) >= number else None

    return list(until(there, f"{number} calls of {method}"))


def say(text: str, **more: str) -> Json:
    """Write a message."""
    body = {"channel": CHANNEL, "user": ADA, "text": text, **more}
    return dict(control("message", body)["message"])


def click(message: Json, action_id: str, value: str = "") -> None:
    """Click on a button of a message."""
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action_id:
                action = {
                    "type": element["type"],
                    "action_id": action_id,
                    "value": value or element.get("value"),
                }
                body = {
                    "channel": CHANNEL, "messageTs": message["ts"], "user": ADA, "action": action
                }  # fmt: skip
                control("interact", body)
                return
    raise SystemExit(f"no {action_id} in {json.dumps(message)}")


def day() -> Json:
    """Go through all that people do; return what was seen."""
    seen: Json = {}
    asked = say(f"<@{BOT}> {QUESTION}")
    seen["mention"] = {"asked": asked, "answers": by_bot(CHANNEL)}
    say("And who wrote the study?", thread_ts=asked["ts"])
    seen["follow-up"] = by_bot(CHANNEL, 2)
    say(f"<@{BOT}> {UNKNOWN}")
    refusal = by_bot(CHANNEL, 3)[2]
    click(refusal, "ask_a_person")
    seen["refusal"] = {"refusal": refusal, "person": by_bot(CHANNEL, 4)[3]}
    control("command", {"channel": CHANNEL, "user": ADA, "command": "/ask", "text": QUESTION})
    private = by_bot(CHANNEL, 5)[4]
    click(private, "share")
    seen["command"] = {"private": private, "shared": by_bot(CHANNEL, 6)[5]}
    control("edit-message", {"channel": CHANNEL, "ts": asked["ts"], "user": ADA,
                             "text": f"<@{BOT}> {UNKNOWN}"})  # fmt: skip
    seen["edit"] = until(
        lambda: "I don't know" in by_bot(CHANNEL)[0]["text"] and by_bot(CHANNEL), "an edited answer"
    )
    click(refusal, "show_passage_1")
    seen["passage"] = called("views.open")
    up = refusal["blocks"][-1]["elements"][0]["positive_button"]["value"]
    click(refusal, "feedback", up.replace("up:", "down:"))
    seen["why"] = called("views.open", 2)
    click(refusal, "feedback", up)
    control("open-home", {"user": ADA})
    seen["home"] = called("views.publish")
    direct = next(each["id"] for each in control("state")["channels"] if each.get("is_im"))
    say(QUESTION, channel=direct)
    seen["direct"] = by_bot(direct)
    seen["log"] = control("log")["log"]
    return seen


def main(local_slack: str, index: str) -> None:
    """Start local-slack and the bot, go through the day, end the bot with SIGTERM."""
    loopback_up()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "footnote.toml").write_text(
            f'index = "{index}"\n[slack]\nowners = ["{BEN}"]\n', encoding="utf-8"
        )
        environ = {
            **os.environ, "PYTHONPATH": str(ROOT), "SLACK_API_URL": f"{URL}/api/",
            "SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local",
        }  # fmt: skip
        server = subprocess.Popen(
            [local_slack, "--config", str(CONFIG), "--base-host", "127.0.0.1"],
            stdout=sys.stderr, cwd=folder,
        )  # fmt: skip
        try:
            until(lambda: control("state"), "local-slack")
            bot = subprocess.Popen(
                [sys.executable, "-m", "bot", "slack"], env=environ, cwd=folder,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            try:
                until(lambda: "/socket/" in json.dumps(control("log"))
                      or "socket" in json.dumps(control("log")), "the bot's socket")  # fmt: skip
                seen = day()
            finally:
                bot.send_signal(signal.SIGTERM)
                _, log = bot.communicate(timeout=SECONDS)
                sys.stderr.write(log.decode())
            seen["exit"] = bot.returncode
            seen["bot log"] = log.decode()
            listed = subprocess.run(
                [sys.executable, "-m", "bot", "feedback", "list"], env=environ, cwd=folder,
                capture_output=True, check=True,
            )  # fmt: skip
            seen["feedback"] = listed.stdout.decode()
        finally:
            server.terminate()
            server.wait()
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
