"""The asking benchmark's peer and its report: scikit-learn on the very rows that the page learned from.

usage: peer.py OUT.md OUT.svg SET.lines.jsonl...

Beside each set's lines, which say what the page's own code made of it, lie its features, `SET.safetensors`. scikit-learn's LogisticRegression gets the same pooled vectors and lengths of both responses, and the same
answers, twice: as it comes (differences standardised by StandardScaler, C = 1), and with our scaling and penalty, where it
should find the same optimum. Every other row is turned round, as a classifier wants two classes.
"""

import json
import sys
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

RULES = {"random": "random", "uncertain": "least sure", "informative": "most informative"}
PENALTIES = {"held_out": "random, λ by held-out answers", "evidence": "random, λ by evidence"}
PEERS = {"plain": "scikit-learn, as it comes", "same": "scikit-learn, our features and λ"}
OURS = ("random", "held_out")  # what is judged against the targets
NAMES = RULES | PENALTIES | PEERS
COLOURS = {"random": "#4c6a92", "uncertain": "#b7791f", "informative": "#2f855a", "plain": "#9b2c2c"}


def features(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Raw and scaled differences of features (chosen - rejected), and which rows are tests."""
    file = load_file(path)
    vectors, tokens, outcome, test = (file[name].astype(np.float64) for name in ("vectors", "tokens", "outcome", "test"))
    known = (test == 0) & (outcome != 0.5)
    lengths = np.log1p(tokens)
    mean, std = vectors[known].mean((0, 1)), vectors[known].std((0, 1))
    scaled = (vectors - mean) / np.where(std > 1e-6, std, 1) / np.sqrt(vectors.shape[2])
    length = 0.3 * (lengths - lengths[known].mean()) / lengths[known].std()
    sign = np.where(outcome == 0, -1.0, 1.0)[:, None]
    raw = np.concatenate([vectors, lengths[..., None]], -1)
    ours = np.concatenate([scaled, length[..., None]], -1)
    return sign * (raw[:, 0] - raw[:, 1]), sign * (ours[:, 0] - ours[:, 1]), (test == 1) & (outcome != 0.5)


def accuracy_of(rows: np.ndarray, tests: np.ndarray, strength: float) -> float:
    """Share of the test rows that a logistic regression on these rows orders rightly."""
    signs = np.where(np.arange(len(rows)) % 2 == 0, 1, -1)
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=2000)
    model.fit(rows * signs[:, None], signs)
    return float((tests @ model.coef_[0] > 0).mean())


def peers(lines: list[dict], path: Path):
    """A line for each peer beside each line of the random rule."""
    raw, ours, tests = features(path)
    for line in lines:
        if "rows" not in line:
            continue
        rows = np.array(line["rows"])
        # A scaler that takes the mean away would take the answer away: every row is chosen minus rejected.
        scaler = StandardScaler(with_mean=False).fit(raw[rows])
        common = {"set": line["set"], "seed": line["seed"], "labels": line["labels"]}
        plain = accuracy_of(scaler.transform(raw[rows]), scaler.transform(raw[tests]), 1.0)
        same = accuracy_of(ours[rows], ours[tests], 1.0 if len(rows) < 200 else 1 / 3)
        yield common | {"rule": "plain", "accuracy": plain}
        yield common | {"rule": "same", "accuracy": same}


def floor_of_ece(tests: int, draws: int = 400) -> float:
    """The mean ECE that a perfectly calibrated model of our kind of confidence is measured to have on so few pairs."""
    generator = np.random.default_rng(0)
    confidence = 0.5 + 0.3 * generator.random((draws, tests))
    right = generator.random((draws, tests)) < confidence
    bins = np.minimum(((confidence - 0.5) * 20).astype(int), 9)
    gaps = [
        np.abs(np.where(bins == place, confidence - right, 0).sum(1)) for place in range(10)
    ]
    return float(np.sum(gaps, 0).mean() / tests)


def table(by: dict, name: str) -> list[str]:
    """Mean accuracy over the seeds with its standard error, by number of answers."""
    sizes = sorted({labels for (set_name, _, labels) in by if set_name == name})
    order = [rule for rule in NAMES if (name, rule, sizes[0]) in by]
    heads = [NAMES[rule] for rule in order]
    rows = ["| answers | " + " | ".join(heads) + " |", "|---" * (len(order) + 1) + "|"]
    for labels in sizes:
        cells = [cell([line["accuracy"] for line in by[name, rule, labels]]) for rule in order]
        rows.append(f"| {labels} | " + " | ".join(cells) + " |")
    return rows


def cell(values: list[float]) -> str:
    return f"{np.mean(values):.3f} ± {np.std(values, ddof=1) / np.sqrt(len(values)):.3f}"


def mean(by: dict, name: str, rule: str, labels: int, what: str = "accuracy") -> float:
    return float(np.mean([line[what] for line in by[name, rule, labels]]))


def paired(by: dict, name: str, rule: str, labels: int, last: int) -> tuple[float, float]:
    """By how much a rule's accuracy differs from random's at `last`, seed by seed, with its standard error."""
    there = {line["seed"]: line["accuracy"] for line in by[name, "random", last]}
    gaps = [line["accuracy"] - there[line["seed"]] for line in by[name, rule, labels]]
    return float(np.mean(gaps)), float(np.std(gaps, ddof=1) / np.sqrt(len(gaps)))


def verdicts(by: dict, name: str) -> list[str]:
    """Whether the targets hold, in sentences with their numbers."""
    sizes = sorted({labels for (set_name, _, labels) in by if set_name == name})
    last = sizes[-1]
    said = []
    for ours in OURS:
        for peer, words in PEERS.items():
            gaps = {labels: mean(by, name, ours, labels) - mean(by, name, peer, labels) for labels in sizes}
            worst = min(gaps, key=gaps.get)
            held = "holds" if gaps[worst] >= -0.005 else "does not hold"
            said.append(
                f"- {NAMES[ours].capitalize()}: never below {words} by more than 0.5 points: **{held}**; "
                f"the least lead is {100 * gaps[worst]:+.1f} points, at {worst} answers."
            )
    goal = mean(by, name, "random", last)
    for rule in RULES:
        reached = [labels for labels in sizes if mean(by, name, rule, labels) >= goal]
        first = f"first reached at {reached[0]}" if reached else "not reached"
        gap, error = paired(by, name, rule, min(300, last), last)
        words = f"{first}; at {min(300, last)} answers {100 * gap:+.1f} ± {100 * error:.1f} points from it."
        if rule == "random":
            said.append(f"- Random's accuracy at {last} is {goal:.3f}; by random questions themselves {words}")
            continue
        held = "holds" if reached and reached[0] <= 300 else "does not hold"
        said.append(f"- Asking what is {RULES[rule]} reaches it with 300 or fewer: **{held}**; {words}")
    for ours in OURS:
        lines = by[name, ours, last]
        floor = floor_of_ece(lines[0]["tests"])
        ece, cooled = (float(np.mean([line[what] for line in lines])) for what in ("ece", "ece_cooled"))
        held = "holds" if min(ece, cooled) <= 0.05 else "does not hold"
        said.append(
            f"- {NAMES[ours].capitalize()}: ECE at {last} answers at most 0.05: **{held}**; {ece:.3f} before and "
            f"{cooled:.3f} after temperature, on {lines[0]['tests']} test pairs, where a perfectly calibrated model would "
            f"be measured at about {floor:.3f}."
        )
    return said


def curves(by: dict, names: list[str]) -> str:
    """Accuracy by number of answers, one frame a set, as SVG."""
    wide, high, left, top = 300, 220, 44, 30
    frames = []
    for place, name in enumerate(names):
        sizes = sorted({labels for (set_name, _, labels) in by if set_name == name})
        series = {rule: [mean(by, name, rule, labels) for labels in sizes] for rule in COLOURS}
        low = min(min(values) for values in series.values()) - 0.01
        high_value = max(max(values) for values in series.values()) + 0.01
        x0 = place * (wide + left + 20) + left

        def at(labels, value, x0=x0, low=low, high_value=high_value, sizes=sizes):
            x = x0 + np.log(labels / sizes[0]) / np.log(sizes[-1] / sizes[0]) * wide
            return f"{x:.1f},{top + high - (value - low) / (high_value - low) * high:.1f}"

        frames.append(f'<text x="{x0}" y="18" font-weight="600">{name}</text>')
        frames.append(f'<rect x="{x0}" y="{top}" width="{wide}" height="{high}" fill="none" stroke="#8884"/>')
        for share in np.arange(np.ceil(low * 20) / 20, high_value, 0.05):
            y = at(sizes[0], share).split(",")[1]
            frames.append(f'<path d="M{x0} {y}h{wide}" stroke="#8882"/>')
            frames.append(f'<text x="{x0 - 6}" y="{y}" text-anchor="end" dy="4">{share:.2f}</text>')
        for labels in sizes:
            x = at(labels, low).split(",")[0]
            frames.append(f'<text x="{x}" y="{top + high + 16}" text-anchor="middle">{labels}</text>')
        for rule, colour in COLOURS.items():
            points = " ".join(at(labels, value) for labels, value in zip(sizes, series[rule], strict=True))
            dashed = ' stroke-dasharray="5 4"' if rule == "plain" else ""
            frames.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
    for place, (rule, colour) in enumerate(COLOURS.items()):
        x, y = left + place * 230, top + high + 44
        frames.append(f'<path d="M{x} {y - 4}h24" stroke="{colour}" stroke-width="2"/>')
        frames.append(f'<text x="{x + 30}" y="{y}">{NAMES[rule]}</text>')
    width, height = len(names) * (wide + left + 20), top + high + 60
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui" font-size="12" '
        f'fill="#777" role="img"><title>Accuracy by number of answers</title>\n' + "\n".join(frames) + "\n</svg>\n"
    )


def main(page: Path, picture: Path, *measured: Path):
    by = defaultdict(list)
    names = []
    for path in measured:
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        lines += list(peers(lines, path.with_name(f"{lines[0]['set']}.safetensors")))
        names.append(lines[0]["set"])
        for line in lines:
            by[line["set"], line["rule"], line["labels"]].append(line)
    seeds = len({line["seed"] for lines in by.values() for line in lines})
    picture.write_text(curves(by, names), encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    begin, end = "<!-- measured -->\n", "<!-- end -->"
    said = [f"Means over {seeds} shuffles, with their standard errors.\n"]
    for name in names:
        said += [f"### {name}\n", *table(by, name), "", *verdicts(by, name), ""]
    before, after = text.split(begin)[0], text.split(end)[1]
    page.write_text(before + begin + "\n".join(said) + end + after, encoding="utf-8")
    print("\n".join(said))


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main(*map(Path, sys.argv[1:]))
