"""Times PyTorch's steps of AdamW at three depths on the page's own backbone, as somebody would write them.

usage: train_step.py BACKBONE PAIRS TOKENS LAYER ROUNDS; prints JSON: milliseconds of each step, by depth. One thread. The
frozen blocks run without a graph; LoRA is PEFT's.
"""

import json
import sys
import time

import peft
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

torch.set_num_threads(1)
RANK, ALPHA, RATE, PENALTY = 8, 16, 1e-3, 3.0


def backbone(folder: str, layer: int) -> torch.nn.Module:
    model = AutoModel.from_pretrained(folder, num_hidden_layers=layer, add_pooling_layer=False, dtype=torch.float32)
    return model.eval().requires_grad_(False)


def step(features, head: torch.Tensor, optimiser: torch.optim.Optimizer) -> None:
    chosen, rejected = features().chunk(2)
    loss = -torch.nn.functional.logsigmoid((chosen - rejected) @ head).mean() + PENALTY / 2 * head.square().mean()
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([it for group in optimiser.param_groups for it in group["params"]], 1.0)
    optimiser.step()


def times(features, trained: list[torch.Tensor], width: int, rounds: int) -> list[float]:
    head = torch.zeros(width, requires_grad=True)
    optimiser = torch.optim.AdamW([*trained, head], lr=RATE)
    found = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        step(features, head, optimiser)
        found.append((time.perf_counter() - began) * 1000)
    return found[1:]


def main(folder: str, pairs: int, tokens: int, layer: int, rounds: int) -> None:
    ids = torch.randint(1000, 20_000, (2 * pairs, tokens), generator=torch.Generator().manual_seed(0))
    plain = backbone(folder, layer)
    width = plain.config.hidden_size
    with torch.no_grad():
        cached = plain(input_ids=ids).last_hidden_state.mean(dim=1)

    def lora():
        config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["query", "value"], lora_dropout=0.0)
        model = get_peft_model(backbone(folder, layer), config)
        trained = [it for it in model.parameters() if it.requires_grad]
        return lambda: model(input_ids=ids).last_hidden_state.mean(dim=1), trained

    def last():
        model = backbone(folder, layer)
        top = model.encoder.layer[layer - 2 :].requires_grad_(True)
        return lambda: model(input_ids=ids).last_hidden_state.mean(dim=1), list(top.parameters())

    found = {}
    for name, (features, trained) in {"head": (lambda: cached, []), "last-2": last(), "lora": lora()}.items():
        found[name] = times(features, trained, width, rounds)
    print(json.dumps({"version": torch.__version__, "peft": peft.__version__, "ms": found}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:6]))
