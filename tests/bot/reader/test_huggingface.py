"""Any extractive model of transformers as the reader: a small one of random weights, on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

from bot.bootstrap import make_reader
from bot.config import Settings
from bot.errors import ReaderError
from bot.reader.huggingface import TransformersScorer
from index import DEFAULT_MODEL, Span, model_folder

TEXT = "The plant is in Turin. It opened in 1998, and makes engines."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a model that answers at random, always the same way."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(model_folder(DEFAULT_MODEL) / "tokenizer.json")),
        model_max_length=64,
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
    ).save_pretrained(folder)
    return folder


def test_spans_and_none_share_the_probability(folder: Path) -> None:
    found = TransformersScorer(str(folder)).score("Where is the plant?", TEXT)
    assert found.spans
    assert sum(each.probability for each in found.spans) + found.none <= 1 + 1e-6
    for each in found.spans:
        assert Span(0, len(TEXT)).covers(each.span)
    likely = [each.probability for each in found.spans]
    assert likely == sorted(likely, reverse=True)


def test_what_goes_beyond_the_limit_is_not_read(folder: Path) -> None:
    scorer = TransformersScorer(str(folder))
    found = scorer.score("Where is the plant?", TEXT * 40)
    assert all(each.span.end < 400 for each in found.spans)
    assert scorer.score("Where?", "").spans == ()


def test_a_model_takes_the_readers_place_by_name(folder: Path) -> None:
    assert make_reader(Settings(reader=str(folder))).name == str(folder)
    assert make_reader(Settings(reader="none")).name == "none"
    assert make_reader(Settings()).name == "default"


def test_what_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match=r"can't be loaded .*; give the folder or the name"):
        TransformersScorer(str(tmp_path))
