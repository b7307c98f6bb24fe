"""Profile likelihood: how far one parameter can go when all others follow, and whether it is bounded at all.

For a value v of one parameter chi-square is minimised over the others; z(v) is the root of its rise over the variance
of a residual. z = 1, 1.96 bound the 68 and 95 % intervals (Student's t in place of these where sigma was estimated),
z = 1.64 is the one-sided limit at 95 % for a side on which z never reaches 1.96 before a bound or within six decades.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri, stdtrit

from supraspin.fit.covariance import Spread
from supraspin.fit.problem import Problem
from supraspin.fit.solve import SMALLEST, solve

DECADES = 6
MOST_STEPS = 16


@dataclass(frozen=True)
class Levels:
    """Values of z for a two-sided 68 % and 95 % interval and a one-sided 95 % limit."""

    z68: float
    z95: float
    z_limit: float


def levels(dof: int, sigma_known: bool) -> Levels:
    """Gaussian levels, or Student's t with `dof` where the variance came from the residuals."""
    shares = (0.5 + 0.6826894921370859 / 2, 0.975, 0.95)
    return Levels(*(float(ndtri(p)) if sigma_known else float(stdtrit(dof, p)) for p in shares))


@dataclass(frozen=True)
class Profile:
    """Intervals of one parameter; an open side ends in its bound or in infinity. `better` holds a lower minimum met."""

    interval_68: tuple[float, float]
    interval_95: tuple[float, float]
    open_low: bool
    open_high: bool
    limit: float
    points: tuple[tuple[float, float], ...]
    better: np.ndarray | None = None


class _Better(Exception):
    """A lower minimum was met on the way; the caller starts again from there."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values


def profile(
    problem: Problem, best: np.ndarray, chi_square: float, j: int, spread: Spread, size: np.ndarray, variance: float, z: Levels
) -> Profile:
    """The profile of slot `j` around the optimum `best` (SI); `size` are typical sizes of the parameters, SI."""
    value = float(best[j])
    known: dict[float, tuple[float, np.ndarray]] = {value: (0.0, best)}
    error = float(spread.stderr[j])
    determined = math.isfinite(error) and error > 0
    direction = (
        np.where(np.isfinite(spread.covariance[:, j]), spread.covariance[:, j], 0.0) / error**2
        if determined
        else np.zeros(len(best))
    )
    unit = np.where(best == 0, size, np.maximum(np.abs(best), SMALLEST * size))

    def rise(v: float) -> float:
        """z at v; infinite where the model has no finite value."""
        found = solve(problem, _path(known, v, j, direction, value), scale=unit, hold=[j], tolerance=0.0, enough=1e-3 * variance)
        if found.chi_square < chi_square - 0.02 * variance:
            raise _Better(found.values)
        root = math.sqrt(max(found.chi_square - chi_square, 0.0) / variance)
        if math.isfinite(root):
            known[v] = root, found.values
        return root

    try:
        step = error if determined else 0.1 * float(size[j])
        sides = [
            _walk(rise, value, sign, step, float(edge), float(size[j]), z.z95)
            for sign, edge in ((-1, problem.lower[j]), (1, problem.upper[j]))
        ]
        at_68 = [_crossing(rise, walk, z.z68) for walk in sides]
        at_95 = [_crossing(rise, walk, z.z95) for walk in sides]
        closed = [walk for walk, at in zip(sides, at_95, strict=True) if at is not None]
        limit = _crossing(rise, closed[0], z.z_limit) if len(closed) == 1 else None
    except _Better as found:
        return Profile((value, value), (value, value), False, False, math.nan, (), found.values)

    edges = (float(problem.lower[j]), float(problem.upper[j]))
    low_68, high_68 = (edge if at is None else at for edge, at in zip(edges, at_68, strict=True))
    low_95, high_95 = (edge if at is None else at for edge, at in zip(edges, at_95, strict=True))
    points = tuple(sorted((v, r) for v, (r, _) in known.items()))
    return Profile(
        (low_68, high_68), (low_95, high_95), at_95[0] is None, at_95[1] is None, math.nan if limit is None else limit, points
    )


def _path(known: dict[float, tuple[float, np.ndarray]], v: float, j: int, direction: np.ndarray, value: float) -> np.ndarray:
    """Where the other parameters should be at v: along the line through the two nearest places known, where they are near."""
    near, *others = sorted(known, key=lambda w: abs(w - v))[:2]
    values = known[near][1]
    if near == value:
        start = values + direction * (v - near)
    elif others and abs(v - near) <= 2 * abs(near - others[0]):
        start = values + (values - known[others[0]][1]) * (v - near) / (near - others[0])
    else:
        start = values.copy()
    start[j] = v
    return start


def _walk(rise, value: float, sign: int, step: float, edge: float, size: float, target: float) -> list[tuple[float, float]]:
    """[(v, z), ...] from the optimum outwards until z reaches `target`, or the side is open.

    Towards a finite edge the distance to it shrinks, away from all edges the distance gone grows; where z stays flat the
    factor of the steps is squared each time, so that many decades cost few fits.
    """
    walk = [(value, 0.0)]
    room = abs(edge - value)
    if room == 0:
        return walk
    if math.isfinite(room):
        step = min(step, 0.5 * room)
        at_edge = rise(edge)
        if at_edge < target:
            return [*walk, (edge, at_edge)]
    reach, left, jump = step, room - step, 10.0
    for _ in range(MOST_STEPS):
        # Beside an edge the distance to the edge is what counts; taken from the distance gone it would lose its digits.
        v = edge - sign * left if left < 0.5 * room else value + sign * reach
        here = rise(v)
        flat = here - walk[-1][1] < 0.02 * target
        walk.append((v, here))
        if here >= target:
            break
        factor = jump if flat else min(max(1.15 * target / here, 1.3), 4.0)
        jump = jump**2 if flat else 10.0
        if math.isfinite(room):
            if reach * factor < 0.6 * room:
                reach, left = reach * factor, room - reach * factor
            else:
                left /= max(factor, 3.0)
                reach = room - left
            if left < 1e-30 * room:
                break
        elif reach >= 10.0**DECADES * size:
            break
        else:
            reach = min(reach * factor, 10.0**DECADES * size)
    return walk


def _crossing(rise, walk: list[tuple[float, float]], level: float) -> float | None:
    """Where the walk first reaches `level`, refined until z is straight between the neighbours."""
    beyond = next((i for i, (_, root) in enumerate(walk) if root >= level), None)
    if beyond is None:
        return None
    (a, za), (b, zb) = walk[beyond - 1], walk[beyond]
    for turn in range(10):
        if math.isfinite(zb) and abs(zb - level) < 0.01 * level:
            break
        part = 0.5 if math.isinf(zb) else (level - za) / (zb - za)
        if turn % 2 or not 0.05 < part < 0.95:
            part = 0.5  # regula falsi alone creeps where z is no straight line
        v = a * (b / a) ** part if a * b > 0 and not 1 / 3 < b / a < 3 else a + part * (b - a)
        here = rise(v)
        if abs(here - level) < 0.01 * level:
            return v
        if here < level:
            a, za = v, here
        else:
            b, zb = v, here
        if math.isfinite(zb) and zb - za < 0.3 * level:
            break  # between close points z is straight enough
    return b if math.isinf(zb) else a + (b - a) * (level - za) / (zb - za)
