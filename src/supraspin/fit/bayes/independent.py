"""Chains that choose among independent candidates: for posteriors that a mixture covers and a trajectory does not.

At each draw a chain sees N - 1 candidates from a fixed mixture q and goes to one of them or stays, with probabilities as the
weights p/q (iterated sampling importance resampling, doi:10.3150/15-BEJ785). Then it makes a few steps of Metropolis, as long as
the components of q are wide where it is, so that it does not stand still where q is too thin (doi:10.48550/arXiv.2111.02702).
Both leave the posterior as it is for any q and N.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import gammaln, logsumexp

from supraspin.fit.bayes import ridge
from supraspin.fit.bayes.density import program
from supraspin.fit.bayes.importance import log_posterior
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mixture import DEFENCE, DEGREES, Component, cover, propose
from supraspin.fit.bayes.mode import Mode, evaluator
from supraspin.fit.bayes.nuts import Chains
from supraspin.fit.bayes.pareto import smooth

TRIED = 250
BENT = 0.03
"""Effective draws over draws of the ellipsoids at the modes, below which trajectories would be long."""
CANDIDATES, STEPS = 32, 16
"""Candidates and steps of Metropolis a draw."""
STRIDE = 0.5
"""Length of such a step in units of a component's width."""


def bends(whole: Joint, modes: Sequence[Mode], key: int) -> bool:
    """Whether the posterior is far from the ellipsoids at its modes."""
    generator = np.random.default_rng([key, 0x62656E64])
    each = -(-TRIED // len(modes))
    u = np.concatenate([m.u + generator.standard_normal((each, len(m.u))) @ m.factor.T for m in modes])[:TRIED]
    # by the program that the search for the modes has compiled
    log_w = evaluator(whole.layout, whole.arrays)(u)[0] - _ellipsoids(modes, u)
    return float(np.exp(2 * logsumexp(log_w) - logsumexp(2 * log_w))) < BENT * len(u)


def _ellipsoids(modes: Sequence[Mode], u: np.ndarray) -> np.ndarray:
    distances = [np.sum(np.linalg.solve(m.factor, (u - m.u).T) ** 2, axis=0) for m in modes]
    return logsumexp([-0.5 * d - np.linalg.slogdet(m.factor)[1] for d, m in zip(distances, modes, strict=True)], axis=0)


def run(whole: Joint, modes: Sequence[Mode], *, chains: int, draws: int, key: int) -> Chains:
    """Draws of `chains` chains from a mixture along the ridges that leave from the modes; of each, the density was asked for at
    `CANDIDATES + STEPS` places. k-hat is that of all candidates, and `acceptance` that of the steps."""
    generator = np.random.default_rng([key, 0x72696467])
    parts = ridge.mixture(whole, modes, generator)
    size, count = len(whole.quantities), chains * (draws + 1) * CANDIDATES
    pool, _, _ = propose(parts, size, count, generator)
    generator.shuffle(pool)
    log_pool = log_posterior(whole, pool)
    log_w = log_pool - cover(parts, pool)
    groups = np.arange(count).reshape(draws + 1, chains, CANDIDATES)
    walk = _Walk(whole, parts, generator)
    first = [_chosen(log_w[group], generator) for group in groups[0]]
    u, log_p = pool[groups[0][np.arange(chains), first]], log_pool[groups[0][np.arange(chains), first]]
    kept, logs, accepted = np.empty((chains, draws, size)), np.empty((chains, draws)), np.empty((chains, draws))
    for i, fresh in enumerate(groups[1:, :, 1:]):
        own = log_p - walk.cover(u)
        for c, group in enumerate(fresh):
            chosen = _chosen(np.append(log_w[group], own[c]), generator)
            if chosen < len(group):
                u[c], log_p[c] = pool[group[chosen]], log_pool[group[chosen]]
        u, log_p, accepted[:, i] = walk(u, log_p)
        kept[:, i], logs[:, i] = u, log_p
    nothing = np.zeros((chains, draws), dtype=bool)
    cost, no_size = np.full((chains, draws), CANDIDATES + STEPS), np.full(chains, np.nan)
    return Chains(kept, nothing, logs, cost, accepted, no_size, float(smooth(log_w)[1]))


def _chosen(log_w: np.ndarray, generator: np.random.Generator) -> int:
    return int(np.argmax(log_w + generator.gumbel(size=len(log_w))))


class _Walk:
    """Metropolis steps of several chains at once. A step is normal, with the covariance of one of the components, chosen by how
    likely each has the place that is left; so the way back has another density, and the acceptance says so."""

    def __init__(self, whole: Joint, parts: Sequence[Component], generator: np.random.Generator):
        self.compiled, self.arrays, self.generator = program(whole.layout, "posterior"), whole.arrays, generator
        self.centres, self.factors = np.array([p.centre for p in parts]), np.array([p.factor for p in parts])
        self.inverses = np.linalg.inv(self.factors)
        self.volumes = np.linalg.slogdet(self.factors)[1]
        shares = np.array([p.share for p in parts])
        self.shares = np.log(shares / shares.sum())

    def __call__(self, u: np.ndarray, log_p: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Places (c, k) and ln p (c,) after the steps from such, and the share of steps that each chain made (c,)."""
        duties, made = self._duties(u), np.zeros(len(u))
        for _ in range(STEPS):
            which = np.argmax(duties + self.generator.gumbel(size=duties.shape), axis=1)
            to = u + STRIDE * np.einsum("cij,cj->ci", self.factors[which], self.generator.standard_normal(u.shape))
            there = np.asarray(self.compiled(to, self.arrays))
            there = np.where(np.isfinite(there), there, -np.inf)
            back = self._duties(to)
            lengths = -self.volumes - 0.5 * np.sum(np.einsum("mij,cj->cmi", self.inverses, (to - u) / STRIDE) ** 2, axis=2)
            gain = there - log_p + np.logaddexp.reduce(back + lengths, axis=1) - np.logaddexp.reduce(duties + lengths, axis=1)
            went = np.log(self.generator.random(len(u))) < gain
            u, duties = np.where(went[:, None], to, u), np.where(went[:, None], back, duties)
            log_p = np.where(went, there, log_p)
            made += went
        return u, log_p, made / STEPS

    def cover(self, u: np.ndarray) -> np.ndarray:
        """`mixture.cover` of the components at u (c, k), which is faster for few places."""
        size = u.shape[1]
        norm = gammaln((DEGREES + size) / 2) - gammaln(DEGREES / 2) - size / 2 * math.log(DEGREES * math.pi)
        prior = -0.5 * np.sum(u * u, axis=1) - size / 2 * math.log(2 * math.pi)
        mixed = np.logaddexp.reduce(self._terms(u), axis=1) + norm
        return np.logaddexp(mixed + math.log(1 - DEFENCE), prior + math.log(DEFENCE))

    def _duties(self, u: np.ndarray) -> np.ndarray:
        """ln of the probability (c, m) that places (c, k) come from each component."""
        terms = self._terms(u)
        return terms - np.logaddexp.reduce(terms, axis=1)[:, None]

    def _terms(self, u: np.ndarray) -> np.ndarray:
        """ln of share times density (c, m) of the components at (c, k), but for the norm of Student's distribution."""
        squares = np.sum(np.einsum("mij,cmj->cmi", self.inverses, u[:, None] - self.centres) ** 2, axis=2)
        return self.shares - self.volumes - (DEGREES + u.shape[1]) / 2 * np.log1p(squares / DEGREES)
