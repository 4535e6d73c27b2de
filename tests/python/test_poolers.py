"""Models that read the first token behind the backbone's own pooler: cross-encoders of other makers, and heads of ours.

The Rust tests leave them in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import shutil
import sys

import pytest
import torch
from transformers import AutoModelForSequenceClassification

import verify
from conftest import WEIGHTS
from make_families import FIXTURES
from reward_studio import RewardModel
from test_export_weights import golden, opened, pairs, scores

ENCODERS = ["distilbert", "roberta", "modernbert"]
STEPS = {"dense": 0.61, "pre_classifier": 0.61, "norm": 0.29, "out_proj": 0.37, "classifier": 0.37}
BIAS = {"dense": 0.83, "pre_classifier": 0.83}


def cross_encoder(family):
    """The family's own class with the head that `tests/it/heads.rs` makes up."""
    model = AutoModelForSequenceClassification.from_pretrained(FIXTURES / family, num_labels=1, dtype=torch.float32).eval()
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            module, part = name.split(".")[-2:]
            if name.startswith(model.base_model_prefix + ".") or module not in STEPS:
                continue
            step = STEPS[module] if part == "weight" else BIAS.get(module)
            places = torch.arange(tensor.numel(), dtype=torch.float64)
            values = torch.full_like(places, 0.375) if step is None else (places * step).sin() / 4
            tensor.copy_(values.reshape(tensor.shape))
    return model


@pytest.mark.parametrize("family", ENCODERS)
def test_a_cross_encoder_leaves_as_the_class_and_the_numbers_that_it_came_with(family, unpacked):
    folder = unpacked(f"{family}-foreign", "transformers")
    known = golden(folder)
    assert len({round(score, 3) for _, _, score in known}) > 2, "too much alike to tell anything"
    tokenizer, model = opened(folder, trust=False)
    original = cross_encoder(family)
    assert type(model) is type(original)
    for prompt, response, score in known:
        row = verify.encode(tokenizer, prompt, response, model.config.reward_studio)
        assert scores(model, row) == pytest.approx([score], abs=1e-4)
        assert scores(original, row) == pytest.approx([score], abs=1e-4)


@pytest.mark.parametrize("kind", ["transformers", "scale-out", "peft"])
@pytest.mark.parametrize("name", ["pooler", "pooler-lora"])
@pytest.mark.parametrize("family", ENCODERS)
def test_a_head_behind_a_pooler_scores_the_same_in_every_archive(family, name, kind, unpacked, monkeypatch, capsys):
    if (name, kind) == ("pooler", "peft"):
        pytest.skip("only LoRA leaves as an adapter")
    folder = unpacked(f"{family}-{name}", kind)
    monkeypatch.setattr(sys, "argv", ["verify.py", str(folder)])
    assert verify.main() == 0
    assert "PASS: 7 golden scores" in capsys.readouterr().out
    if kind == "transformers":
        tokenizer, model = opened(folder, trust=True)
        known = golden(folder)
        texts, expected = [(prompt, response) for prompt, response, _ in known], [score for _, _, score in known]
        assert scores(model, pairs(tokenizer, texts, padding_side="left")) == pytest.approx(expected, abs=1e-4)
    if kind == "scale-out":
        _, model = opened(folder / "model", trust=True)
        assert not any(it.requires_grad for name, it in model.named_parameters() if not name.startswith("head."))


@pytest.mark.parametrize("name", ["pooler", "pooler-lora"])
@pytest.mark.parametrize("family", ENCODERS)
def test_the_shipped_script_finds_the_pooler_in_the_backbones_file(family, name, tmp_path):
    folder = shutil.copytree(FIXTURES / family, tmp_path / family)
    shutil.copy(WEIGHTS / f"{family}-foreign.safetensors", folder / "model.safetensors")
    found = RewardModel.load(WEIGHTS / f"{family}-{name}.studio.safetensors", folder).verify()
    assert len({round(page, 3) for page, _ in found}) > 1, "all scores are the same"
    for page, here in found:
        assert here == pytest.approx(page, abs=1e-4)
