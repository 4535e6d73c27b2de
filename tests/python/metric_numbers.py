"""Numbers of the Evaluate tab by SciPy, statsmodels, scikit-learn and PyTorch, in float64. Knows no text.

Probabilities are counted in both orders: a pair with margin m gives sigmoid(m) with its outcome and sigmoid(-m) with
one minus its outcome. A tie's outcome is one half.
"""

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.calibration
import sklearn.metrics
import torch
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint
from torch.nn.functional import logsigmoid

SEED = 7
BINS = 20  # in both orders; ten of the favourite's confidence


def shares() -> list[dict]:
    """Wilson's 95 % intervals, and what a fair coin says of them."""
    made = []
    for part, whole in [(0, 1), (1, 1), (0, 12), (7, 12), (12, 12), (33, 40), (55, 100), (701, 1000), (5100, 10000)]:
        low, high = proportion_confint(part, whole, alpha=0.05, method="wilson")
        test = scipy.stats.binomtest(part, whole, 0.5).pvalue
        made.append({"part": part, "whole": whole, "low": low, "high": high, "coin": test})
    return made


def duels() -> list[dict]:
    """McNemar's exact test."""
    return [
        {"only_first": b, "only_second": c, "p": float(mcnemar([[10, b], [c, 10]], exact=True).pvalue)}
        for b, c in [(0, 0), (0, 1), (3, 11), (11, 3), (25, 25), (40, 61), (700, 800)]
    ]


def more_to_tell() -> list[dict]:
    """Pairs in all until a two-sided test at 5 % finds this share different from one half four times in five."""
    made = []
    for part, whole in [(3, 4), (6, 8), (14, 20), (60, 100), (4, 10)]:
        p = part / whole
        root = (scipy.stats.norm.ppf(0.975) / 2 + scipy.stats.norm.ppf(0.8) * np.sqrt(p * (1 - p))) / (p - 0.5)
        made.append({"part": part, "whole": whole, "more": max(int(np.ceil(root**2)) - whole, 1)})
    return made


def forecasts() -> list[dict]:
    """Margins with outcomes: calibration, Brier's score, and the temperature where the log loss is least."""
    generator = np.random.default_rng(SEED)
    made = []
    for count, stretch, ties in [(60, 1.0, 0), (200, 3.0, 0), (150, 0.4, 20), (400, 2.0, 40)]:
        margins = (2 * generator.standard_normal(count)).round(3)
        won = (generator.random(count) < 1 / (1 + np.exp(-margins))).astype(float)
        won[:ties] = 0.5
        made.append(of_forecasts((stretch * margins).round(3), won))
    return made


def of_forecasts(margins: np.ndarray, won: np.ndarray) -> dict:
    """All numbers of one list."""
    both, outcomes = np.concatenate([margins, -margins]), np.concatenate([won, 1 - won])
    chances = scipy.special.expit(both)
    means = [
        scipy.stats.binned_statistic(chances, values, "mean", bins=BINS, range=(0, 1)).statistic
        for values in (chances, outcomes)
    ]
    counts = np.histogram(chances, bins=BINS, range=(0, 1))[0]
    there = counts > 0
    error = float((counts[there] * np.abs(means[0] - means[1])[there]).sum() / len(chances))
    if (won != 0.5).all():
        right, chance = sklearn.calibration.calibration_curve(outcomes, chances, n_bins=BINS, strategy="uniform")
        assert np.allclose(right, means[1][there]) and np.allclose(chance, means[0][there])
        assert np.isclose(
            sklearn.metrics.brier_score_loss(outcomes, chances), sklearn.metrics.mean_squared_error(outcomes, chances)
        )

    def slope(inverse: float) -> float:
        return float((both * (scipy.special.expit(inverse * both) - outcomes)).sum())

    return {
        "margins": margins.tolist(),
        "won": won.tolist(),
        "ece": error,
        "brier": float(sklearn.metrics.mean_squared_error(outcomes, chances)),
        "temperature": 1 / scipy.optimize.brentq(slope, 1e-3, 1e3, xtol=1e-15, rtol=1e-14),
    }


def correlations() -> list[dict]:
    """Pearson's r over both orders, with Fisher's interval of as many pairs as there are."""
    generator = np.random.default_rng(SEED + 1)
    made = []
    for count, slope in [(5, 1.0), (40, 0.3), (300, -0.8)]:
        x = generator.standard_normal(count).round(4)
        y = (slope * x + generator.standard_normal(count) + 0.5).round(4)
        r = scipy.stats.pearsonr(np.concatenate([x, -x]), np.concatenate([y, -y])).statistic
        half = scipy.stats.norm.ppf(0.975) / np.sqrt(count - 3)
        low, high = np.tanh([np.arctanh(r) - half, np.arctanh(r) + half])
        made.append({"x": x.tolist(), "y": y.tolist(), "r": float(r), "low": float(low), "high": float(high)})
    return made


def quantiles() -> dict:
    """NumPy's quantiles."""
    values = np.sort(np.random.default_rng(SEED + 2).standard_normal(37).round(5))
    at = [0.0, 0.025, 0.1, 0.5, 0.9, 0.975, 1.0]
    return {"values": values.tolist(), "at": at, "quantiles": np.quantile(values, at).tolist()}


def bootstrap() -> dict:
    """A ratio of sums over clusters, resampled by cluster. Another generator draws others: compare to a hundredth."""
    generator = np.random.default_rng(SEED + 3)
    sizes = generator.integers(1, 5, 80)
    right = np.array([generator.binomial(size, chance) for size, chance in zip(sizes, generator.random(80), strict=True)])
    interval = scipy.stats.bootstrap(
        (right, sizes),
        lambda right, sizes, axis: right.sum(axis=axis) / sizes.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=50_000,
        method="percentile",
        rng=generator,
    ).confidence_interval
    return {
        "right": right.tolist(),
        "all": sizes.tolist(),
        "low": round(float(interval.low), 3),
        "high": round(float(interval.high), 3),
    }


def trainer() -> dict:
    """What TRL's RewardTrainer computes of a batch that holds every pair."""
    generator = np.random.default_rng(SEED + 4)
    chosen, rejected = torch.tensor((3 * generator.standard_normal((2, 50)) + 0.4).round(4))
    rewards = torch.cat([chosen, rejected])
    return {
        "chosen": chosen.tolist(),
        "rejected": rejected.tolist(),
        "loss": -logsigmoid(chosen - rejected).mean().item(),
        "accuracy": (chosen > rejected).double().mean().item(),
        "margin": (chosen - rejected).mean().item(),
        "min_reward": rewards.min().item(),
        "mean_reward": rewards.mean().item(),
        "max_reward": rewards.max().item(),
    }


def reward_bench() -> dict:
    """Sections and score of right answers a subset, weighed as package rewardbench 0.1.4 and its leaderboard do."""
    sections = {
        "Chat": ["alpacaeval-easy", "alpacaeval-length", "alpacaeval-hard", "mt-bench-easy", "mt-bench-med"],
        "Chat Hard": ["mt-bench-hard", "llmbar-natural", "llmbar-adver-neighbor", "llmbar-adver-GPTInst"],
        "Safety": ["refusals-dangerous", "xstest-should-refuse", "xstest-should-respond", "donotanswer"],
        "Reasoning": ["math-prm", "hep-cpp", "hep-go"],
        "Prior Sets": ["anthropic_helpful", "shp"],
    }
    weights = {
        **{"alpacaeval-easy": 100, "alpacaeval-length": 95, "alpacaeval-hard": 95, "mt-bench-easy": 28},
        **{"mt-bench-med": 40, "mt-bench-hard": 37, "llmbar-natural": 100, "llmbar-adver-neighbor": 134},
        **{"llmbar-adver-GPTInst": 92, "refusals-dangerous": 100, "xstest-should-refuse": 154},
        **{"xstest-should-respond": 250, "donotanswer": 136, "math-prm": 984, "hep-cpp": 164, "hep-go": 164},
        **{"anthropic_helpful": 1, "shp": 1},
    }
    generator = np.random.default_rng(SEED + 5)
    counts = {name: int(generator.integers(3, 30)) for name in weights}
    right = {name: int(generator.integers(0, counts[name] + 1)) for name in weights}
    scores = {
        section: float(np.average([right[n] / counts[n] for n in names], weights=[weights[n] for n in names]))
        for section, names in sections.items()
    }
    return {
        "subsets": [{"name": name, "right": right[name], "all": counts[name]} for name in weights],
        "sections": scores,
        "overall": float(np.average(list(scores.values()), weights=[2, 2, 2, 2, 1])),
    }


def numbers() -> dict:
    """All of `metrics.json`."""
    return {
        "shares": shares(),
        "duels": duels(),
        "more_to_tell": more_to_tell(),
        "forecasts": forecasts(),
        "correlations": correlations(),
        "quantiles": quantiles(),
        "bootstrap": bootstrap(),
        "trainer": trainer(),
        "reward_bench": reward_bench(),
    }
