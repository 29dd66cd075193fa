"""The JSON that commands print: its fields are fixed, other programs read them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.types import Answer, Citation
from index import ArticleInfo, Hit


def hit_record(hit: Hit) -> dict[str, Any]:
    """Return a hit; ``start`` and ``end`` are characters of the article's text as indexed."""
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article": hit.passage.article_id,
        "title": hit.title,
        "start": hit.passage.span.start,
        "end": hit.passage.span.end,
        "text": hit.passage.text,
    }


def citation_record(citation: Citation) -> dict[str, Any]:
    """Return a citation."""
    return {
        "number": citation.number,
        "article": citation.article_id,
        "title": citation.title,
        "url": citation.url,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "place": citation.place,
    }


def answer_record(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """Return an answer, and its notes if it has any.

    One that a language model wrote has ``sentences``, too, each with the numbers of its citations.
    With ``explain``, its trace and the parts of every score come last.
    """
    record: dict[str, Any] = {
        "question": answer.question,
        "status": answer.status,
        "answer": answer.text,
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason,
        "citations": [citation_record(citation) for citation in answer.citations],
        "hits": [hit_record(hit) for hit in answer.hits],
        "seconds": round(answer.seconds, 4),
    }
    if answer.sentences:
        record["sentences"] = [
            {"text": sentence.text, "citations": list(sentence.citations)}
            for sentence in answer.sentences
        ]
    if answer.notes:
        record["notes"] = [asdict(note) for note in answer.notes]
    if explain:
        trace = answer.trace
        record["trace"] = {
            "query": trace.query,
            "threshold": trace.threshold,
            "reader": trace.reader,
            "tentative": answer.tentative,
            "scores": dict(trace.scores),
            "prompts": dict(trace.prompts),
            "hits": [dict(hit.why) for hit in answer.hits],
        }
        if trace.writing:
            record["trace"]["writing"] = {
                **asdict(trace.writing),
                "dropped": [*trace.writing.dropped],
            }
    return record


def source_record(info: ArticleInfo) -> dict[str, Any]:
    """Return an indexed article."""
    return {
        "article": info.id,
        "title": info.title,
        "source": info.source,
        "url": info.url,
        "passages": info.passages,
        "characters": info.characters,
        "collection": info.collection,
        "kind": info.kind,
        "author": info.author,
        "published": info.published,
        "language": info.language,
        "bytes": info.size,
        "indexed": info.indexed_at,
        "problem": info.problem,
        "fetched": info.fetched,
    }


def json_bytes(value: object) -> bytes:
    """Return a value as JSON in UTF-8, which JSON is in whatever the terminal's encoding is."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace")
