"""Noise of R(T), its normal resistance just above the transition, and what is left of it at the lowest temperatures."""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.bkt.noise import from_neighbours, split_noise


def normal_level(temperature: np.ndarray, resistance: np.ndarray) -> float:
    """Resistance just above the steepest rise of R(T), ohm: the median over the next fifth of that temperature."""
    v = np.log(temperature)
    grid = np.linspace(v[0], v[-1], 200)
    smooth = np.interp(grid, v, resistance)
    rise = np.gradient(np.convolve(np.pad(smooth, 2, mode="edge"), np.ones(5) / 5, "valid"), grid)
    at = int(np.argmax(rise))
    later = np.flatnonzero((np.arange(grid.size) > at) & (rise < 0.1 * rise[at]))
    start = grid[later[0]] if later.size else grid[-1]
    above = (v >= start) & (v <= start + 0.2)
    return float(np.median(resistance[above])) if above.any() else float(resistance.max())


def noise_of(temperature: np.ndarray, resistance: np.ndarray) -> np.ndarray:
    """Standard error of each reading (n,): noise of R on the flat parts, that of the thermometer times the slope elsewhere."""
    size = float(np.abs(resistance).max())
    if temperature.size < 12:
        return np.full(temperature.size, max(1e-4 * size, 1e-300))
    rest, level = from_neighbours(temperature, resistance), resistance[2:-2]
    slope = (resistance[3:-1] - resistance[1:-3]) / np.maximum(temperature[3:-1] - temperature[1:-3], 1e-12)
    flat = np.argsort(np.abs(slope) * 1e-3 + np.abs(level) * 1e-9 * float(np.abs(slope).max()) / max(size, 1e-300))
    quiet = flat[: max(8, flat.size // 2)]
    floor, relative = split_noise(rest[quiet], level[quiet])
    own = np.hypot(max(floor, 1e-7 * size), relative * level)
    steep = flat[-max(5, flat.size // 5) :]
    excess = (rest[steep] ** 2 / 0.4549 - own[steep] ** 2) / slope[steep] ** 2
    jitter = math.sqrt(max(float(np.median(excess)), 0.0))
    sigma = np.hypot(own, jitter * _smooth_slope(temperature, resistance)[2:-2])
    return np.pad(sigma, 2, mode="edge")


def _smooth_slope(temperature: np.ndarray, resistance: np.ndarray) -> np.ndarray:
    """|dR/dT| over five points (n,), ohm/K."""
    wide = np.pad(temperature, 2, mode="edge"), np.pad(resistance, 2, mode="edge")
    return np.abs(wide[1][4:] - wide[1][:-4]) / np.maximum(wide[0][4:] - wide[0][:-4], 1e-12)


def residual_resistance(t: np.ndarray, r: np.ndarray, sigma: np.ndarray, normal: float) -> tuple[float, float]:
    """Resistance left at the lowest temperatures, where R(T) is flat, and its error, ohm; 0 where it still falls there."""
    low = np.flatnonzero(r < 0.3 * normal)
    if low.size < 10 or low[0] != 0:
        return 0.0, 0.0
    cold = np.arange(max(5, int(np.argmax(r > np.median(r[:5]) + 0.02 * normal)) // 2))
    slope, level = np.polyfit(t[cold] - t[cold].mean(), r[cold], 1)
    error = float(np.median(sigma[cold])) / math.sqrt(cold.size)
    steep = error * math.sqrt(12) / max(float(np.ptp(t[cold])), 1e-12)
    if abs(slope) > 4 * steep and abs(slope) * float(np.ptp(t[cold])) > 0.1 * abs(level):
        return 0.0, 0.0
    return (float(level), error) if abs(level) > 3 * error else (0.0, 0.0)


def reach(t: np.ndarray, r: np.ndarray, level: float) -> float:
    """Lowest temperature from which R exceeds a level, K."""
    above = np.flatnonzero(r > level)
    return float(t[above[0]]) if above.size else float(t[-1])
