"""Scores the rows of a file with PyTorch, natively, as the page does: batches of rows that are about equally long, only
the blocks that the model reads, its pooling and its head. Loading is no part of the time.

usage: score_file.py MODEL.safetensors BACKBONE_FOLDER ROWS.jsonl BATCH; prints JSON: seconds, scores, version.
"""

import json
import math
import sys
import time
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "public"))
from reward_studio import LENGTH_SCALE, RewardModel  # noqa: E402


@torch.no_grad()
def scores(model: RewardModel, rows: list[dict], batch: int) -> list[float]:
    recipe = model.about["recipe"]
    assert recipe["pooling"] == "response_mean", "written for the pooling that the page recommends"
    encoded = [model.encode(row["prompt"], row["response"]) for row in rows]
    order = sorted(range(len(rows)), key=lambda place: len(encoded[place][0]))
    result = [0.0] * len(rows)
    for start in range(0, len(order), batch):
        places = order[start : start + batch]
        longest = max(len(encoded[place][0]) for place in places)
        ids, mask, types, weights = (torch.zeros(len(places), longest) for _ in range(4))
        for at, place in enumerate(places):
            tokens, first, last, _ = encoded[place]
            ids[at, : len(tokens)] = torch.tensor(tokens)
            mask[at, : len(tokens)] = 1
            types[at, first : len(tokens)] = 1
            if first < last:
                weights[at, first:last] = 1 / (last - first)
            else:
                weights[at, len(tokens) - 1] = 1
        hidden = model.backbone(
            input_ids=ids.long(), attention_mask=mask.long(), token_type_ids=types.long()
        ).last_hidden_state
        pooled = (weights[:, :, None] * hidden).sum(dim=1)
        features = (pooled - model.mean) / model.std / math.sqrt(len(model.mean))
        if model.length is not None:
            mean, std = model.length
            lengths = torch.tensor([math.log1p(encoded[place][3]) for place in places])
            features = torch.cat([features, (LENGTH_SCALE * (lengths - mean) / std)[:, None]], dim=1)
        for place, score in zip(places, (features @ model.weight).tolist(), strict=True):
            result[place] = score
    return result


def main(model_path: str, backbone: str, path: str, batch: str) -> None:
    model = RewardModel.load(model_path, backbone)
    model.backbone.encoder.layer = model.backbone.encoder.layer[: model.about["recipe"]["layer"]]
    rows = [json.loads(line) for line in Path(path).read_text().splitlines()]
    scores(model, rows[: int(batch)], int(batch))
    began = time.perf_counter()
    result = scores(model, rows, int(batch))
    print(json.dumps({"seconds": time.perf_counter() - began, "scores": result, "version": torch.__version__}))


if __name__ == "__main__":
    main(*sys.argv[1:])
