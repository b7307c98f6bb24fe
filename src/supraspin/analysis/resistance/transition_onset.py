"""Where a resistance that rises again on cooling begins to do so (T_K), and how high it gets.

Below the foot of the transition R is a level c, with a slope d towards the transition where the minimum is no plateau, and below
T_K it rises:

    R = c + d (ln T - ln T_K)   above T_K,      R = c + a (ln T_K - ln T) + b (ln T_K - ln T)^2   below,      a > 0.

T_K is found by its profile: the other parameters are linear. The errors follow from the residuals, those that hang together
counted less; slow noise enters them all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.resistance.curve import Curve, SlowNoise
from supraspin.analysis.resistance.transition_search import binned

_BINS = 160
_GRID = 60
_PART = 0.4
"""The fit reaches down to where this part of the rise is reached,"""
_OTHERS = (0.2, 0.5, 0.65, 0.8)
"""or one of these, which gives the systematic of T_K."""
_LEFT = (0.03, 0.3)
"""and up to where the transition has climbed to the first of these parts of the rise, the second where there is no plateau,"""
_NOISE, _PLATEAU = 4.0, 6
"""that is where fewer bins than this lie on it; noise is no climb."""
_TOP = 0.7
"""The top of the rise are bins above this part of it."""
_SLOW_START = 0.05
"""Part of the rise by which the level at its kink may exceed the lowest level before the rise counts as slow to begin."""
_RESOLVED = 0.1
"""Part of a bin to which the averages within bins let a kink be placed."""
_TILT = 12
"""A slope above the kink is taken where it lowers the sum of squares by this over the number of bins: never with fewer."""
_ALIKE, _EXACT = 1e-6, 1e-20
"""Sums of squares are one where they differ by less than this part of themselves, or of the sum of squares of the readings."""
_PRUDENCE = 1.5
"""Growth of the chi-square allowed for T_K: the window is chosen on the same readings (calibrated in the benchmarks)."""


@dataclass(frozen=True)
class Onset:
    """T_K (K) with error, 68 % interval and spread under choices; resistance at the minimum and at the top of the rise, ohm."""

    temperature: float
    stderr: float
    interval_68: tuple[float, float]
    systematic: float
    lowest: float
    lowest_stderr: float
    highest: float
    highest_stderr: float
    top: float
    wander: float

    @property
    def height(self) -> float:
        """The rise in ohm."""
        return self.highest - self.lowest

    @property
    def height_stderr(self) -> float:
        return math.sqrt(self.lowest_stderr**2 + self.highest_stderr**2 + self.wander)


def onset(curve: Curve, below: float, foot: float, top: float, slow: SlowNoise) -> Onset:
    """The onset of a rise between its foot and its top (K), on a curve whose transition is above `below`.

    Where too few readings hold the rise, T_K is only known to lie between the two.
    """
    under = curve.temperature < below
    bins = binned(curve.temperature[under], curve.resistance[under], curve.row[under], min(_BINS, max(12, int(under.sum()) // 3)))
    v, y, row = bins.log_temperature, bins.resistance, bins.row
    smooth = np.convolve(np.pad(y, 2, mode="edge"), np.ones(5) / 5, "valid")
    warm = int(np.argmin(np.abs(v - math.log(foot))))
    cold = int(np.argmin(np.abs(v - math.log(top))))
    warm = max(warm, min(cold + 1, v.size - 1))
    size = float(smooth[cold] - smooth[cold : warm + 1].min())
    low = float(smooth[cold : warm + 1].min())
    last = v.size
    for part in _LEFT:
        level = low + max(part * size, _NOISE * float(np.median(bins.error)))
        over = np.flatnonzero(smooth[warm:] > level)
        last = warm + int(over[0]) if over.size else v.size
        if last - warm >= _PLATEAU:
            break

    def first(part: float) -> int:
        reached = np.flatnonzero(smooth[cold : warm + 1] >= low + part * size)
        return cold + (int(reached[-1]) if reached.size else 0)

    fits = [found for part in (_PART, *_OTHERS) if (found := _kink(v, y, first(part), last)) is not None]
    if not fits:
        fits = [(0.5 * float(v[warm] + v[cold]), 0.5 * float(v[warm] - v[cold]), low, float(np.median(bins.error)), math.inf)]
    value, half, lowest, level_error, steep = fits[0]
    others = [abs(found[0] - value) for found in fits[1:]]
    peak, peak_error = _peak(v, y, cold, first(_TOP))
    near = slice(max(0, warm - 1), warm + 2)
    bottom, bottom_error = float(y[near].mean()), float(np.sqrt((bins.error[near] ** 2).sum()) / 3)
    if lowest - bottom > max(3 * bottom_error, _SLOW_START * size):
        # The rise begins slowly: the level at its kink is not the lowest, and T_K lies between the kink and the minimum.
        lowest, level_error = bottom, bottom_error
        others.append(abs(float(v[warm]) - value))
    # Slow noise shifts the level against the rise, whose slope turns that into a shift of T_K.
    shift = math.sqrt(0.5 * slow.variance)
    half = min(math.hypot(half, shift / steep), float(v[-1] - v[0]))
    level_error = math.hypot(level_error, shift)
    rows = float(abs(row[cold] - row[warm]))
    wander = 0.5 * slow.variance * max(1.0, rows / slow.distance)
    kink = math.exp(value)
    return Onset(
        kink, kink * half, (math.exp(value - half), math.exp(value + half)), kink * max(others, default=0.0),
        lowest, level_error, peak, peak_error, math.exp(v[cold]), wander,
    )  # fmt: skip


def _kink(v: np.ndarray, y: np.ndarray, first: int, last: int) -> tuple[float, ...] | None:
    """ln T_K and its error, the lowest level and its error, and the slope of the rise, from the bins between two."""
    x, z = v[first:last], y[first:last]
    if x.size < 7:
        return None
    grid = np.linspace(x[1] + 1e-3 * (x[-1] - x[0]), x[-2], _GRID)
    flat, tilted = _profile(x, z, grid, False), _profile(x, z, grid, True)
    # A slope above the kink only where the minimum is plainly no plateau.
    # A sum of squares is infinite where no kink makes the curve rise.
    plain = x.size > _TILT and tilted[0].min() < flat[0].min() * (1 - _TILT / x.size)
    slope = plain and tilted[2][tilted[0].argmin()] > 0
    squares = (tilted if slope else flat)[0]
    if not np.isfinite(squares).any():
        return None
    # The error may be finer than the grid: a second one lies around the minimum of the first.
    step, middle = float(grid[1] - grid[0]), _lowest(grid, squares, z)
    grid = np.concatenate([grid, np.linspace(max(middle - 2 * step, grid[0]), min(middle + 2 * step, grid[-1]), _GRID)])
    squares, *_ = _profile(x, z, grid, slope)
    value = _lowest(grid, squares, z)
    least = float(squares.min())
    dof = max(x.size - (5 if slope else 4), 1)
    columns = _columns(x, value, slope)
    found = np.linalg.lstsq(columns, z, rcond=None)[0]
    rest = z - columns @ found
    tied = max(0.0, min(0.9, float(rest[1:] @ rest[:-1]) / max(float(rest @ rest), 1e-300)))
    growth = (1 + tied) / (1 - tied) if tied * math.sqrt(x.size) > 2 else 1.0
    allowed = least * (1 + _PRUDENCE * growth / dof)
    inside = grid[squares <= allowed]
    half = math.hypot(0.5 * float(inside.max() - inside.min()), _RESOLVED * float(x[-1] - x[0]) / (x.size - 1))
    error = math.sqrt(least / dof * float(np.linalg.pinv(columns.T @ columns)[0, 0]) * growth)
    # The mean slope over the window; that at the kink itself is badly known where few bins hold it.
    steep = float(columns[0] @ found - found[0]) / max(value - float(x[0]), 1e-12)
    return (value, half, float(found[0]), error, steep) if steep > 0 else None


def _lowest(grid: np.ndarray, squares: np.ndarray, z: np.ndarray) -> float:
    """The kink of the least sum of squares; the middle of them where many are as good.

    They are where the rise has two readings only: slope and curvature go through both from anywhere within a bin, and the
    least of the sums would be a matter of rounding.
    """
    good = grid[squares <= squares.min() * (1 + _ALIKE) + _EXACT * float(z @ z)]
    return 0.5 * float(good.min() + good.max())


def _columns(x: np.ndarray, kink: float, tilted: bool) -> np.ndarray:
    under = np.maximum(kink - x, 0.0)
    parts = [np.ones_like(x), under, under**2]
    return np.stack([*parts, np.maximum(x - kink, 0.0)] if tilted else parts, axis=1)


def _profile(x: np.ndarray, z: np.ndarray, grid: np.ndarray, tilted: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum of squares, level and slope above the kink for each kink (grid,); infinite where the curve would not rise."""
    columns = np.stack([_columns(x, kink, tilted) for kink in grid])
    squared = np.einsum("gni,gnj->gij", columns, columns)
    found = np.einsum("gij,gjn,n->gi", np.linalg.pinv(squared, hermitian=True), columns.transpose(0, 2, 1), z)
    rest = z - np.einsum("gni,gi->gn", columns, found)
    squares = np.where(found[:, 1] > 0, np.einsum("gn,gn->g", rest, rest), math.inf)
    return squares, found[:, 0], found[:, 3] if tilted else np.zeros(grid.size)


def _peak(v: np.ndarray, y: np.ndarray, cold: int, last: int) -> tuple[float, float]:
    """Resistance at the top of the rise and its error: a parabola through the bins around it that belong to the top."""
    near = slice(max(0, cold - 6), min(cold + 7, max(last, cold + 2)))
    x, z = v[near] - v[cold], y[near]
    degree = 2 if x.size >= 7 else 1
    columns = np.vander(x, degree + 1, increasing=True)
    found = np.linalg.lstsq(columns, z, rcond=None)[0]
    rest = z - columns @ found
    variance = float(rest @ rest) / max(x.size - degree - 1, 1) * float(np.linalg.pinv(columns.T @ columns)[0, 0])
    return float(found[0]), math.sqrt(variance)
