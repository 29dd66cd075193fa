"""Retrieval figures of single questions, by ir_measures."""

from __future__ import annotations

from collections.abc import Iterable

import ir_measures

from bot.evaluation.outcome import Outcome

MEASURES = {
    "recall@1": ir_measures.R @ 1,
    "recall@5": ir_measures.R @ 5,
    "recall@10": ir_measures.R @ 10,
    "mrr": ir_measures.RR @ 10,
    "ndcg@10": ir_measures.nDCG @ 10,
}


def retrieval_figures(outcomes: Iterable[Outcome]) -> dict[str, dict[str, float]]:
    """Return every retrieval figure of each question that has a gold place.

    What is sought are the places. A passage stands for the first place that it meets and no
    better passage met; a passage that meets none, or none anew, is not relevant.

    Returns
    -------
    dict of str to dict of str to float
        By figure, then by the question's id.
    """
    qrels, run = [], []
    for outcome in outcomes:
        if not outcome.places:
            continue
        qrels += [ir_measures.Qrel(outcome.id, f"place {i}", 1) for i in range(outcome.places)]
        seen: set[int] = set()
        for rank, hit in enumerate(outcome.hits, 1):
            new = next((place for place in hit.places if place not in seen), None)
            seen.update(hit.places)
            name = f"passage {rank}" if new is None else f"place {new}"
            run.append(ir_measures.ScoredDoc(outcome.id, name, -float(rank)))
    figures: dict[str, dict[str, float]] = {name: {} for name in MEASURES}
    if qrels:
        names = {str(measure): name for name, measure in MEASURES.items()}
        for found in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
            figures[names[str(found.measure)]][found.query_id] = float(found.value)
    return figures
