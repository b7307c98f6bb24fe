"""Pareto smoothing of importance weights and its k-hat: are a few draws carrying the whole sum? (arXiv:1507.02646)

Beyond k-hat = 0.7 a sum over weights is not to be trusted, however many draws.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

LIMIT = 0.7
EQUAL = 1e-12
"""Relative range of the tail below which weights count as equal."""


def fit_pareto(log_excess: np.ndarray) -> tuple[float, float]:
    """Shape k and ln of the scale of a generalised Pareto distribution through sorted positive excesses, of which the logarithms
    (n,) are given, by the method of Zhang and Stephens (doi:10.1198/tech.2009.08017) with the weak prior k near 0.5 of the
    smoothing."""
    n = len(log_excess)
    grid = 30 + int(math.sqrt(n))
    # In units of the lower quartile, theta and scale are of order one however far the excesses reach.
    quarter = log_excess[max(int(n / 4 + 0.5) - 1, 0)]
    x = log_excess - quarter
    lift = (np.sqrt(grid / (np.arange(1, grid + 1) - 0.5)) - 1) / 3
    theta = math.exp(-x[-1]) - lift
    with np.errstate(divide="ignore"):  # the largest excess leaves 1 - x / x_max at 0
        rest = np.log(-np.expm1(x - x[-1]))
    shape = np.mean(np.logaddexp(rest, np.log(lift)[:, None] + x), axis=1)
    profile = n * (np.log(-theta / shape) - shape - 1)
    weight = np.exp(profile - logsumexp(profile))
    best = float(np.sum(theta * weight))
    terms = np.logaddexp(0.0, math.log(-best) + x) if best < 0 else np.log1p(-best * np.exp(x))
    k = float(np.mean(terms))
    return (k * n + 5.0) / (n + 10), math.log(-k / best) + quarter


def smooth(log_weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Log weights (n,) with the largest replaced by the expected order statistics of a Pareto tail, and k-hat.

    k-hat is infinite where fewer than 5 weights make the tail, and minus infinity where all are equal.
    """
    n = len(log_weights)
    shifted = log_weights - np.max(log_weights)
    count = int(min(0.2 * n, 3 * math.sqrt(n)))
    if count < 5:
        return log_weights, math.inf
    order = np.argsort(shifted)
    tail, cut = order[-count:], shifted[order[-count - 1]]
    if -math.expm1(cut) <= EQUAL:
        return log_weights, -math.inf
    tail = tail[shifted[tail] > cut]
    if len(tail) < 5:
        return log_weights, math.inf
    k, log_scale = fit_pareto(shifted[tail] + np.log(-np.expm1(cut - shifted[tail])))
    out = shifted.copy()
    p = (np.arange(len(tail)) + 0.5) / len(tail)
    out[tail] = np.minimum(np.logaddexp(log_scale + _log_quantile(k, p), cut), 0.0)
    return out + np.max(log_weights), k


def _log_quantile(k: float, p: np.ndarray) -> np.ndarray:
    """ln of the quantiles p of a generalised Pareto distribution of scale 1: ((1 - p)^-k - 1) / k, for any k."""
    rise = -np.log1p(-p)
    if abs(k) < 1e-12:
        return np.log(rise)
    grown = k * rise
    return np.maximum(grown, 0) + np.log(-np.expm1(-np.abs(grown))) - math.log(abs(k))
