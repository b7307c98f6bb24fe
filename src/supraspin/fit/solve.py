"""One bounded minimisation: trust-region-reflective least squares in units of the first guess, with the exact Jacobian."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from supraspin.fit.problem import Problem


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
    problem: Problem,
    start: np.ndarray,
    *,
    scale: np.ndarray,
    hold: Iterable[int] = (),
    max_nfev: int = 100,
    tolerance: float = 1e-10,
) -> Solution:
    """Minimise chi-square from `start`, leaving the slots in `hold` where they are.

    A step to values that the model cannot evaluate is rejected and shortened; a start of that kind gives an infinite
    chi-square in the solution, never an exception.
    """
    held = set(hold)
    free = np.array([j for j in range(len(start)) if j not in held], dtype=int)
    values = np.clip(start, problem.lower, problem.upper).astype(float)
    memory: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}

    def both(u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        key = u.tobytes()
        if key not in memory:
            full = values.copy()
            full[free] = np.clip(u * scale[free], problem.lower[free], problem.upper[free])
            residual, jacobian = problem.residuals(full, scale)
            memory.clear()
            memory[key] = residual, jacobian[:, free]
        return memory[key]

    lower, upper = problem.lower[free] / scale[free], problem.upper[free] / scale[free]
    # A start on a bound has no room for the reflective method and often no gradient either.
    inside = np.minimum(0.01, 0.1 * (upper - lower))
    u = np.clip(
        values[free] / scale[free],
        np.where(np.isfinite(lower), lower + inside, lower),
        np.where(np.isfinite(upper), upper - inside, upper),
    )
    u = np.where((values[free] > problem.lower[free]) & (values[free] < problem.upper[free]), values[free] / scale[free], u)
    residual, _ = both(u) if len(free) else problem.residuals(values, scale)
    if not np.all(np.isfinite(residual)):
        bad = int(np.sum(~np.isfinite(residual)))
        return Solution(values, np.inf, False, f"{problem.model.name} gives no finite value at {bad} of {len(residual)} points")
    if not len(free):
        return Solution(values, float(residual @ residual), True, "nothing to vary")
    with np.errstate(all="ignore"):
        found = least_squares(
            lambda v: both(v)[0], u, jac=lambda v: both(v)[1], bounds=(lower, upper), method="trf", x_scale="jac",
            ftol=tolerance, xtol=tolerance, gtol=tolerance, max_nfev=max_nfev,
        )  # fmt: skip
    values[free] = np.clip(found.x * scale[free], problem.lower[free], problem.upper[free])
    return Solution(values, 2.0 * float(found.cost), found.status > 0, found.message)


def snap_to_bounds(problem: Problem, best: Solution, scale: np.ndarray, variance: float) -> tuple[Solution, tuple[int, ...]]:
    """Put parameters that came to rest beside a bound on the bound, where that costs nothing. Returns their indices too.

    The reflective method approaches a bound from inside and never lands on it. `variance` is that of a weighted residual.
    """
    held: list[int] = []
    _, jacobian = problem.residuals(best.values, scale)
    error = np.sqrt(variance) / np.maximum(np.linalg.norm(jacobian, axis=0), 1e-300) * scale
    for j in range(len(best.values)):
        for bound in (problem.lower[j], problem.upper[j]):
            if np.isfinite(bound) and abs(best.values[j] - bound) <= max(1e-6 * scale[j], 0.02 * min(error[j], scale[j])):
                start = best.values.copy()
                start[j] = bound
                there = solve(problem, start, scale=scale, hold=[*held, j])
                if there.chi_square <= best.chi_square + 1e-4 * variance:
                    best = Solution(there.values, there.chi_square, best.converged and there.converged, best.message)
                    held.append(j)
                break
    return best, tuple(held)
