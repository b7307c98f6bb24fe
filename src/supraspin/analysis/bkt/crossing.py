"""The temperature at which the exponent passes 3, with the errors of the exponents, of the thermometer and of the interpolation.

A low polynomial through up to four temperatures on either side of the crossing gives the value; what exponents scatter about
it beyond their errors (thermometer, windows) is added to the errors. The straight line between the two neighbours says how much
the way of interpolating matters. Where the exponent jumps from one temperature to the next, as in a large sample it must, the
straight line through the exponents above the jump is followed to 3 instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from supraspin.analysis.bkt.noise import from_neighbours

UNIVERSAL = 3.0
"""The exponent at T_BKT: 1 + pi J_s/(k_B T) with the universal jump J_s = 2 k_B T/pi."""
_SIDE = 4
_RANGE = (1.3, 7.5)  # exponents far from 3 say nothing about where it is passed
_JUMP = 0.8


@dataclass(frozen=True)
class Crossing:
    """Temperature, K, statistical error, spread under ways to interpolate; neighbours (T, a) on either side; d a/d T, 1/K."""

    temperature: float
    stderr: float
    interpolation: float
    cold: tuple[float, float]
    hot: tuple[float, float]
    slope: float

    @property
    def leap(self) -> float:
        """Change of the exponent between the two neighbours."""
        return self.cold[1] - self.hot[1]


def crossing(
    temperature: np.ndarray, exponent: np.ndarray, stderr: np.ndarray, thermometer: np.ndarray | None = None
) -> Crossing | None:  # fmt: skip
    """Where the exponents (n,) at rising temperatures (n,) pass 3 downwards; None where they do not. Errors of both, (n,)."""
    t, a, e = _merged(temperature, exponent, stderr)
    if t.size < 3:
        return None
    at = _place(t, a)
    if at is None:
        return None
    jitter = float(np.median(thermometer)) if thermometer is not None and np.size(thermometer) else 0.0
    low, high = max(0, at - _SIDE + 1), min(t.size, at + 1 + _SIDE)
    near = np.arange(low, high)
    inside = (a[near] > _RANGE[0]) & (a[near] < _RANGE[1])
    near = near[inside | (near == at) | (near == at + 1)]
    slope = (a[at + 1] - a[at]) / (t[at + 1] - t[at])
    jitter = max(jitter, _scatter(t, a, e))
    line = t[at] + (UNIVERSAL - a[at]) / slope
    error = np.hypot(e[near], slope * jitter)
    neighbours = (float(t[at]), float(a[at])), (float(t[at + 1]), float(a[at + 1]))
    beyond = _from_cold(t[: at + 1], a[: at + 1], np.hypot(e[: at + 1], slope * jitter))
    leap = a[at] - a[at + 1]
    if beyond is not None and leap > max(_JUMP, 2 * abs(beyond[2]) * (t[at + 1] - t[at]), 4 * error.max()):
        # The exponent jumps between the neighbours: its branch below the jump is followed to 3.
        value = float(np.clip(beyond[0], t[at], t[at + 1]))
        return Crossing(value, beyond[1], abs(value - float(line)), *neighbours, beyond[2])
    found = _by_polynomial(t[near], a[near], error, t[at], t[at + 1])
    if found is None:
        share = (line - t[at]) / (t[at + 1] - t[at])
        both = np.hypot(e[at : at + 2], slope * jitter)
        stat = float(np.hypot((1 - share) * both[0], share * both[1])) / abs(slope)
        value, local = float(line), float(slope)
    else:
        value, stat, local = found
    return Crossing(value, stat, max(abs(float(line) - value) - stat, 0.0), *neighbours, local)


def _from_cold(t: np.ndarray, a: np.ndarray, e: np.ndarray) -> tuple[float, float, float] | None:
    """Where the straight line through the last (at most 4) exponents above 3 reaches 3, the error, and its slope, 1/K."""
    t, a, e = t[-4:], a[-4:], e[-4:]
    inside = a < _RANGE[1]
    t, a, e = t[inside], a[inside], e[inside]
    if t.size < 3:
        return None
    w = 1 / e**2
    centre = float(np.sum(w * t) / np.sum(w))
    u = t - centre
    spread, level = float(np.sum(w * u**2)), float(np.sum(w * a) / np.sum(w))
    slope = float(np.sum(w * u * a)) / spread
    if slope >= 0:
        return None
    grown = max(float(np.sum(w * (a - level - slope * u) ** 2)) / (t.size - 2), 1.0) ** 0.5
    root = (UNIVERSAL - level) / slope
    return centre + root, grown * float(np.hypot(np.sum(w) ** -0.5, root * spread**-0.5)) / abs(slope), slope


def _scatter(t: np.ndarray, a: np.ndarray, e: np.ndarray) -> float:
    """Scatter of the exponents about smooth curves beyond their errors, as one of the temperatures, K."""
    inside = np.flatnonzero((a > _RANGE[0]) & (a < _RANGE[1]))
    if inside.size < 7:
        return 0.0
    t, a, e = t[inside], a[inside], e[inside]
    rest, slope = from_neighbours(t, a), np.gradient(a, t)[2:-2]
    shift = np.median(np.abs(rest / np.where(slope == 0, np.inf, slope))) / 0.6745
    own = np.median(e[2:-2] / np.abs(np.where(slope == 0, np.inf, slope)))
    return float(np.sqrt(max(shift**2 - own**2, 0.0)))


def _merged(t: np.ndarray, a: np.ndarray, e: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rising temperatures, each once, with the weighted mean of the exponents there."""
    fine = np.isfinite(a) & np.isfinite(e) & np.isfinite(t)
    t, a, e = t[fine], a[fine], np.maximum(e[fine], 1e-6)
    order = np.argsort(t, kind="stable")
    t, a, w = t[order], a[order], 1 / e[order] ** 2
    if t.size == 0:
        return t, a, w
    first = np.flatnonzero(np.append(True, np.diff(t) > 1e-6 * t[1:]))
    total = np.add.reduceat(w, first)
    return t[first], np.add.reduceat(w * a, first) / total, total**-0.5


def _place(t: np.ndarray, a: np.ndarray) -> int | None:
    """Index of the colder neighbour of the crossing: of several, the one in the middle."""
    down = np.flatnonzero((a[:-1] >= UNIVERSAL) & (a[1:] < UNIVERSAL))
    return int(down[down.size // 2]) if down.size else None


def _by_polynomial(t: np.ndarray, a: np.ndarray, e: np.ndarray, cold: float, hot: float) -> tuple[float, float, float] | None:
    """Root of the weighted polynomial between `cold` and `hot`, its error and slope there; None where there is none."""
    degree = 3 if t.size >= 7 else 2 if t.size >= 5 else 1
    if t.size < degree + 2:
        return None
    centre, scale = 0.5 * (cold + hot), float(np.ptp(t))
    u = (t - centre) / scale
    matrix = np.vander(u, degree + 1, increasing=True)
    extra = 0.0
    for _ in range(12):
        w = 1 / (e**2 + extra**2)
        covariance = np.linalg.inv((matrix.T * w) @ matrix)
        coefficients = covariance @ (matrix.T @ (w * a))
        rest = a - matrix @ coefficients
        ratio = float(np.sum(w * rest**2)) / (t.size - degree - 1)
        if ratio <= 1.02 and extra == 0:
            break
        grown = np.sqrt(max(float(np.mean(e**2)) + extra**2, 1e-18) * ratio)
        extra = float(np.sqrt(max(grown**2 - float(np.mean(e**2)), 0.0)))
    grid = np.linspace(cold, hot, 401)
    values = np.vander((grid - centre) / scale, degree + 1, increasing=True) @ coefficients
    passing = np.flatnonzero((values[:-1] >= UNIVERSAL) & (values[1:] < UNIVERSAL))
    if passing.size != 1:
        return None
    k = int(passing[0])
    root = grid[k] + (values[k] - UNIVERSAL) / (values[k] - values[k + 1]) * (grid[1] - grid[0])
    u = (root - centre) / scale
    row = u ** np.arange(degree + 1)
    slope = float(np.arange(1, degree + 1) * u ** np.arange(degree) @ coefficients[1:]) / scale
    return float(root), float(np.sqrt(row @ covariance @ row)) / abs(slope), slope
