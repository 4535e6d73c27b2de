"""Models that were trained below the head: merged they open as any other, and adapters open with PEFT, with the page's scores.

The Rust tests leave them in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import json
import shutil
import sys
from pathlib import Path

import pytest
import torch
from peft import AutoPeftModelForSequenceClassification, PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import verify
from make_families import FAMILIES
from test_export_weights import golden

ALL = ["bert", *FAMILIES]


def scores(model, tokenizer, recipe, texts):
    """One by one, as `verify.py` tokenises them."""
    with torch.no_grad():
        return [float(model(**verify.encode(tokenizer, *text, recipe)).logits) for text in texts]


@pytest.mark.parametrize("name", ["lora", "lora-top", "last-blocks"])
@pytest.mark.parametrize("family", ALL)
def test_merged_it_gives_the_pages_scores(family, name, unpacked):
    folder = unpacked(f"{family}-{name}", "transformers")
    assert passes(folder)


@pytest.mark.parametrize("name", ["lora", "lora-top"])
@pytest.mark.parametrize("family", ALL)
def test_the_adapter_gives_the_pages_scores_and_merged_it_is_the_merged_model(family, name, unpacked):
    folder, merged = unpacked(f"{family}-{name}", "peft"), unpacked(f"{family}-{name}", "transformers")
    assert passes(folder)
    base = AutoModelForSequenceClassification.from_pretrained(folder / "base", trust_remote_code=True)
    before = {key: value.clone() for key, value in base.state_dict().items()}
    model = PeftModel.from_pretrained(base, folder)
    settings = json.loads((folder / "adapter_config.json").read_text())
    adapted = [key for key in model.state_dict() if ".lora_A." in key]
    assert len(adapted) == len(settings["target_modules"]) > 0
    assert all(model.state_dict()[key.replace("lora_A", "lora_B")].any() for key in adapted), "an adapter was not loaded"
    whole, own = load_file(merged / "model.safetensors"), model.merge_and_unload().state_dict()
    assert own.keys() >= whole.keys()
    for key, tensor in whole.items():
        assert torch.allclose(own[key], tensor, atol=1e-5), key
    changed = [key for key, tensor in whole.items() if not torch.equal(before[key], tensor)]
    assert len(changed) == len(adapted), "what trained is in the adapter, and in nothing else"


def test_the_auto_class_opens_the_folder(unpacked, monkeypatch):
    folder = unpacked("gpt_neox-lora-top", "peft")
    monkeypatch.chdir(folder)  # where `base` is
    model = AutoPeftModelForSequenceClassification.from_pretrained(".", num_labels=1).eval()
    tokenizer = AutoTokenizer.from_pretrained("base")
    recipe = json.loads((folder / "base/config.json").read_text())["reward_studio"]
    texts = golden(folder)
    found = scores(model, tokenizer, recipe, [text[:2] for text in texts])
    assert found == pytest.approx([score for _, _, score in texts], abs=1e-4)


def test_an_adapter_without_its_head_or_with_another_one_is_noticed(unpacked, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(unpacked("llama-lora", "peft"), folder)
    tensors = load_file(folder / "adapter_model.safetensors")
    name = next(key for key in tensors if "lora_B" in key)
    save_file(tensors | {name: tensors[name] * 2}, folder / "adapter_model.safetensors", {"format": "pt"})
    assert not passes(folder)


def passes(folder) -> bool:
    """Whether `verify.py` says so of the folder. (That the one that is in it is the same, others have seen.)"""
    assert (folder / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    before, sys.argv = sys.argv, ["verify.py", str(folder)]
    try:
        return verify.main() == 0
    finally:
        sys.argv = before
