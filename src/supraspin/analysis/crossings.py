"""Where a noisy curve passes a level for the outermost time, with the error that noise and the grid leave.

Counted from its outer end a curve stands above the level, then falls below it. The place is the largest sum of y - level
from outside, a change point: single noisy readings don't move it. A parabola through the readings around it gives the
crossing; where the grid steps over the transition, the error is that of a place anywhere between two readings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_MARGIN = 5.0
"""How far, in standard deviations of a reading, the sum has to fall before the curve counts as below the level."""
_NEAR = 0.2
"""Readings within this distance of the level (and nearer to it than 0.6 of the way to 0 or 1) take part."""


@dataclass(frozen=True)
class Crossing:
    """A place on x, its standard error from the noise of y, and what the grid leaves open, all in the unit of x."""

    place: float
    noise: float
    grid: float

    @property
    def stderr(self) -> float:
        return math.hypot(self.noise, self.grid)


def noise_of(y: np.ndarray) -> float:
    """Standard deviation of a reading (n,), from second differences, robust; 0 where more than half of them vanish."""
    if y.size < 5:
        return 0.0
    bend = np.abs(y[2:] - 2 * y[1:-1] + y[:-2])
    return 1.4826 * float(np.median(bend)) / math.sqrt(6)


def without_spikes(y: np.ndarray, sigma: float) -> np.ndarray:
    """Which readings (n,) are no lone spikes: those near the median of the five around them."""
    if y.size < 9:
        return np.ones(y.size, bool)
    middle = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(y, 2, mode="edge"), 5), axis=1)
    away = np.abs(y - middle)
    return away <= 8 * max(sigma, 1.4826 * float(np.median(away)), 1e-12 * float(np.abs(y).max()))


def change(y: np.ndarray, level: float, sigma: float) -> int | None:
    """Index i such that y (n,) lies above the level from i + 1 on and below it at i; None where it does not."""
    margin = max(_MARGIN * sigma, 1e-3)
    total = np.concatenate([[0.0], np.cumsum(y[::-1] - level)])
    highest = np.maximum.accumulate(total)
    fallen = np.flatnonzero(highest - total > margin)
    if not fallen.size:
        return None
    best = int(np.argmax(total[: fallen[0] + 1]))
    if best == 0 or total[best] < 0.4 * margin:
        return None
    return y.size - 1 - best


def outermost(x: np.ndarray, y: np.ndarray, level: float, sigma: float) -> Crossing | None:
    """The outermost crossing of `level` on a curve y(x), x (n,) ascending, y going from 0 (inside) to 1 (outside).

    `sigma` is the noise of y. None where the curve does not lie above the level outside and below it further in.
    """
    at = change(y, level, sigma)
    if at is None:
        return None
    near = min(_NEAR, 0.6 * min(level, 1 - level))
    low, high = change(y, level - near, sigma), change(y, level + near, sigma)
    first = at if low is None else min(low + 1, at)
    last = at + 1 if high is None else max(high, at + 1)
    part = slice(first, last + 1)
    straight = _between(x, y, level, sigma, at)
    if last + 1 - first < 4:
        return straight
    return _parabola(x[part], y[part], level, sigma, straight.grid) or straight


def _between(x: np.ndarray, y: np.ndarray, level: float, sigma: float, at: int) -> Crossing:
    """The straight line between the two readings about the crossing."""
    step, gap = float(y[at + 1] - y[at]), float(x[at + 1] - x[at])
    if step <= 0:  # noise: the sums put the change here although the two readings are the wrong way round
        return Crossing(float(x[at] + 0.5 * gap), gap, gap / math.sqrt(12))
    share = min(max((level - float(y[at])) / step, 0.0), 1.0)
    noise = min(sigma / step * math.hypot(share, 1 - share), 1.0) * gap
    return Crossing(float(x[at] + share * gap), noise, gap / math.sqrt(12) * min(step, 1.0) ** 2)


def _parabola(x: np.ndarray, y: np.ndarray, level: float, sigma: float, grid: float) -> Crossing | None:
    """The crossing of a line (under eight readings) or parabola through the readings, None where it does not rise through."""
    width = float(np.ptp(x))
    if width == 0:
        return None
    centre = 0.5 * float(x[0] + x[-1])
    u = (x - centre) / width
    columns = np.vander(u, 3 if x.size >= 8 else 2, increasing=True)
    spread = np.linalg.pinv(columns.T @ columns)
    found = spread @ (columns.T @ y)
    rest = y - columns @ found
    scatter = max(sigma, math.sqrt(float(rest @ rest) / (x.size - columns.shape[1])))
    a, b, c = float(found[0]) - level, float(found[1]), float(found[2]) if found.size > 2 else 0.0
    inside = b * b - 4 * a * c
    if b <= 0 or inside <= 0:
        return None
    root = -2 * a / (b + math.sqrt(inside))
    slope = b + 2 * c * root
    if abs(root) > 0.75 or slope <= 0:
        return None
    powers = root ** np.arange(found.size)
    error = scatter * math.sqrt(float(powers @ spread @ powers)) / slope
    return Crossing(centre + root * width, error * width, grid)
