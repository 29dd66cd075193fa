"""robots.txt: what hosts ask of programs that read them. protego reads it as RFC 9309 has it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

# What of it must be read (RFC 9309, section 2.5).
ROBOTS_BYTES = 500 * 1024


class Robots:
    """What a robots.txt says; an empty one allows everything."""

    def __init__(self, data: bytes) -> None:
        self._rules = Protego.parse(data.decode("utf-8-sig", errors="replace"))

    def admits(self, address: str, agent: str) -> bool:
        """Say whether an address may be fetched."""
        return bool(self._rules.can_fetch(address, agent))

    def delay(self, agent: str) -> float:
        """Return how many seconds shall lie between two requests."""
        return self._rules.crawl_delay(agent) or 0.0


def asked_to_wait(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (RFC 9110, section 10.2.3), if it does."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
