"""Backbones of every family: the fixtures are what their script makes, and models trained on them score the same here.

The Rust tests leave the models in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import pytest

import make_families
from make_families import FAMILIES, FIXTURES
from reward_studio import RewardModel
from test_export import EXPORTS, MAKE


def test_the_checkpoints_and_their_numbers_are_what_the_script_makes():
    assert make_families.stale() == []


@pytest.mark.parametrize("pooling", ["mean", "last", "lora", "last-n"])
@pytest.mark.parametrize("family", FAMILIES)
def test_the_shipped_script_gives_the_engines_scores(family, pooling):
    path = EXPORTS / f"family-{family}-{pooling}.safetensors"
    assert path.is_file(), f"{path} is missing; `{MAKE}` makes it"
    pairs = RewardModel.load(path, FIXTURES / family).verify()
    assert len({round(page, 3) for page, _ in pairs}) > 1, "all scores are the same"
    for page, here in pairs:
        assert here == pytest.approx(page, abs=1e-4)
