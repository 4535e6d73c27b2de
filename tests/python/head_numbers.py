"""Numbers of the head: loss, gradient, steps of AdamW (of an MLP too), exact optima, intervals, calibration.

Owns a small fixed data set of preferences and what PyTorch and SciPy make of it, in float64. Knows no text.
The objective everywhere is (1/N) * sum of -log sigmoid(w . (x_chosen - x_rejected)) + lambda/(2N) * |w|^2.
"""

import numpy as np
import scipy.optimize
import scipy.stats
import torch
from torch.nn.functional import logsigmoid

SEED = 11
PREFERENCES, FEATURES = 40, 16
EPSILON = 1e-5  # the default of burn-optim 0.22; PyTorch's own is 1e-8


def data() -> tuple[np.ndarray, np.ndarray]:
    """Chosen and rejected features, [preferences, features] each: a hidden taste with noise, four decimals."""
    generator = np.random.default_rng(SEED)
    taste = generator.standard_normal(FEATURES)
    a, b = generator.standard_normal((2, PREFERENCES, FEATURES)) / np.sqrt(FEATURES)
    prefers_a = (a - b) @ taste + 0.5 * generator.standard_normal(PREFERENCES) > 0
    chosen, rejected = np.where(prefers_a[:, None], a, b), np.where(prefers_a[:, None], b, a)
    return chosen.round(4), rejected.round(4)


def objective(weight: torch.Tensor, differences: torch.Tensor, penalty: float) -> torch.Tensor:
    """The penalised mean loss."""
    return -logsigmoid(differences @ weight).mean() + penalty / (2 * len(differences)) * weight.square().sum()


def at_a_point(differences: torch.Tensor, penalty: float) -> dict:
    """Loss and gradient at a weight that is neither 0 nor the optimum."""
    weight = torch.tensor(np.linspace(-0.75, 0.75, FEATURES).round(4), requires_grad=True)
    loss = objective(weight, differences, penalty)
    loss.backward()
    return {
        "lambda": penalty,
        "weight": weight.tolist(),
        "loss": loss.item(),
        "loss_without_penalty": objective(weight, differences, 0.0).item(),
        "gradient": weight.grad.tolist(),
    }


def adamw(differences: torch.Tensor, penalty: float) -> dict:
    """Weights after some full-batch steps from 0."""
    settings = {"lr": 0.05, "betas": (0.9, 0.999), "eps": EPSILON, "weight_decay": 0.0}
    weight = torch.zeros(FEATURES, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.AdamW([weight], **settings)
    after = []
    for step in range(1, 26):
        optimiser.zero_grad()
        objective(weight, differences, penalty).backward()
        optimiser.step()
        if step in (1, 5, 25):
            loss = objective(weight, differences, penalty).item()
            after.append({"steps": step, "weight": weight.tolist(), "loss": loss})
    return {
        "lambda": penalty,
        "learning_rate": settings["lr"],
        "beta_1": settings["betas"][0],
        "beta_2": settings["betas"][1],
        "epsilon": settings["eps"],
        "weight_decay": settings["weight_decay"],
        "after": after,
    }


def optimum(differences: torch.Tensor, penalty: float) -> dict:
    """Where the objective is least: L-BFGS, then Newton's steps until the gradient is 0 to rounding."""

    def value_and_gradient(weight: np.ndarray) -> tuple[float, np.ndarray]:
        at = torch.tensor(weight, requires_grad=True)
        loss = objective(at, differences, penalty)
        loss.backward()
        return loss.item(), at.grad.numpy()

    start = scipy.optimize.minimize(value_and_gradient, np.zeros(FEATURES), jac=True, method="L-BFGS-B")
    weight = torch.tensor(start.x)
    for _ in range(5):
        hessian = torch.autograd.functional.hessian(lambda at: objective(at, differences, penalty), weight)
        gradient = torch.tensor(value_and_gradient(weight.numpy())[1])
        weight = weight - torch.linalg.solve(hessian, gradient)
    loss, gradient = value_and_gradient(weight.numpy())
    assert np.abs(gradient).max() < 1e-12
    margins = differences @ weight
    return {
        "lambda": penalty,
        "weight": weight.tolist(),
        "loss": loss,
        "loss_without_penalty": -logsigmoid(margins).mean().item(),
        "accuracy": (margins > 0).double().mean().item(),
    }


UNITS = 3


def scored(features: torch.Tensor, hidden: torch.Tensor, bias: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """By an MLP head of one hidden layer: (tanh(W x + b) - tanh(b)) / sqrt(units), weighed."""
    return (torch.tanh(features @ hidden.T + bias) - torch.tanh(bias)) / UNITS**0.5 @ weight


def mlp(chosen: torch.Tensor, rejected: torch.Tensor, penalty: float) -> dict:
    """The same head after some full-batch steps of AdamW; the penalty is on all of it."""
    start = np.linspace(-1, 1, UNITS * FEATURES).round(4).reshape(UNITS, FEATURES), [0.2, -0.1, 0.0], [0.5, -0.4, 0.3]
    parameters = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in start]
    optimiser = torch.optim.AdamW(parameters, lr=0.05, eps=EPSILON, weight_decay=0.0)

    def point(steps: int) -> dict:
        names = ("hidden", "bias", "weight")
        return {"steps": steps} | {name: part.flatten().tolist() for name, part in zip(names, parameters, strict=True)}

    begun, after = point(0), []
    for step in range(1, 26):
        optimiser.zero_grad()
        squares = sum(part.square().sum() for part in parameters)
        margins = scored(chosen, *parameters) - scored(rejected, *parameters)
        (-logsigmoid(margins).mean() + penalty / (2 * len(chosen)) * squares).backward()
        optimiser.step()
        if step in (1, 5, 25):
            after.append(point(step))
    return {"lambda": penalty, "learning_rate": 0.05, "start": begun, "after": after}


def lesson() -> dict:
    """The lesson's own example, scores in, 0.2101 out."""
    chosen, rejected = [2.1, 3.4, 1.8], [0.5, 1.2, 0.9]
    margins = torch.tensor(chosen, dtype=torch.float64) - torch.tensor(rejected, dtype=torch.float64)
    return {"chosen": chosen, "rejected": rejected, "loss": -logsigmoid(margins).mean().item()}


def log_losses() -> list[dict]:
    """-log sigmoid at single margins, far ones too."""
    margins = [-1000.0, -100.0, -20.0, -2.5, -0.001, 0.0, 0.001, 0.5, 2.5, 20.0, 100.0, 1000.0]
    return [
        {
            "margin": margin,
            "loss": -logsigmoid(torch.tensor(margin, dtype=torch.float64)).item() + 0.0,  # no -0.0
            "probability": torch.sigmoid(torch.tensor(margin, dtype=torch.float64)).item(),
        }
        for margin in margins
    ]


def wilson() -> list[dict]:
    """Wilson's 95 % intervals of k right out of n."""
    intervals = []
    for successes, trials in [(0, 1), (1, 1), (0, 10), (10, 10), (5, 10), (17, 20), (26, 40), (61, 100), (700, 1000)]:
        low, high = scipy.stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        intervals.append({"successes": successes, "trials": trials, "low": low, "high": high})
    return intervals


def calibration() -> list[dict]:
    """Expected calibration error in ten equal bins of the favourite's confidence; right is a margin above 0, half right one of 0."""
    generator = np.random.default_rng(SEED)
    lists = [
        [0.3],
        [-0.3],
        [0.0, 0.0],
        [2.0, -2.0, 2.1, 1.9],
        [100.0, -100.0, 40.0],
        (generator.standard_normal(60) + 0.6).round(3).tolist(),
        (4 * generator.standard_normal(200) + 3).round(3).tolist(),
    ]
    return [
        {
            "margins": margins,
            "error": calibration_error(np.array(margins)),
            "accuracy": float((np.array(margins) > 0).mean()),
            "mean_loss": -logsigmoid(torch.tensor(margins, dtype=torch.float64)).mean().item(),
        }
        for margins in lists
    ]


def calibration_error(margins: np.ndarray) -> float:
    """Sum over bins of (share of pairs in the bin) * |mean confidence - share right|; equal scores are half right."""
    confidence = 1 / (1 + np.exp(-np.abs(margins)))
    right = np.where(margins == 0, 0.5, margins > 0)
    bins = np.digitize(confidence, np.linspace(0.5, 1.0, 11)[1:-1])
    return float(
        sum(
            (bins == one).mean() * abs(confidence[bins == one].mean() - right[bins == one].mean())
            for one in np.unique(bins)
        )
    )


def numbers() -> dict:
    """All of `head.json`."""
    chosen, rejected = data()
    differences = torch.tensor(chosen - rejected)
    return {
        "chosen": chosen.tolist(),
        "rejected": rejected.tolist(),
        "objective": [at_a_point(differences, penalty) for penalty in (0.0, 1.0, 3.0)],
        "adamw": adamw(differences, 1.0),
        "mlp": mlp(torch.tensor(chosen), torch.tensor(rejected), 1.0),
        "optimum": [optimum(differences, penalty) for penalty in (1.0, 3.0)],
        "lesson": lesson(),
        "log_loss": log_losses(),
        "wilson": wilson(),
        "calibration": calibration(),
    }
