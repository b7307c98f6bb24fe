r"""Expected log odds of two models after a further measurement at a given setting.

What is known of a model's parameters z is N(mu, C). If the true model A predicts the readings m at z_A, of error sigma, its rival
B comes as near to them as its own knowledge lets it,

    2 Phi = min_z |f_B(z) - m|^2 / sigma^2 + (z - mu_B)^T C_B^-1 (z - mu_B),

and with b = J_B C_B^(1/2) / sigma there, a likewise for A at z_A, the mean over the noise of the new readings is

    E[ln B_AB] = Phi + (ln|1 + b^T b| - tr[(1 + b^T b)^-1 b^T b] - ln|1 + a^T a|) / 2,

averaged over z_A. For models linear in z that is the Kullback-Leibler divergence of their predictions, exactly
(doi:10.1214/aoms/1177728069).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from supraspin.fit.design.settings import Setting

STEPS = 40
GAIN = 1e-3
"""Fall of 2 Phi, relative to 1 + 2 Phi, below which the search for the nearest curve has ended."""

Predict = Callable[[np.ndarray, Setting], tuple[np.ndarray, np.ndarray]]
"""Readings (n,) and their slopes (n, k) at z (k,) under a setting."""


@dataclass(frozen=True)
class Side:
    """A fitted model: what is known of its z, mean (k,) and a factor (k, k) of the covariance, and `draws` (s, k) of it."""

    name: str
    mean: np.ndarray
    factor: np.ndarray
    draws: np.ndarray
    predict: Predict


def factor_of(covariance: np.ndarray) -> np.ndarray:
    """F (k, k) with F F^T the covariance, which may be singular."""
    eigenvalues, vectors = np.linalg.eigh(0.5 * (covariance + covariance.T))
    return vectors * np.sqrt(np.maximum(eigenvalues, 0.0))


def expected_log_odds(true: Side, rival: Side, setting: Setting, truths: np.ndarray | None = None) -> float:
    """ln B of `true` over `rival` that a measurement at `setting` is expected to add if `true` is. `truths` (s, k): places at
    which its parameters may lie, its draws where not given. Not a number where a model has no finite value."""
    found = []
    for z in true.draws if truths is None else truths:
        readings, slopes = true.predict(z, setting)
        own = slopes @ true.factor / setting.sigma[:, None]
        two_phi, other = _nearest(rival, readings, setting)
        gram = other.T @ other
        more = np.eye(len(gram)) + gram
        learnt = float(np.trace(np.linalg.solve(more, gram)))
        found.append(0.5 * (two_phi + np.linalg.slogdet(more)[1] - learnt - _log_volume(own)))
    return float(np.mean(found))


def _log_volume(a: np.ndarray) -> float:
    return float(np.linalg.slogdet(np.eye(a.shape[1]) + a.T @ a)[1])


def _nearest(side: Side, readings: np.ndarray, setting: Setting) -> tuple[float, np.ndarray]:
    """2 Phi of the readings (n,) and b (n, k) where it is least, by damped Gauss-Newton steps in t, z = mean + factor t."""
    t = np.zeros(side.factor.shape[1])

    def look(t: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        curve, slopes = side.predict(side.mean + side.factor @ t, setting)
        residual = (curve - readings) / setting.sigma
        return float(residual @ residual + t @ t), residual, slopes @ side.factor / setting.sigma[:, None]

    total, residual, b = look(t)
    damping = 1e-3
    for _ in range(STEPS):
        gram = b.T @ b + np.eye(len(t))
        move = np.linalg.solve(gram + damping * np.diag(np.diag(gram)), -(b.T @ residual + t))
        after = look(t + move)
        if after[0] < total:
            gain = total - after[0]
            t, (total, residual, b), damping = t + move, after, max(0.2 * damping, 1e-9)
            if gain < GAIN * (1 + total):
                break
        else:
            damping *= 8
            if damping > 1e6:
                break
    return total, b
