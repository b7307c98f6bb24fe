"""Where to begin: scattered starts, screened by chi-square, with every linear parameter solved for exactly.

Parameters that enter linearly (amplitudes, offsets, normal conductance) are found by their effect on the Jacobian. For
any values of the others their best values then follow from one linear solve, so the scatter only has to cover the
nonlinear ones and generic starts become good ones.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import lsq_linear

from supraspin.fit.problem import Problem
from supraspin.fit.solve import SMALLEST, Solution, solve

SCREENED_PER_START = 8
ROUGH = 1e-8
"""Tolerance of the runs that look for minima; the best one is polished afterwards."""
BUDGET = 400_000
"""Model values that looking for further minima may take. Counted, not timed: the result must not depend on the machine."""


def linear_slots(problem: Problem, start: np.ndarray, scale: np.ndarray) -> list[int]:
    """Slots in which the model is jointly affine, as seen at one generic point."""
    generic = _inside(problem, np.where(start == 0, 0.31 * scale, start))
    residual, jacobian = problem.residuals(generic, scale)
    norms = np.linalg.norm(jacobian, axis=0)
    if not np.all(np.isfinite(residual)):
        return []
    unmoved = np.zeros((len(start), len(start)), dtype=bool)
    for j in range(len(start)):
        step = (
            0.37 * scale[j]
            if generic[j] + 0.37 * scale[j] <= problem.upper[j]
            else -0.37 * (generic[j] - max(problem.lower[j], generic[j] - scale[j]))
        )
        moved = generic.copy()
        moved[j] += step
        other, slopes = problem.residuals(moved, scale)
        straight = np.linalg.norm(other - residual - jacobian[:, j] * step / scale[j]) <= 1e-8 * max(
            norms[j] * abs(step / scale[j]), 1e-300
        )
        if straight:
            unmoved[j] = np.linalg.norm(slopes - jacobian, axis=0) <= 1e-8 * np.maximum(norms, 1e-300)
    chosen: list[int] = []
    for j in map(int, np.flatnonzero(norms > 0)):
        if unmoved[j, j] and all(unmoved[j, i] and unmoved[i, j] for i in chosen):
            chosen.append(j)
    return chosen


def with_linear_solved(problem: Problem, values: np.ndarray, scale: np.ndarray, linear: list[int]) -> tuple[np.ndarray, float]:
    """`values` with the linear slots at their best, and chi-square there (infinite where the model is not finite)."""
    residual, jacobian = problem.residuals(values, scale)
    if not np.all(np.isfinite(residual)):
        return values, np.inf
    if not linear:
        return values, float(residual @ residual)
    norms = np.linalg.norm(jacobian[:, linear], axis=0)
    linear = [j for j, norm in zip(linear, norms, strict=True) if norm > 0]
    columns, norms = jacobian[:, linear], norms[norms > 0]
    now = values[linear] / scale[linear]
    target = columns @ now - residual
    best = np.linalg.lstsq(columns / norms, target, rcond=1e-10)[0] / norms
    lower, upper = problem.lower[linear] / scale[linear], problem.upper[linear] / scale[linear]
    if np.any(best < lower) or np.any(best > upper):
        best = lsq_linear(columns / norms, target, bounds=(lower * norms, upper * norms)).x / norms
    after = residual + columns @ (best - now)
    solved = values.copy()
    solved[linear] = np.clip(best, lower, upper) * scale[linear]
    return solved, float(after @ after)


def scattered(problem: Problem, start: np.ndarray, scale: np.ndarray, count: int, key: int) -> np.ndarray:
    """`count` stratified random starts (count, k): log-uniform for positive parameters, uniform within finite bounds or
    over the coordinate's range for parameters in its unit, otherwise spread around the start."""
    generator = np.random.default_rng(key)
    x = np.concatenate([piece.coordinates[0] for piece in problem.pieces])
    span = float(np.ptp(x)) or 1.0
    out = np.empty((count, len(start)))
    for j, slot in enumerate(problem.slots):
        u = (generator.permutation(count) + generator.random(count)) / count
        along_x = slot.unit.replace("eV", "V") == problem.model.x.unit.replace("eV", "V") and slot.unit != "1"
        if np.isfinite(slot.lower) and np.isfinite(slot.upper):
            out[:, j] = slot.lower + u * (slot.upper - slot.lower)
        elif slot.lower >= 0 or slot.upper <= 0:
            low, high = (span / 300, span) if along_x else (scale[j] / 30, scale[j] * 30)
            out[:, j] = np.exp(np.log(low) + u * np.log(high / low)) * (1 if slot.lower >= 0 else -1)
        elif along_x:
            out[:, j] = x.min() + u * span
        else:
            out[:, j] = start[j] + 4 * (u - 0.5) * scale[j]
    return np.clip(out, problem.lower, problem.upper)


def minima(problem: Problem, start: np.ndarray, scale: np.ndarray, *, multistart: int, key: int) -> list[Solution]:
    """Minima found, best first: one from the start itself and up to `multistart` in all from the best of the scatter.

    Where the first already fits to within the noise the search is short: no other minimum can be much better, and a few
    runs show whether one is as good. It stops as soon as three runs agree on the best chi-square; large data sets get fewer
    of the scatter and fewer runs (see `_affordable`).
    """
    first = solve(problem, start, scale=scale, tolerance=ROUGH)
    if multistart <= 1:
        return [first]
    screened, runs, steps = SCREENED_PER_START * multistart, multistart, 60
    if _fits(problem, first):
        screened, runs, steps = max(multistart, 4), min(multistart, 4), 25
    screened, runs = _affordable(problem.n, screened, runs, steps)
    linear = linear_slots(problem, start, scale)
    candidates = [with_linear_solved(problem, start, scale, linear)]
    if len(linear) < len(start):
        for values in scattered(problem, start, scale, screened, key):
            candidates.append(with_linear_solved(problem, values, scale, linear))
    candidates.sort(key=lambda pair: pair[1])
    found = [first]
    for values, chi_square in candidates[: runs - 1]:
        if not np.isfinite(chi_square):
            break
        there = np.where(values == 0, scale, np.maximum(np.abs(values), SMALLEST * scale))
        found.append(solve(problem, values, scale=there, max_nfev=steps, tolerance=ROUGH))
        best = min(s.chi_square for s in found)
        same = 1e-3 * (1.0 if problem.sigma_known else best / (problem.n - len(problem.slots)))
        if sum(s.chi_square <= best + same + 1e-12 * problem.n for s in found) >= 3:
            break
    found.sort(key=lambda s: s.chi_square)
    if not found[0].converged and np.isfinite(found[0].chi_square):
        size = np.where(found[0].values == 0, scale, np.maximum(np.abs(found[0].values), SMALLEST * scale))
        found[0] = solve(problem, found[0].values, scale=size, max_nfev=300, tolerance=ROUGH)
    return found


def _affordable(points: int, screened: int, runs: int, steps: int) -> tuple[int, int]:
    """Scattered starts and runs that `BUDGET` allows for so many points, halved until they fit; 8 and 2 at the least."""
    while points * (screened + steps * (runs - 1)) > BUDGET and (screened > 8 or runs > 2):
        screened, runs = max(screened // 2, 8), max(runs // 2, 2)
    return screened, runs


def _fits(problem: Problem, found: Solution) -> bool:
    """Whether the residuals are no larger than the noise (which is the sigma in use where none was given)."""
    dof = max(problem.n - len(problem.slots), 1)
    return found.converged and found.chi_square / dof < 1 + 4 * np.sqrt(2 / dof) + (0 if problem.sigma_known else 0.2)


def _inside(problem: Problem, values: np.ndarray) -> np.ndarray:
    width = problem.upper - problem.lower
    margin = np.where(np.isfinite(width), 0.05 * width, 0.0)
    return np.clip(values, problem.lower + margin, problem.upper - margin)
