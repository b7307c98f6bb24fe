"""A proposal for posteriors whose ridges bend, as those of nearly degenerate parameters do: no ellipsoid holds them.

From the highest mode each parameter is moved step by step, either way, while all others find their maximum anew. Each place
gives a component: as wide across as the curvature there, and along the ridge as long as the step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import logsumexp

from supraspin.fit.bayes.importance import log_posterior
from supraspin.fit.bayes.joint import Joint
from supraspin.fit.bayes.mixture import DEFENCE, Component, propose
from supraspin.fit.bayes.mode import Evaluate, Mode, climb, evaluator, hessian

MOST = 10
"""Parameters up to which ridges are followed."""
STEPS = 18
FIRST, SHORTEST, LONGEST = 0.7, 0.01, 0.6
"""Length of the first step in units of the width at the mode, and the least and greatest length in u."""
DEPTH = 7.0
"""Fall of ln p at which a ridge ends."""
LEVEL, ENDS = 4.0, 3
"""Fall of ln p down to which the ends of ridges, so many, are where others leave from."""
END = 3.2
"""|u| at which it ends too."""
STIFFEST_LACK = 0.5
"""Curvature below which a direction counts as no flatter: half of that of the prior."""
PILOT, ROUNDS, ADDED = 1500, 10, 12
"""Draws in each round of `shared_out`, rounds, and components added in each."""
KEPT = 150
"""Components at most in the end: each costs time at every candidate."""
BOLDEST = 0.02
"""Largest weight of one draw, of all, in the shares of the components."""


def mixture(whole: Joint, modes: Sequence[Mode], generator: np.random.Generator) -> list[Component]:
    """Components along the ridges of a posterior with these modes, with shares that the posterior has given them."""
    return shared_out(whole, along_ridges(whole, list(modes)), PILOT, generator)


def along_ridges(whole: Joint, modes: list[Mode]) -> list[Component]:
    """Components at the modes, along the ridges through the highest and along those that leave from their ends; shares by
    the mass that each holds."""
    evaluate = evaluator(whole.layout, whole.arrays)
    best = modes[0]
    logs, parts = [m.log_density for m in modes], [Component(1.0, m.u, m.factor) for m in modes]
    starts, curvatures = [best.u], [np.linalg.inv(best.covariance)]
    for _ in range(2):
        found = _walked(evaluate, np.array(starts), np.array(curvatures), best.log_density - DEPTH)
        parts += [part for part, _, _ in found]
        logs += [log_p for _, log_p, _ in found]
        high = [one for one in found if one[1] > best.log_density - LEVEL]
        places, starts, curvatures = [best.u], [], []
        for _ in range(min(ENDS, len(high))):
            away = [min(float(np.linalg.norm(part.centre - place)) for place in places) for part, _, _ in high]
            part, _, curvature = high[int(np.argmax(away))]
            places.append(part.centre)
            starts.append(part.centre)
            curvatures.append(curvature)
        if not starts:
            break
    mass = np.array(logs) + np.array([np.linalg.slogdet(part.factor)[1] for part in parts])
    shares = 0.8 * np.exp(mass - logsumexp(mass)) + 0.2 / len(parts)
    return [Component(float(s), part.centre, part.factor) for s, part in zip(shares, parts, strict=True)]


def _walked(
    evaluate: Evaluate, starts: np.ndarray, curvatures: np.ndarray, floor: float
) -> list[tuple[Component, float, np.ndarray]]:  # fmt: skip
    """Components, ln p and curvature at the steps from `starts` (s, k) along every parameter, both ways, down to `floor`."""
    count, k = starts.shape
    index, sign = np.tile(np.repeat(np.arange(k), 2), count), np.tile([1.0, -1.0], k * count)
    u, curvature = np.repeat(starts, 2 * k, axis=0), np.repeat(curvatures, 2 * k, axis=0)
    width = 1 / np.sqrt(
        np.maximum([t @ c @ t for t, c in ((_across(c, i)[1], c) for c, i in zip(curvature, index, strict=True))], 1)
    )
    step = np.clip(FIRST * width, SHORTEST, LONGEST)
    out = []
    for _ in range(STEPS):
        rows = np.arange(len(u))
        tangents = np.array([_across(c, i)[1] for c, i in zip(curvature, index, strict=True)])
        guess = np.clip(u + tangents * (sign * step)[:, None], -1.5 * END, 1.5 * END)
        at = guess[rows, index]
        u, _, factors, _ = climb(_pinned(evaluate, index, at), guess, np.full(u.shape, 0.05))
        u[rows, index] = at
        log_p = evaluate(u[:, None])[0][:, 0]
        curvature = hessian(evaluate, u, np.clip(np.linalg.norm(factors, axis=2), 1e-4, 0.3))
        for r in np.flatnonzero(np.isfinite(log_p)):
            covariance, tangent, stiffness = _across(curvature[r], index[r])
            along = min(step[r], 1 / np.sqrt(max(tangent @ curvature[r] @ tangent, 1e-9)))
            factor = np.linalg.cholesky(covariance + along**2 * np.outer(tangent, tangent))
            out.append((Component(1.0, u[r], factor), float(log_p[r]), curvature[r]))
            off = np.sqrt((u[r] - guess[r]) @ stiffness @ (u[r] - guess[r]))
            step[r] = np.clip(step[r] * (1.6 if off < 0.5 else 0.6 if off > 1.5 else 1.0), SHORTEST, LONGEST)
        on = (log_p > floor) & (np.abs(at) < END)
        if not on.any():
            break
        u, curvature, index, sign, step = u[on], curvature[on], index[on], sign[on], step[on]
    return out


def _pinned(evaluate: Evaluate, index: np.ndarray, at: np.ndarray) -> Evaluate:
    """ln p with parameter `index` (b,) of each row held at `at` (b,), and a parabola in its stead."""
    rows = np.arange(len(index))

    def pinned(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        away = u[rows, :, index] - at[:, None]
        held = u.copy()
        held[rows, :, index] = at[:, None]
        values, slopes = evaluate(held)
        slopes = slopes.copy()
        slopes[rows, :, index] = -away
        return values - 0.5 * away**2, slopes

    return pinned


def _across(curvature: np.ndarray, i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Covariance (k, k) of the other parameters at fixed i, direction (k,) of the ridge per unit of parameter i, and the
    stiffness (k, k) of the others."""
    others = [j for j in range(len(curvature)) if j != i]
    values, vectors = np.linalg.eigh(curvature[np.ix_(others, others)])
    values = np.maximum(values, STIFFEST_LACK)
    covariance, stiffness, tangent = np.zeros_like(curvature), np.zeros_like(curvature), np.zeros(len(curvature))
    inverse = (vectors / values) @ vectors.T
    covariance[np.ix_(others, others)], stiffness[np.ix_(others, others)] = inverse, (vectors * values) @ vectors.T
    tangent[others], tangent[i] = -inverse @ curvature[others, i], 1.0
    return covariance, tangent, stiffness


def shared_out(whole: Joint, parts: list[Component], count: int, generator: np.random.Generator) -> list[Component]:
    """The components with shares by the weights of the draws of all rounds, and new ones at the draws that weigh most: there the
    proposal is too thin (incremental mixture importance sampling, doi:10.1198/jcgs.2010.09153)."""
    evaluate = evaluator(whole.layout, whole.arrays)
    size = len(whole.quantities)
    every, log_p = np.empty((0, size)), np.empty(0)
    each = np.empty((len(parts), 0))  # ln of the density of each component at each draw
    tried: list[np.ndarray] = []
    for _ in range(ROUNDS):
        u, _, _ = propose(parts, size, count, generator)
        every, log_p = np.concatenate([every, u]), np.concatenate([log_p, log_posterior(whole, u)])
        each = np.concatenate([each, np.array([part.log_density(u) for part in parts])], axis=1)
        tried.append(np.array([part.share for part in parts]))
        log_w = log_p - _mean_cover(each, tried, every)
        heaviest = every[np.argsort(-log_w)[:ADDED]]
        curvatures = hessian(evaluate, heaviest, np.full(heaviest.shape, 0.01))
        new = [Component(0.2 / len(parts), v, _widths(c)) for v, c in zip(heaviest, curvatures, strict=True)]
        parts, each = [*parts, *new], np.concatenate([each, np.array([part.log_density(every) for part in new])])
        weights = np.minimum(np.exp(log_w - logsumexp(log_w)), BOLDEST)
        shares = np.array([part.share for part in parts])
        for _ in range(3):
            terms = each + np.log(shares)[:, None]
            duty = np.exp(terms - logsumexp(terms, axis=0)) @ (weights / weights.sum())
            shares = 0.8 * duty + 0.2 / len(parts)
        parts = [Component(float(s), part.centre, part.factor) for s, part in zip(shares, parts, strict=True)]
    useful = np.argsort(-duty)[:KEPT]
    return [parts[i] for i in useful]


def _mean_cover(each: np.ndarray, tried: list[np.ndarray], u: np.ndarray) -> np.ndarray:
    """ln of the mean density, at draws u (n, k), of the proposals with these shares of the first components, and the prior."""
    own = [logsumexp(each[: len(s)] + np.log(s / s.sum())[:, None], axis=0) for s in tried]
    prior = -0.5 * np.sum(u * u, axis=1) - u.shape[1] / 2 * math.log(2 * math.pi)
    mixed = logsumexp(own, axis=0) - math.log(len(tried))
    return np.logaddexp(mixed + math.log(1 - DEFENCE), prior + math.log(DEFENCE))


def _widths(curvature: np.ndarray) -> np.ndarray:
    """Factor of the covariance that belongs to a curvature."""
    values, vectors = np.linalg.eigh(curvature)
    return vectors / np.sqrt(np.maximum(values, STIFFEST_LACK))
