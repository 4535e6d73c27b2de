"""Heads with a hidden layer open in other libraries, and by the shipped script, with the page's scores.

The Rust tests leave them in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import json
import shutil
import sys

import pytest
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer

import verify
from conftest import WEIGHTS
from make_families import FIXTURES
from reference import TINY
from reward_studio import RewardModel, Unusable, read
from test_export_weights import golden, opened, pairs, scores

BACKBONES = {"bert": TINY, "roberta": FIXTURES / "roberta", "llama": FIXTURES / "llama"}
NAMES = ["mlp", "mlp-mean", "mlp-lora"]
ARCHIVES = [
    (family, name, kind)
    for family in BACKBONES
    for name in NAMES
    for kind in ("transformers", "scale-out", "peft", "sentence-transformers")
    if (kind != "peft" or name == "mlp-lora") and (kind != "sentence-transformers" or (name == "mlp-mean" and family != "llama"))
]


@pytest.mark.parametrize(("family", "name", "kind"), ARCHIVES)
def test_every_archive_scores_the_same(family, name, kind, unpacked, monkeypatch, capsys):
    folder = unpacked(f"{family}-{name}", kind)
    monkeypatch.setattr(sys, "argv", ["verify.py", str(folder)])
    assert verify.main() == 0
    assert "PASS: " in capsys.readouterr().out
    known = golden(folder)
    assert len({round(score, 4) for _, _, score in known}) > 2, "too much alike to tell anything"
    expected = [score for _, _, score in known]
    if kind == "transformers" and family != "llama":
        tokenizer, model = opened(folder, trust=True)
        texts = [(prompt, response) for prompt, response, _ in known]
        assert scores(model, pairs(tokenizer, texts, padding_side="left")) == pytest.approx(expected, abs=1e-4)
    if kind == "sentence-transformers":
        model = SentenceTransformer(str(folder), device="cpu")
        found = model.encode([[prompt, response] for prompt, response, _ in known])
        assert found[:, 0].tolist() == pytest.approx(expected, abs=1e-4)
    if kind == "scale-out":
        _, model = opened(folder / "model", trust=True)
        learns = {name.split(".")[0] for name, it in model.named_parameters() if it.requires_grad}
        assert learns == {"head", "hidden"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("family", BACKBONES)
def test_the_shipped_script_scores_the_same(family, name):
    found = RewardModel.load(WEIGHTS / f"{family}-{name}.studio.safetensors", BACKBONES[family]).verify()
    assert len({round(page, 4) for page, _ in found}) > 1, "all scores are the same"
    for page, here in found:
        assert here == pytest.approx(page, abs=1e-4)


def test_the_adapter_brings_the_hidden_layer(unpacked):
    tensors = load_file(unpacked("bert-mlp-lora", "peft") / "adapter_model.safetensors")
    assert {name for name in tensors if "lora" not in name} == {
        f"base_model.model.{name}" for name in ("head.weight", "hidden.weight", "hidden.bias")
    }


def test_a_file_without_its_hidden_layer_is_refused(tmp_path):
    path = shutil.copy(WEIGHTS / "bert-mlp.studio.safetensors", tmp_path / "model.safetensors")
    about, tensors = read(path)
    assert (about["version"], about["head"]["hidden_units"]) == (3, len(tensors["head.weight"]))
    del tensors["head.hidden.bias"]
    save_file(tensors, path, metadata={"reward_studio": json.dumps(about)})
    with pytest.raises(Unusable, match=r"head\.hidden\.bias"):
        read(path)

