"""How noisy the data are, without a model, and whether residuals still hold structure.

Noise: divided differences of high order along x annihilate the smooth curve and keep the noise; their robust width,
corrected for the filter, is the standard deviation of a reading. Two orders are tried and the smaller taken, because a
curve that is not smooth on the scale of the sampling can only add to it. Readings that stand on a ladder of steps, as a
converter gives them, are uncertain by the step over sqrt(12) at the least.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ORDERS = (3, 5)
SHORTEST = 8
"""Points below which the noise is not estimated."""


def natural_order(x: np.ndarray) -> np.ndarray:
    """Indices that put the points in the order of a curve: as measured, or by x where the measured order jumps about."""
    turns = np.sum(np.diff(np.sign(np.diff(x))) != 0) if len(x) > 2 else 0
    return np.arange(len(x)) if turns <= 0.1 * len(x) else np.argsort(x, kind="stable")


def difference_filter(x: np.ndarray, order: int) -> np.ndarray:
    """Weights (n - order, order + 1) of the divided differences along x, normalised so that white noise keeps its deviation."""
    windows = np.lib.stride_tricks.sliding_window_view(x, order + 1)
    gaps = windows[:, :, None] - windows[:, None, :]
    widest = np.ptp(windows, axis=1)
    diagonal = np.eye(order + 1, dtype=bool)
    # Coinciding coordinates have no divided difference; such windows are taken as evenly spaced.
    tied = np.any((np.abs(gaps) <= 1e-3 * widest[:, None, None]) & ~diagonal, axis=(1, 2))
    index = np.arange(order + 1.0)
    even = index[:, None] - index[None, :]
    gaps = np.where(tied[:, None, None], even, gaps / np.where(widest > 0, widest, 1.0)[:, None, None])
    weights = 1.0 / np.prod(np.where(diagonal, 1.0, gaps), axis=2)
    return weights / np.linalg.norm(weights, axis=1, keepdims=True)


def differences(x: np.ndarray, y: np.ndarray, order: int) -> np.ndarray:
    """Normalised divided differences (..., n - order) of readings (..., n); empty where there are too few points."""
    if len(x) <= order:
        return np.empty((*y.shape[:-1], 0))
    weights = difference_filter(x, order)
    return sum(weights[:, i] * y[..., i : y.shape[-1] - order + i] for i in range(order + 1))


def noise(sweeps: Sequence[tuple[np.ndarray, np.ndarray]]) -> float:
    """Standard deviation of one reading over sweeps of (x, y), or NaN where they are too short (under 8 points) to tell."""
    estimates = []
    for order in ORDERS:
        parts = []
        for x, y in sweeps:
            at = natural_order(x)
            parts.append(differences(x[at], y[at], order))
        values = np.concatenate(parts) if parts else np.empty(0)
        if len(values) >= SHORTEST - max(ORDERS):
            estimates.append(float(_width(values)))
    if not estimates:
        return math.nan
    return max(min(estimates), *(step_of(y) / math.sqrt(12) for _, y in sweeps))


def step_of(y: np.ndarray) -> float:
    """Step of the ladder on which coarsely digitised readings (n,) stand, 0 where they do not."""
    if len(y) < SHORTEST or np.mean(y[1:] == y[:-1]) < 0.2:
        return 0.0
    rungs = np.unique(y)
    gaps = np.diff(rungs)
    # Sums of decimal fractions are not exact: rungs that differ in the last digits are one.
    gaps = gaps[gaps > 1e-9 * np.max(np.abs(rungs))]
    if not len(gaps):
        return 0.0
    steps = gaps / gaps.min()
    return float(gaps.min()) if np.all(np.abs(steps - np.round(steps)) < 1e-3 * steps) else 0.0


def noise_of_curves(x: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """`noise` of each curve (c,) of `ys` (c, n) over one x (n,); NaN readings are left out."""
    out = np.full(len(ys), math.nan)
    good = np.isfinite(ys)
    if good.all():
        patterns, member = np.ones((1, len(x)), dtype=bool), np.zeros(len(ys), dtype=int)
    else:
        patterns, member = np.unique(good, axis=0, return_inverse=True)
    for i, pattern in enumerate(patterns):
        if pattern.sum() >= SHORTEST:
            rows = np.flatnonzero(member.ravel() == i)
            at = np.flatnonzero(pattern)
            at = at[natural_order(x[at])]
            readings = ys[np.ix_(rows, at)]
            smallest = [step_of(y) / math.sqrt(12) for y in readings]
            out[rows] = np.maximum(np.min([_width(differences(x[at], readings, order)) for order in ORDERS], axis=0), smallest)
    return out


def _width(values: np.ndarray) -> np.ndarray:
    robust = np.median(np.abs(values), axis=-1) / 0.6744897501960817
    # More than half of the differences vanish exactly for coarsely digitised readings.
    return np.where(robust > 0, robust, np.sqrt(np.mean(values**2, axis=-1)))


@dataclass(frozen=True)
class Structure:
    """Residuals against white noise: runs test (standard normal z; negative = too few runs), lag-1 autocorrelation."""

    runs_z: float
    lag1: float
    n: int
    runs: int = 0

    @property
    def structured(self) -> bool:
        return self.lag1 * math.sqrt(max(self.n, 1)) > 3.5 or (self.runs_z < -3.5 and self.lag1 > 0)

    @property
    def n_effective(self) -> float:
        """Number of independent points that autocorrelated residuals (first order) are worth."""
        rho = min(max(self.lag1, 0.0), 0.99)
        return self.n * (1 - rho) / (1 + rho)

    @property
    def error_growth(self) -> float:
        return math.sqrt(self.n / self.n_effective) if self.n else 1.0

    def to_dict(self) -> dict[str, float]:
        return {"runs_z": self.runs_z, "lag1": self.lag1, "n_effective": self.n_effective}


def structure(sweeps: Sequence[tuple[np.ndarray, np.ndarray]]) -> Structure:
    """Runs test and lag-1 autocorrelation of residuals given as sweeps of (x, weighted residual), pooled over sweeps."""
    expected = variance = products = squares = 0.0
    runs = count = counted = 0
    for x, values in sweeps:
        r = values[natural_order(x)]
        n, up = len(r), int(np.sum(r > 0))
        down = n - up
        count += n
        squares += float(r @ r)
        products += float(r[1:] @ r[:-1])
        here = 1 + int(np.sum((r[1:] > 0) != (r[:-1] > 0)))
        runs += here
        if up and down and n > 2:
            counted += here
            expected += 1 + 2 * up * down / n
            variance += 2 * up * down * (2 * up * down - n) / (n**2 * (n - 1))
    z = (counted - expected) / math.sqrt(variance) if variance > 0 else 0.0
    return Structure(z, products / squares if squares > 0 else 0.0, count, runs)
