"""Why a question went wrong: pure."""

from __future__ import annotations

from bot.evaluation.outcome import Failure, Outcome


def failure_of(outcome: Outcome, *, read: int, threshold: float) -> tuple[Failure, str]:
    """Put a wrong outcome in its class.

    The first place where it left the way to a right answer counts: the index, the search, the
    decision, the citation, the sentence, the words.

    Parameters
    ----------
    outcome : Outcome
        Its own class is not looked at.
    read : int
        How many passages the answer was looked for in.
    threshold : float
        Below it an answer is refused.

    Returns
    -------
    failure : str
        Empty for a right one.
    evidence : str
        One sentence.
    """
    if outcome.right:
        return "", ""
    if not outcome.answerable:
        return "wrongly answered", _falsely(outcome, threshold)
    return _not_found(outcome, read) or _not_said(outcome, threshold)


def retrieval_failure(outcome: Outcome) -> tuple[Failure, str]:
    """Put a question that was only searched for in its class; empty if a gold place was found."""
    return _not_found(outcome, len(outcome.hits)) or ("", "")


def _falsely(outcome: Outcome, threshold: float) -> str:
    quoted = _quoted(outcome)
    return (
        f"no article answers it, and “{outcome.answer}” was said, with confidence "
        f"{outcome.confidence:.2f} (threshold {threshold:.2f}), from “{quoted}”."
    )


def _not_found(outcome: Outcome, read: int) -> tuple[Failure, str] | None:
    """Return what the index or the search is to blame for."""
    if not outcome.places:
        if not outcome.missing:
            return None
        return "not indexed", f"no article has the words “{outcome.missing[0]}”."
    hits = outcome.hits
    rank = next((rank for rank, hit in enumerate(hits, 1) if hit.places), None)
    if rank is None:
        first = f"; the first is “{hits[0].title}”" if hits else ""
        return "not retrieved", f"no gold quote is in the first {len(hits)} passages{first}."
    if rank > read and not outcome.cites:
        return "ranked low", f"a gold quote is in passage {rank}, and {read} were read."
    return None


def _not_said(outcome: Outcome, threshold: float) -> tuple[Failure, str]:
    """Return what reading, deciding or citing is to blame for."""
    if outcome.status != "answered":
        would = "would have been right" if outcome.best_right else "would have been wrong, too"
        likeliest = f"the likeliest answer, “{outcome.best}”, {would}"
        return "wrongly refused", (
            f"{likeliest if outcome.best else 'no answer was found'}; its confidence is "
            f"{outcome.confidence:.2f}, the threshold {threshold:.2f}."
        )
    bad = next((each for each in outcome.citations if not each.verbatim), None)
    if bad:
        return "bad citation", f"“{bad.quote}” does not stand so in {bad.article}."
    if not outcome.cites:
        return "wrong sentence", f"it cites “{_quoted(outcome)}”."
    return "wrong span", f"it cites the right words and says “{outcome.answer}”."


def _quoted(outcome: Outcome) -> str:
    return "” and “".join(each.quote for each in outcome.citations) or outcome.answer
