"""`public/reward_studio.py` against an independent computation, on model files made here."""

import hashlib
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from conftest import WEIGHTS
from make_families import FAMILIES
from make_golden import GOLDEN
from reference import ROOT, TINY, Backbone, Head
from reward_studio import RewardModel, Unusable, shares
from texts import ROWS

SCRIPT = ROOT / "public/reward_studio.py"
WIDE = 32


@dataclass
class Recipe:
    layer: int = 2
    pooling: str = "response_mean"
    length_feature: str = "on"
    max_tokens: int = 128


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return Backbone(TINY)


def head_for(recipe: Recipe) -> Head:
    """The golden head, its length weight left off where there is none."""
    given = json.loads((GOLDEN / "score.json").read_text())["tiny"]
    on = recipe.length_feature == "on"
    weight, mean, std = (torch.tensor(given[name]) for name in ("weight", "mean", "std"))
    return Head(weight[: WIDE + on], mean, std, (given["length_mean"], given["length_std"]) if on else None)


def expected(backbone: Backbone, recipe: Recipe, prompt: str, response: str) -> float:
    row = backbone.encode(prompt, response, recipe.max_tokens)
    return head_for(recipe).score(backbone.pooled(row, recipe.layer, recipe.pooling), row.response_tokens)


def write_model(path: Path, recipe: Recipe, golden: list[dict] = (), weights_sha256: str | None = None, **more) -> Path:
    """A model file as the page downloads it."""
    head = head_for(recipe)
    tensors = {"head.weight": head.weight.clone(), "features.mean": head.mean, "features.std": head.std}
    if head.length is not None:
        tensors |= {"length.mean": torch.tensor(head.length[:1]), "length.std": torch.tensor(head.length[1:])}
    about = {
        "version": 1,
        "backbone": {
            "id": "reward-studio/tiny-bert",
            "family": "bert",
            "hidden": WIDE,
            "layers": 2,
            "weights_sha256": weights_sha256
            or hashlib.sha256((TINY / "model.safetensors").read_bytes()).hexdigest(),
        },
        "recipe": vars(recipe),
        "made_by": "exact fit",
        "lambda": 1.0,
        "device": "CPU",
        "metrics": {},
        "golden": list(golden),
    } | more
    save_file(tensors, path, metadata={"format": "pt", "reward_studio": json.dumps(about)})
    return path


BACK = [f"{family}-{name}" for family in ["bert", *FAMILIES] for name in ("middle", "last")] + ["bert-cls"]


@pytest.mark.parametrize("name", BACK)
def test_a_head_on_an_archive_that_came_back_scores_the_same(name, unpacked):
    model = RewardModel.load(WEIGHTS / f"{name}-back.safetensors", unpacked(f"{name}-back", "transformers"))
    page, here = zip(*model.verify(), strict=True)
    assert len({round(score, 3) for score in page}) > 2, "too much alike to tell anything"
    assert here == pytest.approx(page, abs=1e-4)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        Recipe(length_feature="off"),
        Recipe(layer=1, pooling="mean"),
        Recipe(pooling="cls", max_tokens=64),
        Recipe(pooling="last", max_tokens=256, length_feature="off"),
    ],
    ids=str,
)
def test_it_scores_as_the_recipe_says(tmp_path, backbone, recipe):
    model = RewardModel.load(write_model(tmp_path / "model.safetensors", recipe), TINY)
    for prompt, response, _ in ROWS:
        assert model.score(prompt, response) == pytest.approx(
            expected(backbone, recipe, prompt, response), abs=1e-5
        )


def test_a_preference_is_the_sigmoid_of_the_margin(tmp_path):
    model = RewardModel.load(write_model(tmp_path / "model.safetensors", Recipe()), TINY)
    a, b = "Yes, of course.", "No."
    margin = model.score("May I?", a) - model.score("May I?", b)
    assert model.preference("May I?", a, b) == pytest.approx(1 / (1 + math.exp(-margin)))
    assert model.preference("May I?", a, b) + model.preference("May I?", b, a) == pytest.approx(1)


def test_files_with_and_without_a_likelihood_give_the_papers_shares(tmp_path):
    for row in json.loads((GOLDEN / "ties.json").read_text())["values"]:
        ours = shares(row["margin"], row["loss"], row["parameter"])
        assert ours == pytest.approx((row["first"], row["tie"], row["second"]), abs=1e-12)
    path = write_model(tmp_path / "model.safetensors", Recipe(), likelihood={"loss": "davidson", "tie": 0.7})
    model = RewardModel.load(path, TINY)
    first, tie, second = model.shares("May I?", "Yes.", "No.")
    assert 0 < tie < 0.7 / 2.7 + 1e-9 and first + tie + second == pytest.approx(1)
    assert model.preference("May I?", "Yes.", "No.") == first
    assert model.shares("May I?", "No.", "Yes.") == pytest.approx((second, tie, first))
    plain = RewardModel.load(write_model(tmp_path / "plain.safetensors", Recipe()), TINY)
    assert plain.shares("May I?", "Yes.", "No.")[1] == 0


def test_the_shares_are_finite_at_margins_of_a_thousand():
    for loss, tie in (("bradley_terry", None), ("rao_kupper", 1.5), ("davidson", 0.5)):
        for margin in (-1000.0, 1000.0):
            assert sum(shares(margin, loss, tie)) == pytest.approx(1)


def test_an_unknown_likelihood_is_refused(tmp_path):
    path = write_model(tmp_path / "model.safetensors", Recipe(), likelihood={"loss": "probit", "tie": None})
    with pytest.raises(Unusable, match="probit"):
        RewardModel.load(path, TINY)


def run(*arguments) -> subprocess.CompletedProcess:
    """The script by itself: no other file of ours within reach, and no network."""
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def golden(backbone: Backbone, error: float = 0.0) -> list[dict]:
    return [
        {"prompt": prompt, "response": response, "score": expected(backbone, Recipe(), prompt, response) + error}
        for prompt, response, _ in ROWS[:4]
    ]


def test_the_command_line_verifies_and_scores(tmp_path, backbone):
    path = write_model(tmp_path / "model.safetensors", Recipe(), golden(backbone))
    asked = run(path, "--backbone", TINY, "--verify", "--prompt", "May I?", "--response", "Yes.", "--other", "No.")
    assert asked.returncode == 0, asked.stderr
    assert "pass: 4 golden scores" in asked.stdout
    score = float(re.search(r"^score: (.+)$", asked.stdout, re.MULTILINE)[1])
    assert score == pytest.approx(expected(backbone, Recipe(), "May I?", "Yes."), abs=1e-5)
    assert "preferred to the other:" in asked.stdout


def test_a_differing_golden_score_fails(tmp_path, backbone):
    path = write_model(tmp_path / "model.safetensors", Recipe(), golden(backbone, error=0.001))
    asked = run(path, "--backbone", TINY, "--verify")
    assert (asked.returncode, asked.stdout[:4]) == (1, "FAIL")


def test_a_backbone_that_cannot_be_fetched_says_what_to_do(tmp_path):
    asked = run(write_model(tmp_path / "model.safetensors", Recipe()), "--response", "Yes.")
    assert asked.returncode == 2
    assert "--backbone" in asked.stderr and "Traceback" not in asked.stderr


def test_another_backbone_is_refused(tmp_path):
    path = write_model(tmp_path / "model.safetensors", Recipe(), weights_sha256="0" * 64)
    with pytest.raises(Unusable, match="another backbone"):
        RewardModel.load(path, TINY)


def test_files_that_are_no_model_are_refused(tmp_path):
    with pytest.raises(Unusable, match="no file"):
        RewardModel.load(tmp_path / "nothing.safetensors", TINY)
    with pytest.raises(Unusable, match="not made by Reward Studio"):
        RewardModel.load(TINY / "model.safetensors", TINY)
    (tmp_path / "text.safetensors").write_text("not a model, but a sentence")
    with pytest.raises(Unusable, match="cannot be read"):
        RewardModel.load(tmp_path / "text.safetensors", TINY)


def test_a_head_of_the_wrong_width_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "WIDE", WIDE - 1)
    with pytest.raises(Unusable, match="features.mean"):
        RewardModel.load(write_model(tmp_path / "model.safetensors", Recipe()), TINY)
