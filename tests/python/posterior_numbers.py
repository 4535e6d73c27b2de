"""Numbers of the head's posterior: Laplace's approximation and the truth it approximates, in float64.

The truth comes two ways that share nothing: by quadrature in two dimensions, and by a long random-walk Metropolis chain
in eight. The log posterior is -sum of -log sigmoid(w . d) - lambda/2 |w|^2, written with NumPy alone.
"""

import numpy as np
import scipy.optimize
from sklearn.covariance import OAS

SEED = 23
STEPS, BURN_IN = 400_000, 20_000


def data(count: int, width: int, noise: float = 0.7) -> np.ndarray:
    """Differences of features, four decimals, that a hidden taste has mostly ordered."""
    generator = np.random.default_rng(SEED + width)
    taste = generator.standard_normal(width)
    rows = generator.standard_normal((count, width)) / np.sqrt(width)
    right = rows @ taste + noise * generator.standard_normal(count) > 0
    return np.where(right[:, None], rows, -rows).round(4)


def log_posterior(weights: np.ndarray, rows: np.ndarray, penalty: float) -> np.ndarray:
    """For weights [..., width], up to a constant."""
    return -np.logaddexp(0, -weights @ rows.T).sum(-1) - penalty / 2 * np.square(weights).sum(-1)


def laplace(rows: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """The summit, and the covariance of the Gaussian that bends there as the posterior does."""
    found = scipy.optimize.minimize(
        lambda w: -log_posterior(w, rows, penalty), np.zeros(rows.shape[1]), method="BFGS", options={"gtol": 1e-9}
    )
    right = 1 / (1 + np.exp(-rows @ found.x))
    hessian = penalty * np.eye(rows.shape[1]) + rows.T * (right * (1 - right)) @ rows
    return found.x, np.linalg.inv(hessian)


def evidence(rows: np.ndarray, penalty: float) -> float:
    """log p(answers | penalty) by Laplace's approximation, without the constants in 2 pi, which cancel."""
    summit, covariance = laplace(rows, penalty)
    width = rows.shape[1]
    return float(
        log_posterior(summit, rows, penalty)
        + width / 2 * np.log(penalty)
        + np.linalg.slogdet(covariance)[1] / 2
    )


def quadrature() -> dict:
    """Two dimensions on a fine grid: moments, evidence, a predictive probability."""
    rows, penalty = data(40, 2), 1.0
    summit, covariance = laplace(rows, penalty)
    spread = np.sqrt(np.diag(covariance))
    axes = [np.linspace(summit[i] - 8 * spread[i], summit[i] + 8 * spread[i], 801) for i in range(2)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    log_density = log_posterior(grid, rows, penalty)
    density = np.exp(log_density - log_density.max())
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    share = density / density.sum()
    mean = (share[..., None] * grid).sum((0, 1))
    probe = np.array([0.9, -1.4])
    margins = grid @ probe
    return {
        "rows": rows.tolist(),
        "lambda": penalty,
        "summit": summit.tolist(),
        "std_laplace": spread.tolist(),
        "std": np.sqrt((share[..., None] * np.square(grid - mean)).sum((0, 1))).tolist(),
        # The prior's normaliser, (penalty / 2 pi) for two dimensions, belongs to the evidence.
        "log_evidence": float(np.log(density.sum() * cell) + log_density.max() + np.log(penalty / (2 * np.pi))),
        "probe": probe.tolist(),
        "probe_margin_std": float(np.sqrt((share * np.square(margins - (share * margins).sum())).sum())),
        "probe_probability": float((share / (1 + np.exp(-margins))).sum()),
    }


def chain() -> dict:
    """Eight dimensions by Metropolis's algorithm, its steps shaped by Laplace's covariance, 2.38 / sqrt(8) long."""
    rows, penalty = data(80, 8), 1.0
    summit, covariance = laplace(rows, penalty)
    generator = np.random.default_rng(SEED)
    shape = np.linalg.cholesky(covariance) * 2.38 / np.sqrt(len(summit))
    at, value = summit.copy(), log_posterior(summit, rows, penalty)
    total, squares, kept, accepted = np.zeros(8), np.zeros((8, 8)), 0, 0
    for step in range(STEPS):
        proposal = at + shape @ generator.standard_normal(8)
        proposed = log_posterior(proposal, rows, penalty)
        if np.log(generator.random()) < proposed - value:
            at, value, accepted = proposal, proposed, accepted + 1
        if step >= BURN_IN:
            total += at
            squares += np.outer(at, at)
            kept += 1
    mean = total / kept
    return {
        "rows": rows.tolist(),
        "lambda": penalty,
        "mean": mean.tolist(),
        "std": np.sqrt(np.diag(squares / kept - np.outer(mean, mean))).tolist(),
        "accepted": accepted / STEPS,
    }


def evidences() -> dict:
    """The evidence along the page's grid of penalties."""
    rows = data(60, 12, noise=2.0)
    penalties = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0]
    return {
        "rows": rows.tolist(),
        "penalties": penalties,
        "log_evidence": [evidence(rows, penalty) for penalty in penalties],
    }


def shrunk() -> dict:
    """scikit-learn's OAS: Mahalanobis's distances from a cloud with fewer texts than features."""
    generator = np.random.default_rng(SEED)
    mixing = generator.standard_normal((30, 30)) / 5
    cloud = (generator.standard_normal((24, 30)) @ mixing + 0.5).round(4)
    probes = (2 * generator.standard_normal((5, 30)) @ mixing).round(4)
    fitted = OAS().fit(cloud)
    return {
        "cloud": cloud.tolist(),
        "probes": probes.tolist(),
        "distances": np.sqrt(fitted.mahalanobis(probes)).tolist(),
        "shrinkage": float(fitted.shrinkage_),
    }


def numbers() -> dict:
    """All of `posterior.json`."""
    return {"quadrature": quadrature(), "chain": chain(), "evidence": evidences(), "shrunk": shrunk()}
