"""The recipe in plain Python: what the page must compute, said once more by other means.

Owns: text -> tokens -> row -> hidden states -> pooled vector -> features -> score, by `tokenizers` and
`transformers` on the CPU in float32. Knows nothing of the page, of our model files (that is
`public/reward_studio.py`, tested against this) or of how golden files are laid out.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel
from transformers.utils import logging

logging.disable_progress_bar()

ROOT = Path(__file__).resolve().parents[2]
MINILM = ROOT / "public/models/all-MiniLM-L6-v2"
TINY = ROOT / "tests/fixtures/tiny-bert"

PROMPT_KEEPS = 64  # tokens of the prompt that a long response may not push out
SPECIAL = 3  # [CLS] and twice [SEP]


@dataclass
class Row:
    """`[CLS] prompt [SEP] response [SEP]`; the tokens before `response_start` are of type 0, the others of 1."""

    ids: list[int]
    response_start: int
    response_end: int
    response_tokens: int  # of the whole response, before any cut


class Backbone:
    """A BERT checkpoint's folder: `config.json`, `tokenizer.json`, `model.safetensors`."""

    def __init__(self, folder: Path):
        if not (folder / "model.safetensors").is_file():
            raise FileNotFoundError(f"{folder} has no model.safetensors; `cargo xtask serve` or `test` fetches it.")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.model = BertModel.from_pretrained(folder, attn_implementation="eager").float().eval()

    def tokens(self, text: str) -> list[int]:
        """Token ids of the text alone, without special tokens."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def encode(self, prompt: str, response: str, max_tokens: int) -> Row:
        """The row of a prompt and a response: the prompt keeps its end, the response its beginning."""
        prompt_ids, response_ids = self.tokens(prompt), self.tokens(response)
        keep_prompt, keep_response = keep(len(prompt_ids), len(response_ids), max_tokens - SPECIAL)
        cls, sep = (self.tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        start = 2 + keep_prompt
        kept = prompt_ids[len(prompt_ids) - keep_prompt :]
        ids = [cls, *kept, sep, *response_ids[:keep_response], sep]
        return Row(ids, start, start + keep_response, len(response_ids))

    @torch.no_grad()
    def hidden(self, row: Row, layer: int) -> torch.Tensor:
        """Hidden states after block `layer` (from 1), [tokens, d_model]."""
        ids = torch.tensor([row.ids])
        types = (torch.arange(len(row.ids)) >= row.response_start).long()[None]
        out = self.model(input_ids=ids, token_type_ids=types, output_hidden_states=True)
        return out.hidden_states[layer][0]

    def pooled(self, row: Row, layer: int, pooling: str) -> torch.Tensor:
        """One vector for the row, [d_model]."""
        return pool(self.hidden(row, layer), row, pooling)


@dataclass
class Head:
    """What turns a pooled vector into a score. `length` is mean and standard deviation of ln(1 + tokens), or None."""

    weight: torch.Tensor
    mean: torch.Tensor
    std: torch.Tensor
    length: tuple[float, float] | None

    def features(self, pooled: torch.Tensor, response_tokens: int) -> torch.Tensor:
        """Standardised, in float64: [d], and one more when the length is a feature."""
        x = (pooled.double() - self.mean.double()) / self.std.double() / math.sqrt(len(self.mean))
        if self.length is None:
            return x
        mean, std = self.length
        return torch.cat([x, torch.tensor([0.3 * (math.log1p(response_tokens) - mean) / std], dtype=torch.float64)])

    def score(self, pooled: torch.Tensor, response_tokens: int) -> float:
        """The weighted sum of the features; no bias."""
        return (self.weight.double() @ self.features(pooled, response_tokens)).item()


def keep(prompt: int, response: int, budget: int) -> tuple[int, int]:
    """How many of `prompt` and `response` tokens are kept when `budget` tokens fit in all."""
    if prompt + response <= budget:
        return prompt, response
    floor = min(PROMPT_KEEPS, budget // 3)
    keep_prompt = min(prompt, max(floor, budget - response))
    return keep_prompt, min(response, budget - keep_prompt)


def pool(hidden: torch.Tensor, row: Row, pooling: str) -> torch.Tensor:
    """[tokens, d_model] -> [d_model]."""
    match pooling:
        case "response_mean" if row.response_start < row.response_end:
            return hidden[row.response_start : row.response_end].mean(dim=0)
        case "response_mean" | "last":  # an empty response has no tokens of its own: the final [SEP] stands for it
            return hidden[-1]
        case "mean":
            return hidden.mean(dim=0)
        case "cls":
            return hidden[0]
    raise ValueError(f"{pooling} is not a pooling")
