"""ln of the evidence of a joint posterior: importance sampling where its k-hat is good; annealing, a mixture along the ridges,
and at last nested sampling where it is not."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp, ndtri

from supraspin.errors import FitError
from supraspin.fit.bayes import annealed, importance, nested, ridge
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
ARMS = 10
"""Draws of a mixture along ridges over those of one about the modes."""
MORE = 3
"""Particles of the second annealing over those of the first."""
OUTER = 0.05
"""Part of the range of a prior, at either end, in which a posterior that presses on that end is looked for."""
EDGE = -float(ndtri(OUTER))


def evidence(whole: Joint, *, count: int = 2000, key: int = 0, nest: bool = True) -> tuple[Weighted, list[Mode]]:
    """Weighted draws with the evidence, and the modes. `nest=False`: without nested sampling, which takes minutes, at the end."""
    found = modes(whole.layout, whole.starts, whole.width, whole.arrays)
    if not found:
        raise FitError("the posterior has no finite value at any start; give start= or priors= where the models can be evaluated")
    drawn = importance.sample(whole, found, count=count, key=key)
    if not good(drawn):
        drawn = importance.sample(whole, found, count=count, key=key + 1, bends=True)
    if not good(drawn):
        drawn = _annealed(whole, found, drawn, count, key, nest)
    return drawn, found


def _annealed(whole: Joint, found: Sequence[Mode], poor: Weighted, count: int, key: int, nest: bool) -> Weighted:
    """The evidence where importance sampling fails: from particles carried to the posterior, which then say where to draw from;
    by their own weights if even that is not good. Where two crews of them disagree: from a mixture along the ridges, by more
    particles, by nested sampling."""
    carried = annealed.sample(whole, poor.proposal, key=key)
    generator = np.random.default_rng([key, 0x616E])
    level = np.zeros(len(carried.u))
    parts = laid_out(carried.u, level, generator, MANY)
    for _ in range(4):
        parts = adapted(parts, carried.u, level)
    drawn = importance.refined(whole, parts, count=count, key=key + 2)
    if good(drawn):
        return drawn
    if carried.error > AGREE and len(whole.quantities) <= ridge.MOST:
        along = importance.weighted(whole, ridge.mixture(whole, found, generator), ARMS * count, generator)
        if good(along):
            return along
    if carried.error > AGREE:
        carried = annealed.sample(whole, drawn.proposal, particles=MORE * annealed.PARTICLES, key=key + 1)
    return nested.sample(whole, key=key) if nest and carried.error > AGREE else carried


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
    whole: Joint, factor: float, drawn: Weighted, *, given: frozenset[str] = frozenset(), count: int = 2000, key: int = 0
) -> Widened:
    """The evidence under wider priors, all but those `given`, from the same draws where they reach.

    Beyond an end of a range the likelihood counts as it is at that end: exact for what data only bound, a broadening or coupling
    that may as well be zero, and without weight for what they determine.
    """
    priors = {
        q.name: q.prior.widened(factor, q.lower, q.upper) for q in whole.quantities if q.name not in given and not q.noise
    }  # fmt: skip
    again = _reweighted(whole, priors, drawn)
    if again is not None:
        return Widened(factor, again, priors, False)
    return Widened(factor, evidence(whole.with_priors(priors), count=count, key=key)[0].log_evidence, priors, True)


def _reweighted(whole: Joint, priors: Mapping[str, Prior], drawn: Weighted) -> float | None:
    """ln of the evidence under other priors from draws under those of `whole`; None where few draws would carry it."""
    weights = np.exp(drawn.log_weights)
    values = whole.values(drawn.u)
    ratio, shift = np.zeros(len(drawn.u)), 0.0
    for i, quantity in enumerate(whole.quantities):
        before, after = quantity.prior, priors.get(quantity.name, quantity.prior)
        if before.kind.endswith("uniform"):
            u = drawn.u[:, i]
            pressed = [float(weights[side].sum() / weights.sum()) / OUTER for side in (u < -EDGE, u > EDGE)]
            shift += math.log(_stretched(before, after, pressed))
        else:
            ratio += after.log_density(values[:, i]) - before.log_density(values[:, i])
    smoothed, k_hat = smooth(drawn.log_weights + ratio)
    effective = float(np.exp(2 * logsumexp(smoothed) - logsumexp(2 * smoothed)))
    if k_hat > LIMIT or effective < FEWEST:
        return None
    return drawn.log_evidence + shift + float(logsumexp(drawn.log_weights + ratio))


def _stretched(before: Prior, after: Prior, pressed: Sequence[float]) -> float:
    """Evidence over evidence when one range becomes another; `pressed`: density of the posterior over that of the prior at
    either end."""
    (start, width), (new_start, new_width) = before.ends, after.ends
    low, high = start - new_start, new_start + new_width - start - width
    return (width + pressed[0] * low + pressed[1] * high) / new_width
