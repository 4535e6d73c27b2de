"""Makes a causal language model of two blocks, 16 wide, with random weights and the tiny backbone's vocabulary.

It says nothing that means anything; it is there so that a trainer has something to train within seconds.

    python tests/python/make_tiny_policy.py FOLDER
"""

import sys
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from reference import TINY

SEED = 20261125


def make(folder: Path) -> Path:
    """Write it into this folder, as `from_pretrained` reads it."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(TINY / "tokenizer.json"), pad_token="[PAD]", eos_token="[SEP]", padding_side="left"
    )
    torch.manual_seed(SEED)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=256,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


if __name__ == "__main__":
    make(Path(sys.argv[1]))
