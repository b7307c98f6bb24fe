"""Pareto smoothing of importance weights and its k-hat: are a few draws carrying the whole sum? (arXiv:1507.02646)

Beyond k-hat = 0.7 a sum over weights is not to be trusted, however many draws.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

LIMIT = 0.7


def fit_pareto(excess: np.ndarray) -> tuple[float, float]:
    """Shape k and scale of a generalised Pareto distribution through sorted positive excesses (n,), by the method of Zhang and
    Stephens (doi:10.1198/tech.2009.08017) with the weak prior k near 0.5 of the smoothing."""
    n = len(excess)
    grid = 30 + int(math.sqrt(n))
    quarter = excess[max(int(n / 4 + 0.5) - 1, 0)]
    theta = 1 / excess[-1] + (1 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3 * quarter)
    shape = np.mean(np.log1p(-theta[:, None] * excess), axis=1)
    profile = n * (np.log(-theta / shape) - shape - 1)
    weight = np.exp(profile - logsumexp(profile))
    best = float(np.sum(theta * weight))
    k = float(np.mean(np.log1p(-best * excess)))
    scale = -k / best
    return (k * n + 5.0) / (n + 10), scale


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
    tail = order[-count:]
    cut = max(shifted[order[-count - 1]], math.log(np.finfo(float).tiny))
    excess = np.exp(shifted[tail]) - math.exp(cut)
    if excess[-1] <= 1e-12:
        return log_weights, -math.inf
    keep = excess > 0
    if keep.sum() < 5:
        return log_weights, math.inf
    k, scale = fit_pareto(excess[keep])
    out = shifted.copy()
    p = (np.arange(keep.sum()) + 0.5) / keep.sum()
    quantiles = scale * np.expm1(-k * np.log1p(-p)) / k if abs(k) > 1e-12 else -scale * np.log1p(-p)
    out[tail[keep]] = np.minimum(np.log(quantiles + math.exp(cut)), 0.0)
    return out + np.max(log_weights), k
