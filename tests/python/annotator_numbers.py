"""Numbers of the annotators: kappa, alpha, the test of a fair coin, intervals, quantiles, by the packages for them.

Owns small sets of labels drawn by chance. Knows nothing of pairs or responses: labels are 0, 1, 2.
"""

import krippendorff
import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

SEED = 23
LABELS = 3
A, B, TIE = range(LABELS)


def drawn(generator: np.random.Generator, people: int, units: int, noise: float, missing: float) -> list[list]:
    """What each of `people` says of each of `units`: a common truth, changed by noise, in places left out (None)."""
    truth = generator.integers(LABELS, size=units)
    said = np.where(generator.random((people, units)) < noise, generator.integers(LABELS, size=(people, units)), truth)
    left_out = generator.random((people, units)) < missing
    return [
        [None if absent else int(label) for label, absent in zip(row, absences, strict=True)]
        for row, absences in zip(said, left_out, strict=True)
    ]


def alpha(said: list[list]) -> float:
    """Krippendorff's alpha of [people, units] with None where nothing was said."""
    matrix = [[np.nan if label is None else label for label in row] for row in said]
    return float(krippendorff.alpha(reliability_data=matrix, level_of_measurement="nominal"))


def under_both_namings(said: list[list]) -> list[list]:
    """Every unit twice: as it is, and with A and B renamed."""
    other = {A: B, B: A, TIE: TIE, None: None}
    return [[label for one in row for label in (one, other[one])] for row in said]


def agreement(said: list[list]) -> dict:
    """Alpha as it is and under both namings, the latter with its jackknife interval over the shared units."""
    columns = [column for column in zip(*said, strict=True) if sum(label is not None for label in column) > 1]
    shared = [list(row) for row in zip(*columns, strict=True)]
    without = [
        alpha(under_both_namings([row[:place] + row[place + 1 :] for row in shared])) for place in range(len(columns))
    ]
    whole, n = alpha(under_both_namings(said)), len(without)
    half = 1.959963984540054 * np.sqrt((n - 1) / n * np.square(np.array(without) - np.mean(without)).sum())
    return {
        "said": said,
        "alpha": alpha(said),
        "alpha_under_both_namings": whole,
        "low": max(float(whole - half), -1.0),
        "high": min(float(whole + half), 1.0),
    }


def kappa(said: list[list]) -> dict:
    """Cohen's kappa of two who left nothing out, as it is and under both namings."""
    return {
        "said": said,
        "kappa": float(cohen_kappa_score(*said)),
        "kappa_under_both_namings": float(cohen_kappa_score(*under_both_namings(said))),
    }


def coin(heads: int, tosses: int) -> dict:
    """The exact two-sided test of a fair coin, and Wilson's interval of the share."""
    test = binomtest(heads, tosses, 0.5)
    interval = test.proportion_ci(0.95, method="wilson")
    return {"heads": heads, "tosses": tosses, "p": float(test.pvalue), "low": interval.low, "high": interval.high}


def quartiles(values: list[int]) -> dict:
    """The quartiles of milliseconds."""
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75]).tolist()
    return {"values": values, "lower": lower, "median": median, "upper": upper}


def numbers() -> dict:
    """All of them."""
    generator = np.random.default_rng(SEED)
    people = [(2, 12, 0.2, 0.0), (3, 40, 0.3, 0.2), (5, 60, 0.6, 0.5), (4, 200, 0.05, 0.3), (2, 30, 1.0, 0.1)]
    twosomes = [(10, 0.1), (25, 0.3), (100, 0.5), (400, 1.0)]
    coins = [(0, 1), (1, 1), (2, 5), (8, 10), (10, 20), (13, 40), (61, 100), (5200, 10_000), (40_000, 80_001)]
    return {
        "agreement": [agreement(drawn(generator, *one)) for one in people],
        "kappa": [kappa(drawn(generator, 2, units, noise, 0.0)) for units, noise in twosomes],
        "coin": [coin(*one) for one in coins],
        "quartiles": [
            quartiles(generator.integers(200, 90_000, size=size).tolist()) for size in (1, 2, 5, 24, 101)
        ],
    }
