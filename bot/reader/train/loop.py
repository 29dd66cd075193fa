"""The training itself: made of epochs, fitted to a time, and resumed where it was stopped."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from bot.reader.train.examples import Example, Source
from bot.reader.train.network import SpanNetwork, collate
from index import has_bfloat16

CHECKPOINT = "checkpoint.pt"
SECONDS_BETWEEN_CHECKPOINTS = 300
SECONDS_BETWEEN_LINES = 60
# Batches are cut from so many examples sorted by length.
POOL = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """What a training run is to do.

    Parameters
    ----------
    minutes : float
        The learning rate falls to 0 over this time, or over ``epochs`` if they are done sooner.
    epochs : int
    batch : int
        Examples in one step.
    rate : float
        Highest learning rate.
    warmup : float
        Share of the run over which the rate rises.
    short_until : float
        Share of the run in which passages are cropped to ``short_words``: it teaches the most
        for its time.
    short_words : int
    decay : float
        Weight decay.
    seed : int
    """

    minutes: float = 120.0
    epochs: int = 4
    batch: int = 24
    rate: float = 1.2e-4
    warmup: float = 0.04
    short_until: float = 0.5
    short_words: int = 45
    decay: float = 0.01
    seed: int = 1

    def rate_at(self, progress: float) -> float:
        """Return the learning rate at a share of the run."""
        if progress < self.warmup:
            return self.rate * (progress + 0.002) / self.warmup
        return self.rate * max(0.0, 1 - progress) / (1 - self.warmup)


@dataclass(slots=True)
class State:
    """How far a run is: the next batch, and the seconds and losses so far."""

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)


class Run:
    """One training run, in a folder that its checkpoints are kept in.

    Parameters
    ----------
    plan : Plan
    network : SpanNetwork
    tokenizer : Tokenizer
    source : Source
    folder : Path
    """

    def __init__(
        self,
        plan: Plan,
        network: SpanNetwork,
        tokenizer: Tokenizer,
        source: Source,
        folder: Path,
    ) -> None:
        self.plan = plan
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network = network.to(self.device)
        self.state = State()
        self._tokenizer = tokenizer
        self._source = source
        self._path = folder / CHECKPOINT
        self._bfloat16 = self.device.type == "cuda" or has_bfloat16()
        self._optimizer = torch.optim.AdamW(self._groups(), plan.rate, fused=True)

    def _groups(self) -> list[dict[str, Any]]:
        trained = [p for p in self.network.parameters() if p.requires_grad]
        return [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": self.plan.decay},
            {"params": [p for p in trained if p.ndim < 2], "weight_decay": 0.0},
        ]

    def resume(self) -> bool:
        """Go back to the last checkpoint; False if there is none.

        Raises
        ------
        ValueError
            If it was made by another plan.
        """
        if not self._path.is_file():
            return False
        kept = torch.load(self._path, map_location=self.device, weights_only=True)
        if kept["plan"] != asdict(self.plan):
            raise ValueError(
                f"{self._path} is of a run with other settings; take them, or another folder."
            )
        self.network.load_state_dict(kept["network"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self.state = State(**kept["state"])
        return True

    def save(self) -> None:
        """Write a checkpoint; one that is cut short leaves the last one whole."""
        partial = self._path.with_suffix(".partial")
        torch.save(
            {
                "plan": asdict(self.plan),
                "network": self.network.state_dict(),
                "optimizer": self._optimizer.state_dict(),
                "state": asdict(self.state),
            },
            partial,
        )
        os.replace(partial, self._path)

    def train(self, say: Callable[[str], None]) -> None:
        """Train to the end of the plan, from where the state is.

        Parameters
        ----------
        say : callable
            Given a line of progress from time to time.
        """
        plan, state = self.plan, self.state
        saved = spoken = time.monotonic()
        self.network.train()
        steps = 0
        while state.epoch < plan.epochs and self.progress(steps) < 1:
            examples = self._source.epoch(state.epoch, plan.seed)
            batches = list(_batches(examples, plan.batch, f"{plan.seed} {state.epoch}"))
            steps = len(batches)
            while state.step < steps and self.progress(steps) < 1:
                started = time.monotonic()
                state.losses.append(self._step(batches[state.step], self.progress(steps)))
                state.step += 1
                now = time.monotonic()
                state.seconds += now - started
                if now - spoken > SECONDS_BETWEEN_LINES:
                    say(self._line(steps))
                    spoken = now
                if now - saved > SECONDS_BETWEEN_CHECKPOINTS:
                    self.save()
                    saved = now
            if state.step == steps:
                state.epoch, state.step = state.epoch + 1, 0
        say(self._line(steps))
        self.save()

    def progress(self, steps: int) -> float:
        """Return how far the run is, from 0 to 1, given the steps of an epoch."""
        by_time = self.state.seconds / (60 * self.plan.minutes)
        epochs = self.state.epoch + (self.state.step / steps if steps else 0.0)
        return max(by_time, epochs / self.plan.epochs)

    def _step(self, examples: Sequence[Example], progress: float) -> float:
        plan = self.plan
        if progress < plan.short_until:
            chooser = random.Random(f"{plan.seed} {self.state.epoch} {self.state.step}")
            examples = [example.cropped(plan.short_words, chooser) for example in examples]
        for group in self._optimizer.param_groups:
            group["lr"] = plan.rate_at(progress)
        batch = collate(examples, self._tokenizer).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._bfloat16):
            loss = self.network.loss(batch)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimizer.step()
        return float(loss.detach())

    def _line(self, steps: int) -> str:
        state = self.state
        recent = state.losses[-100:]
        return (
            f"{self.progress(steps):6.1%}  epoch {state.epoch + 1}, step {state.step} of {steps}, "
            f"{state.seconds / 60:.1f} min, loss {sum(recent) / max(1, len(recent)):.3f}"
        )


def _batches(examples: Sequence[Example], size: int, seed: str) -> Iterator[list[Example]]:
    """Yield batches of examples of like length, in an order that the seed decides."""
    pool = size * POOL
    batches = []
    for first in range(0, len(examples), pool):
        ordered = sorted(examples[first : first + pool], key=lambda e: len(e.text))
        batches += [ordered[i : i + size] for i in range(0, len(ordered), size)]
    random.Random(seed).shuffle(batches)
    yield from batches


def to_stderr(line: str) -> None:
    """Print a line of progress."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
