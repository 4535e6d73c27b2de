"""Writes a BERT checkpoint as an ONNX graph that does what the `forward` row times in our worker: token ids and
token types in, hidden states of all blocks, their mean over all tokens out. No row is padded there, so the graph
takes no mask.

usage: export_onnx.py CHECKPOINT_FOLDER OUT.onnx
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


def main(checkpoint: str, out: str) -> None:
    warnings.filterwarnings("ignore", category=UserWarning)
    ids = torch.randint(1000, 30000, (2, 16), generator=torch.Generator().manual_seed(0))
    batch, tokens = torch.export.Dim("batch", min=1, max=256), torch.export.Dim("tokens", min=2, max=512)
    program = torch.onnx.export(
        Pooled(checkpoint),
        (ids, torch.zeros_like(ids)),
        input_names=["input_ids", "token_type_ids"],
        output_names=["pooled"],
        dynamic_shapes=({0: batch, 1: tokens}, {0: batch, 1: tokens}),
        dynamo=True,
    )
    program.save(out, external_data=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
