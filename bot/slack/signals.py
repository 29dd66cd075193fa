"""The signals that tell the app to leave."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def told_to_leave() -> Iterator[Callable[[], object]]:
    """Give what waits for SIGTERM or SIGINT; a second one ends the process at once."""
    # The system may hand a signal to any thread; only the wakeup descriptor surely wakes this one.
    waiting, waking = socket.socketpair()
    waking.setblocking(False)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def leave(number: int, frame: FrameType | None) -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, leave)
    woken = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    try:
        yield lambda: waiting.recv(1)
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        waiting.close()
        waking.close()
