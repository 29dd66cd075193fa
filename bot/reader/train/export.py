"""The reader's weights as they are shipped: float16, without the words' embeddings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from bot.reader.train.network import MAX_ANSWER

TRUNK = "trunk."
LEFT_OUT = ("word_embeddings", "position_ids", "token_type_ids")
CONFIG = (
    "model_type", "hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps",
    "max_position_embeddings", "num_attention_heads", "num_hidden_layers", "type_vocab_size",
    "vocab_size",
)  # fmt: skip


def export(weights: Mapping[str, Tensor], base: Path, folder: Path) -> None:
    """Write ``model.safetensors`` and ``config.json``.

    Parameters
    ----------
    weights : mapping of str to Tensor
        The network's state.
    base : Path
        Folder of the model that it was made from.
    folder : Path
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        name.removeprefix(TRUNK): tensor.detach().to("cpu", torch.float16).contiguous()
        for name, tensor in weights.items()
        if not any(part in name for part in LEFT_OUT)
    }
    save_file(kept, folder / "model.safetensors")
    config = json.loads((base / "config.json").read_text(encoding="utf-8"))
    kept_config = {name: config[name] for name in CONFIG} | {
        "max_answer": MAX_ANSWER,
        "sha256": hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest(),
    }
    (folder / "config.json").write_text(json.dumps(kept_config, indent=2) + "\n")
