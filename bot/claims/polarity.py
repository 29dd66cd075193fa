"""Whether a claim says yes where its quote says no, or up where it says down. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.claims.words import held, telling

# What denies outright, and what may stand for it on the other side.
DENIALS = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|nowhere|neither|nor|without|cannot|unable|"
    r"(?:do|does|did|is|are|was|were|has|have|had|will|would|ca|could|should|must|may|might|need|wo)n['’]t|"
    r"fail(?:s|ed|ing)?(?: to)?|lack(?:s|ed|ing)?|hardly|barely|scarcely)\b",
    re.I,
)
LIKE_DENIALS = re.compile(
    r"\b(?:refus\w*|den(?:y|ies|ied|ying)|reject\w*|bann?(?:ed|s)?|forbid\w*|forbade|prohibit\w*|"
    r"stop\w*|ceas\w*|prevent\w*|avoid\w*|miss(?:es|ed|ing)?|absent|absence|exclud\w*|except|unless|"
    r"declin\w*|against|turn(?:s|ed)? down|rul(?:es|ed) out|end(?:s|ed)|cancel\w*|abandon\w*|impossible|"
    r"un\w{4,}|in(?:capable|sufficient|complete|valid|accessible|visible)|free of|instead of|rather than|"
    r"too \w+ to|drop(?:s|ped)|gave up|zero|withdr[ae]w\w*|scrap(?:s|ped)|illegal|"
    r"at most|at least|up to|maximum|minimum|limit\w*|only|closed|empty|still|remain\w*|less than|more than)\b",
    re.I,
)
# These have the form of a denial, and deny nothing.
HARMLESS = re.compile(
    r"\bnot (?:only|just|merely|least|to mention)\b|\bno (?:doubt|fewer than|less than|sooner than)\b|"
    r"\bno\. ?\d|\bnothing (?:but|other than)\b|\bwhether or not\b|\bwithout (?:doubt|question)\b|"
    r"\b(?:never|none)theless\b|\bwhy not\b",
    re.I,
)
CLAUSE = re.compile(
    r"[,;:()\n]|\s[–—-]\s|\.\s|[!?]|\b(?:but|although|though|while|whereas|which|who|because|and|so that)\b"
)
# A denial reaches to the end of its clause.
MOSTLY = 0.5
OPPOSITES = tuple(
    tuple(re.compile(rf"\b(?:{side})\b", re.I) for side in pair)
    for pair in (
        ("ris(?:es?|ing|en)|rose|increas\\w*|gr(?:ow|ew|own|ows|owing|owth)|gain\\w*|climb\\w*|higher|up",
         "fall(?:s|en|ing)?|fell|decreas\\w*|declin\\w*|shr[aiu]nk\\w*|drop\\w*|los[te]\\w*|lower\\w*|down|reduc\\w*|cut"),
        ("more|above|over|exceed\\w*|at least|minimum", "less|fewer|below|under|at most|maximum|up to"),
        ("before|earlier than|prior to", "after|later than|following"),
        ("approv\\w*|accept\\w*|agree[sd]?|back(?:s|ed)|support\\w*|welcom\\w*|confirm\\w*",
         "reject\\w*|refus\\w*|oppos\\w*|den(?:y|ies|ied)|declin\\w*|turned down|against|disagree\\w*"),
        ("allow\\w*|permit\\w*|legal", "bann?(?:ed|s)?|forbid\\w*|forbade|prohibit\\w*|illegal"),
        ("open(?:s|ed|ing)?|start\\w*|beg[aiu]n\\w*|launch\\w*",
         "clos(?:e|es|ed|ing|ure)|shut\\w*|end(?:s|ed|ing)?|stop\\w*|ceas\\w*"),
        ("w[io]n(?:s|ning)?(?!['’]t)|succeed\\w*|success\\w*|profit\\w*", "los(?:e|es|t|ing|s|ses)|fail\\w*|defeat\\w*"),
        ("cheap\\w*", "expensive|dear\\w*|costl\\w*"),
        ("first|earliest|oldest", "last|latest|newest|youngest"),
        ("largest|biggest|highest|most|best|tallest|longest|fastest",
         "smallest|least|lowest|fewest|worst|shortest|slowest"),
        ("b(?:uy|uys|ought|uying)|purchas\\w*|acquir\\w*", "s(?:ell|ells|old|elling|ales?)"),
        ("hir(?:e|es|ed|ing)|recruit\\w*", "dismiss\\w*|fir(?:e[sd]?|ing)|lay(?:s|ing)? off|laid off|redundan\\w*"),
        ("safe\\w*|harmless", "dangerous|unsafe|harmful|hazard\\w*"),
        ("free|free of charge", "paid|fee|charge[sd]?|costs?"),
        ("possible|able", "impossible|unable"),
        ("north\\w*", "south\\w*"), ("east\\w*", "west\\w*"), ("left", "right"),
        ("true|correct", "false|wrong|incorrect"), ("public\\w*", "private\\w*"),
        ("include[sd]?|including|with", "exclude[sd]?|excluding|without"),
        ("all|every|always|everyone|everybody", "some|sometimes|few|partly|several|certain"),
        ("summer", "winter"), ("morning", "evening|night|afternoon"), ("import\\w*", "export\\w*"),
        ("new", "old|used"), ("slow\\w*", "fast\\w*|quick\\w*"), ("full\\w*", "empty|part\\w*"),
        ("daily|every day|each day", "weekly|monthly|yearly|every week|every month|every year|annual\\w*"),
        ("weekly|every week|each week", "daily|monthly|yearly|every day|every month|every year|annual\\w*"),
        ("monthly|every month|each month", "daily|weekly|yearly|every day|every week|every year|annual\\w*"),
    )
)  # fmt: skip
# What is planned, possible or said by somebody is not yet so.
OPEN = re.compile(
    r"\b(?:may|might|could|would|plan(?:s|ned|ning)?|propos\w*|consider\w*|hop(?:e|es|ed|ing)|want\w*|aim\w*|if|perhaps|"
    r"possibl[ey]|probably|likely|expect\w*|intend\w*|should|reported\w*|allegedly|rumou?r\w*|suggest\w*|"
    r"can|ask(?:s|ed)?|seek\w*|claim\w*|will|believ\w*|think\w*|thought|estimat\w*|forecast\w*|predict\w*|"
    r"potential\w*|unclear|unsure|discuss\w*|due to|set to|scheduled|going to|target\w*)\b",
    re.I,
)
DONE = re.compile(
    r"\b(?:has|have) (?!to\b)\w+|\b(?:is|are|was|were) (?:already|now)\b|\balready\b|\bdefinitely\b|\bcertainly\b|"
    r"\bguaranteed?\b|\b(?:opened|closed|built|bought|sold|started|began|decided|approved|agreed|won(?!['’]t)|lost)\b",
    re.I,
)


def contradicted(claim: str, quote: str) -> str | None:
    """Return the word by which a claim says the contrary of its quote, or None.

    A denial reaches over its clause. One in the claim must be one in the quote, of the same things;
    one in the quote must be one in the claim, if the claim speaks of what is denied.
    """
    return (
        _denied(claim, quote)
        or _affirmed(claim, quote)
        or _opposed(claim, quote)
        or _settled(claim, quote)
    )


def _denied(claim: str, quote: str) -> str | None:
    denials = list(_denials(claim))
    if not denials:
        return None
    if not (_found(DENIALS, quote) or LIKE_DENIALS.search(quote)):
        return denials[0][0]
    reached = [word for _, reach in _denials(quote) for word in reach]
    reached += [word for match in LIKE_DENIALS.finditer(quote) for word in _reach(match, quote)]
    for cue, reach in denials:
        known = held(reach, telling(quote))
        if known and not held(known, reached):
            return cue
    return None


def _affirmed(claim: str, quote: str) -> str | None:
    if _found(DENIALS, claim) or LIKE_DENIALS.search(claim):
        return None
    said = telling(claim)
    for cue, reach in _denials(quote):
        # What the quote says elsewhere without denying it may be claimed.
        common = held(reach, said)
        if common and len(common) >= MOSTLY * len(reach) and not _said_elsewhere(common, quote):
            return cue
    return None


def _said_elsewhere(stems: list[str], quote: str) -> bool:
    clear = [clause for clause in CLAUSE.split(quote) if not _found(DENIALS, clause)]
    return all(
        held([each], [word for clause in clear for word in telling(clause)]) for each in stems
    )


def _opposed(claim: str, quote: str) -> str | None:
    for pair in OPPOSITES:
        for side, other in (pair, pair[::-1]):
            said, contrary = side.search(claim), other.search(quote)
            if not (said and contrary) or other.search(claim) or side.search(quote):
                continue
            if _denies_at(said, claim) == _denies_at(contrary, quote):
                return said.group()
    return None


def _denies_at(match: re.Match[str], text: str) -> bool:
    """Say whether the clause around a word denies."""
    before, after = CLAUSE.split(text[: match.start()])[-1], CLAUSE.split(text[match.end() :])[0]
    return bool(_found(DENIALS, f"{before} {match.group()} {after}"))


def _settled(claim: str, quote: str) -> str | None:
    """Return what tells as done what the quote leaves open."""
    done = DONE.search(claim)
    if done and not OPEN.search(claim) and OPEN.search(quote) and not DONE.search(quote):
        return done.group()
    return None


def _found(cues: re.Pattern[str], text: str) -> list[re.Match[str]]:
    harmless = [match.span() for match in HARMLESS.finditer(text)]
    return [
        match
        for match in cues.finditer(text)
        if not any(start <= match.start() < end for start, end in harmless)
    ]


def _denials(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each denial of a text, and the words in its reach."""
    for match in _found(DENIALS, text):
        yield match.group(), _reach(match, text)


def _reach(match: re.Match[str], text: str) -> list[str]:
    """Return the words after a cue in its clause, or before it if there are none."""
    after = CLAUSE.split(text[match.end() :], maxsplit=1)[0]
    return telling(after) or telling(CLAUSE.split(text[: match.start()])[-1])
