"""Numbers of the likelihoods with ties: values, and optima of the whole objective, by SciPy in float64.

Written from the papers (Rao and Kupper, 1967; Davidson, 1970) as worths pi = exp(score), not as margins, so that it
shares no formula with the page. The objective is

    sum of -log p(outcome) + lambda/2 |w|^2 - 1/2 log P(tie | equals) - 1/2 log P(preference | equals)

over the weights and the logarithm of theta, or of nu.
"""

import numpy as np
import scipy.optimize

from head_numbers import FEATURES, data

SEED = 5
TIES = 12


def rao_kupper(first: np.ndarray, second: np.ndarray, theta: float) -> tuple:
    """Probabilities of (first, tie, second) for two worths."""
    a, b = first / (first + theta * second), second / (second + theta * first)
    tie = first * second * (theta**2 - 1) / ((first + theta * second) * (second + theta * first))
    return a, tie, b


def davidson(first: np.ndarray, second: np.ndarray, nu: float) -> tuple:
    """Probabilities of (first, tie, second) for two worths."""
    between = nu * np.sqrt(first * second)
    total = first + second + between
    return first / total, between / total, second / total


def soft_ties(first: np.ndarray, second: np.ndarray, _: float) -> tuple:
    """A tie is as likely as half a preference each way."""
    a, b = first / (first + second), second / (first + second)
    return a, np.sqrt(a * b), b


MODELS = {"rao_kupper": rao_kupper, "davidson": davidson, "soft_ties": soft_ties}


def outcomes() -> tuple[np.ndarray, np.ndarray]:
    """The data of `head.json`, where some of the comparisons came out as ties."""
    chosen, rejected = data()
    tied = np.zeros(len(chosen), dtype=bool)
    tied[np.random.default_rng(SEED).choice(len(chosen), TIES, replace=False)] = True
    return chosen - rejected, tied


def objective(point: np.ndarray, model, differences: np.ndarray, tied: np.ndarray, penalty: float, learned: bool):
    """Minus the logarithm of the posterior at (w, log theta) or (w, log nu)."""
    weight, parameter = point[:FEATURES], np.exp(point[FEATURES]) if learned else 1.0
    worth = np.exp(differences @ weight)
    first, tie, _ = model(worth, np.ones_like(worth), parameter)
    value = -np.log(np.where(tied, tie, first)).sum() + penalty / 2 * weight @ weight
    if learned:
        _, equal, _ = model(np.array(1.0), np.array(1.0), parameter)
        value -= (np.log(equal) + np.log(1 - equal)) / 2
    return value


def optimum(name: str, penalty: float) -> dict:
    """The least objective, from two starts that must agree."""
    differences, tied = outcomes()
    learned = name != "soft_ties"
    arguments = (MODELS[name], differences, tied, penalty, learned)
    bounds = [(None, None)] * FEATURES + ([(1e-6, None)] if name == "rao_kupper" else [(None, None)])
    found = [
        scipy.optimize.minimize(
            objective,
            np.append(np.full(FEATURES, start), 0.5),
            arguments,
            method="L-BFGS-B",
            bounds=bounds,
            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000, "maxfun": 10**6},
        )
        for start in (0.0, 0.3)
    ]
    best = min(found, key=lambda result: result.fun)
    assert np.abs(found[0].x[:FEATURES] - found[1].x[:FEATURES]).max() < 1e-4
    return {
        "loss": name,
        "lambda": penalty,
        "weight": best.x[:FEATURES].tolist(),
        "parameter": float(np.exp(best.x[FEATURES])) if learned else None,
        "objective": float(best.fun),
    }


def values() -> list[dict]:
    """Probabilities at single margins."""
    rows = []
    for name, parameters in (("rao_kupper", (1.0, 1.5, 4.0)), ("davidson", (0.0, 0.4, 3.0))):
        for parameter in parameters:
            for margin in (-5.0, -0.7, 0.0, 1.3, 12.0):
                first, tie, second = MODELS[name](np.exp(margin), 1.0, parameter)
                row = {"loss": name, "parameter": parameter, "margin": margin}
                rows.append(row | {"first": float(first), "tie": float(tie), "second": float(second)})
    return rows


def numbers() -> dict:
    """All of `ties.json`."""
    differences, tied = outcomes()
    return {
        "differences": differences.round(4).tolist(),
        "tied": tied.tolist(),
        "values": values(),
        "optimum": [optimum(name, penalty) for name in MODELS for penalty in (1.0, 3.0)],
    }
