"""ln of the evidence by adaptive importance sampling around the modes of the posterior.

The proposal is a mixture of Student distributions (5 degrees of freedom), one a mode with the curvature there, and a tenth of
the prior itself, so that no weight exceeds ten times the likelihood. Its places and widths are then taken from the weighted
draws, a few times. The last round gives the number, its error and k-hat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mode import Mode
from supraspin.fit.bayes.pareto import smooth

DEGREES = 5.0
DEFENCE = 0.1
"""Share of the prior in the proposal."""
ROUNDS = 3
BENDING_ROUNDS, COMPONENTS = 6, 12
FEWEST = 20.0
"""Effective draws a dimension from which a component is moved to where its draws lie."""


@dataclass(frozen=True)
class Weighted:
    """Draws of u (n, k) with normalised log weights, ln of the evidence with its error, and k-hat."""

    u: np.ndarray
    log_weights: np.ndarray
    log_evidence: float
    error: float
    k_hat: float
    method: str = "importance sampling"

    @property
    def ess(self) -> float:
        return float(np.exp(-logsumexp(2 * self.log_weights)))

    def resampled(self, count: int, generator: np.random.Generator) -> np.ndarray:
        """Draws of equal weight (count, k)."""
        weights = np.exp(self.log_weights)
        place = np.searchsorted(np.cumsum(weights / weights.sum()), (np.arange(count) + generator.random()) / count)
        return self.u[np.minimum(place, len(weights) - 1)]


@dataclass
class _Component:
    share: float
    centre: np.ndarray
    factor: np.ndarray

    def draw(self, count: int, generator: np.random.Generator) -> np.ndarray:
        normal = generator.standard_normal((count, len(self.centre)))
        stretch = np.sqrt(DEGREES / generator.chisquare(DEGREES, size=(count, 1)))
        return self.centre + (normal * stretch) @ self.factor.T

    def log_density(self, u: np.ndarray) -> np.ndarray:
        k = len(self.centre)
        z = np.linalg.solve(self.factor, (u - self.centre).T)
        norm = gammaln((DEGREES + k) / 2) - gammaln(DEGREES / 2) - k / 2 * math.log(DEGREES * math.pi)
        return norm - np.linalg.slogdet(self.factor)[1] - (DEGREES + k) / 2 * np.log1p(np.sum(z * z, axis=0) / DEGREES)


def sample(whole: Joint, modes: Sequence[Mode], *, count: int = 4000, key: int = 0, bends: bool = False) -> Weighted:
    """Weighted draws from a posterior with these modes. Raises nothing: k-hat says whether to believe them.

    `bends`: for a posterior that no ellipsoid holds, many components are laid along the draws in place of one a mode.
    """
    generator = np.random.default_rng([key, 0x69])
    logs = np.array([mode.log_density + np.linalg.slogdet(mode.factor)[1] for mode in modes])
    shares = np.exp(logs - logsumexp(logs))
    parts = [_Component(0.5 / len(modes) + 0.5 * s, m.u, m.factor) for s, m in zip(shares, modes, strict=True)]
    posterior = program(whole.layout, "posterior")
    u, log_w = np.empty((0, len(whole.quantities))), np.empty(0)
    for turn in range(BENDING_ROUNDS if bends else ROUNDS):
        if turn:
            if bends and turn == 1:
                parts = _laid_out(u, log_w, generator)
            parts = _adapted(parts, u, log_w)
        # Always of one size, so that one program is compiled.
        u, log_q, strata = _propose(parts, len(whole.quantities), count, generator)
        log_p = np.asarray(posterior(u, whole.arrays))
        log_w = np.where(np.isfinite(log_p), log_p, -np.inf) - log_q
    total = logsumexp(log_w)
    raw = np.exp(log_w - total)
    smoothed, k_hat = smooth(log_w)
    evidence = float(logsumexp(smoothed) - math.log(count))
    # Each component has a fixed number of draws, so only the spread within components counts.
    error = math.sqrt(sum(len(part) * float(np.var(part)) for part in np.split(raw, np.cumsum(strata)[:-1]) if len(part)))
    return Weighted(u, smoothed - logsumexp(smoothed), evidence, error, float(k_hat))


def _laid_out(u: np.ndarray, log_w: np.ndarray, generator: np.random.Generator) -> list[_Component]:
    """Components at draws that lie far apart among those with weight, each as wide as the distance to its neighbours."""
    # The root flattens the weights: where few draws carry all of it, the others still show where the posterior goes.
    weight = np.exp(0.5 * (log_w - log_w.max()))
    weight /= weight.sum()
    mean = weight @ u
    covariance = ((u - mean) * weight[:, None]).T @ (u - mean) + 1e-14 * np.eye(u.shape[1])
    factor = np.linalg.cholesky(covariance)
    z = np.linalg.solve(factor, (u - mean).T).T
    pool = np.unique(generator.choice(len(u), size=400, p=weight))
    chosen = [int(pool[np.argmax(log_w[pool])])]
    for _ in range(min(COMPONENTS, len(pool)) - 1):
        away = np.min([np.sum((z[pool] - z[c]) ** 2, axis=1) for c in chosen], axis=0)
        chosen.append(int(pool[np.argmax(away)]))
    return [_Component(1 / len(chosen), u[c], 0.6 * factor) for c in chosen]


def _propose(
    parts: Sequence[_Component], size: int, count: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, list[int]]:  # fmt: skip
    """Draws of the mixture (count, size), ln of its density there, and how many come from each component and the prior."""
    total = sum(part.share for part in parts)
    counts = [int((1 - DEFENCE) * count * part.share / total) for part in parts]
    rest = count - sum(counts)
    strata = [*counts, rest]
    u = np.concatenate(
        [*(p.draw(n, generator) for p, n in zip(parts, counts, strict=True)), generator.standard_normal((rest, size))]
    )
    terms = [p.log_density(u) + math.log(n / count) for p, n in zip(parts, counts, strict=True) if n]
    terms.append(-0.5 * np.sum(u * u, axis=1) - size / 2 * math.log(2 * math.pi) + math.log(rest / count))
    return u, logsumexp(terms, axis=0), strata


def _adapted(parts: Sequence[_Component], u: np.ndarray, log_w: np.ndarray) -> list[_Component]:
    """Components at the mean and covariance of the draws that they are responsible for."""
    weight = np.exp(log_w - log_w.max())
    logs = np.array([p.log_density(u) + math.log(p.share) for p in parts])
    duty = np.exp(logs - logsumexp(logs, axis=0))
    out = []
    for part, mine in zip(parts, duty, strict=True):
        w = weight * mine
        if w.sum() <= 0:
            continue
        share = float(w.sum() / weight.sum())
        w = w / w.sum()
        if 1 / np.sum(w**2) < FEWEST * u.shape[1]:
            out.append(_Component(max(share, 1e-3), part.centre, part.factor))
            continue
        centre = w @ u
        away = u - centre
        covariance = (away * w[:, None]).T @ away
        eigenvalues, vectors = np.linalg.eigh(covariance)
        out.append(_Component(max(share, 1e-3), centre, vectors * np.sqrt(np.maximum(eigenvalues, 1e-18))))
    return out
