"""Numbers of training below the head: steps of AdamW through LoRA and through the topmost block, by PyTorch and PEFT.

Every case is a tiny checkpoint of this repository with four pairs, all of them in each of three steps. What trains, and
from where, is said in full here, so that only arithmetic can differ.
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModel

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

STEPS = 3
RATE = 0.005
WARM_UP = 0.34  # one step of three
CLIP = 0.5
DECAY = 0.01
PENALTY = 1.0
RANK = 2
ALPHA = 3.0
SEED = 7

# The names of what each set of targets changes, in the order in which the page draws their starting numbers.
BERT = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
BERT += ["intermediate.dense", "output.dense"]
LLAMA = ["self_attn.q_proj", "self_attn.v_proj"]

WEAK = 5e-3  # of the largest gradient

CASES = [
    ("tiny-bert", "lora", "everything", "mean", BERT),
    ("tiny-bert", "last-n", "", "mean", []),
    ("families/llama", "lora", "query_value", "last", LLAMA),
    ("families/llama", "last-n", "", "last", []),
    ("families/gpt2", "last-n", "", "last", []),
    ("families/gpt_neox", "last-n", "", "last", []),
    ("families/qwen3", "lora", "query_value", "last", LLAMA, {"smoothing": 0.1, "centring": 0.2}),
]


def mixed(x: int) -> int:
    """SplitMix64's finaliser."""
    mask = (1 << 64) - 1
    x = (x + 0x9E3779B97F4A7C15) & mask
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & mask
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & mask
    return x ^ (x >> 31)


def even():
    """Chance between -1 and 1, as the page draws it."""
    return ((mixed(mixed(SEED) ^ at) >> 40) / (1 << 23) - 1.0 for at in itertools.count())


def rates() -> list[float]:
    """Up to the full rate over the first steps, then down a cosine to a hundredth of it."""
    rising = round(WARM_UP * STEPS)
    up = [RATE * (step + 1) / (rising + 1) for step in range(rising)]
    falling = STEPS - rising
    progress = [min(step / (max(falling, 2) - 1), 1.0) for step in range(falling)]
    low = RATE / 100
    return up + [low + (RATE - low) * (1 + math.cos(math.pi * at)) / 2 for at in progress]


def rows(chance: np.random.Generator, vocabulary: int) -> list[dict]:
    """Eight texts: the chosen and the rejected one of each pair in turn."""
    found = []
    for length in [5, 9, 12, 4, 7, 7, 3, 11]:
        start = int(chance.integers(1, length - 1))
        ids = chance.integers(5, vocabulary, size=length).tolist()
        tokens = float(np.log1p(length - start))
        found.append({"ids": ids, "response_start": start, "response_end": length - 1, "log_length": tokens})
    return found


def adapt(model: torch.nn.Module, names: list[str]) -> torch.nn.Module:
    """PEFT's adapters, with A as the page starts it; B is zero."""
    targets = [name.rsplit(".", 1)[-1] for name in names]
    # Two of BERT's products end alike: the whole ending tells them apart.
    targets = names if len(set(targets)) < len(targets) else targets
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=targets, lora_dropout=0.0)
    model = get_peft_model(model, config)
    modules, chance = dict(model.named_modules()), even()
    block = "encoder.layer." if any("encoder.layer." in name for name in modules) else "layers."
    for index in range(model.config.num_hidden_layers):
        for name in names:
            a = modules[f"base_model.model.{block}{index}.{name}"].lora_A["default"].weight
            inputs = a.shape[1]
            start = np.fromiter(itertools.islice(chance, inputs * RANK), dtype=np.float64)
            start = start.reshape(inputs, RANK).T / math.sqrt(inputs)
            with torch.no_grad():
                a.copy_(torch.tensor(start, dtype=a.dtype))
    return model


def freeze_all_but_the_last(model: torch.nn.Module):
    """The topmost block and the final norm train."""
    last = f".{model.config.num_hidden_layers - 1}."
    finals = ("norm.", "ln_f.", "final_layer_norm.")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(last in f".{name}" or name.startswith(finals))


def case(folder: str, depth: str, targets: str, pooling: str, names: list[str], more: dict | None = None) -> dict:
    """Losses before each step, and what has become of everything that trains."""
    smoothing, centring = ((more or {}).get(name, 0.0) for name in ("smoothing", "centring"))
    chance = np.random.default_rng(SEED)
    model = AutoModel.from_pretrained(FIXTURES / folder, attn_implementation="eager", dtype=torch.float32).eval()
    width, layers = model.config.hidden_size, model.config.num_hidden_layers
    texts = rows(chance, model.config.vocab_size)
    mean, std = chance.normal(size=width) * 0.1, 0.5 + chance.random(width)
    length_mean, length_std = 1.5, 0.6
    start = chance.normal(size=width + 1)
    head = torch.tensor(start, dtype=torch.float32, requires_grad=True)
    if depth == "lora":
        model = adapt(model, names)
    else:
        freeze_all_but_the_last(model)

    def features(text: dict) -> torch.Tensor:
        ids = torch.tensor([text["ids"]])
        types = {}
        if "bert" in folder:
            types["token_type_ids"] = (torch.arange(ids.shape[1]) >= text["response_start"]).long()[None]
        hidden = model(input_ids=ids, **types).last_hidden_state[0]
        pooled = hidden.mean(dim=0) if pooling == "mean" else hidden[-1]
        scaled = (pooled - torch.tensor(mean, dtype=torch.float32)) / torch.tensor(std, dtype=torch.float32)
        length = torch.tensor([0.3 * (text["log_length"] - length_mean) / length_std], dtype=torch.float32)
        return torch.cat([scaled / math.sqrt(width), length])

    trained = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    groups = [
        {"params": [it for it in trained.values() if it.dim() > 1], "weight_decay": DECAY},
        {"params": [it for it in trained.values() if it.dim() == 1], "weight_decay": 0.0},
        {"params": [head], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    losses = []
    weakest = {name: torch.full_like(parameter, torch.inf) for name, parameter in trained.items()}
    for rate in rates():
        scores = torch.stack([features(text) for text in texts]) @ head
        chosen, rejected = scores[::2], scores[1::2]
        likely = torch.nn.functional.logsigmoid
        loss = -((1 - smoothing) * likely(chosen - rejected) + smoothing * likely(rejected - chosen)).mean()
        loss = loss + centring * (chosen + rejected).square().mean()  # trl/trainer/reward_trainer.py
        loss = loss + PENALTY / (len(texts) // 2) / 2 * head.square().sum()
        optimiser.zero_grad()
        loss.backward()
        longest = max(it.grad.abs().max() for it in trained.values())
        for name, parameter in trained.items():
            # Before B has moved, A has no gradient at all, and stays where it is.
            if parameter.grad.any():
                weakest[name] = torch.minimum(weakest[name], parameter.grad.abs() / longest)
        torch.nn.utils.clip_grad_norm_([*trained.values(), head], CLIP)
        for group in optimiser.param_groups:
            group["lr"] = rate
        optimiser.step()
        losses.append(loss.item())
    changed = {
        name.removeprefix("base_model.model.").replace(".default", ""): short(parameter.detach(), weakest[name])
        for name, parameter in trained.items()
    }
    return {
        "folder": folder, "depth": depth, "targets": targets, "pooling": pooling, "layers": layers,
        "rank": RANK, "alpha": ALPHA, "seed": SEED, "rate": RATE, "warm_up": WARM_UP, "clip": CLIP,
        "decay": DECAY, "smoothing": smoothing, "centring": centring, "penalty": PENALTY, "steps": STEPS, "rows": texts,
        "mean": mean.tolist(), "std": std.tolist(), "length_mean": length_mean, "length_std": length_std,
        "start": start.tolist(), "losses": losses, "head": head.detach().tolist(), "trained": changed,
    }  # fmt: skip


def short(values: torch.Tensor, weakest: torch.Tensor) -> list[float | None]:
    """Twelve numbers from all over a tensor; none where the gradient was so weak in some step that rounding decides.

    AdamW goes as far by a small gradient as by a large one, and some are zero but for rounding: of what is added to every
    key, of what is added to both responses. Nobody can be held to those.
    """
    step = -(-values.numel() // 12)
    pairs = zip(values.flatten()[::step].tolist(), weakest.flatten()[::step].tolist(), strict=True)
    return [float(f"{value:.6g}") if WEAK < gradient < math.inf else None for value, gradient in pairs]


def numbers() -> list[dict]:
    """All cases."""
    found = [case(*each) for each in CASES]
    for case_ in found:
        kept = [number is not None for numbers in case_["trained"].values() for number in numbers]
        assert np.mean(kept) > 0.4, f"only {np.mean(kept):.2f} of the numbers of {case_['folder']} are determined"
    return found


if __name__ == "__main__":
    print(json.dumps(numbers(), indent=1))
