"""Makes `tests/fixtures/families/*`, a tiny checkpoint of every family, and `tests/golden/families.json`, what
`transformers` computes with them.

    python tests/python/make_families.py [--check]

The weights are random. Each family's config has what is particular about it: shared key heads, turned halves, blocks
that see only what is near. Tokenizers are trained here, on words that are written here.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerFast
from transformers.models.qwen2.tokenization_qwen2 import PRETOKENIZE_REGEX

from make_golden import by_line, differences, digits
from templates import CONVERSATIONS, messages, transcript
from texts import tokenizer_texts

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "tests/fixtures/families"
GOLDEN = ROOT / "tests/golden/families.json"

SEED = 20261126
WIDE, BLOCKS, HEADS, INNER, LONGEST = 32, 3, 4, 48, 256
LIMIT = 96  # tokens of the longest row: its long texts are cut
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
TRIMMED = (
    "{{ bos_token }}{% for message in messages %}\n"
    "    {%- if message['role'] == 'user' %}\n{{ '[INST] ' + message['content'].strip() + ' [/INST]' }}\n"
    "    {%- else %}\n{{ ' ' + message['content'] | trim + ' ' + eos_token }}\n    {%- endif %}\n{% endfor %}"
)
OF_PAIRS = {"pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]", "unk_token": "[UNK]"}
WIDTHS = {"hidden_size": WIDE, "num_hidden_layers": BLOCKS, "num_attention_heads": HEADS, "intermediate_size": INNER}
LLAMA = WIDTHS | {"num_key_value_heads": 2, "max_position_embeddings": LONGEST}

# Family: its config, its special tokens, its chat template.
FAMILIES: dict[str, tuple[dict, dict, str | None]] = {
    "roberta": (
        WIDTHS | {"max_position_embeddings": LONGEST + 2, "type_vocab_size": 1, "layer_norm_eps": 1e-5},
        {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"},
        None,
    ),
    "distilbert": (
        {"dim": WIDE, "n_layers": BLOCKS, "n_heads": HEADS, "hidden_dim": INNER, "max_position_embeddings": LONGEST},
        OF_PAIRS,
        None,
    ),
    "modernbert": (
        WIDTHS | {"max_position_embeddings": LONGEST, "local_attention": 8, "global_attn_every_n_layers": 2},
        OF_PAIRS,
        None,
    ),
    "gpt2": (
        {"n_embd": WIDE, "n_layer": BLOCKS, "n_head": HEADS, "n_positions": LONGEST},
        {"eos_token": "<|endoftext|>"},
        None,
    ),
    "gpt_neox": (
        WIDTHS | {"max_position_embeddings": LONGEST, "rotary_pct": 0.5},
        {"eos_token": "<|endoftext|>", "pad_token": "<|padding|>"},
        None,
    ),
    "llama": (
        LLAMA
        | {
            "rope_parameters": {
                "rope_type": "llama3",
                "rope_theta": 10000.0,
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 64,
            }
        },
        {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
        TRIMMED,
    ),
    "qwen2": (
        LLAMA,
        {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "start": "<|im_start|>"},
        CHATML,
    ),
    "qwen3": (
        LLAMA | {"head_dim": 12},
        {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>", "start": "<|im_start|>"},
        CHATML,
    ),
}
# What the tokenizers learn from, too.
LEARNT = [
    ("How do I boil an egg?", "Put it in boiling water, and wait seven minutes."),
    ("Hi", ""),
    ("", "An answer to nothing."),
    ("  Two blanks before, and one line after.\n", " One blank before.\n\n"),
    ("Wo ist mein Päckchen? 包裹在哪里", "Es kommt morgen früh. 🙂"),
    ("Write <|endoftext|> or </s>, please. [SEP]", "Here: <|endoftext|> [PAD] <pad> </s>"),
    ("User: Where is it?\n\nAssistant: Which one?\n\nUser: The red one.", "On its way."),
    ("A long question, said again and again. " * 12, "A short answer."),
    ("A short question?", "A long answer, word after word after word. " * 20),
    ("Both are long, the question first. " * 15, "And then the answer, too, goes on and on. " * 15),
]
ROWS = LEARNT + [(transcript(turns), answer) for turns, answer in CONVERSATIONS]
# The turns of those prompts that are several.
TURNS = {transcript(turns): turns for turns, _ in CONVERSATIONS if len(turns) > 1}


def tokenizer(family: str, special: dict[str, str]) -> Tokenizer:
    """Byte-level pieces; what goes around a text or a pair is the family's own."""
    made = Tokenizer(models.BPE(unk_token=special.get("unk_token") if family == "llama" else None))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if family.startswith("qwen"):  # `transformers` gives a Qwen this one whatever its file says
        made.normalizer = normalizers.NFC()
        made.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(PRETOKENIZE_REGEX), behavior="isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=420,
        special_tokens=list(dict.fromkeys(special.values())),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator([text for row in LEARNT for text in row] + tokenizer_texts(), trainer)
    ids = {name: made.token_to_id(name) for name in special.values()}
    if family == "roberta":
        made.post_processor = processors.RobertaProcessing(("</s>", ids["</s>"]), ("<s>", ids["<s>"]), True, False)
    elif "sep_token" in special:
        made.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B [SEP]",
            special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")],
        )
    elif family == "llama":
        made.post_processor = processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", ids["<s>"])]
        )
    else:
        made.post_processor = processors.ByteLevel(trim_offsets=False)
    return made


def make_checkpoint(family: str, folder: Path):
    """Config, weights and tokenizer, as `save_pretrained` writes them."""
    settings, special, template = FAMILIES[family]
    named = {name: token for name, token in special.items() if name.endswith("_token")}
    quick = PreTrainedTokenizerFast(tokenizer_object=tokenizer(family, special), **named)
    quick.chat_template = template
    tokens = ["pad_token", "bos_token", "eos_token", *(["cls_token", "sep_token"] if "sep_token" in special else [])]
    ids = {f"{name}_id": getattr(quick, f"{name}_id") for name in tokens}
    config = AutoConfig.for_model(family, vocab_size=len(quick), **settings, **ids)
    torch.manual_seed(SEED)
    model = AutoModel.from_config(config, attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(SEED)
    with torch.no_grad():
        for name, tensor in sorted(model.named_parameters()):
            scale = 0.1 if tensor.dim() == 1 else 0.25
            noise = scale * torch.randn(tensor.shape, generator=generator)
            is_norm = "norm" in name.lower() or ".ln_" in name or name.startswith("ln_")
            tensor.copy_(noise + (1.0 if is_norm and name.endswith("weight") else 0.0))
    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    quick.save_pretrained(folder)
    for path in folder.iterdir():
        if path.name not in {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
                             "chat_template.jinja"}:
            path.unlink()
        else:
            path.chmod(0o644)


def card(family: str, folder: Path) -> dict:
    """What the page would keep of it."""
    files = {}
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        files[path.name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {
        "id": f"reward-studio/tiny-{family}",
        "name": f"Tiny {family}",
        "family": family,
        "folder": f"families/{family}",
        "licence": "MIT OR Apache-2.0",
        "hidden": WIDE,
        "layers": BLOCKS,
        "files": files,
    }


def written(quick: PreTrainedTokenizerFast, prompt: str, response: str) -> str:
    """A conversation as one text: its messages by the template, or with its speakers named."""
    if quick.chat_template:
        return quick.apply_chat_template(messages(TURNS.get(prompt, [("user", prompt)]), response), tokenize=False)
    named = prompt if prompt.startswith(("User: ", "System: ")) else f"User: {prompt}"
    return f"{named}\n\nAssistant: {response}"


def ids_of(family: str, quick: PreTrainedTokenizerFast, prompt: str, response: str) -> list[int]:
    """A whole row, nothing cut."""
    if family in ("roberta", "distilbert", "modernbert"):
        return quick([prompt], [response])["input_ids"][0]  # one by one, an empty response is taken for none
    return quick(written(quick, prompt, response), add_special_tokens=False)["input_ids"]


def numbers(family: str, folder: Path) -> dict:
    """Ids of every row; hidden states of those that are short enough, at the first and last token of every depth."""
    quick = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
    rows = []
    for prompt, response in ROWS:
        ids = ids_of(family, quick, prompt, response)
        row = {"prompt": prompt, "response": response, "ids": ids}
        if len(ids) <= LIMIT:
            # RoBERTa would take a padding token that somebody wrote for padding, and count the places without it.
            places = {"position_ids": torch.arange(2, len(ids) + 2)[None]} if family == "roberta" else {}
            with torch.no_grad():
                states = model(input_ids=torch.tensor([ids]), output_hidden_states=True, **places).hidden_states
            row["hidden"] = {f"L{layer}": digits(states[layer][0].mean(0)) for layer in range(1, BLOCKS + 1)}
            row["last"] = digits(states[-1][0, -1])
        rows.append(row)
    return {"rows": rows, "digest": digest(family, quick, tokenizer_texts())}


def digest(family: str, quick: PreTrainedTokenizerFast, corpus: list[str]) -> str:
    """One hash of the ids of 2,000 rows and more: every text as the answer to others of the corpus."""
    hasher = hashlib.sha256()
    for step in range(1, 2000 // len(corpus) + 2):
        for place, response in enumerate(corpus):
            prompt = corpus[(place + 2 * step) % len(corpus)]
            ids = ids_of(family, quick, prompt, response)
            hasher.update(",".join(map(str, ids)).encode() + b"\n")
    return hasher.hexdigest()


def make(fixtures: Path) -> dict:
    """Checkpoints and catalogue into this folder; the numbers are given back."""
    cards = []
    for family in FAMILIES:
        make_checkpoint(family, fixtures / family)
        cards.append(card(family, fixtures / family))
    (fixtures / "backbones.json").write_text(json.dumps(cards, indent=2) + "\n", encoding="utf-8")
    return {"texts": tokenizer_texts()} | {family: numbers(family, fixtures / family) for family in FAMILIES}


def stale() -> list[str]:
    """What is checked in and would be made differently."""
    with tempfile.TemporaryDirectory() as fresh:
        made = make(Path(fresh))
        wrong = list(differences("families", json.loads(GOLDEN.read_text(encoding="utf-8")), made))
        for path in sorted(Path(fresh).rglob("*")):
            known = FIXTURES / path.relative_to(fresh)
            if path.suffix == ".safetensors":
                old, new = load_file(known), load_file(path)
                if old.keys() != new.keys() or any((old[name] - new[name]).abs().max() > 1e-6 for name in new):
                    wrong.append(str(known))
        return wrong


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare with what is checked in; write nothing")
    if arguments.parse_args().check:
        if wrong := stale():
            sys.exit("Not current: " + "; ".join(wrong[:10]))
    else:
        shutil.rmtree(FIXTURES, ignore_errors=True)
        FIXTURES.mkdir(parents=True)
        GOLDEN.write_text(by_line(make(FIXTURES)), encoding="utf-8")
