"""Leave-one-out: how well a model predicts each reading from the others, by Pareto-smoothed weights (arXiv:1507.04544).

Readings of a curve stand close together, so this tests interpolation, not the model's reach beyond the data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.pareto import LIMIT, smooth
from supraspin.fit.bayes.sample import noise_draws


@dataclass(frozen=True)
class LeaveOneOut:
    """ln of the predictive density of each reading (n,) given the others, and its k-hat (n,)."""

    pointwise: np.ndarray
    k_hat: np.ndarray
    parameters: float

    @property
    def elpd(self) -> float:
        """Expected log predictive density, the sum."""
        return float(self.pointwise.sum())

    @property
    def error(self) -> float:
        return float(math.sqrt(len(self.pointwise)) * np.std(self.pointwise, ddof=1))

    @property
    def doubtful(self) -> int:
        """Readings whose k-hat is too large for the number to be trusted."""
        return int(np.sum(self.k_hat > LIMIT))

    def against(self, other: LeaveOneOut) -> tuple[float, float]:
        """How much better this predicts than another model, and the standard error of that, from the same readings."""
        apart = self.pointwise - other.pointwise
        return float(apart.sum()), float(math.sqrt(len(apart)) * np.std(apart, ddof=1))


def log_densities(whole: Joint, u: np.ndarray, key: int = 0) -> np.ndarray:
    """ln of the density of each reading (draws, n) at u (draws, k), in the order of the data, part by part, piece by piece."""
    noise = [part[0] for part in noise_draws(whole, u[None], key)]
    found = program(whole.layout, "pointwise")(u, noise, whole.arrays)
    columns = []
    for mine, own in zip(found, whole.arrays["parts"], strict=True):
        for rows, data in zip(mine, own["buckets"], strict=True):
            columns.append(np.asarray(rows)[:, np.asarray(data["weight"]) > 0])
    return np.concatenate(columns, axis=1)


def leave_one_out(whole: Joint, u: np.ndarray, key: int = 0, power: float = 1.0) -> LeaveOneOut:
    """From draws of the posterior of equal weight, u (draws, k), in which each reading counts as `power` of one."""
    logs = log_densities(whole, u, key)
    pointwise, k_hat = np.empty(logs.shape[1]), np.empty(logs.shape[1])
    for i, column in enumerate(logs.T):
        weights, k_hat[i] = smooth(-power * column)
        pointwise[i] = logsumexp(weights + column) - logsumexp(weights)
    full = logsumexp(logs, axis=0) - math.log(len(logs))
    return LeaveOneOut(pointwise, k_hat, float(np.sum(full - pointwise)))
