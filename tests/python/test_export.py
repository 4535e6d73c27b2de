"""Model files that the engine itself wrote open in Python with the same scores.

The Rust tests leave them in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import os
from pathlib import Path

import pytest
import torch

from reference import MINILM, ROOT, TINY, Backbone, Head
from reward_studio import RewardModel, read

EXPORTS = Path(os.environ.get("REWARD_STUDIO_EXPORTS") or ROOT / "target/exports")
MAKE = "cargo xtask test native"


@pytest.fixture(params=[("minilm", MINILM), ("tiny", TINY)], ids=["minilm", "tiny"])
def export(request) -> tuple[Path, Path]:
    """A model file and its backbone's folder."""
    name, folder = request.param
    path = EXPORTS / f"{name}.safetensors"
    assert path.is_file(), f"{path} is missing; `{MAKE}` makes it"
    return path, folder


def test_the_shipped_script_gives_the_engines_scores(export):
    path, folder = export
    pairs = RewardModel.load(path, folder).verify()
    assert len(pairs) >= 3, "too few golden texts to tell"
    assert len({round(page, 3) for page, _ in pairs}) > 1, "all scores are the same"
    for page, here in pairs:
        assert here == pytest.approx(page, abs=1e-4)


def test_the_reference_gives_the_engines_scores(export):
    path, folder = export
    about, tensors = read(path)
    recipe, backbone = about["recipe"], Backbone(folder)
    on = recipe["length_feature"] == "on"
    length = (tensors["length.mean"].item(), tensors["length.std"].item()) if on else None
    head = Head(tensors["head.weight"], tensors["features.mean"], tensors["features.std"], length)
    for item in about["golden"]:
        row = backbone.encode(item["prompt"], item["response"], recipe["max_tokens"])
        pooled = backbone.pooled(row, recipe["layer"], recipe["pooling"])
        assert head.score(pooled, row.response_tokens) == pytest.approx(item["score"], abs=1e-4)


def test_the_file_says_what_it_is(export):
    path, _ = export
    about, tensors = read(path)
    assert {"version", "backbone", "recipe", "made_by", "lambda", "device", "metrics", "golden"} <= about.keys()
    assert all(tensor.dtype == torch.float32 and tensor.isfinite().all() for tensor in tensors.values())
    assert (tensors["features.std"] > 0).all()
