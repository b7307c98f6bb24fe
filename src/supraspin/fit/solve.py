"""One bounded minimisation: Levenberg-Marquardt in units of the first guess, with the exact Jacobian.

Each iteration takes the singular values of the Jacobian once; trials with another damping then cost one evaluation of the
model and nothing else. A parameter on its bound whose gradient points outwards is left out of the step. A step that would
cross a bound ends a tenth of the way before it, so that a place beside a bound where the curve has no slope is not reached in
one leap; only from close by does it land on the bound, and then exactly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from supraspin.fit.marquardt import BESIDE, CLOSE
from supraspin.fit.problem import Problem

ROUNDING = 1e-14
"""Relative error of a chi-square: a rise by no more is none, so that the last, exact step is taken."""
LEAP = 10.0
"""Growth of a parameter, in units of the larger of its own and its first size, that one step may bring."""
SMALLEST = 1e-9
"""Unit of a parameter, relative to its first size, below which none is taken: next to 0 a value is no measure of its size."""
CONVERGED = "converged: chi-square no longer falls"


@dataclass(frozen=True)
class Solution:
    """Where a minimisation ended: SI values of all slots, chi-square there, and how it stopped."""

    values: np.ndarray
    chi_square: float
    converged: bool
    message: str


def scales(problem: Problem, start: np.ndarray) -> np.ndarray:
    """The size of each parameter: that of its start; for a start of zero, what would move the curve by the data's spread."""
    size = np.abs(start)
    if np.all(size > 0):
        return size
    _, jacobian = problem.residuals(start, np.ones(len(start)))
    spread = np.concatenate([(piece.y - np.mean(piece.y)) / piece.sigma for piece in problem.pieces])
    target = np.sqrt(np.mean(spread**2)) or 1.0
    effect = np.sqrt(np.mean(jacobian**2, axis=0))
    width = problem.upper - problem.lower
    for j in np.flatnonzero(size == 0):
        size[j] = 0.1 * width[j] if np.isfinite(width[j]) else target / effect[j] if effect[j] > 0 else 1.0
    return size


def solve(
    problem: Problem, start: np.ndarray, *, scale: np.ndarray, hold: Iterable[int] = (), max_nfev: int = 100,
    tolerance: float = 1e-10, enough: float = 0.0, damping: float = 1e-3,
) -> Solution:  # fmt: skip
    """Minimise chi-square from `start`, leaving the slots in `hold` where they are.

    It has converged when a nearly undamped step promises, and brings, less than `tolerance` of chi-square or than `enough`. It
    starts nearly undamped unless `damping` says otherwise. A step to values that the model cannot evaluate is rejected
    and shortened; a start of that kind gives an infinite chi-square in the solution, never an exception.
    """
    held = set(hold)
    free = np.array([j for j in range(len(start)) if j not in held], dtype=int)
    values = np.clip(start, problem.lower, problem.upper).astype(float)
    low, high = problem.lower[free], problem.upper[free]
    # A start on a bound often has no gradient there.
    inside = np.minimum(0.01 * scale[free], 0.1 * (high - low))
    values[free] = np.where(values[free] <= low, low + inside, np.where(values[free] >= high, high - inside, values[free]))
    best = _descend(problem, values, scale, free, max_nfev, tolerance, enough, damping)
    for j in free:
        # Where a curve depends on the square of a parameter its slope at 0 vanishes, and 0 would hold it for ever.
        if best.values[j] in (problem.lower[j], problem.upper[j]):
            width = problem.upper[j] - problem.lower[j]
            off = best.values.copy()
            off[j] += min(0.1 * scale[j], 0.1 * width) * (1 if off[j] == problem.lower[j] else -1)
            if problem.chi_square(off) < best.chi_square - enough:
                other = _descend(problem, off, scale, free, max_nfev, tolerance, enough, damping)
                best = min(best, other, key=lambda s: s.chi_square)
    return best


def _descend(
    problem: Problem, values: np.ndarray, scale: np.ndarray, free: np.ndarray, max_nfev: int, tolerance: float, enough: float,
    damping: float,
) -> Solution:  # fmt: skip
    def evaluate(u: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        full = values.copy()
        full[free] = np.clip(u * scale[free], problem.lower[free], problem.upper[free])
        residual, jacobian = problem.residuals(full, scale)
        return full, residual, jacobian[:, free]

    lower, upper = problem.lower[free] / scale[free], problem.upper[free] / scale[free]
    u = values[free] / scale[free]
    best, residual, jacobian = evaluate(u)
    if not np.all(np.isfinite(residual)):
        bad = int(np.sum(~np.isfinite(residual)))
        return Solution(values, np.inf, False, f"{problem.model.name} gives no finite value at {bad} of {len(residual)} points")
    chi_square = float(residual @ residual)
    floor = 1e-26 * problem.sum_of_squares + 1e-300 + enough
    count = 1
    while True:
        gradient = jacobian.T @ residual
        size = np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian))
        idle = (size == 0) | ((u <= lower) & (gradient > 0)) | ((u >= upper) & (gradient < 0))
        active = np.flatnonzero(~idle)
        if not len(active):
            return Solution(best, chi_square, True, "converged: no parameter can lower chi-square")
        left, singular, right = np.linalg.svd(jacobian[:, active] / size[active], full_matrices=False)
        along = left.T @ residual
        slope = float(np.max(np.abs(gradient[active]) / size[active]))
        accepted = False
        while not accepted:
            step = np.zeros(len(u))
            step[active] = -(right.T @ (singular * along / (singular**2 + damping))) / size[active]
            # Where chi-square levels off the step would leap over hundreds of decades.
            step *= min(1.0, LEAP / max(float(np.max(np.abs(step) / np.maximum(np.abs(u), 1.0))), 1e-300))
            move = _within(u, step, lower, upper) - u
            predicted = -(2 * gradient @ move + np.sum((jacobian @ move) ** 2))
            small = tolerance * chi_square + floor
            minimum = damping <= 0.1 or slope <= 1e-6 * np.sqrt(chi_square) + floor
            # Where the next step promises next to nothing there is no need to take it, unless it is the exact one.
            if minimum and abs(predicted) <= 1e-2 * small and damping > 1e-6:
                return Solution(best, chi_square, True, CONVERGED)
            if count >= max_nfev:
                return Solution(best, chi_square, False, f"{max_nfev} evaluations were not enough")
            full, other, slopes = evaluate(u + move)
            count += 1
            there = float(other @ other) if np.all(np.isfinite(other)) else np.inf
            gain = chi_square - there
            accepted = gain >= -ROUNDING * chi_square
            if minimum and abs(predicted) <= small and gain <= small:
                return Solution(full, there, True, CONVERGED) if accepted else Solution(best, chi_square, True, CONVERGED)
            if damping > 1e14 or np.max(np.abs(move) / np.maximum(np.abs(u), 1.0)) < 1e-14:
                return Solution(best, chi_square, True, "converged: no step, however short, lowers chi-square")
            ratio = gain / max(predicted, 1e-300)
            damping *= 8.0 if not accepted else 0.1 if ratio > 0.75 else 2.0 if ratio < 0.25 else 0.5
        damping = max(damping, 1e-12)
        u, best, residual, jacobian, chi_square = u + move, full, other, slopes, there


def _within(u: np.ndarray, step: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Where the step from `u` ends: short of a bound that it would cross, or on it where that is close."""
    trial = u + step
    for edge, beyond in ((lower, trial < lower), (upper, trial > upper)):
        if np.any(beyond):
            gap = edge - u
            trial = np.where(beyond, np.where(np.abs(gap) <= CLOSE, edge, u + 0.9 * gap), trial)
    return trial


def onto_bounds(problem: Problem, best: Solution, size: np.ndarray, variance: float) -> tuple[Solution, tuple[int, ...]]:
    """The solution with parameters that crept up to a bound put on it, where that costs nothing, and the slots on bounds.

    `size` is that of the parameters, SI; `variance` that of a weighted residual.
    """
    values = best.values
    values = np.where(values - problem.lower <= BESIDE * size, problem.lower, values)
    values = np.where(problem.upper - values <= BESIDE * size, problem.upper, values)
    if np.any(values != best.values):
        there = problem.chi_square(values)
        if there <= best.chi_square + 1e-4 * variance:
            best = Solution(values, there, best.converged, best.message)
    return best, tuple(int(j) for j in np.flatnonzero((best.values <= problem.lower) | (best.values >= problem.upper)))
