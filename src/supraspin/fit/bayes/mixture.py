"""Mixtures of Student distributions with a share of the prior: what importance sampling draws from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

DEGREES = 5.0
DEFENCE = 0.1
"""Share of the prior in the proposal."""
COMPONENTS = 12
FEWEST = 20.0
"""Effective draws a dimension from which a component is moved to where its draws lie."""


@dataclass
class Component:
    """Student's distribution about a place, with a share of the draws."""

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


def laid_out(
    u: np.ndarray, log_w: np.ndarray, generator: np.random.Generator, components: int = COMPONENTS
) -> list[Component]:  # fmt: skip
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
    for _ in range(min(components, len(pool)) - 1):
        away = np.min([np.sum((z[pool] - z[c]) ** 2, axis=1) for c in chosen], axis=0)
        chosen.append(int(pool[np.argmax(away)]))
    return [Component(1 / len(chosen), u[c], 0.6 * factor) for c in chosen]


def propose(
    parts: Sequence[Component], size: int, count: int, generator: np.random.Generator
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


def cover(parts: Sequence[Component], u: np.ndarray) -> np.ndarray:
    """ln of the density of the mixture with its share of the prior at u (n, k)."""
    total = sum(part.share for part in parts)
    terms = [p.log_density(u) + math.log((1 - DEFENCE) * p.share / total) for p in parts]
    terms.append(-0.5 * np.sum(u * u, axis=1) - u.shape[1] / 2 * math.log(2 * math.pi) + math.log(DEFENCE))
    return logsumexp(terms, axis=0)


def adapted(parts: Sequence[Component], u: np.ndarray, log_w: np.ndarray) -> list[Component]:
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
            out.append(Component(max(share, 1e-3), part.centre, part.factor))
            continue
        centre = w @ u
        away = u - centre
        covariance = (away * w[:, None]).T @ away
        eigenvalues, vectors = np.linalg.eigh(covariance)
        out.append(Component(max(share, 1e-3), centre, vectors * np.sqrt(np.maximum(eigenvalues, 1e-18))))
    return out
