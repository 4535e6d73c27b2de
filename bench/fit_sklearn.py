"""Fits the rows of a file of float32 numbers with scikit-learn, natively, as the exact fit does in the page.

usage: fit_sklearn.py ROWS.f32 WIDTH LAMBDA ROUNDS; prints JSON: milliseconds of each round, and the weights.
"""

import json
import sys
import time

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression


def main(path: str, width: int, penalty: float, rounds: int) -> None:
    differences = np.fromfile(path, dtype=np.float32).reshape(-1, width)
    # A classifier wants two classes: every other row is turned round, which changes nothing of the problem.
    signs = np.where(np.arange(len(differences)) % 2 == 0, 1, -1)
    model = LogisticRegression(C=1 / penalty, fit_intercept=False, tol=1e-6, max_iter=1000)
    times = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        model.fit(differences * signs[:, None], signs)
        times.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"version": sklearn.__version__, "ms": times[1:], "weights": model.coef_[0].tolist()}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
