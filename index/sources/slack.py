"""Exports of Slack to articles, one for each channel and day."""

from __future__ import annotations

import datetime
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

from index.errors import UnreadableError
from index.sources.archive import check_archive
from index.sources.writing import BlockWriter
from index.types import Article

CHANNELS = "channels.json"
DAY = re.compile(r"([^/]+)/(\d{4}-\d\d-\d\d)\.json")
# Links to messages and files, as exports write them: what is of this workspace names its address.
LINK = re.compile(rb"https:(?:\\?/){2}([\w.-]+\.slack\.com)\\?/(?:archives|files)\\?/([A-Z0-9]+)")
# Asks in which workspace, where the export does not tell.
ANY_WORKSPACE = "slack.com"
# <@U1>, <#C1|name>, <!here>, <https://example.org|label>
MARK = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
# Subtypes of what people and programs say; the others tell of comings and goings.
SAID = frozenset({"", "bot_message", "file_share", "me_message", "thread_broadcast"})


def parse_slack(path: Path, *, id: str, title: str) -> list[Article]:
    """Read the export of a workspace.

    Returns
    -------
    list of Article
        One for each channel and day, threads kept together; the places are the messages'
        addresses.

    Raises
    ------
    UnreadableError
        If the archive is no export, or nothing was said in it.
    """
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if CHANNELS not in names:
            raise UnreadableError("is an archive, and no export of Slack; unpack it")
        channels = {each["name"]: each["id"] for each in _load(archive, CHANNELS)}
        users = _load(archive, "users.json") if "users.json" in names else []
        people = {each["id"]: _name(each) for each in users}
        days = list(filter(None, map(DAY.fullmatch, sorted(names))))
        host = _host(archive, [day.group() for day in days], {*channels.values(), *people})
        articles = []
        for found in days:
            channel, day = found.groups()
            base = f"https://{host}/archives/{channels[channel]}" if channel in channels else ""
            text = _conversation(_load(archive, found.group()), base, people)
            if text.text:
                articles.append(
                    Article(
                        id=f"{id}/{channel}/{day}",
                        title=f"#{channel}, {day}",
                        text=text.text,
                        published=day,
                        blocks=text.blocks,
                        author="; ".join(_authors(text)),
                        kind="slack",
                        places=text.places,
                    )
                )
    if not articles:
        raise UnreadableError("holds no messages of public channels")
    return articles


def _load(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(archive.read(name))
    return loaded


def _host(archive: zipfile.ZipFile, days: list[str], own: set[str]) -> str:
    """Return the workspace's address, as a link to one of its own channels or files has it."""
    for day in days:
        for host, id in LINK.findall(archive.read(day)):
            if id.decode() in own:
                return str(host.decode())
    return ANY_WORKSPACE


def _conversation(
    messages: list[dict[str, Any]], base: str, people: Mapping[str, str]
) -> BlockWriter:
    """Write what was said in a channel on a day, each reply below what it answers."""
    writer = BlockWriter()
    said = [m for m in messages if m.get("subtype", "") in SAID and m.get("text", "").strip()]
    for message in sorted(said, key=lambda m: (m.get("thread_ts") or m["ts"], m["ts"])):
        if base:
            writer.at(f"{base}/p{message['ts'].replace('.', '')}")
        user = message.get("user", "")
        name = people.get(user) or message.get("username") or user or "Somebody"
        moment = datetime.datetime.fromtimestamp(float(message["ts"]), datetime.UTC)
        text = MARK.sub(lambda mark: _shown(mark, people), message["text"])
        writer.block("paragraph", f"{name} ({moment:%H:%M} UTC): {unescape(text)}")
    return writer


def _authors(conversation: BlockWriter) -> Iterator[str]:
    opened = (block.span.of(conversation.text) for block in conversation.blocks)
    yield from dict.fromkeys(text.partition(" (")[0] for text in opened)


def _shown(mark: re.Match[str], people: Mapping[str, str]) -> str:
    """Return what a reader sees of a mention or a link."""
    sign, target, label = mark.groups()
    if sign == "@":
        return f"@{label or people.get(target, target)}"
    return {"#": f"#{label or target}", "!": f"@{label or target}"}.get(sign, label or target)


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("real_name") or user.get("real_name") or user.get("name") or "")
