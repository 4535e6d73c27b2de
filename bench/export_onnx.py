"""Writes a BERT checkpoint as an ONNX graph that does what the `forward` row times in our worker: token ids and
token types in, hidden states of all blocks, their mean over all tokens out. No row is padded there, so the graph
takes no mask.

With a number of blocks, it is what the `scoring` row gives transformers.js: a mask more in, the hidden states after so
many blocks out.

usage: export_onnx.py CHECKPOINT_FOLDER OUT.onnx [BLOCKS]
"""

import sys
import warnings

import torch
from torch import nn
from transformers import AutoModel


class Pooled(nn.Module):
    """Mean of the last hidden states: `[b, s]` ids and types → `[b, d]`."""

    def __init__(self, checkpoint: str) -> None:
        super().__init__()
        # Written out, so that ONNX Runtime finds the pattern that it has a fused kernel for.
        self.bert = AutoModel.from_pretrained(checkpoint, attn_implementation="eager").eval()

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        hidden = self.bert(input_ids=input_ids, token_type_ids=token_type_ids).last_hidden_state
        return hidden.mean(dim=1)


class Blocks(nn.Module):
    """Hidden states after the first blocks: `[b, s]` ids, mask and types → `[b, s, d]`."""

    def __init__(self, checkpoint: str, blocks: int) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(checkpoint, attn_implementation="eager").eval()
        self.bert.encoder.layer = self.bert.encoder.layer[:blocks]

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        out = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return out.last_hidden_state


def main(checkpoint: str, out: str, blocks: str | None = None) -> None:
    warnings.filterwarnings("ignore", category=UserWarning)
    ids = torch.randint(1000, 30000, (2, 16), generator=torch.Generator().manual_seed(0))
    batch, tokens = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("tokens", min=2, max=512)
    if blocks is None:
        model, inputs, result = Pooled(checkpoint), ["input_ids", "token_type_ids"], "pooled"
        example = (ids, torch.zeros_like(ids))
    else:
        model, result = Blocks(checkpoint, int(blocks)), "last_hidden_state"
        inputs = ["input_ids", "attention_mask", "token_type_ids"]
        example = (ids, torch.ones_like(ids), torch.zeros_like(ids))
    program = torch.onnx.export(
        model,
        example,
        input_names=inputs,
        output_names=[result],
        dynamic_shapes=tuple({0: batch, 1: tokens} for _ in inputs),
        dynamo=True,
    )
    program.save(out, external_data=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
