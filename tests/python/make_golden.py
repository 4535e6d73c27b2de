"""Makes `tests/golden/*.json`: numbers by PyTorch, `tokenizers` and SciPy that the Rust tests compare with.

    python tests/python/make_golden.py [--check]

| file | what |
|---|---|
| tokens.json | texts with their ids, without special tokens, by the default backbone's tokenizer |
| encode.json | prompts and responses with their rows |
| hidden.json | rows with pooled hidden states of the default backbone, float32 |
| tiny.json   | the three of them for `tests/fixtures/tiny-bert` |
| score.json  | a head of chance numbers on both backbones: features and scores of every row |
| posterior.json | Laplace's approximation beside quadrature and Metropolis; OAS distances, float64 |
| tuning.json | steps below the head, on tiny checkpoints of four families, by PyTorch and PEFT, float32 |
| ties.json   | likelihoods with ties: values, optima of the whole objective, float64 |
| head.json   | loss, gradient, AdamW, exact optimum, intervals, calibration, float64 |
| annotators.json | kappa, alpha, the test of a fair coin, quartiles, by `scikit-learn`, `krippendorff`, SciPy, NumPy |
| metrics.json | what Evaluate shows, by SciPy, statsmodels, scikit-learn and PyTorch, float64 |
| templates.json | conversations by chat templates, by `transformers` |

`--check` compares with what is checked in and writes nothing: text and ids exactly, floats within a tolerance,
since another processor may add up in another order.
"""

import argparse
import json
import math
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

import annotator_numbers
import head_numbers
import metric_numbers
import posterior_numbers
import templates
import tie_numbers
import tuning_numbers
from reference import MINILM, ROOT, TINY, Backbone, Head
from texts import ROWS, tokenizer_texts

GOLDEN = ROOT / "tests/golden"
POOLINGS = ("response_mean", "mean", "cls", "last")
MINILM_POOLED = [(4, "response_mean"), (4, "mean"), (6, "cls"), (6, "last"), (6, "mean"), (3, "response_mean")]
MINILM_ROWS = (0, 1, 2, 3, 4, 5, 8, 13)  # of texts.ROWS: short, empty and cut ones, several scripts
TINY_TEXTS = 60
TOLERANCE = 2e-5


def tokens(backbone: Backbone, texts: list[str]) -> list[dict]:
    """Each text with its ids."""
    return [{"text": text, "ids": backbone.tokens(text)} for text in texts]


def encode(backbone: Backbone, rows: list[tuple[str, str, int]]) -> list[dict]:
    """Each prompt and response with its row."""
    return [
        {"prompt": prompt, "response": response, "max_tokens": limit}
        | asdict(backbone.encode(prompt, response, limit))
        for prompt, response, limit in rows
    ]


def hidden(backbone: Backbone, rows: list[tuple[str, str, int]], wanted: list[tuple[int, str]]) -> list[dict]:
    """The same with pooled vectors, keyed `L4/mean`."""
    made = []
    for item, arguments in zip(encode(backbone, rows), rows, strict=True):
        row = backbone.encode(*arguments)
        pooled = {f"L{layer}/{pooling}": digits(backbone.pooled(row, layer, pooling)) for layer, pooling in wanted}
        made.append(item | {"pooled": pooled})
    return made


def digits(vector: torch.Tensor) -> list[float]:
    """Seven significant digits: all that float32 holds."""
    return [float(f"{value:.7g}") for value in vector.tolist()]


def tiny(backbone: Backbone) -> dict:
    """Texts and rows of the tiny backbone, every pooling of both blocks."""
    return {
        "tokens": tokens(backbone, tokenizer_texts()[:TINY_TEXTS]),
        "rows": hidden(backbone, ROWS, [(layer, pooling) for layer in (1, 2) for pooling in POOLINGS]),
    }


def score(backbone: Backbone, layer: int, seed: int) -> dict:
    """Statistics over the rows, weights by chance, and with them each row's features and score."""
    rows = [backbone.encode(*arguments) for arguments in ROWS]
    pooled = [backbone.pooled(row, layer, "response_mean") for row in rows]
    lengths = torch.tensor([float(row.response_tokens) for row in rows]).log1p()
    width = len(pooled[0])
    weight = np.random.default_rng(seed).standard_normal(width + 1).round(4)
    std, mean = torch.std_mean(torch.stack(pooled), dim=0, correction=0)
    length = [float(f"{value:.7g}") for value in (lengths.mean(), lengths.std(correction=0))]
    head = Head(torch.tensor(weight), torch.tensor(digits(mean)), torch.tensor(digits(std)), tuple(length))
    return {
        "layer": layer,
        "pooling": "response_mean",
        "weight": weight.tolist(),
        "mean": digits(mean),
        "std": digits(std),
        "length_mean": length[0],
        "length_std": length[1],
        "rows": [
            {"prompt": prompt, "response": response, "max_tokens": limit, "response_tokens": row.response_tokens}
            | {"features": digits(head.features(vector, row.response_tokens))}
            | {"score": head.score(vector, row.response_tokens)}
            for (prompt, response, limit), row, vector in zip(ROWS, rows, pooled, strict=True)
        ],
    }


def make() -> dict[str, object]:
    """Every file's content by its name."""
    minilm, small = Backbone(MINILM), Backbone(TINY)
    return {
        "tokens.json": tokens(minilm, tokenizer_texts()),
        "encode.json": encode(minilm, ROWS),
        "hidden.json": hidden(minilm, [ROWS[place] for place in MINILM_ROWS], MINILM_POOLED),
        "tiny.json": tiny(small),
        "score.json": {"minilm": score(minilm, 4, seed=1), "tiny": score(small, 2, seed=2)},
        "head.json": head_numbers.numbers(),
        "annotators.json": annotator_numbers.numbers(),
        "metrics.json": metric_numbers.numbers(),
        "posterior.json": posterior_numbers.numbers(),
        "templates.json": templates.written(),
        "ties.json": tie_numbers.numbers(),
        "tuning.json": tuning_numbers.numbers(),
    }


def write(folder: Path):
    """One item a line: a change shows as a change of that item."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in make().items():
        (folder / name).write_text(by_line(content), encoding="utf-8")


def by_line(content: object) -> str:
    """JSON in ASCII, with the outermost list or fields on lines of their own."""
    brackets, items = (
        ("{}", [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()])
        if isinstance(content, dict)
        else ("[]", [json.dumps(item) for item in content])
    )
    return f"{brackets[0]}\n" + ",\n".join(items) + f"\n{brackets[1]}\n"


def differences(name: str, old: object, new: object):
    """Where two JSON values differ by more than the tolerance, as sentences."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for key in old:
            yield from differences(f"{name}.{key}", old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from differences(f"{name}[{place}]", a, b)
    elif isinstance(old, float) and isinstance(new, float):
        if not math.isclose(old, new, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            yield f"{name} is {old}, should be {new}"
    elif old != new:
        yield f"{name} is {str(old)[:60]}, should be {str(new)[:60]}"


def stale(folder: Path = GOLDEN) -> list[str]:
    """What is checked in and would be written differently, as sentences."""
    found = []
    for name, content in make().items():
        path = folder / name
        if path.is_file():
            found += differences(name, json.loads(path.read_text(encoding="utf-8")), json.loads(json.dumps(content)))
        else:
            found.append(f"{name} is missing")
    return found


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--check", action="store_true", help="compare with what is checked in; write nothing")
    if arguments.parse_args().check:
        if problems := stale():
            sys.exit("\n".join([*problems[:20], "If that is meant, run `python tests/python/make_golden.py`."]))
    else:
        write(GOLDEN)
