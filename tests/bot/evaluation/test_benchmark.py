"""Floors under a slice of the open benchmark; the whole is measured by make bench-accuracy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.config import Settings
from bot.evaluation.figures import figures
from bot.evaluation.gold import read_gold
from bot.evaluation.run import Examiner
from bot.evaluation.summary import summarise
from bot.reader.train.squad import load
from index import PassageIndex, SentenceEncoder

QUESTIONS = 24


def test_a_slice_of_the_open_benchmark_stays_above_its_floors(
    encoder: SentenceEncoder, shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "data" / "dev" / "squad2_8_articles.json"
    article = min(load([path])[0], key=lambda each: len(each.text))
    index = PassageIndex(tmp_path / "index", encoder)
    index.add([article])
    cases = [
        replace(case, tags=("near miss",) if not case.answerable else ())
        for case in read_gold([path])[0]
        if case.sources and case.sources[0].article == article.title
    ]
    cases = cases[:: max(1, len(cases) // QUESTIONS)]
    outcomes = list(Examiner(index, Settings(calibration="")).ask_all(cases))
    found = figures(outcomes)
    index.close()
    assert len(outcomes) >= QUESTIONS
    summary = summarise(
        outcomes, floors={"verbatim": 1.0, "recall@5": 0.85, "correct": 0.5, "f1_answerable": 0.5}
    )
    assert not summary.failed, (summary.failed, found)


def test_quotes_of_the_open_benchmark_stand_in_its_articles(shared_data: Path) -> None:
    path = shared_data / "data" / "dev" / "squad2_8_articles.json"
    cases, problems = read_gold([path])
    assert problems == []
    texts = {article.title: article.text for article in load([path])[0]}
    assert len(cases) == 3095
    assert all(s.quote in texts[s.article] for case in cases for s in case.sources)
    assert sum(case.answerable for case in cases) == 1494
