"""ln of the evidence by adaptive importance sampling around the modes of the posterior.

The proposal is a mixture of Student distributions (5 degrees of freedom), one a mode with the curvature there, and a tenth of
the prior itself, so that no weight exceeds ten times the likelihood. Its places and widths are then taken from the weighted
draws, a few times, with half of the draws, until it holds the posterior. The last round gives the number, its error and k-hat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mixture import Component, adapted, laid_out, propose
from supraspin.fit.bayes.mode import Mode
from supraspin.fit.bayes.pareto import smooth

ROUNDS = 3
BENDING_ROUNDS = 6
CAUGHT = 0.4
"""Effective draws over draws from which the proposal needs no further round."""
CHUNK = 250


@dataclass(frozen=True)
class Weighted:
    """Draws of u (n, k) with normalised log weights, ln of the evidence with its error, k-hat, and the proposal they are of."""

    u: np.ndarray
    log_weights: np.ndarray
    log_evidence: float
    error: float
    k_hat: float
    method: str = "importance sampling"
    proposal: tuple[Component, ...] = ()

    @property
    def ess(self) -> float:
        return float(np.exp(-logsumexp(2 * self.log_weights)))

    def resampled(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Draws of equal weight (count, k)."""
        weights = np.exp(self.log_weights)
        place = np.searchsorted(np.cumsum(weights / weights.sum()), (np.arange(count) + generator.random()) / count)
        return self.u[np.minimum(place, len(weights) - 1)]


def sample(whole: Joint, modes: Sequence[Mode], *, count: int = 4000, key: int = 0, bends: bool = False) -> Weighted:
    """Weighted draws from a posterior with these modes. Raises nothing: k-hat says whether to believe them.

    `bends`: for a posterior that no ellipsoid holds, many components are laid along the draws in place of one a mode.
    """
    logs = np.array([mode.log_density + np.linalg.slogdet(mode.factor)[1] for mode in modes])
    shares = np.exp(logs - logsumexp(logs))
    parts = [Component(0.5 / len(modes) + 0.5 * s, m.u, m.factor) for s, m in zip(shares, modes, strict=True)]
    return refined(whole, parts, count=count, key=key, bends=bends)


def refined(whole: Joint, parts: list[Component], *, count: int, key: int, bends: bool = False) -> Weighted:
    """Weighted draws of a proposal that begins as the mixture `parts`."""
    generator = np.random.default_rng([key, 0x69])
    size = len(whole.quantities)
    for turn in range((BENDING_ROUNDS if bends else ROUNDS) - 1):
        u, log_q, _ = propose(parts, size, max(count // 2, 1), generator)
        log_w = log_posterior(whole, u) - log_q
        if bends and turn == 0:
            parts = laid_out(u, log_w, generator)
        parts = adapted(parts, u, log_w)
        if not bends and _efficiency(log_w) > CAUGHT:
            break
    return weighted(whole, parts, count, generator)


def weighted(whole: Joint, parts: Sequence[Component], count: int, generator: np.random.Generator) -> Weighted:
    """Weighted draws of the mixture `parts` as it is."""
    u, log_q, strata = propose(parts, len(whole.quantities), count, generator)
    log_w = log_posterior(whole, u) - log_q
    total = logsumexp(log_w)
    raw = np.exp(log_w - total)
    smoothed, k_hat = smooth(log_w)
    evidence = float(logsumexp(smoothed) - math.log(count))
    # Each component has a fixed number of draws, so only the spread within components counts.
    error = math.sqrt(sum(len(part) * float(np.var(part)) for part in np.split(raw, np.cumsum(strata)[:-1]) if len(part)))
    return Weighted(u, smoothed - logsumexp(smoothed), evidence, error, float(k_hat), proposal=tuple(parts))


def log_posterior(whole: Joint, u: np.ndarray) -> np.ndarray:
    """ln of the posterior density (n,), not normalised, at u (n, k); minus infinity where it has no finite value."""
    compiled = program(whole.layout, "posterior")
    out = np.empty(len(u))
    for begin in range(0, len(u), CHUNK):  # always of one size, so that one program is compiled
        part = u[begin : begin + CHUNK]
        full = np.pad(part, ((0, CHUNK - len(part)), (0, 0)), mode="edge")
        out[begin : begin + CHUNK] = compiled(full, whole.arrays)[: len(part)]
    return np.where(np.isfinite(out), out, -np.inf)


def _efficiency(log_w: np.ndarray) -> float:
    """Effective draws over draws."""
    return float(np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w))) / len(log_w)
