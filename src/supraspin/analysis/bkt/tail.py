"""The exponential of Halperin and Nelson in every window of R(T) at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_FEWEST = 6
_GRID = 160


@dataclass(frozen=True)
class Sweep:
    """The exponential in windows (k,): their ends, K, and in parts of R_N; T_BKT, K, and b where chi-square has a minimum."""

    low: np.ndarray
    high: np.ndarray
    share: np.ndarray
    bkt_temperature: np.ndarray
    bkt_constant: np.ndarray

    @property
    def spread(self) -> tuple[float, float]:
        """16 % and 84 % points of T_BKT over the windows, K; NaN where there are fewer than 4."""
        if self.bkt_temperature.size < 4:
            return math.nan, math.nan
        low, high = np.percentile(self.bkt_temperature, [16, 84])
        return float(low), float(high)


def sweep_windows(t: np.ndarray, r: np.ndarray, error: np.ndarray, normal: float) -> Sweep | None:
    """ln R = ln R_0 - b (T/T_BKT - 1)^(-1/2) in all windows of the points (n,) at once, T_BKT from a grid below them."""
    inside = (r > 5 * error) & (r < 0.5 * normal)
    t, y, w = t[inside], np.log(r[inside]), (r[inside] / error[inside]) ** 2
    if t.size < _FEWEST + 1:
        return None
    tried = t[0] - np.geomspace(1e-4, 1.5, _GRID) * (t[-1] - t[0])
    tried = tried[tried > 0][:, None]
    x = (t / tried - 1) ** -0.5
    edges = np.unique(np.linspace(0, t.size, min(t.size + 1, 19)).astype(int))
    low, high = (grid.ravel() for grid in np.meshgrid(edges, edges, indexing="ij"))
    wide = high - low >= _FEWEST
    low, high = low[wide], high[wide]
    wide = y[high - 1] - y[low] > math.log(4)
    low, high = low[wide], high[wide]
    if low.size == 0:
        return None

    def sums(values):
        total = np.concatenate([np.zeros((tried.size, 1)), np.cumsum(np.broadcast_to(values, x.shape), axis=1)], axis=1)
        return total[:, high] - total[:, low]

    s0, sx, sy = sums(w), sums(w * x), sums(w * y)
    cxx, cxy, cyy = sums(w * x * x) - sx**2 / s0, sums(w * x * y) - sx * sy / s0, sums(w * y * y) - sy**2 / s0
    chi = np.where(cxy < 0, cyy - cxy**2 / cxx, np.inf)
    best = np.argmin(chi, axis=0)
    fine = (best > 0) & (best < tried.size - 1) & np.isfinite(chi[best, np.arange(low.size)])
    best, at = best[fine], np.flatnonzero(fine)
    slope = -(cxy / cxx)[best, at]
    # The minimum between the grid's points, by the parabola through three of them in the logarithm of the distance below t[0].
    before, middle, after = (chi[best + k, at] for k in (-1, 0, 1))
    shift = 0.5 * (before - after) / np.maximum(before - 2 * middle + after, 1e-300)
    step = math.log(1.5e4) / (_GRID - 1)
    place = t[0] - (t[0] - tried[best, 0]) * np.exp(np.where(np.isfinite(shift), np.clip(shift, -1, 1), 0.0) * step)
    return Sweep(t[low[fine]], t[high[fine] - 1], r[inside][high[fine] - 1] / normal, place, slope)
