"""The forward pass of BERT encoders in numpy, so that a cold question never imports torch."""

from index.minibert.encoder import MiniBertEncoder
from index.minibert.settings import load_tokenizer, supports
from index.minibert.trunk import BertTrunk
from index.minibert.weights import read_tensors, widened

__all__ = [
    "BertTrunk",
    "MiniBertEncoder",
    "load_tokenizer",
    "read_tensors",
    "supports",
    "widened",
]
