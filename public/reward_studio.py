"""Score text with a reward model that was trained in Reward Studio.

Needs `pip install torch transformers`, and the downloaded model file; no other file of Reward Studio.

    python reward_studio.py model.safetensors --verify
    python reward_studio.py model.safetensors --prompt "How do I reset it?" --response "Hold the button."
    python reward_studio.py model.safetensors --prompt "..." --response "..." --other "..."

    model = RewardModel.load("model.safetensors")
    model.score(prompt, response)           # only differences between scores mean anything
    model.preference(prompt, a, b)          # probability that `a` is preferred to `b`
    model.shares(prompt, a, b)              # probabilities of (`a` preferred, a tie, `b` preferred)

The model file holds the head only. The backbone that it was trained on is fetched from the Hugging Face Hub,
or read from a folder with its config.json, tokenizer.json and model.safetensors (`--backbone FOLDER`).
"""

import argparse
import hashlib
import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from transformers import AutoModel

VERSION = 1  # of the file format
FILES = ["config.json", "tokenizer.json", "model.safetensors"]
PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is
LENGTH_SCALE = 0.3  # weight of the log length beside the pooled features, which have a mean square sum of 1
TOLERANCE = 1e-4
PLAIN = {"loss": "bradley_terry", "tie": None}  # of files of before ties could be learned from
LOSSES = ("bradley_terry", "soft_ties", "rao_kupper", "davidson")


class Unusable(Exception):
    """The model cannot be used as asked; the message says what to do."""


@dataclass
class RewardModel:
    """A backbone with a linear head: prompt and response in, one number out."""

    about: dict  # what the file says of itself: backbone, recipe, metrics, golden scores
    weight: torch.Tensor  # [d], or [d + 1] with the length's weight last
    mean: torch.Tensor  # [d], of the pooled vectors in training
    std: torch.Tensor  # [d]
    length: tuple[float, float] | None  # mean and standard deviation of ln(1 + tokens); None when not used
    tokenizer: Tokenizer
    backbone: torch.nn.Module

    @classmethod
    def load(cls, path: str | Path, backbone: str | Path | None = None) -> "RewardModel":
        """Read a model file; `backbone` is a folder or a Hub name, by default the name that the file gives."""
        about, tensors = read(Path(path))
        folder = backbone_folder(str(backbone or about["backbone"]["id"]))
        check_hash(folder / "model.safetensors", about["backbone"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        length = None
        if about["recipe"]["length_feature"] == "on":
            length = tensors["length.mean"].item(), tensors["length.std"].item()
        weight, mean, std = tensors["head.weight"], tensors["features.mean"], tensors["features.std"]
        network = AutoModel.from_pretrained(folder).float().eval()
        return cls(about, weight, mean, std, length, tokenizer, network)

    def score(self, prompt: str, response: str) -> float:
        """The reward of this response to this prompt."""
        return float(self.weight @ self.features(prompt, response))

    def preference(self, prompt: str, a: str, b: str) -> float:
        """Probability (0-1) that `a` is preferred to `b`."""
        return self.shares(prompt, a, b)[0]

    def shares(self, prompt: str, a: str, b: str) -> tuple[float, float, float]:
        """Probabilities (0-1) that `a` is preferred, that it is a tie, and that `b` is preferred."""
        return shares(self.score(prompt, a) - self.score(prompt, b), **self.about.get("likelihood", PLAIN))

    def verify(self) -> list[tuple[float, float]]:
        """Each golden text's score in the page, and here."""
        return [(item["score"], self.score(item["prompt"], item["response"])) for item in self.about["golden"]]

    def features(self, prompt: str, response: str) -> torch.Tensor:
        """The standardised vector that the head weighs, [d] or [d + 1]."""
        ids, start, end, response_tokens = self.encode(prompt, response)
        pooled = self.pool(self.hidden(ids, start), start, end)
        features = (pooled - self.mean) / self.std / math.sqrt(len(self.mean))
        if self.length is None:
            return features
        mean, std = self.length
        length = LENGTH_SCALE * (math.log1p(response_tokens) - mean) / std
        return torch.cat([features, torch.tensor([length])])

    def encode(self, prompt: str, response: str) -> tuple[list[int], int, int, int]:
        """Ids of `[CLS] prompt [SEP] response [SEP]`, where the response starts and ends, and its full length.

        What does not fit is cut: the prompt keeps its end, the response its beginning.
        """
        prompt_ids, response_ids = (
            self.tokenizer.encode(text, add_special_tokens=False).ids for text in (prompt, response)
        )
        cls, sep = self.tokenizer.token_to_id("[CLS]"), self.tokenizer.token_to_id("[SEP]")
        budget = self.about["recipe"]["max_tokens"] - 3
        keep_prompt, keep_response = len(prompt_ids), len(response_ids)
        if keep_prompt + keep_response > budget:
            floor = min(PROMPT_KEEPS, budget // 3)
            keep_prompt = min(keep_prompt, max(floor, budget - keep_response))
            keep_response = min(keep_response, budget - keep_prompt)
        kept_prompt = prompt_ids[len(prompt_ids) - keep_prompt :]
        start = keep_prompt + 2
        ids = [cls, *kept_prompt, sep, *response_ids[:keep_response], sep]
        return ids, start, start + keep_response, len(response_ids)

    @torch.no_grad()
    def hidden(self, ids: list[int], start: int) -> torch.Tensor:
        """Hidden states after the recipe's block, [tokens, d]."""
        types = [int(place >= start) for place in range(len(ids))]
        out = self.backbone(
            input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([types]), output_hidden_states=True
        )
        return out.hidden_states[self.about["recipe"]["layer"]][0]

    def pool(self, hidden: torch.Tensor, start: int, end: int) -> torch.Tensor:
        """One vector for the text, [d]."""
        pooling = self.about["recipe"]["pooling"]
        if pooling == "mean":
            return hidden.mean(dim=0)
        if pooling == "cls":
            return hidden[0]
        if pooling == "response_mean" and start < end:
            return hidden[start:end].mean(dim=0)
        return hidden[-1]  # "last", and the mean over an empty response: the final [SEP]


def shares(margin: float, loss: str, tie: float | None) -> tuple[float, float, float]:
    """Probabilities of (first, tie, second) at score(first) - score(second); `tie` is theta of Rao and Kupper, nu of
    Davidson, and nothing of those who know no ties."""
    half = margin / 2
    if loss == "rao_kupper":
        first, second = (sigmoid(side - math.log(tie)) for side in (margin, -margin))
        return first, max(1 - first - second, 0.0), second
    if loss == "davidson":
        top = abs(half)
        first, between, second = math.exp(half - top), tie * math.exp(-top), math.exp(-half - top)
        total = first + between + second
        return first / total, between / total, second / total
    return sigmoid(margin), 0.0, sigmoid(-margin)


def sigmoid(x: float) -> float:
    """Without overflow at any x."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def read(path: Path) -> tuple[dict, dict[str, torch.Tensor]]:
    """What the model file says of itself, and its tensors."""
    try:
        with safe_open(path, framework="pt") as file:
            header = (file.metadata() or {}).get("reward_studio")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise Unusable(f"There is no file {path}. Give the path of the model that you downloaded.") from None
    except (SafetensorError, OSError) as error:
        raise Unusable(f"{path} cannot be read ({error}). Download the model again.") from None
    if header is None:
        raise Unusable(f"{path} was not made by Reward Studio. Choose the format `studio` when downloading.")
    about = json.loads(header)
    if about["version"] != VERSION:
        raise Unusable(
            f"{path} has format {about['version']}, this script reads {VERSION}. "
            "Use the reward_studio.py that was downloaded with it."
        )
    if about["recipe"]["pooling"] not in ("response_mean", "mean", "cls", "last"):
        raise Unusable(f"The pooling {about['recipe']['pooling']} is unknown here. Use a newer reward_studio.py.")
    if about.get("likelihood", PLAIN)["loss"] not in LOSSES:
        raise Unusable(f"The likelihood {about['likelihood']['loss']} is unknown here. Use a newer reward_studio.py.")
    width, length = about["backbone"]["hidden"], about["recipe"]["length_feature"] == "on"
    expected = {"head.weight": width + length, "features.mean": width, "features.std": width}
    if length:
        expected |= {"length.mean": 1, "length.std": 1}
    for name, size in expected.items():
        if name not in tensors or tensors[name].shape != (size,):
            raise Unusable(f"{path} lacks the tensor {name} of {size} numbers. Download the model again.")
    return about, tensors


def backbone_folder(name: str) -> Path:
    """The folder itself, or the Hub's files of this name, fetched once and kept by `huggingface_hub`."""
    folder = Path(name)
    if not folder.is_dir():
        from huggingface_hub import snapshot_download

        try:
            folder = Path(snapshot_download(name, allow_patterns=FILES))
        except Exception as error:  # no network, no such name: the library raises many kinds
            raise Unusable(
                f"The backbone {name} is no folder here and could not be fetched from the Hub "
                f"({type(error).__name__}). Go online, or give a folder with --backbone."
            ) from error
    if missing := [file for file in FILES if not (folder / file).is_file()]:
        raise Unusable(f"The backbone in {folder} lacks {', '.join(missing)}. Fetch it again from the Hub.")
    return folder


def check_hash(weights: Path, backbone: dict):
    """A head only fits the very weights that it was trained on."""
    found = hashlib.sha256(weights.read_bytes()).hexdigest()
    if found != backbone["weights_sha256"]:
        raise Unusable(
            f"{weights} is another backbone (SHA-256 {found[:12]}...) than the one this model was trained on: "
            f"{backbone['id']} ({backbone['weights_sha256'][:12]}...). Give that one with --backbone."
        )


def main() -> int:
    """The command line; 0 if all is well, 1 if a golden score differs, 2 if the model cannot be used."""
    arguments = argparse.ArgumentParser(description="Score text with a reward model trained in Reward Studio.")
    arguments.add_argument("model", help="the downloaded model file")
    arguments.add_argument("--backbone", help="folder or Hub name, if not the one that the file names")
    arguments.add_argument("--prompt", default="", help="what was asked")
    arguments.add_argument("--response", help="the answer to be scored")
    arguments.add_argument("--other", help="another answer, to be compared with it")
    arguments.add_argument("--verify", action="store_true", help="score the file's golden texts and compare")
    given = arguments.parse_args()
    if given.response is None and (given.other is not None or not given.verify):
        arguments.error("give --response to score a text, or --verify to check the model")
    try:
        model = RewardModel.load(given.model, given.backbone)
    except Unusable as error:
        print(error, file=sys.stderr)
        return 2
    passed = True
    if given.verify:
        apart = max((abs(page - here) for page, here in model.verify()), default=math.inf)
        passed = apart <= TOLERANCE
        count = len(model.about["golden"])
        print(f"{'pass' if passed else 'FAIL'}: {count} golden scores, at most {apart:.1e} apart")
    if given.response is not None:
        print(f"score: {model.score(given.prompt, given.response):.6f}")
    if given.other is not None:
        print(f"score of the other: {model.score(given.prompt, given.other):.6f}")
        preferred, tie, _ = model.shares(given.prompt, given.response, given.other)
        print(f"preferred to the other: {preferred:.1%}" + (f", a tie: {tie:.1%}" if tie > 0 else ""))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
