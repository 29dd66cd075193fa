"""Why a question went wrong: pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.evaluation.outcome import Cited, Failure, Found


def failure_of(
    *,
    answerable: bool,
    answered: bool,
    missing: Sequence[str],
    places: int,
    hits: Sequence[Found],
    read: int,
    citations: Sequence[Cited],
    cites: bool,
    best: str,
    best_right: bool,
    confidence: float,
    threshold: float,
    answer: str,
) -> tuple[Failure, str]:
    """Put a wrong outcome in its class.

    The first place where it left the way to a right answer counts: the index, the search, the
    decision, the citation, the sentence, the words.

    Parameters
    ----------
    read : int
        How many passages the answer was looked for in.
    threshold : float
        Below it an answer is refused.

    Returns
    -------
    failure : str
    evidence : str
        One sentence.
    """
    if not answerable:
        quoted = citations[0].quote if citations else answer
        return "wrongly answered", (
            f"no article answers it, and “{answer}” was said, with confidence {confidence:.2f} "
            f"(threshold {threshold:.2f}), from “{quoted}”."
        )
    if missing and not places:
        return "not indexed", f"no article has the words “{missing[0]}”."
    if places:
        rank = next((i for i, hit in enumerate(hits, 1) if hit.places), None)
        if rank is None:
            first = f"; the first is “{hits[0].title}”" if hits else ""
            return "not retrieved", f"no gold quote is in the first {len(hits)} passages{first}."
        if rank > read and not cites:
            return "ranked low", f"a gold quote is in passage {rank}, and {read} were read."
    if not answered:
        would = "would have been right" if best_right else "would have been wrong, too"
        said = f"the likeliest answer, “{best}”, {would}" if best else "no answer was found"
        return "wrongly refused", (
            f"{said}; its confidence is {confidence:.2f}, the threshold {threshold:.2f}."
        )
    bad = [each for each in citations if not each.verbatim]
    if bad:
        return "bad citation", f"“{bad[0].quote}” does not stand so in {bad[0].article}."
    if not cites:
        return "wrong sentence", f"it cites “{citations[0].quote if citations else answer}”."
    return "wrong span", f"it cites the right words and says “{answer}”."


def retrieval_failure(
    missing: Sequence[str], places: int, hits: Sequence[Found]
) -> tuple[Failure, str]:
    """Put a question that was only searched for in its class; empty if a gold place was found."""
    if places and any(hit.places for hit in hits):
        return "", ""
    if places:
        return "not retrieved", f"no gold quote is in the first {len(hits)} passages."
    return ("not indexed", f"no article has the words “{missing[0]}”.") if missing else ("", "")
