"""The bot as it is installed and started, in a whole Slack on this machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from index import PassageIndex
from tests.bot.slack.conftest import words_of

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("scenario.py")
PLACE = ROOT / ".local-slack/node_modules/local-slack-linux-x64/bin/local-slack"
ANSWER = "“The test takes an hour and costs 89 euros.”"

Json = dict[str, Any]


def local_slack() -> Path:
    """Return the program, or skip: it is installed from npm by .ci/run."""
    path = Path(os.environ.get("LOCAL_SLACK") or PLACE)
    if not path.is_file():
        pytest.skip(f"needs local-slack in {PLACE.parent}: .ci/run installs it from npm")
    return path


def unshare() -> str:
    """Return the program that makes a network namespace, or skip where it may not."""
    path = shutil.which("unshare")
    if path is None or subprocess.run([path, "-n", "true"], capture_output=True).returncode:
        pytest.skip("needs a network namespace, which unshare -n may not make here")
    return path


@pytest.fixture(scope="module")
def seen(samples_index: PassageIndex) -> Json:
    """Go through a day, and return what was seen of it."""
    program = local_slack()
    command = [unshare(), "-n", sys.executable, PROGRAM, program, samples_index.folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4_000:]
    return dict(json.loads(done.stdout))


def test_a_mention_is_answered_in_its_thread(seen: Json) -> None:
    (answer,) = seen["mention"]["answers"]
    assert answer["thread_ts"] == seen["mention"]["asked"]["ts"]
    assert answer["text"] == "89 euros"
    assert ANSWER in words_of(answer["blocks"])


def test_a_follow_up_needs_no_mention(seen: Json) -> None:
    first, second = seen["follow-up"]
    assert second["thread_ts"] == first["thread_ts"]


def test_a_refusal_shows_the_nearest_and_asks_a_person(seen: Json) -> None:
    assert seen["refusal"]["refusal"]["text"].startswith("I don't know")
    person = seen["refusal"]["person"]
    assert person["text"].startswith("<@U0BEN>")
    assert person["thread_ts"] == seen["refusal"]["refusal"]["thread_ts"]


def test_a_command_is_answered_privately_and_shared(seen: Json) -> None:
    private, shared = seen["command"]["private"], seen["command"]["shared"]
    assert (private["subtype"], private["ephemeral_to"]) == ("ephemeral", "U0ADA")
    assert shared.get("subtype") is None
    assert ANSWER in words_of(shared["blocks"])


def test_an_edited_question_has_its_answer_edited(seen: Json) -> None:
    assert seen["edit"][0]["ts"] == seen["mention"]["answers"][0]["ts"]
    assert seen["edit"][0]["text"].startswith("I don't know")


def test_a_direct_message_is_answered(seen: Json) -> None:
    assert [each["text"] for each in seen["direct"]] == ["89 euros"]


def test_passage_why_and_home_are_shown(seen: Json) -> None:
    assert len(seen["why"]) == 2
    assert "9 articles in" in json.dumps(seen["home"])


def test_the_last_click_is_kept(seen: Json) -> None:
    assert "+1 -0  Who invented the telescope?" in seen["feedback"]


def test_it_ends_at_sigterm_with_nothing_said_of_texts_or_tokens(seen: Json) -> None:
    assert seen["exit"] == 0
    assert '"event": "left", "finished": true' in seen["bot log"]
    for secret in ("xoxb-local", "xapp-local", "telescope"):
        assert secret not in seen["bot log"]
