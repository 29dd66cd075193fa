"""Signals tell the app to leave."""

from __future__ import annotations

import os
import signal

import pytest

from bot.slack.signals import told_to_leave


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_tells_it_to_leave_and_a_second_one_is_as_ever(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with told_to_leave() as wait:
        assert signal.getsignal(number) != before
        os.kill(os.getpid(), number)
        assert wait() == bytes([number])
        assert signal.getsignal(number) == before
    assert signal.getsignal(number) == before
