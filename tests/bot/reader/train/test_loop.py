"""The training itself, a few steps of it, on the real trunk."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from bot.reader.model import SpanModel
from bot.reader.train.examples import Example, Passages, Source
from bot.reader.train.export import export
from bot.reader.train.loop import CHECKPOINT, Plan, Run
from bot.reader.train.network import MAX_ANSWER, SpanNetwork, collate
from bot.reader.train.squad import load
from index import DEFAULT_MODEL, Span, load_tokenizer, model_folder
from tests.bot.reader.train.made_up import TORVANE

BASE = model_folder(DEFAULT_MODEL)
PLAN = Plan(minutes=1e6, epochs=2, batch=4, rate=3e-4, warmup=0.1)


def run_of(data: Path, folder: Path, plan: Plan = PLAN) -> Run:
    """Return a run on the small set, the same at every call."""
    articles, questions = load([data / "squad2_made_up.json"])
    source = Source(questions, {a.id: a.text for a in articles}, Passages(articles), {})
    torch.manual_seed(plan.seed)
    folder.mkdir(exist_ok=True)
    return Run(plan, SpanNetwork(BASE), load_tokenizer(BASE, 256), source, folder)


def test_the_rate_rises_and_falls() -> None:
    rates = [PLAN.rate_at(p / 20) for p in range(21)]
    assert max(rates) == rates[2] == PLAN.rate
    assert rates[0] < rates[1] < rates[2]
    assert rates[2:] == sorted(rates[2:], reverse=True)
    assert rates[-1] == 0


def test_a_run_that_was_stopped_ends_as_one_that_was_not(data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    whole = run_of(data, tmp_path / "whole")
    assert not whole.resume()
    whole.train(said.append)
    assert "100.0%" in said[-1]
    assert whole.state.losses[-1] < whole.state.losses[0]

    stopped = run_of(data, tmp_path / "stopped")
    stop = Stop()
    with pytest.raises(KeyboardInterrupt):
        stop.after(2, stopped)
    again = run_of(data, tmp_path / "stopped")
    assert again.resume()
    assert again.state.step == 2
    again.train(said.append)
    assert again.state.losses == pytest.approx(whole.state.losses, abs=1e-4)
    for one, other in zip(again.network.parameters(), whole.network.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-4)


class Stop:
    """Stops a run after some steps, its checkpoint written, as a person would with Ctrl-C."""

    def after(self, steps: int, run: Run) -> None:
        """Train so many steps, save, and be interrupted in the next."""
        step = run._step

        def counted(*arguments: object) -> float:
            if run.state.step == steps:
                run.save()
                raise KeyboardInterrupt
            return step(*arguments)  # type: ignore[arg-type]

        run._step = counted  # type: ignore[method-assign]
        run.train(lambda line: None)


def test_a_run_ends_when_its_time_is_over(data: Path, tmp_path: Path) -> None:
    run = run_of(data, tmp_path / "run", replace(PLAN, minutes=1e-6))
    run.train(lambda line: None)
    assert run.state.step == 1
    assert (tmp_path / "run" / CHECKPOINT).is_file()


def test_another_plan_does_not_go_on_from_a_checkpoint(data: Path, tmp_path: Path) -> None:
    run_of(data, tmp_path / "run").save()
    with pytest.raises(ValueError, match="of a run with other settings"):
        run_of(data, tmp_path / "run", replace(PLAN, rate=1.0)).resume()


def test_what_is_exported_is_what_was_trained(data: Path, tmp_path: Path) -> None:
    run = run_of(data, tmp_path / "run")
    export(run.network.state_dict(), BASE, tmp_path / "out")
    model = SpanModel.load(tmp_path / "out")
    batch = collate([Example("Who?", TORVANE, (Span(0, 9),))], load_tokenizer(BASE, 256))
    with torch.inference_mode():
        spans, _, none = run.network(batch)
    wanted = torch.cat([none[:, None], spans.flatten(1)], 1).softmax(1)[0]
    found = model.score("Who?", TORVANE)
    assert found.none == pytest.approx(float(wanted[0]), abs=2e-3)  # stored in 16 bits
    assert model.max_answer == MAX_ANSWER
    size = (tmp_path / "out" / "model.safetensors").stat().st_size
    assert size < 50_000_000


def test_an_answer_beyond_the_limit_is_left_out_of_the_loss() -> None:
    tokenizer = load_tokenizer(BASE, 32)
    text = "word " * 60 + "end"
    examples = [
        Example("Who?", text, (Span(0, len(text)),), ((Span(300, 303), 1.0),)),
        Example("Who?", text, (Span(0, len(text)),), ((Span(0, 4), 1.0),)),
    ]
    batch = collate(examples, tokenizer)
    assert batch.spans.tolist() == [[1, 4, 4]]
    assert batch.answerable.tolist() == [True, True]
    network = SpanNetwork(BASE)
    with torch.inference_mode():
        both, one = network.loss(batch), network.loss(collate(examples[1:], tokenizer))
    assert float(both) == pytest.approx(float(one) / 2, rel=1e-3)


def test_crops_are_random_and_come_again() -> None:
    example = Example("Who?", TORVANE, (Span(0, 48), Span(49, 77), Span(78, len(TORVANE))))
    crops = {example.cropped(20, random.Random(seed)).text for seed in range(20)}
    assert len(crops) > 1
    assert example.cropped(20, random.Random(3)) == example.cropped(20, random.Random(3))
