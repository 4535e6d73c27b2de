"""The file that the `score` program wrote has Python's scores of the same model.

The Rust tests leave both in `$REWARD_STUDIO_EXPORTS` (by default `target/exports`).
"""

import json

import pytest

from reference import TINY
from reward_studio import RewardModel
from test_export import EXPORTS, MAKE


@pytest.fixture(scope="module")
def scored() -> list[dict]:
    path = EXPORTS / "scored.jsonl"
    assert path.is_file(), f"{path} is missing; `{MAKE}` makes it"
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_row_has_pythons_score(scored):
    model = RewardModel.load(EXPORTS / "scored.safetensors", TINY)
    rows = [row for row in scored if row["score"] is not None]
    assert len({round(row["score"], 3) for row in rows}) > 10, "too few different scores to tell"
    for row in rows:
        assert row["score"] == pytest.approx(model.score(row["prompt"], row["response"]), abs=1e-4)


def test_rows_without_a_score_say_why(scored):
    silent = [row for row in scored if row["score"] is None]
    assert silent and all(row["score_error"] for row in silent)
    assert all(row.keys() >= {"score", "score_std", "score_error"} for row in scored)
