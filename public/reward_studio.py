"""Score text with a reward model that was trained in Reward Studio.

Needs `pip install torch transformers`, and the downloaded model file; no other file of Reward Studio.

    python reward_studio.py model.safetensors --verify
    python reward_studio.py model.safetensors --prompt "How do I reset it?" --response "Hold the button."
    python reward_studio.py model.safetensors --prompt "..." --response "..." --other "..."

    model = RewardModel.load("model.safetensors")
    model.score(prompt, response)           # only differences between scores mean anything
    model.preference(prompt, a, b)          # probability that `a` is preferred to `b`
    model.shares(prompt, a, b)              # probabilities of (`a` preferred, a tie, `b` preferred)

The model file holds the head, and what training has changed of the backbone where it went below the head. The backbone
itself is fetched from the Hugging Face Hub,
or read from a folder with its config.json, tokenizer.json and model.safetensors (`--backbone FOLDER`), which may be an
unpacked archive of Reward Studio.
"""

import argparse
import hashlib
import json
import math
import re
import sys
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoTokenizer
from transformers.pytorch_utils import Conv1D

VERSIONS = (1, 2, 3)  # of the file format; 2 where training went below the head, 3 where the head is an MLP
NEEDED = ["config.json", "tokenizer.json"]
FILES = [*NEEDED, "*.safetensors", "model.safetensors.index.json", "tokenizer_config.json", "chat_template.jinja"]
PROMPT_KEEPS = 64  # tokens of a long prompt that are kept however long the response is
PREFIX = "backbone."  # of tensors that change the backbone
LORA_A, LORA_B = ".lora_A.weight", ".lora_B.weight"
LENGTH_SCALE = 0.3  # weight of the log length beside the pooled features, which have a mean square sum of 1
TOLERANCE = 1e-4  # of scores beyond 1, whose last digits are worth more, this share of themselves
PLAIN = {"loss": "bradley_terry", "tie": None}  # of files of before ties could be learned from
ENCODERS = ("bert", "distilbert", "roberta", "modernbert")  # families that read pairs; all others read conversations
FIRST_MARK = 0xF0000  # from here on one a message, in place of the texts, where the template is looked at
BLANK = "\t\n\t"  # around them, to see whether the template takes off white space
SPEAKERS = ("System: ", "User: ", "Assistant: ")  # of a transcript, before what they say
POOLINGS = ("response_mean", "mean", "cls", "last", "pooler")
LOSSES = ("bradley_terry", "soft_ties", "rao_kupper", "davidson")


class Unusable(Exception):
    """The model cannot be used as asked; the message says what to do."""


@dataclass
class Pair:
    """An encoder's input: each text by itself, the tokenizer's special tokens around them."""

    before: list[int]
    between: list[int]
    after: list[int]

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> "Pair":
        """As the tokenizer joins two texts itself."""
        joined = tokenizer.encode("a", "a")
        texts, ids = joined.sequence_ids, joined.ids
        first, second = ([place for place, of in enumerate(texts) if of == text] for text in (0, 1))
        return cls(ids[: first[0]], ids[first[-1] + 1 : second[0]], ids[second[-1] + 1 :])

    def pieces(self, tokenizer: Tokenizer, prompt: str, response: str) -> tuple[list[int], ...]:
        """Ids of what stands before, the prompt, what stands between, the response, what stands after."""
        prompt_ids, response_ids = (tokenizer.encode(text, add_special_tokens=False).ids for text in (prompt, response))
        return self.before, prompt_ids, self.between, response_ids, self.after


def said(prompt: str) -> list[tuple[str, str]]:
    """The turns of a prompt that is a transcript, each a role and what was said; none if it reads as one text.

    A speaker's mark behind an empty line begins a turn: the system's at most once and first, then the user's and the
    assistant's by turns, from the user to the user, two turns at least.
    """
    marks = list(re.finditer(r"(?:\A|\n\n)(System|User|Assistant): ", prompt))
    if len(marks) < 2 or not prompt.startswith(SPEAKERS):
        return []
    ends = [*(mark.start() for mark in marks[1:]), len(prompt)]
    turns = [(mark[1].lower(), prompt[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
    spoken = [role for role, _ in turns[turns[0][0] == "system" :]]
    by_turns = all(role == ("user", "assistant")[at % 2] for at, role in enumerate(spoken))
    return turns if by_turns and len(spoken) % 2 else []


@dataclass
class Form:
    """What is written around messages, of which the last is the response."""

    around: list[str]  # before each message, and after the last
    order: tuple[int, ...] = (0, 1)  # in which they are written
    trims: tuple[tuple[bool, bool], ...] = ((False, False), (False, False))  # whether white space before and after is taken off

    @classmethod
    def looked_at(cls, quick: AutoTokenizer, roles: list[str]) -> "Form | None":
        """By the chat template, which is run once over marks; None if it cannot write them, each once and the response last.
        Messages before the last question it may leave out."""
        marks = [chr(FIRST_MARK + at) for at in range(len(roles))]
        messages = [{"role": role, "content": f"{BLANK}{mark}{BLANK}"} for role, mark in zip(roles, marks, strict=True)]
        try:
            written = quick.apply_chat_template(messages, tokenize=False)
        except Exception:  # whatever a template raises
            return None
        parts = re.split(f"([{marks[0]}-{marks[-1]}])", written)
        around, order = parts[::2], tuple(ord(mark) - FIRST_MARK for mark in parts[1::2])
        question, response = len(roles) - 2, len(roles) - 1
        if len(set(order)) < len(order) or question not in order or order[-1] != response:
            return None
        # A blank that is gone was trimmed; one that is left is no part of what the template writes.
        trims = tuple((not ahead.endswith(BLANK), not behind.startswith(BLANK)) for ahead, behind in pairwise(around))
        around = [around[0], *(text.removeprefix(BLANK) for text in around[1:])]
        return cls([*(text.removesuffix(BLANK) for text in around[:-1]), around[-1]], order, trims)

    def write(self, contents: list[str]) -> tuple[str, tuple[int, int], tuple[int, int]]:
        """All as one text; where in it the prompt stands, from its first message to its last, and where the response."""
        text, places = "", []
        for before, message, (start, end) in zip(self.around, self.order, self.trims, strict=False):
            kept = contents[message].rstrip() if end else contents[message]
            kept = kept.lstrip() if start else kept
            text += before
            places.append((len(text), len(text) + len(kept)))
            text += kept
        return text + self.around[-1], (places[0][0], places[-2][1]), places[-1]

    def placed(self, text: str) -> tuple[str, tuple[int, int], tuple[int, int]] | None:
        """The same of what the template has written by looking into the messages. The response begins behind the longest
        beginning of what is written before a response, at the last place where there is one."""
        before, between, after = self.around[0], *self.around[-2:]
        for length in range(len(between), 0, -1):
            at = text.rfind(between[:length])
            if at >= 0:
                start = at + length
                end = len(text) - len(after) if text[start:].endswith(after) else len(text)
                return text, (len(before) if text[:at].startswith(before) else 0, at), (start, end)
        return None


@dataclass
class Conversation:
    """A decoder's input: one text by the chat template, or with its speakers named, tokenised once."""

    alone: Form  # of a prompt that is one text
    named: Form | None = None  # of a transcript, where who speaks is written before what is said: it says so itself
    quick: AutoTokenizer | None = None  # where there is a template
    several: dict[tuple[str, ...], Form | None] = field(default_factory=dict)  # of transcripts, by the roles of all messages

    @classmethod
    def of(cls, folder: Path) -> "Conversation":
        """What the template writes around two marks; without a template, who speaks."""
        quick = AutoTokenizer.from_pretrained(folder)
        if not quick.chat_template:
            with_bos, bare = quick("a")["input_ids"], quick("a", add_special_tokens=False)["input_ids"]
            bos = quick.convert_ids_to_tokens(with_bos[0]) if with_bos[0] != bare[0] else ""
            return cls(*(Form([f"{bos}{speaker}", "\n\nAssistant: ", ""]) for speaker in ("User: ", "")))
        alone = Form.looked_at(quick, ["user", "assistant"])
        if alone is None:
            raise Unusable(f"The chat template in {folder} cannot write a question and its answer. Take another backbone.")
        return cls(alone, None, quick)

    def written(self, prompt: str, response: str) -> tuple[str, tuple[int, int], tuple[int, int]]:
        """Both as one text, and where they stand in it. Several turns are several messages, where the template can write
        them."""
        if self.named is not None:
            form = self.named if prompt.startswith(("User: ", "System: ")) else self.alone
            return form.write([prompt, response])
        turns = said(prompt)
        if turns:
            roles = *(role for role, _ in turns), "assistant"
            if roles not in self.several:
                self.several[roles] = Form.looked_at(self.quick, roles)
            if self.several[roles] is not None:
                return self.by(self.several[roles], roles, [*(content for _, content in turns), response])
        return self.by(self.alone, ("user", "assistant"), [prompt, response])

    def by(self, form: Form, roles: tuple[str, ...], contents: list[str]) -> tuple[str, tuple[int, int], tuple[int, int]]:
        """By this form; where the template looks into a text and then writes something else, as it does."""
        written = form.write(contents)
        messages = [{"role": role, "content": content} for role, content in zip(roles, contents, strict=True)]
        try:
            text = self.quick.apply_chat_template(messages, tokenize=False)
        except Exception:  # whatever it raises of these texts alone
            return written
        return written if text == written[0] else form.placed(text) or written

    def pieces(self, tokenizer: Tokenizer, prompt: str, response: str) -> tuple[list[int], ...]:
        """Ids of what stands before, the prompt, what stands between, the response, what stands after."""
        text, asked, answer = self.written(prompt, response)
        encoded = tokenizer.encode(text, add_special_tokens=False)

        def place(start: int, end: int) -> tuple[int, int]:
            """The tokens that have any character of these."""
            first = next((at for at, (_, to) in enumerate(encoded.offsets) if to > start), len(encoded.ids))
            last = first
            while start < end and last < len(encoded.ids) and encoded.offsets[last][0] < end:
                last += 1
            return first, last

        start, end = place(*answer)
        first, last = (min(at, start) for at in place(*asked))
        ids = encoded.ids
        return ids[:first], ids[first:last], ids[last:start], ids[start:end], ids[end:]


@dataclass
class RewardModel:
    """A backbone with a head: prompt and response in, one number out."""

    about: dict  # what the file says of itself: backbone, recipe, metrics, golden scores
    weight: torch.Tensor  # [d], or [d + 1] with the length's weight last; of an MLP [units]
    layer: tuple[torch.Tensor, torch.Tensor] | None  # an MLP's hidden layer: [units, d or d + 1], [units]
    mean: torch.Tensor  # [d], of the pooled vectors in training
    std: torch.Tensor  # [d]
    length: tuple[float, float] | None  # mean and standard deviation of ln(1 + tokens); None when not used
    tokenizer: Tokenizer
    layout: "Pair | Conversation"  # how prompt and response become one input
    backbone: torch.nn.Module
    pooler: "Pooler | None"  # behind the first token, where the recipe goes through one

    @classmethod
    def load(cls, path: str | Path, backbone: str | Path | None = None) -> "RewardModel":
        """Read a model file; `backbone` is a folder or a Hub name, by default the name that the file gives."""
        about, tensors = read(Path(path))
        folder = backbone_folder(str(backbone or about["backbone"]["id"]))
        check_hash(folder, about["backbone"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        length = None
        if about["recipe"]["length_feature"] == "on":
            length = tensors["length.mean"].item(), tensors["length.std"].item()
        weight, mean, std = tensors["head.weight"], tensors["features.mean"], tensors["features.std"]
        layer = None
        if about.get("head"):
            layer = tensors["head.hidden.weight"], tensors["head.hidden.bias"]
        network = network_in(folder)
        change(network, about.get("depth"), tensors)
        layout = Pair.of(tokenizer) if about["backbone"].get("family", "bert") in ENCODERS else Conversation.of(folder)
        pooler = Pooler(folder, about["pooler"], network.config) if about.get("pooler") else None
        return cls(about, weight, layer, mean, std, length, tokenizer, layout, network, pooler)

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
        """The vector that the head weighs: standardised, [d] or [d + 1]; behind a hidden layer [units]."""
        ids, start, end, response_tokens = self.encode(prompt, response)
        pooled = self.pool(self.hidden(ids, start), start, end)
        features = (pooled - self.mean) / self.std / math.sqrt(len(self.mean))
        if self.length is not None:
            mean, std = self.length
            length = LENGTH_SCALE * (math.log1p(response_tokens) - mean) / std
            features = torch.cat([features, torch.tensor([length])])
        if self.layer is None:
            return features
        weight, bias = self.layer
        return (torch.tanh(weight @ features + bias) - torch.tanh(bias)) / math.sqrt(len(bias))

    def encode(self, prompt: str, response: str) -> tuple[list[int], int, int, int]:
        """Ids of the whole input, where the response starts and ends in it, and the response's full length.

        What does not fit is cut: the prompt keeps its end, the response its beginning.
        """
        before, prompt_ids, between, response_ids, after = self.layout.pieces(self.tokenizer, prompt, response)
        places = getattr(self.backbone.config, "max_position_embeddings", 1 << 15)
        if self.about["backbone"].get("family") == "roberta":
            places -= self.backbone.config.pad_token_id + 1
        budget = min(self.about["recipe"]["max_tokens"], places) - len(before) - len(between) - len(after)
        keep_prompt, keep_response = len(prompt_ids), len(response_ids)
        if keep_prompt + keep_response > budget:
            floor = min(PROMPT_KEEPS, budget // 3)
            keep_prompt = min(keep_prompt, max(floor, budget - keep_response))
            keep_response = min(keep_response, budget - keep_prompt)
        head = [*before, *prompt_ids[len(prompt_ids) - keep_prompt :], *between]
        start = len(head)
        ids = [*head, *response_ids[:keep_response], *after]
        return ids, start, start + keep_response, len(response_ids)

    @torch.no_grad()
    def hidden(self, ids: list[int], start: int) -> torch.Tensor:
        """Hidden states after the recipe's block, [tokens, d]."""
        inputs = {"input_ids": torch.tensor([ids])}
        if self.about["backbone"].get("family", "bert") == "bert":
            inputs["token_type_ids"] = torch.tensor([[int(place >= start) for place in range(len(ids))]])
        if self.about["backbone"].get("family") == "roberta":
            # A padding token that somebody wrote is a token: places are counted through.
            first = self.backbone.config.pad_token_id + 1
            inputs["position_ids"] = torch.arange(first, first + len(ids))[None]
        out = self.backbone(**inputs, output_hidden_states=True)
        return out.hidden_states[self.about["recipe"]["layer"]][0]

    def pool(self, hidden: torch.Tensor, start: int, end: int) -> torch.Tensor:
        """One vector for the text, [d]."""
        pooling = self.about["recipe"]["pooling"]
        if pooling == "mean":
            return hidden.mean(dim=0)
        if pooling == "cls":
            return hidden[0]
        if pooling == "pooler":
            return self.pooler(hidden[0])
        if pooling == "response_mean" and start < end:
            return hidden[start:end].mean(dim=0)
        return hidden[-1]  # "last", and the mean over an empty response: the final [SEP]


def network_in(folder: Path) -> torch.nn.Module:
    """The backbone; of an archive that Reward Studio made, the network inside of the class that came along."""
    config = json.loads((folder / "config.json").read_text())
    if config["model_type"] != "reward_studio":
        return AutoModel.from_pretrained(folder).float().eval()
    network = AutoModel.from_config(AutoConfig.for_model(**config["backbone"]))
    if config["reward_studio"]["left_out"]:  # the norm after a last block that is not there
        setattr(network, config["reward_studio"]["left_out"], torch.nn.Identity())
    if getattr(network, "pooler", None) is not None:
        network.pooler = None
    with safe_open(folder / "model.safetensors", framework="pt") as file:
        names = [name for name in file.keys() if name.startswith(PREFIX)]  # noqa: SIM118
        network.load_state_dict({name.removeprefix(PREFIX): file.get_tensor(name) for name in names})
    return network.float().eval()


class Pooler:
    """What the backbone's own classifiers have between the first token and a head."""

    def __init__(self, folder: Path, made: dict, config):
        self.weight, self.bias = tensor(folder, f"{made['dense']}.weight"), tensor(folder, f"{made['dense']}.bias")
        self.activation = getattr(torch.nn.functional, made["activation"])
        self.norm = made["norm"] and (tensor(folder, f"{made['norm']}.weight"), tensor(folder, f"{made['norm']}.bias"))
        self.epsilon = getattr(config, "norm_eps", None)

    def __call__(self, first: torch.Tensor) -> torch.Tensor:
        """[d] to [d]."""
        inner = self.activation(torch.nn.functional.linear(first, self.weight, self.bias))
        return torch.nn.functional.layer_norm(inner, inner.shape, *self.norm, self.epsilon) if self.norm else inner


def tensor(folder: Path, name: str) -> torch.Tensor | None:
    """The tensor of this name in the backbone's files, whatever prefix it has there."""
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            for found in file.keys():  # noqa: SIM118
                if found == name or found.endswith(f".{name}"):
                    return file.get_tensor(found).float()
    return None


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
    if about["version"] not in VERSIONS:
        raise Unusable(
            f"{path} has format {about['version']}, this script reads up to {VERSIONS[-1]}. "
            "Use the reward_studio.py that was downloaded with it."
        )
    if about["recipe"]["pooling"] not in POOLINGS:
        raise Unusable(f"The pooling {about['recipe']['pooling']} is unknown here. Use a newer reward_studio.py.")
    if about.get("likelihood", PLAIN)["loss"] not in LOSSES:
        raise Unusable(f"The likelihood {about['likelihood']['loss']} is unknown here. Use a newer reward_studio.py.")
    width, length = about["backbone"]["hidden"], about["recipe"]["length_feature"] == "on"
    head = about.get("head")
    if head and head["activation"] != "tanh":
        raise Unusable(f"The activation {head['activation']} is unknown here. Use a newer reward_studio.py.")
    weights = head["hidden_units"] if head else width + length
    expected = {"head.weight": weights, "features.mean": width, "features.std": width}
    if length:
        expected |= {"length.mean": 1, "length.std": 1}
    expected = {name: (size,) for name, size in expected.items()}
    if head:
        expected |= {"head.hidden.weight": (weights, width + length), "head.hidden.bias": (weights,)}
    for name, shape in expected.items():
        if name not in tensors or tensors[name].shape != shape:
            raise Unusable(f"{path} lacks the tensor {name} of {shape} numbers. Download the model again.")
    return about, tensors


@torch.no_grad()
def change(network: torch.nn.Module, depth: dict | None, tensors: dict[str, torch.Tensor]):
    """Put what was trained below the head into the network: whole tensors, or alpha/rank B A added to products."""
    if depth is None:
        return
    known = dict(network.named_parameters())
    changes = {name.removeprefix(PREFIX): it for name, it in tensors.items() if name.startswith(PREFIX)}
    for name, tensor in changes.items():
        if name.endswith(LORA_B):
            continue
        if name.endswith(LORA_A):
            product = name.removesuffix(LORA_A)
            name, added = f"{product}.weight", changes[f"{product}{LORA_B}"] @ tensor * depth["alpha"] / depth["rank"]
            # GPT-2 has its matrices the other way round.
            added = added.T if isinstance(network.get_submodule(product), Conv1D) else added
            known[name] += added
        elif name in known and known[name].shape == tensor.shape:
            known[name].copy_(tensor)
        else:
            raise Unusable(f"The file changes {name}, which its backbone does not have. Download the model again.")


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
    missing = [file for file in NEEDED if not (folder / file).is_file()]
    if not list(folder.glob("*.safetensors")):
        missing.append("model.safetensors")
    if missing:
        raise Unusable(f"The backbone in {folder} lacks {', '.join(missing)}. Fetch it again from the Hub.")
    return folder


def check_hash(folder: Path, backbone: dict):
    """A head only fits the very weights that it was trained on; of several files the last one tells."""
    weights = sorted(folder.glob("*.safetensors"))[-1]
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
        apart = max((abs(page - here) / max(1, abs(page)) for page, here in model.verify()), default=math.inf)
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
