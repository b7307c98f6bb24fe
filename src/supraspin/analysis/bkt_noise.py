"""Noise of a V-I curve: sigma(V)^2 = floor^2 + (relative V)^2, and its zero.

With both polarities the part of V that is even in the current holds the noise and the offset of the voltmeter and nothing of
the sample: its differences from point to point give the noise without a model, its median the offset. With one polarity the
noise is what a point differs from the cubic through its four neighbours, and the offset is where the lowest currents point.
"""

from __future__ import annotations

import numpy as np

_GAUSS = 0.6745
_LEAST = 2e-4  # relative noise below which no voltmeter and current source are trusted


def split_noise(scatter: np.ndarray, voltage: np.ndarray) -> tuple[float, float]:
    """`floor` (V) and `relative` noise from deviations of standard error 1 sigma (n,) at voltages (n,)."""
    order = np.argsort(np.abs(voltage))
    scatter, size = np.abs(scatter[order]), np.abs(voltage[order])
    low = max(8, scatter.size // 3)
    floor = float(np.median(scatter[:low])) / _GAUSS
    high = slice(-max(6, scatter.size // 3), None)
    excess = (np.median(scatter[high] ** 2) / _GAUSS**2 - floor**2) / max(float(np.median(size[high])) ** 2, 1e-300)
    return floor, max(float(np.sqrt(max(excess, 0.0))), _LEAST)


def from_neighbours(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What each inner point (n - 4,) differs from the cubic through two points on either side, scaled to keep its variance."""
    inner = np.arange(2, x.size - 2)
    around = inner[:, None] + np.array([-2, -1, 1, 2])
    nodes, at = x[around], x[inner][:, None]
    weights = np.ones(nodes.shape)
    for j in range(4):
        for k in range(4):
            if k != j:
                gap = nodes[:, j] - nodes[:, k]
                weights[:, j] *= (at[:, 0] - nodes[:, k]) / np.where(gap == 0, np.inf, gap)
    rest = y[inner] - np.sum(weights * y[around], axis=1)
    return rest / np.sqrt(1 + np.sum(weights**2, axis=1))


def relative_noise(current: np.ndarray, voltage: np.ndarray, floor: float) -> float | None:
    """Relative noise of one polarity, from ln V against ln I where V stands 30 times above the floor; None for too few points."""
    high = np.flatnonzero(voltage > 30 * floor)
    if high.size < 12 or high[-1] - high[0] >= 2 * high.size:
        return None
    rest = from_neighbours(np.log(current[high]), np.log(voltage[high]))
    return max(float(np.median(np.abs(rest))) / _GAUSS, _LEAST)


def differences(y: np.ndarray) -> np.ndarray:
    """Differences of neighbours, again of length n, with the variance of one point."""
    steps = np.diff(y) / np.sqrt(2)
    return np.append(steps, steps[-1:])


def intercept(current: np.ndarray, voltage: np.ndarray, floor: float) -> tuple[float, float]:
    """Voltage at zero current and its error: the straight line through as many of the lowest currents as lie on one."""
    n = np.arange(1, current.size + 1)
    sx, sy = np.cumsum(current), np.cumsum(voltage)
    sxx, sxy, syy = np.cumsum(current**2), np.cumsum(current * voltage), np.cumsum(voltage**2)
    spread = np.maximum(n * sxx - sx**2, 1e-300)
    slope = (n * sxy - sx * sy) / spread
    start = (sy - slope * sx) / n
    rest = (syy - start * sy - slope * sxy) / np.maximum(n - 2, 1)
    good = (n >= 6) & (rest <= (1.3 * floor) ** 2 * (1 + 3 * np.sqrt(2 / n)))
    last = int(np.flatnonzero(good)[-1]) if good.any() else min(5, current.size - 1)
    return float(start[last]), float(floor * np.sqrt(sxx[last] / spread[last]))
