"""``python -m bot.reader.train``: from SQuAD-like files to the reader's weights."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path

import torch

from bot.reader.train.examples import Passages, Source, is_held_out
from bot.reader.train.export import export
from bot.reader.train.loop import Plan, Run, to_stderr
from bot.reader.train.neighbours import neighbours
from bot.reader.train.network import SpanNetwork
from bot.reader.train.squad import DATA, load
from index import DEFAULT_MODEL, load_tokenizer, model_folder

MAX_TOKENS = 256


def main() -> None:
    """Train, from the last checkpoint if there is one."""
    parser = argparse.ArgumentParser(prog="python -m bot.reader.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA / "train", help="folder of SQuAD files")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    defaults = Plan()
    for each in fields(Plan):
        kind = type(getattr(defaults, each.name))
        default = getattr(defaults, each.name)
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=kind, default=default)
    options = parser.parse_args()
    plan = Plan(**{each.name: getattr(options, each.name) for each in fields(Plan)})
    torch.manual_seed(plan.seed)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    articles, questions = load(sorted(options.data.glob("*.json")))
    passages = Passages(articles)
    questions = [question for question in questions if not is_held_out(question)]
    to_stderr(f"{len(questions)} questions, {len(passages.all)} passages")
    near = neighbours(questions, passages.all, options.out / "neighbours.npz")
    source = Source(questions, {article.id: article.text for article in articles}, passages, near)
    folder = model_folder(DEFAULT_MODEL)
    tokenizer = load_tokenizer(folder, MAX_TOKENS)
    run = Run(plan, SpanNetwork(folder), tokenizer, source, options.out)
    to_stderr("resumed" if run.resume() else f"started on {run.device}")
    run.train(to_stderr)
    export(run.network.state_dict(), folder, options.out / "weights")
    to_stderr(f"weights in {options.out / 'weights'}; next: python -m bot.reader.train.calibrate")


if __name__ == "__main__":
    main()
