"""The reader in torch: the trunk of the bundled encoder, and what scores spans on top of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from bot.reader.train.examples import Example
from index import Span

# Longest answer, in tokens, and the width in which a span's two ends are compared.
MAX_ANSWER = 40
PAIR_WIDTH = 64
# Of the marginal losses of a span's ends, beside the loss of the span.
ENDS_WEIGHT = 0.5
SMOOTHING = 0.1
_NEVER = -1e4  # in bfloat16 too, its exponential is 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples as tensors.

    Parameters
    ----------
    ids, type_ids, mask : Tensor of int64, shape (batch, tokens)
    inside : Tensor of bool, shape (batch, tokens)
        True for the passage's tokens.
    spans : Tensor of int64, shape (answers, 3)
        Example, first and last token of each answer.
    shares : Tensor of float32, shape (answers,)
    answerable : Tensor of bool, shape (batch,)
    """

    ids: Tensor
    type_ids: Tensor
    mask: Tensor
    inside: Tensor
    spans: Tensor
    shares: Tensor
    answerable: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return it on a device."""
        return Batch(*(getattr(self, name).to(device) for name in Batch.__slots__))


class SpanNetwork(nn.Module):
    """Scores every span of a passage as the answer to a question, and that none is.

    The score of a span is that of its first token, of its last, and of the two together (a
    product of projections), so that ends are not chosen apart; "none" is scored on ``[CLS]``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.trunk: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
        # The words stay the encoder's: the reader shares them, and ships without.
        self.trunk.embeddings.word_embeddings.weight.requires_grad_(False)
        for module in self.trunk.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # few epochs: it would only slow them down
        width = self.trunk.config.hidden_size
        self.ends = nn.Linear(width, 2)
        self.none = nn.Linear(width, 1)
        self.first = nn.Linear(width, PAIR_WIDTH)
        self.last = nn.Linear(width, PAIR_WIDTH)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Score spans.

        Returns
        -------
        spans : Tensor, shape (batch, tokens, tokens)
            Logit of the answer from one token to another.
        ends : Tensor, shape (batch, tokens, 2)
            The part of the first token and of the last alone.
        none : Tensor, shape (batch,)
            Logit of there being no answer.
        """
        hidden = self.trunk(
            input_ids=batch.ids, token_type_ids=batch.type_ids, attention_mask=batch.mask
        ).last_hidden_state
        ends = self.ends(hidden)
        pairs = self.first(hidden) @ self.last(hidden).transpose(1, 2) * PAIR_WIDTH**-0.5
        spans = pairs + ends[:, :, :1] + ends[:, None, :, 1]
        tokens = batch.ids.shape[1]
        every = torch.ones(tokens, tokens, dtype=torch.bool, device=batch.ids.device)
        ordered = every.triu() & every.tril(MAX_ANSWER - 1)
        allowed = ordered & batch.inside[:, None, :] & batch.inside[:, :, None]
        return (
            spans.float().masked_fill(~allowed, _NEVER),
            ends.float().masked_fill(~batch.inside[..., None], _NEVER),
            self.none(hidden[:, 0]).float()[:, 0],
        )

    def loss(self, batch: Batch) -> Tensor:
        """Return the mean loss: of spans and "none" as one choice, and of the ends by themselves.

        The two together train better than either (Fajcik, Jon and Smrz 2020, arXiv:2008.12804).
        """
        spans, ends, none = self(batch)
        choices = torch.cat([none[:, None], spans.flatten(1)], 1).log_softmax(1)
        example, first, last = batch.spans.T
        tokens = batch.ids.shape[1]
        target = choices[example, 1 + first * tokens + last]
        total = -(target * batch.shares).sum() - choices[~batch.answerable, 0].sum()
        logs = ends.log_softmax(1)
        wanted = logs[example, first, 0] + logs[example, last, 1]
        inside = batch.inside[..., None]
        even = (logs * inside).sum((1, 2)) / inside.sum((1, 2))
        smooth = (1 - SMOOTHING) * wanted + SMOOTHING * even[example]
        total = total - ENDS_WEIGHT * (smooth * batch.shares).sum()
        mean: Tensor = total / len(none)
        return mean


def collate(examples: Sequence[Example], tokenizer: Tokenizer) -> Batch:
    """Turn examples into tensors; an answer cut off at the tokenizer's limit is left out."""
    encoded = tokenizer.encode_batch([(e.question, e.text) for e in examples])
    tokens = max(len(each) for each in encoded)
    ids, type_ids, mask = (torch.zeros(len(encoded), tokens, dtype=torch.int64) for _ in range(3))
    inside = torch.zeros(len(encoded), tokens, dtype=torch.bool)
    spans, shares = [], []
    for row, (each, example) in enumerate(zip(encoded, examples, strict=True)):
        count = len(each)
        ids[row, :count] = torch.tensor(each.ids)
        type_ids[row, :count] = torch.tensor(each.type_ids)
        mask[row, :count] = 1
        inside[row, :count] = torch.tensor([place == 1 for place in each.sequence_ids])
        for answer, share in example.answers:
            ends = _token_span(each, answer)
            if ends:
                spans.append((row, *ends))
                shares.append(share)
    return Batch(
        ids,
        type_ids,
        mask,
        inside,
        torch.tensor(spans, dtype=torch.int64).reshape(-1, 3),
        torch.tensor(shares, dtype=torch.float32),
        torch.tensor([bool(example.answers) for example in examples]),
    )


def _token_span(encoded: object, answer: Span) -> tuple[int, int] | None:
    first = encoded.char_to_token(answer.start, 1)  # type: ignore[attr-defined]
    last = encoded.char_to_token(answer.end - 1, 1)  # type: ignore[attr-defined]
    if first is None or last is None or last - first >= MAX_ANSWER:
        return None
    return first, last
