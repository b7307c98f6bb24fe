"""ln of the evidence of a joint posterior: importance sampling where its k-hat is good; annealing and, at last, nested sampling
where it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from supraspin.errors import FitError
from supraspin.fit.bayes import annealed, importance, nested
from supraspin.fit.bayes.importance import Weighted
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mixture import adapted, laid_out
from supraspin.fit.bayes.mode import Mode, modes
from supraspin.fit.bayes.pareto import LIMIT, smooth
from supraspin.fit.bayes.prior import Prior

FEWEST = 100.0
"""Effective draws below which importance sampling is not believed, whatever its k-hat."""
MANY = 40
"""Components that are laid along the particles of an annealing."""
AGREE = 0.5
"""Error of ln Z, from the difference of two crews, up to which an annealing is believed."""
EDGE, PRESSED = 2.0, 0.005
"""A posterior presses on an end of its prior where more than `PRESSED` of it lies in the outer 2 % of the range."""


def evidence(whole: Joint, *, count: int = 3000, key: int = 0, fall_back: bool = True) -> tuple[Weighted, list[Mode]]:
    """Weighted draws with the evidence, and the modes. `fall_back=False` returns importance sampling with its k-hat as it is."""
    found = modes(whole.layout, whole.starts, whole.width, whole.arrays)
    if not found:
        raise FitError("the posterior has no finite value at any start; give start= or priors= where the models can be evaluated")
    drawn = importance.sample(whole, found, count=count, key=key)
    if not good(drawn):
        drawn = importance.sample(whole, found, count=count, key=key + 1, bends=True)
    if fall_back and not good(drawn):
        drawn = _annealed(whole, drawn, count, key)
    return drawn, found


def _annealed(whole: Joint, poor: Weighted, count: int, key: int) -> Weighted:
    """The evidence where importance sampling fails: from particles carried to the posterior, which then say where to draw from;
    by their own weights if even that is not good; and by nested sampling where two crews of them disagree."""
    carried = annealed.sample(whole, poor.proposal, key=key)
    generator = np.random.default_rng([key, 0x616E])
    level = np.zeros(len(carried.u))
    parts = laid_out(carried.u, level, generator, MANY)
    for _ in range(4):
        parts = adapted(parts, carried.u, level)
    drawn = importance.refined(whole, parts, count=count, key=key + 2)
    if good(drawn):
        return drawn
    return carried if carried.error < AGREE else nested.sample(whole, key=key)


def good(drawn: Weighted) -> bool:
    """Whether importance sampling has got hold of the posterior."""
    return drawn.k_hat <= LIMIT and drawn.ess >= FEWEST


@dataclass(frozen=True)
class Widened:
    """How ln Z moves when the priors that nobody gave are `factor` times as wide. `fresh`: whether new draws had to be made."""

    factor: float
    log_evidence: float
    priors: Mapping[str, Prior]
    fresh: bool


def widened(
    whole: Joint, factor: float, drawn: Weighted, *, given: frozenset[str] = frozenset(), count: int = 3000, key: int = 0
) -> Widened:
    """The evidence under wider priors, all but those `given`: of the same draws where those reach as far as the posterior then
    does, and of new ones where a parameter presses on an end of its prior."""
    priors = {
        q.name: q.prior.widened(factor, q.lower, q.upper) for q in whole.quantities if q.name not in given and not q.noise
    }  # fmt: skip
    wide = whole.with_priors(priors)
    again = _reweighted(whole, wide, drawn)
    if again is not None:
        return Widened(factor, again, priors, False)
    return Widened(factor, near(wide, drawn, whole, count=count, key=key).log_evidence, priors, True)


def near(other: Joint, drawn: Weighted, whole: Joint, *, stretch: float = 1.0, count: int = 3000, key: int = 0) -> Weighted:
    """The evidence of `other`, the same parameters under other priors or another weight of the data, beginning at the draws of
    `whole`, `stretch` times as wide as those."""
    u = moved(whole, other, drawn.u)
    weights = np.exp(drawn.log_weights)
    weights /= weights.sum()
    mean = weights @ u
    away = (u - mean) * stretch
    eigenvalues, vectors = np.linalg.eigh((away * weights[:, None]).T @ away)
    found = [Mode(mean, 0.0, vectors * np.sqrt(np.maximum(eigenvalues, 1e-18)), True)]
    sampled = importance.sample(other, found, count=count, key=key)
    return sampled if good(sampled) else evidence(other, count=count, key=key)[0]


def moved(whole: Joint, other: Joint, u: np.ndarray) -> np.ndarray:
    """The places u (n, k) of `whole` as places under the priors of `other`."""
    values = whole.values(u)
    return np.stack([q.prior.inverse(values[:, i]) for i, q in enumerate(other.quantities)], axis=-1)


def _reweighted(whole: Joint, wide: Joint, drawn: Weighted) -> float | None:
    """ln of the evidence under other priors from the draws under those of `whole`; None where they do not reach."""
    if not good(drawn):
        return None
    weights = np.exp(drawn.log_weights)
    values = whole.values(drawn.u)
    ratio = np.zeros(len(drawn.u))
    for i, (before, after) in enumerate(zip(whole.quantities, wide.quantities, strict=True)):
        if before.prior == after.prior:
            continue
        if before.prior.kind.endswith("uniform"):
            low, high = before.prior.first > after.prior.first, before.prior.second < after.prior.second
            pressed = (low & (drawn.u[:, i] < -EDGE)) | (high & (drawn.u[:, i] > EDGE))
            if weights[pressed].sum() > PRESSED:
                return None
        ratio += after.prior.log_density(values[:, i]) - before.prior.log_density(values[:, i])
    ratio = np.where(np.isfinite(ratio), ratio, -np.inf)
    smoothed, k_hat = smooth(drawn.log_weights + ratio)
    effective = float(np.exp(2 * logsumexp(smoothed) - logsumexp(2 * smoothed)))
    if k_hat > LIMIT or effective < FEWEST:
        return None
    return drawn.log_evidence + float(logsumexp(drawn.log_weights + ratio))
