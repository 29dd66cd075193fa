"""What is kept of an answer, so that it can be shown, judged and run again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.types import Answer, Citation, Note, Sentence, Trace, Turn, Writing
from index import EVERYTHING, Hit, Passage, Scope, Span


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer was made with.

    Parameters
    ----------
    generation : str
        The index's: another one for every update.
    model, model_digest : str
        The embedding model, and the SHA-256 of its weights.
    reader, reader_digest : str
        What found the answer, and the SHA-256 of its weights; empty where it has none.
    prompts : mapping of str to str
        SHA-256 of each file of texts, by its name.
    version : str
        Footnote's.
    settings : mapping
        Those that an answer depends on.
    """

    generation: str
    model: str
    model_digest: str
    reader: str
    reader_digest: str
    prompts: Mapping[str, str]
    version: str
    settings: Mapping[str, Any]


def made_record(
    answer: Answer,
    history: Sequence[Turn],
    provenance: Provenance,
    scope: Scope = EVERYTHING,
) -> dict[str, Any]:
    """Return an answer as JSON values."""
    return {
        "answer": asdict(_slim(answer)),
        "collections": sorted(scope.collections),
        "history": [turn.question for turn in history],
        # What a follow-up leans on, so that it can be run again.
        "before": asdict(_slim(history[-1].answer)) if history else None,
        "provenance": asdict(provenance),
    }


def recalled(record: Mapping[str, Any]) -> Answer:
    """Return the answer that a record was made of, without the scores of single sentences."""
    return _answer(record["answer"])


def history_of(record: Mapping[str, Any]) -> list[Turn]:
    """Return the turns before an answer, all but the last without their answers."""
    turns = [remembered(question) for question in record["history"]]
    before = record.get("before")  # records of earlier versions lack it
    if turns and before:
        turns[-1] = Turn(turns[-1].question, _answer(before))
    return turns


def _slim(answer: Answer) -> Answer:
    return replace(answer, hits=tuple(replace(hit, sentences=()) for hit in answer.hits))


def _answer(record: Mapping[str, Any]) -> Answer:
    found = dict(record)
    found["citations"] = tuple(_citation(each) for each in found["citations"])
    found["hits"] = tuple(_hit(each) for each in found["hits"])
    found["trace"] = _trace(found["trace"])
    found["sentences"] = tuple(
        Sentence(each["text"], tuple(each["citations"])) for each in found.get("sentences", ())
    )
    found["notes"] = tuple(Note(**each) for each in found.get("notes", ()))
    return Answer(**found)


def remembered(question: str) -> Turn:
    """Return an earlier turn of which only the question is known."""
    nothing = Answer(
        question, "refused", "", (), 0.0, None, None, (), Trace(question, 0.0, ""), 0.0
    )
    return Turn(question, nothing)


def _trace(found: Mapping[str, Any]) -> Trace:
    writing = found.get("writing")
    if writing is None:
        return Trace(**found)
    return Trace(
        **{**found, "writing": Writing(**{**writing, "dropped": tuple(writing["dropped"])})}
    )


def _citation(found: Mapping[str, Any]) -> Citation:
    return Citation(**{**found, "span": Span(**found["span"])})


def _hit(found: Mapping[str, Any]) -> Hit:
    passage = dict(found["passage"])
    passage["span"] = Span(**passage["span"])
    passage["sentences"] = tuple(Span(**each) for each in passage["sentences"])
    return Hit(**{**found, "passage": Passage(**passage), "sentences": ()})
