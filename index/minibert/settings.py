"""What a model folder's settings ask for, and whether it is computed here: read, not run."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from tokenizers import Tokenizer

Json: TypeAlias = Any  # checked where it is used

LAYER_PARTS = (
    ("attention.self.query", "hidden_size", "hidden_size"),
    ("attention.self.key", "hidden_size", "hidden_size"),
    ("attention.self.value", "hidden_size", "hidden_size"),
    ("attention.output.dense", "hidden_size", "hidden_size"),
    ("attention.output.LayerNorm", "hidden_size"),
    ("intermediate.dense", "intermediate_size", "hidden_size"),
    ("output.dense", "hidden_size", "intermediate_size"),
    ("output.LayerNorm", "hidden_size"),
)


def _json(path: Path) -> Json:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: not JSON ({error})") from error


def _require(path: Path, found: object, wanted: object) -> None:
    if found != wanted:
        raise ValueError(f"{path}: found {found!r}, this module computes {wanted!r} only")


def bert_config(folder: Path) -> dict[str, Any]:
    """Return the settings of a plain BERT; ValueError if the folder holds another model."""
    path = folder / "config.json"
    config = {"layer_norm_eps": 1e-12, **_json(path)}
    _require(path, config.get("model_type"), "bert")
    _require(path, config.get("hidden_act"), "gelu")
    _require(path, config.get("position_embedding_type", "absolute"), "absolute")
    _require(path, bool(config.get("is_decoder") or config.get("add_cross_attention")), False)
    sizes = {size for part in LAYER_PARTS for size in part[1:]} | {
        "num_attention_heads",
        "num_hidden_layers",
        "vocab_size",
        "max_position_embeddings",
        "type_vocab_size",
    }
    if not all(type(config.get(size)) is int and config[size] > 0 for size in sizes):
        raise ValueError(f"{path}: {', '.join(sorted(sizes))} must be positive integers")
    _require(path, config["hidden_size"] % config["num_attention_heads"], 0)
    return config


def load_tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    """Open ``tokenizer.json``, set to cut at ``max_tokens`` and never to pad.

    Who asks for the same one gets the same one: it takes as long to open as a passage to read. It
    is not to be set otherwise.

    Raises
    ------
    ValueError
        If the file is missing or damaged.
    """
    path = folder / "tokenizer.json"
    try:
        status = path.stat()
    except OSError as error:
        raise ValueError(f"{path}: damaged tokenizer ({error}); copy the file anew") from error
    return _tokenizer(path, max_tokens, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _tokenizer(path: Path, max_tokens: int, mtime_ns: int, size: int) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises no narrower class
        raise ValueError(f"{path}: damaged tokenizer ({error}); copy the file anew") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


class Plan(NamedTuple):
    """What a sentence-transformers folder asks for, once checked."""

    trunk: Path
    pooling: str
    max_tokens: int


def read_plan(folder: Path) -> Plan:
    """Return what a folder asks for; ValueError if it is not computed here."""
    try:
        path = folder / "modules.json"
        modules = _json(path)
        kinds = [module["type"].rpartition(".") for module in modules]
        _require(path, {root.partition(".")[0] for root, *_ in kinds}, {"sentence_transformers"})
        names = ["Transformer", "Pooling", "Normalize"]
        _require(path, [name for *_, name in kinds], names[: max(2, len(kinds))])
        path = folder / "config_sentence_transformers.json"
        options = _json(path) if path.is_file() else {}
        _require(path, options.get("default_prompt_name") or options.get("truncate_dim"), None)
        trunk = folder / modules[0]["path"]
        pooling = _pooling(folder / modules[1]["path"] / "config.json")
        return Plan(trunk, pooling, _max_tokens(trunk))
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"{folder}: a setting is missing or malformed ({error!r})") from error


def _pooling(path: Path) -> str:
    config = _json(path)
    on = [key for key, value in config.items() if key.startswith("pooling_mode_") and value]
    named = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    mode = config.get("pooling_mode", named.get(on[0]) if len(on) == 1 else on)
    _require(path, mode, "cls" if mode == "cls" else "mean")
    return str(mode)


def _max_tokens(trunk: Path) -> int:
    """Check that transformers would tokenize as ``tokenizer.json`` says; return the limit.

    transformers 5 rebuilds a BertTokenizer from ``tokenizer_config.json`` and takes little more
    than the vocabulary from ``tokenizer.json``.
    """
    path = trunk / "tokenizer_config.json"
    options = _json(path)
    _require(path, options["tokenizer_class"].removesuffix("Fast"), "BertTokenizer")
    for side in ("padding_side", "truncation_side"):
        _require(path, options.get(side, "right"), "right")
    lowercase = options.get("do_lower_case", True)
    normalizer = {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": options.get("tokenize_chinese_chars", True),
        "strip_accents": options.get("strip_accents"),
        "lowercase": lowercase,
    }
    path = trunk / "tokenizer.json"
    text = path.read_text(encoding="utf-8")
    _require(path, _section(text, "normalizer"), normalizer)
    _require(path, _section(text, "pre_tokenizer"), {"type": "BertPreTokenizer"})
    template = [
        next(iter(part.values()))["id"] for part in _section(text, "post_processor")["single"]
    ]
    _require(path, template, ["[CLS]", "A", "[SEP]"])
    path = trunk / "sentence_bert_config.json"
    sentence = _json(path)
    _require(path, bool(sentence.get("do_lower_case")) and not lowercase, False)
    _require(path, sentence.get("transformer_task", "feature-extraction"), "feature-extraction")
    limit = sentence.get("max_seq_length") or options["model_max_length"]
    return int(min(limit, bert_config(trunk)["max_position_embeddings"]))


def _section(text: str, key: str) -> Json:
    """Parse one object of ``tokenizer.json``, sparing the 30,000 words of its vocabulary."""
    found = re.search(rf'"{key}"\s*:\s*(?={{)', text)
    return json.JSONDecoder().raw_decode(text, found.end())[0] if found else None


def supports(folder: Path) -> bool:
    """Say whether this module computes what sentence-transformers would for a model folder.

    Only settings are read: a folder with damaged weights is supported, and loading it explains
    the damage. Weights stored in 16 bits are computed in float32 here, whereas
    sentence-transformers computes in the stored type and rounds every step to it.

    Parameters
    ----------
    folder : Path
        A sentence-transformers model folder.

    Returns
    -------
    bool
        True for a BertModel with exact gelu, WordPiece, mean or cls pooling, and no prompt of
        its own; False for anything else, including a folder that does not exist.
    """
    try:
        plan = read_plan(folder)
    except (ValueError, OSError):
        return False
    return (plan.trunk / "model.safetensors").is_file()
