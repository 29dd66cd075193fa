"""Whether a claim says yes where its quote says no, or up where it says down. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.claims.words import held, telling

# What denies outright, and what may stand for it on the other side.
DENIALS = re.compile(
    r"\b(?:not|never|no|none|zero(?!-)|nobody|nothing|nowhere|neither|nor|without|cannot|unable|"
    r"(?:do|does|did|is|are|was|were|has|have|had|will|would|ca|could|should|must|may|might|need|"
    r"wo)n['’]t|fail(?:s|ed|ing)?(?: to)?|lack(?:s|ed|ing)?|hardly|barely|scarcely)\b",
    re.I,
)
LIKE_DENIALS = re.compile(
    r"\b(?:refus\w*|den(?:y|ies|ied|ying)|reject\w*|bann?(?:ed|s)?|forbid\w*|forbade|prohibit\w*|"
    r"stop\w*|ceas\w*|prevent\w*|avoid\w*|miss(?:es|ed|ing)?|absent|absence|exclud\w*|except|"
    r"unless|declin\w*|against|turn(?:s|ed)? down|rul(?:es|ed) out|end(?:s|ed)|cancel\w*|"
    r"abandon\w*|impossible|un\w{4,}|in(?:capable|sufficient|complete|valid|accessible|visible)|"
    r"free of|instead of|rather than|too \w+ to|drop(?:s|ped)|gave up|withdr[ae]w\w*|"
    r"(?<![.,:])0(?![.,:]?\d)|"
    r"scrap(?:s|ped)|illegal|at most|at least|up to|maximum|minimum|limit\w*|only|closed|empty|"
    r"still|remain\w*|less than|more than)\b",
    re.I,
)
# These have the form of a denial, and deny nothing.
HARMLESS = re.compile(
    r"\bnot (?:only|just|merely|least|to mention)\b|\bnothing (?:but|other than)\b|\bno\. ?\d|"
    r"\bno (?:doubt|fewer than|less than|sooner than)\b|\bwhether or not\b|"
    r"\bwithout (?:doubt|question)\b|\b(?:never|none)theless\b|\bwhy not\b",
    re.I,
)
CLAUSE = re.compile(
    r"[,;:()\n]|\s[–—-]\s|\.\s|[!?]|"
    r"\b(?:but|although|though|while|whereas|which|who|because|and|so that)\b"
)
# A denial is passed over by a claim that speaks of less than this of what it reaches.
MOSTLY = 0.5
OPPOSITES = tuple(
    tuple(re.compile(rf"\b(?:{side})\b", re.I) for side in pair)
    for pair in (
        (
            r"ris(?:es?|ing|en)|rose|increas\w*|gr(?:ow|ew|own|ows|owing|owth)|gain\w*|climb\w*|"
            r"higher|up",
            r"fall(?:s|en|ing)?|fell|decreas\w*|declin\w*|shr[aiu]nk\w*|drop\w*|los[te]\w*|"
            r"lower\w*|down|reduc\w*|cut",
        ),
        (
            r"more|above|over|exceed\w*|at least|minimum",
            r"less|fewer|below|under|at most|maximum|up to",
        ),
        (r"before|earlier than|prior to", r"after|later than|following"),
        (
            r"approv\w*|accept\w*|agree[sd]?|back(?:s|ed)|support\w*|welcom\w*|confirm\w*",
            r"reject\w*|refus\w*|oppos\w*|den(?:y|ies|ied)|declin\w*|turned down|against|"
            r"disagree\w*",
        ),
        (
            r"can|may|allow\w*|permit\w*|possible|able|legal",
            r"bann?(?:ed|s)?|forbid\w*|forbade|prohibit\w*|illegal|exclud\w*|impossible",
        ),
        (
            r"open(?:s|ed|ing)?|start\w*|beg[aiu]n\w*|launch\w*",
            r"clos(?:e|es|ed|ing|ure)|shut\w*|end(?:s|ed|ing)?|stop\w*|ceas\w*",
        ),
        (
            r"w[io]n(?:s|ning)?(?!['’]t)|succeed\w*|success\w*|profit\w*|"
            r"beat(?:s|en)?",
            r"los(?:e|es|t|ing|s|ses)|fail\w*|defeat\w*",
        ),
        (r"cheap\w*", r"expensive|dear\w*|costl\w*"),
        (r"first|earliest|oldest", r"last|latest|newest|youngest"),
        (
            r"largest|biggest|highest|most|best|tallest|longest|fastest",
            r"smallest|least|lowest|fewest|worst|shortest|slowest",
        ),
        # What is bought from somebody is sold by them.
        (
            r"(?:b(?:uy|uys|ought|uying)|purchas\w*|acquir\w*)\b(?![^.]*\bfrom)",
            r"(?:s(?:ell|ells|old|elling))\b(?![^.]*\bto)",
        ),
        (
            r"high|deep|hot|warm|large|big|early|long|rich",
            r"low|shallow|cold|small|late|short|poor",
        ),
        (
            r"hir(?:e|es|ed|ing)|recruit\w*",
            r"dismiss\w*|fir(?:e[sd]?|ing)|lay(?:s|ing)? off|laid off|redundan\w*",
        ),
        (r"safe\w*|harmless", r"dangerous|unsafe|harmful|hazard\w*"),
        (r"free|free of charge", r"paid|fee|charge[sd]?|costs?"),
        (r"possible|able", r"impossible|unable"),
        (r"inside", r"outside"),
        (r"used", r"unused"),
        (r"north\w*", r"south\w*"),
        (r"east\w*", r"west\w*"),
        (r"left", r"right"),
        (r"true|correct", r"false|wrong|incorrect"),
        (r"public\w*", r"private\w*"),
        (r"include[sd]?|including|with", r"exclude[sd]?|excluding|without"),
        (r"all|every|always|everyone|everybody", r"some|sometimes|few|partly|several|certain"),
        (r"summer", r"winter"),
        (r"morning", r"evening|night|afternoon"),
        (r"import\w*", r"export\w*"),
        (r"new", r"old|used"),
        (r"slow\w*", r"fast\w*|quick\w*"),
        (r"full\w*", r"empty|part\w*"),
        (
            r"daily|nightly|(?:every|each) (?:day|night|morning|evening)",
            r"weekly|monthly|yearly|(?:every|each) (?:week|month|year)|annual\w*",
        ),
        (r"weekly|every week", r"monthly|yearly|every (?:month|year)|annual\w*"),
        (r"monthly|every month", r"yearly|every year|annual\w*"),
    )
)
# What is planned, possible or said by somebody is not yet so.
OPEN = re.compile(
    r"\b(?:may|might|could|would|plan(?:s|ned|ning)?|propos\w*|consider\w*|hop(?:e|es|ed|ing)|"
    r"want\w*|aim\w*|if|perhaps|possibl[ey]|probably|likely|expect\w*|intend\w*|should|reported\w*|"
    r"allegedly|rumou?r\w*|suggest\w*|can|ask(?:s|ed)?|seek\w*|claim\w*|will|believ\w*|think\w*|"
    r"thought|estimat\w*|forecast\w*|predict\w*|potential\w*|unclear|unsure|discuss\w*|due to|"
    r"next (?:week|month|year|spring|summer|autumn|fall|winter|\w+day)|tomorrow|arrives|opens|"
    r"set to|scheduled|going to|target\w*)\b",
    re.I,
)
# What will have happened has not.
TO_BE_DONE = re.compile(r"\b(?:will|would|may|might|could|should) (?:\w+ )?have \w+", re.I)
DONE = re.compile(
    r"\b(?:has|have) (?:\w+ )?\w+(?:ed|en|un|wn|ne|ght|ld|lt|pt|st|ft|me|won|cut)\b|"
    r"\b(?:is|are|was|were) (?:already|now)\b|\balready\b|\b(?:definitely|certainly)\b|"
    r"\bguaranteed?\b|\b(?:opened|closed|built|bought|sold|started|began|decided|approved|agreed|"
    r"won(?!['’]t)|lost)\b",
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
    denials = _found(DENIALS, claim)
    if not denials:
        return None
    cues = (*_found(DENIALS, quote), *LIKE_DENIALS.finditer(quote))
    if not cues:
        return denials[0].group()
    denied = [word for match in cues for word in telling(_clause(match, quote))]
    clear = [word for clause in _clear(quote) for word in telling(clause)]
    for denial in denials:
        if held(_reach(denial, claim), denied):
            continue
        known = held(telling(_clause(denial, claim)), telling(quote))
        if known and len(held(known, denied)) < max(1, len(held(known, clear))):
            return denial.group()
    return None


def _clear(text: str) -> list[str]:
    """Return the clauses of a text that deny nothing."""
    clauses = CLAUSE.split(text)
    return [each for each in clauses if not (_found(DENIALS, each) or LIKE_DENIALS.search(each))]


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
            if _denials_at(said, claim) % 2 == _denials_at(contrary, quote) % 2:
                return said.group()
    return None


def _denials_at(match: re.Match[str], text: str) -> int:
    """Count what denies in the clause around a word: two make a yes."""
    return len(_found(DENIALS, _clause(match, text)))


def _clause(match: re.Match[str], text: str) -> str:
    """Return the clause around a word."""
    before, after = CLAUSE.split(text[: match.start()])[-1], CLAUSE.split(text[match.end() :])[0]
    return before + match.group() + after


def _settled(claim: str, quote: str) -> str | None:
    """Return what tells as done what the quote leaves open."""
    done = DONE.search(claim)
    if done and not OPEN.search(claim) and OPEN.search(quote):
        return None if DONE.search(TO_BE_DONE.sub(" ", quote)) else done.group()
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
