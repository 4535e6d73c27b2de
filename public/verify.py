"""Does this folder still give the scores that the page gave? Needs `pip install torch transformers`.

    python verify.py            # PASS or FAIL, with the largest difference; exit code 0 or 1
    python verify.py FOLDER

`encode` makes token ids of a prompt and a response as the page does, texts that are too long among them.
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModel, AutoModelForSequenceClassification, AutoTokenizer

TOLERANCE = 1e-4
PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is


def encode(tokenizer: Tokenizer, prompt: str, response: str, max_tokens: int) -> dict[str, torch.Tensor]:
    """`[CLS] prompt [SEP] response [SEP]` with token types: the prompt keeps its end, the response its beginning."""
    before, after = (tokenizer.encode(text, add_special_tokens=False).ids for text in (prompt, response))
    budget, keep = max_tokens - 3, len(before)
    if len(before) + len(after) > budget:
        keep = min(keep, max(min(PROMPT_KEEPS, budget // 3), budget - len(after)))
        before, after = before[len(before) - keep :], after[: budget - keep]
    cls, sep = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    ids = [cls, *before, sep, *after, sep]
    types = [0] * (keep + 2) + [1] * (len(after) + 1)
    mask = [1] * len(ids)
    rows = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
    return {name: torch.tensor([row]) for name, row in rows.items()}


def scorer(folder: Path, max_tokens: int):
    """A function from prompt and response to their score."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if (folder / "modules.json").is_file():  # sentence-transformers: the modules one after the other
        backbone = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
        dense = load_file(folder / "2_Dense/model.safetensors")

        def mean_then_dense(prompt: str, response: str) -> float:
            hidden = backbone(**encode(tokenizer, prompt, response, max_tokens)).last_hidden_state
            return float(dense["linear.weight"][0] @ hidden[0].mean(dim=0) + dense["linear.bias"][0])

        return mean_then_dense
    own = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"] == "reward_studio"
    model = AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=own, dtype=torch.float32).eval()
    if own:  # it cuts for itself
        whole = AutoTokenizer.from_pretrained(folder, trust_remote_code=True)
        return lambda prompt, response: float(model(**whole([prompt], [response], return_tensors="pt")).logits)
    return lambda prompt, response: float(model(**encode(tokenizer, prompt, response, max_tokens)).logits)


@torch.no_grad()
def main() -> int:
    """0 if every score is as it was, 1 if one is not."""
    home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    about = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    score = scorer(home / "model" if (home / "model").is_dir() else home, about["recipe"]["max_tokens"])
    apart = [abs(score(text["prompt"], text["response"]) - text["score"]) for text in about["golden"]]
    # A score that is no number is as far away as can be.
    largest = max((math.inf if math.isnan(one) else one for one in apart), default=math.inf)
    passed = largest <= TOLERANCE
    print(f"{'PASS' if passed else 'FAIL'}: {len(apart)} golden scores, at most {largest:.1e} apart")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
