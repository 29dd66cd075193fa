"""What hosts ask of programs."""

from __future__ import annotations

import pytest

from index.sources.robots import ROBOTS_BYTES, Robots

ADDRESS = "https://example.org/a/b?c=1"


@pytest.mark.parametrize(
    ("text", "admitted"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: Footnote\nDisallow: /a", False),
        ("user-agent: FOOTNOTE/1.0 # ours\nDisallow: /a", False),
        ("User-agent: footnotes\nDisallow: /", True),
        ("User-agent: foot\nDisallow: /", True),
        ("User-agent: other\nDisallow: /\n\nUser-agent: another\nDisallow: /a", True),
        ("User-agent: other\nUser-agent: footnote\nDisallow: /a", False),
        # One's own rules come before everybody's, and the longest of them counts.
        ("User-agent: *\nDisallow: /\n\nUser-agent: footnote\nDisallow: /z", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", True),
        ("User-agent: *\nDisallow: /*?c=", False),
        ("User-agent: *\nDisallow: /a/b$", True),
        ("\ufeffUser-agent: *\r\nDisallow: /a\r\n", False),
        ("User-agent: *\rDisallow: /a", False),
    ],
)
def test_rules_are_read_as_rfc_9309_has_them(text: str, admitted: bool) -> None:
    assert Robots(text.encode(), "Footnote").admits(ADDRESS) is admitted


def test_thousands_of_programs_and_rules_are_no_more_than_their_own() -> None:
    """Kept for each program, so many rules would fill the memory."""
    agents = "".join(f"User-agent: footnote{n}\n" for n in range(13_000))
    rules = "".join(f"Disallow: /{n}\n" for n in range(13_000))
    text = f"{agents}{rules}"[:ROBOTS_BYTES]
    assert Robots(text.encode(), "Footnote").admits(ADDRESS)
    everybody = Robots(f"User-agent: *\n{text}".encode(), "Footnote")
    assert everybody.admits(ADDRESS)
    assert not everybody.admits("https://example.org/7/x")


def test_the_time_between_two_requests_is_ones_own() -> None:
    text = "User-agent: *\nCrawl-delay: 9\n\nUser-agent: footnote\nCrawl-delay: 2.5\n"
    assert Robots(text.encode(), "Footnote").delay == 2.5
    assert Robots(text.encode(), "Another").delay == 9
    assert Robots(b"User-agent: *\nCrawl-delay: soon", "Footnote").delay == 0
