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
    excess = (float(np.median(scatter[high] / np.maximum(size[high], 1e-300))) / _GAUSS) ** 2
    excess -= (floor / max(float(np.median(size[high])), 1e-300)) ** 2
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
    """Voltage at zero current and its error, V, from the lowest currents, up to 30 times the noise `floor` above the first.

    V = V_0 + R I + c I^a, the mean over the exponents a from 1.5 to 9 by their likelihood; how a moves V_0 is in the error.
    """
    above = np.flatnonzero(np.abs(voltage - np.median(voltage[:5])) > 30 * floor)
    count = min(max(int(above[0]) if above.size else current.size, 8), current.size)
    x, v = current[:count] / current[count - 1], voltage[:count] / floor
    powers = x ** np.arange(1.5, 9.1, 0.25)[:, None]
    columns = np.stack(np.broadcast_arrays(np.ones_like(x), x, powers), axis=-1)
    covariance = np.linalg.pinv(np.einsum("kni,knj->kij", columns, columns))
    found = np.einsum("kij,knj,n->ki", covariance, columns, v)
    rest = np.sum((v - np.einsum("kni,ki->kn", columns, found)) ** 2, axis=1)
    weight = np.exp(-0.5 * (rest - rest.min()))
    weight /= weight.sum()
    mean = float(weight @ found[:, 0])
    error = float(np.sqrt(weight @ (covariance[:, 0, 0] + (found[:, 0] - mean) ** 2)))
    return floor * mean, floor * error
