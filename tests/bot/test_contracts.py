"""The JSON that other programs read: exactly the fields of the contract."""

from __future__ import annotations

import json

from bot.contracts import answer_record, citation_record, hit_record, json_bytes, source_record
from bot.types import Answer, Citation
from index import ArticleInfo, Hit


def test_a_hit_has_the_fields_of_the_contract(hit: Hit) -> None:
    assert hit_record(hit) == {
        "rank": 1,
        "score": 1.0,
        "article": "plant",
        "title": "The plant",
        "start": 0,
        "end": 43,
        "text": "It rains. The plant is in Turin. It is new.",
    }


def test_a_citation_has_the_fields_of_the_contract(citation: Citation) -> None:
    assert citation_record(citation) == {
        "number": 1,
        "article": "plant",
        "title": "The plant",
        "url": None,
        "start": 10,
        "end": 32,
        "quote": "The plant is in Turin.",
        "place": "",
    }


def test_an_answer_has_the_fields_of_the_contract(
    answered: Answer, citation: Citation, hit: Hit
) -> None:
    assert answer_record(answered) == {
        "question": "Where is the plant?",
        "status": "answered",
        "answer": "The plant is in Turin.",
        "confidence": 0.5,
        "reason": None,
        "citations": [citation_record(citation)],
        "hits": [hit_record(hit)],
        "seconds": 0.125,
    }


def test_a_refusal_has_the_same_fields(answered: Answer, refused: Answer) -> None:
    record = answer_record(refused)
    assert list(record) == list(answer_record(answered))
    assert (record["status"], record["answer"], record["citations"]) == ("refused", "", [])
    assert record["reason"] == "I don't know."


def test_an_explained_answer_has_its_trace_too(answered: Answer) -> None:
    record = answer_record(answered, explain=True)
    assert record.pop("trace") == {
        "query": "Where is the plant?",
        "threshold": 0.25,
        "reader": "none",
        "tentative": False,
        "scores": {"cosine": 1.0},
        "prompts": {},
        "hits": [{"passage": 0.5, "bm25": 0.25}],
    }
    assert record == answer_record(answered)


def test_an_answer_in_sentences_has_them_after_the_fields_of_the_contract(
    written: Answer, answered: Answer
) -> None:
    record = answer_record(written, explain=True)
    assert list(record) == [*answer_record(answered), "sentences", "trace"]
    assert record["sentences"] == [
        {"text": "Turin has the plant.", "citations": [1]},
        {"text": "The plant is new.", "citations": [2]},
    ]
    assert record["trace"]["writing"] == {
        "model": "scripted",
        "requests": 2,
        "input_tokens": 200,
        "output_tokens": 40,
        "seconds": 0.25,
        "dropped": ["number: It has 3 roofs."],
        "failure": "",
    }
    json.dumps(record)


def test_a_source_has_the_fields_of_the_contract() -> None:
    info = ArticleInfo(
        "plant", "The plant", "/p.md", None, "2024-01-02", 3, 43, "utf-8", "cars", "Ida Brenn",
        "markdown", "en", None, 50, "2024-01-03T10:00:00+00:00",
    )  # fmt: skip
    assert source_record(info) == {
        "article": "plant",
        "title": "The plant",
        "source": "/p.md",
        "url": None,
        "passages": 3,
        "characters": 43,
        "collection": "cars",
        "kind": "markdown",
        "author": "Ida Brenn",
        "published": "2024-01-02",
        "language": "en",
        "bytes": 50,
        "indexed": "2024-01-03T10:00:00+00:00",
        "problem": None,
        "fetched": None,
    }


def test_json_is_utf_8_and_takes_names_that_are_not() -> None:
    data = json_bytes({"name": "é\udcff"})
    assert "é".encode() in data
    assert json.loads(data) == {"name": "é?"}
