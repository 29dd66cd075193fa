"""robots.txt: what hosts ask of programs that read them. protego reads it as RFC 9309 has it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

# What of it must be read (RFC 9309, section 2.5).
ROBOTS_BYTES = 500 * 1024


# In every form that protego takes for one.
AGENT = re.compile(r"\s*user[-\s]*agent\b\s*:?([^#]*)", re.IGNORECASE)


class Robots:
    """What a robots.txt says to one program; an empty one allows everything."""

    def __init__(self, data: bytes, agent: str) -> None:
        self._agent = agent
        text = data.decode("utf-8-sig", errors="replace")
        # Rules are kept once for each program that is named, and thousands may be.
        self._rules = Protego.parse("\n".join(map(self._merged, text.splitlines())))

    def _merged(self, line: str) -> str:
        found = AGENT.match(line)
        if not found:
            return line
        named = found.group(1).strip().lower()
        own = re.match(rf"{re.escape(self._agent.lower())}(?![a-z0-9_-])", named)
        return f"User-agent: {'*' if named == '*' else self._agent if own else 'others'}"

    def admits(self, address: str) -> bool:
        """Say whether an address may be fetched."""
        return bool(self._rules.can_fetch(address, self._agent))

    @property
    def delay(self) -> float:
        """How many seconds shall lie between two requests."""
        return self._rules.crawl_delay(self._agent) or 0.0


def asked_to_wait(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (RFC 9110, section 10.2.3), if it does."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
