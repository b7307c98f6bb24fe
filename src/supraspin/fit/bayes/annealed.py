"""ln of the evidence by annealing, for posteriors with arms and folds that no few ellipsoids hold (arXiv:physics/9803008, with
resampling: doi:10.1111/j.1467-9868.2006.00553.x).

Particles drawn from a proposal q that covers the posterior p, if badly, are carried to p along q^(1-t) p^t. At every t they are
weighed, resampled and moved by differences of one another (doi:10.1007/s11222-006-8769-1), all of them in one compiled call.
The evidence is the product of the mean weights. One crew begins at a mixture, the other at the prior: an arm that the mixture
does not hold is lost to all that begin there, so only crews from different places say how good it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy.special import logsumexp

from supraspin.fit.bayes.importance import Weighted, log_posterior
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mixture import Component, cover, propose

PARTICLES = 600
MOVES = 5
KEPT = 0.5
"""Effective share of the particles that a step along the path leaves."""

SHORTEST = 1e-9
"""Least step along the path."""

Density = Callable[[np.ndarray], np.ndarray]


def sample(whole: Joint, parts: Sequence[Component], *, particles: int = PARTICLES, key: int = 0) -> Weighted:
    """Draws of equal weight and the evidence, from the proposal `parts` and from the prior. k-hat is not a number: it says
    nothing here."""
    size = len(whole.quantities)
    first, second = (np.random.default_rng([key, crew, 0x616E]) for crew in range(2))

    def target(u: np.ndarray) -> np.ndarray:
        return log_posterior(whole, u)

    found = [
        _carry(propose(parts, size, particles, first)[0], target, lambda u: cover(parts, u), first),
        _carry(second.standard_normal((particles, size)), target, _prior, second),
    ]
    logs = np.array([log_z for _, log_z in found])
    u = np.concatenate([draws for draws, _ in found])
    error = max(0.5 * abs(float(logs[0] - logs[1])), 0.02)
    return Weighted(u, np.full(len(u), -math.log(len(u))), float(logsumexp(logs) - math.log(2)), error, np.nan, "annealing")


def _prior(u: np.ndarray) -> np.ndarray:
    return -0.5 * np.sum(u * u, axis=1) - u.shape[1] / 2 * math.log(2 * math.pi)


def _carry(u: np.ndarray, target: Density, proposal: Density, generator: np.random.Generator) -> tuple[np.ndarray, float]:
    """Particles of the target and ln of its evidence."""
    log_p, log_q = target(u), proposal(u)
    t, log_z = 0.0, 0.0
    while t < 1:
        apart = log_p - log_q
        step = _step(apart, 1 - t)
        log_w = step * apart
        log_z += float(logsumexp(log_w)) - math.log(len(u))
        t = min(t + step, 1.0)
        weights = np.exp(log_w - logsumexp(log_w))
        place = np.searchsorted(np.cumsum(weights), (np.arange(len(u)) + generator.random()) / len(u))
        place = np.minimum(place, len(u) - 1)
        u, log_p, log_q = u[place], log_p[place], log_q[place]
        for _ in range(MOVES):
            tried = u + _differences(u, generator)
            new_p, new_q = target(tried), proposal(tried)
            gain = t * (new_p - log_p) + (1 - t) * (new_q - log_q)
            accept = np.log(generator.random(len(u))) < gain
            u = np.where(accept[:, None], tried, u)
            log_p, log_q = np.where(accept, new_p, log_p), np.where(accept, new_q, log_q)
    return u, log_z


def _step(apart: np.ndarray, most: float) -> float:
    """The longest step along the path, `most` at most, that leaves `KEPT` of the particles effective."""

    def kept(step: float) -> float:
        log_w = step * apart
        return math.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w)) / len(apart)

    if kept(most) >= KEPT:
        return most
    low, high = 0.0, most
    for _ in range(30):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if kept(middle) >= KEPT else (low, middle)
    return max(low, SHORTEST)


def _differences(u: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Moves (n, k) along the difference of two other particles, some long, most short."""
    n, k = u.shape
    first, second = generator.integers(0, n, (2, n))
    length = 2.38 / math.sqrt(2 * k) * np.exp(generator.normal(-0.3, 0.7, n))
    return length[:, None] * (u[first] - u[second]) + 1e-5 * generator.standard_normal((n, k))
