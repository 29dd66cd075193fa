"""Words in an article that are meant for a machine that reads it: no evidence. Pure."""

from __future__ import annotations

import re
import unicodedata

ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|discard)\b[^.\n]{0,40}"
    r"\b(?:instructions?|prompts?|rules?|messages?|directions?|guidelines?|context|passages?|above)\b"
    r"|\b(?:new|real|actual|updated|hidden|secret|system|developer"
    r"|admin\w*)[ -](?:instructions?|prompts?|orders?)\b"
    r"|\b(?:dear|attention|hey|note to|notes? for|message (?:to|for)|to (?:the|any|all)"
    r"|if you are an?)[ ,:]+"
    r"(?:the |any |all )?(?:ai|llm|language model|assistant|chat ?bot|bot|model)s?\b"
    r"|\b(?:as|you are(?: now)?|act as|pretend to be|you're) (?:an?|the|my) (?:ai|assistant|bot"
    r"|language model|"
    r"chat ?bot|linux|terminal|dan|unrestricted|helpful)\b"
    r"|\b(?:reply|respond|answer|say|write|output|print|append|add|include|insert|repeat|tell|mention|notify|ping)\b"
    r"[^.\n]{0,30}\b(?:only|exactly|verbatim|the following|the user|everybody|everyone|the word"
    r"|to your answer|"
    r"your (?:instructions|prompt|rules)|in your (?:answer|reply))\b"
    r"|\b(?:end|begin|start|finish) (?:your|each|every|the) (?:answer|reply|response|sentence)"
    r"|\b(?:call|invoke|use|run|execute) (?:the )?(?:tool|function|command|plugin|shell)\b"
    r"|\btool_calls?\b|<tool"
    r"|\b(?:do not|don't|never) (?:mention|cite|quote|reveal|tell|use"
    r"|trust)\b[^.\n]{0,40}\b(?:this|source|passages?|"
    r"articles?|quotes?|user|instructions?)"
    r"|<\|?/?(?:im_start|im_end|system|user|assistant|endoftext|inst|s)\b|\[/?INST\]|<<SYS>>|^[^\S\n]*(?:#+[^\S\n]*)?(?:system|assistant|"
    r"user|human|developer) ?(?:message|prompt)?:|\b(?:SYSTEM|ASSISTANT|HUMAN):"
    r"|@(?:channel|here|everyone)\b|<![a-z]+|<!--|!\[[^\]]*\]\("
    r"|\[\w+ (?:begin|end) \w+\]|\b(?:begin|end) of (?:passages?|context|documents?|article)\b"
    r"|[\"']?(?:claims|passage|quote|sentence)[\"']?\s*:\s*[\[{\"']|^(?:PASSAGE|QUOTE|SENTENCE):",
    re.I | re.M,
)
UNSEEN = frozenset({"Cf", "Co", "Cs", "Cn"})


def first_order(text: str) -> int | None:
    """Return where an article begins to speak to the machine, or None.

    From there on nothing of the passage bears anything out: whoever wrote it may have written the
    rest, too. What shows nothing is read with: letters may be hidden among it.
    """
    seen = [(c, at) for at, c in enumerate(text) if unicodedata.category(c) not in UNSEEN]
    found = ORDER.search("".join(unicodedata.normalize("NFKC", c)[:1] for c, _ in seen))
    return seen[found.start()][1] if found else None
