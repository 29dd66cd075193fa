"""The records that flow through the bot; none holds a vector, a client or an open file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index import Hit, Span

Status = Literal["answered", "refused"]
RefusalKind = Literal["empty", "no-articles", "off-subject", "not-stated"]


@dataclass(frozen=True, slots=True)
class Citation:
    """The footnote: ``quote`` is ``article.text[span.start:span.end]``, letter for letter.

    ``place`` says where it stands in its source, such as ``page=3``; ``url`` leads there.
    """

    number: int
    article_id: str
    title: str
    url: str | None
    source: str
    heading: str
    span: Span
    quote: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A checked sentence of a language model, and the numbers of its citations."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language model did for an answer.

    Parameters
    ----------
    model : str
    requests, input_tokens, output_tokens : int
        Of everything: writing, correcting, rewriting a follow-up. A broken-off reply counts none.
    seconds : float
    dropped : tuple of str
        The sentences that their quotes didn't bear out, each with what was wrong.
    failure : str
        Why the model gave no answer; then the answer is the one without it.
    """

    model: str
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    dropped: tuple[str, ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came about.

    Parameters
    ----------
    query : str
        What was searched: the question, with what a follow-up leaves out put back, and its
        spelling corrected.
    threshold : float
        The confidence below which the answer would have been refused.
    reader : str
        Which reader chose among the passages.
    scores : mapping of str to float
        The parts of the chosen sentence's score, before their weights.
    prompts : mapping of str to str
        The files of prompts that the answer was worded with, by name: the first 12 characters of
        their SHA-256.
    writing : Writing, optional
        What a language model did, if one was asked.
    """

    query: str
    threshold: float
    reader: str
    scores: Mapping[str, float] = field(default_factory=dict)
    prompts: Mapping[str, str] = field(default_factory=dict)
    writing: Writing | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be known about an answer; ``citation`` is the number of the one it rests on."""

    kind: Literal["conflict", "age"]
    text: str
    citation: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gets for a question.

    An answered one has at least one citation; a refused one has none, no text, and a reason.

    Parameters
    ----------
    question : str
    status : {"answered", "refused"}
    text : str
        Empty when refused.
    citations : tuple of Citation
    confidence : float
        Probability that the answer is right, in [0, 1]. Of sentences that a language model wrote,
        it is the reader's, for the likeliest answer in the passages that they cite.
    kind : str, optional
        Why it was refused, for programs.
    reason : str, optional
        Why it was refused, for people.
    hits : tuple of Hit
        The passages it was chosen from, or for a refusal the nearest ones.
    trace : Trace
    seconds : float
    tentative : bool
        Answered, and too unsure to be told as a fact: its quote is shown as the closest found,
        or the sentences, if there are some.
    sentences : tuple of Sentence
        What a language model wrote; empty if the answer is the articles' own words. ``text`` is
        these sentences in a row.
    notes : tuple of Note
        What another article says instead, and how old the answer's is.
    """

    question: str
    status: Status
    text: str
    citations: tuple[Citation, ...]
    confidence: float
    kind: RefusalKind | None
    reason: str | None
    hits: tuple[Hit, ...]
    trace: Trace
    seconds: float
    tentative: bool = False
    sentences: tuple[Sentence, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange of a conversation: what was asked, and the answer that was given."""

    question: str
    answer: Answer
