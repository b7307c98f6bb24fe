"""Where R(T) passes given parts of the resistance just above a transition, with the errors of noise, levels and sampling.

T_C(x) is the temperature at which R - R_lead = x (R_N(T) - R_lead), R_N(T) a straight line through the normal state just above
the transition. Near the crossing T is fitted against R, since noise of the thermometer then averages out and doesn't bias; what
is left over of it, the noise on both levels, and slow noise of R all enter the error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from supraspin.analysis.resistance.curve import Curve, SlowNoise, slow_noise, white

_NEAR = 0.15
"""Readings within this part of the level take part in a crossing, or within `_ROOM` of the way to the nearest plateau."""
_ROOM = 0.5
_FEWEST = 5
_COARSE = 0.02
"""Noise in parts of R_N beyond which readings are smoothed before they are interpolated."""
_PRUDENCE = 1.2
"""Growth of the variance for readings that are chosen by the level they are fitted for (calibrated in the benchmarks)."""


@dataclass(frozen=True)
class Line:
    """A straight line through readings: `value` (ohm) at temperature `at`, K, `slope` in ohm/K, and the noise around it."""

    at: float
    value: float
    slope: float
    stderr: float
    slow: SlowNoise
    points: int
    span: tuple[float, float]

    def of(self, temperature):
        return self.value + self.slope * (np.asarray(temperature) - self.at)


@dataclass(frozen=True)
class Crossing:
    """A temperature at which a level is passed, K, with its error and the slope dT/dy there (y in parts of R_N)."""

    temperature: float
    stderr: float
    slope: float


def straight(curve: Curve, low: float, high: float, at: float | None = None, *, degree: int = 1) -> Line | None:
    """The robust line (or constant, or parabola) through the readings with low <= T <= high, None where there are fewer than 5.

    The error holds slow noise: the part of the residuals' variance that block means keep.
    """
    inside = (curve.temperature >= low) & (curve.temperature <= high)
    t, r, row = curve.temperature[inside], curve.resistance[inside], curve.row[inside]
    if t.size < _FEWEST:
        return None
    at = low if at is None else at
    wide = max(float(np.ptp(t)), 1e-9 * high)
    columns = np.vander((t - at) / wide, (degree if np.ptp(t) > 0 else 0) + 1, increasing=True)
    weight = np.ones_like(r)
    for _ in range(4):
        found = np.linalg.lstsq(columns * weight[:, None], r * weight, rcond=None)[0]
        rest = r - columns @ found
        scale = max(1.4826 * float(np.median(np.abs(rest))), 0.2 * float(np.std(rest)))
        weight = np.sqrt(np.minimum(1.0, 2.0 * scale / np.maximum(np.abs(rest), 1e-300))) if scale > 0 else np.ones_like(r)
    inverse = np.linalg.pinv((columns * weight[:, None]).T @ (columns * weight[:, None]))
    noise = max(white(r), _step(r) / math.sqrt(12))
    slope = float(found[1]) / wide if found.size > 1 else 0.0
    slow = slow_noise(row, rest)
    error = math.sqrt(float(inverse[0, 0]) * noise**2 + 1.7 * slow.variance)
    return Line(at, float(found[0]), slope, error, slow, t.size, (float(t.min()), float(t.max())))


def _step(readings: np.ndarray) -> float:
    """Smallest step of coarsely digitised readings, 0 where they hardly repeat."""
    values = np.unique(readings)
    return float(np.diff(values).min()) if 1 < values.size < 0.5 * readings.size else 0.0


def blocks(curve: Curve, share: np.ndarray, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Averages of neighbouring rows, T and y (m,), as long as the noise (in parts of R_N) asks for and the transition allows."""
    wanted = math.ceil((noise / 0.02) ** 2)
    within = int(np.count_nonzero((share > 0.1) & (share < 0.9)))
    size = max(1, min(wanted, within // 16))
    count = curve.temperature.size // size
    if size == 1 or count < 2 * _FEWEST:
        return curve.temperature, share
    cut = count * size
    return curve.temperature[:cut].reshape(count, size).mean(axis=1), share[:cut].reshape(count, size).mean(axis=1)


def crossing(
    t: np.ndarray, y: np.ndarray, level: float, seed: float, *, lowest: float = 0.0, room: float = 1.0, slow: float = 0.0,
    noise: float = 0.0, thermometer: float = 0.0,
) -> Crossing | None:  # fmt: skip
    """The temperature above `lowest` at which y(t) passes `level`, looked for up and down from `seed` within the transition.

    None where it isn't passed. `room` is the distance to the nearest plateau in y; `slow` and `noise` are standard deviations of
    the slow and the white noise in y, `thermometer` that of the temperatures, K.
    """
    order = np.argsort(-t, kind="stable")
    order = order[t[order] >= lowest]
    ts, ys = t[order], y[order]
    if ys.size < _FEWEST:
        return None
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(ys, 2, mode="edge"), 5), axis=1)
    place = _passed(smooth, level, min(int(np.searchsorted(-ts, -seed)), ts.size - 1))
    if place is None:
        return None
    near = _around(ys, smooth, place, level, min(_NEAR, _ROOM * max(room, 0.0)))
    if near.size < _FEWEST:
        return _between(ts, smooth if noise > _COARSE else ys, place, level, math.hypot(slow, noise), thermometer)
    degree = 1 if near.size < 10 else 2
    columns = np.vander(ys[near] - level, degree + 1, increasing=True)
    found, *_ = np.linalg.lstsq(columns, ts[near], rcond=None)
    rest = ts[near] - columns @ found
    dof = max(near.size - degree - 1, 1)
    tied = float(rest[1:] @ rest[:-1]) / float(rest @ rest) if rest @ rest > 0 else 0.0
    growth = (1 + max(0.0, min(tied, 0.9))) / (1 - max(0.0, min(tied, 0.9))) if tied * math.sqrt(near.size) > 2 else 1.0
    # Few readings know their own scatter badly (Student's t).
    scatter = float(rest @ rest) / dof * float(student.ppf(0.8413, dof)) ** 2
    variance = _PRUDENCE * scatter * float(np.linalg.pinv(columns.T @ columns)[0, 0]) * growth
    slope = max(float(found[1]), 0.0)
    return Crossing(float(found[0]), math.sqrt(variance + (slope * slow) ** 2), slope)


def _between(ts: np.ndarray, ys: np.ndarray, place: int, level: float, noise: float, thermometer: float) -> Crossing:
    """A crossing between two readings of a transition that few readings resolve.

    Through four readings that fall steadily goes a cubic, whose distance from the straight line is the error of interpolation;
    of fewer nothing is known but that T_C lies between its neighbours.
    """
    four = slice(max(0, place - 2), place + 2)
    a, b = place - 1, place
    fall = float(ys[a] - ys[b])
    gap = float(ts[a] - ts[b])
    slope = gap / fall if fall > 0 else 0.0
    line = float(ts[b]) + slope * (level - float(ys[b])) if fall > 0 else float(ts[b]) + 0.5 * gap
    error = gap / math.sqrt(12)
    value, y = line, ys[four]
    if y.size == 4 and (np.diff(y) < 0).all() and -y[3] + y[0] < 0.95 and abs(fall) < 0.5:
        weights = [np.prod([(level - y[j]) / (y[i] - y[j]) for j in range(4) if j != i]) for i in range(4)]
        value = float(np.dot(weights, ts[four]))
        error = abs(value - line)
        value = value if ts[b] <= value <= ts[a] else line
    return Crossing(value, math.sqrt(error**2 + (slope * noise) ** 2 + thermometer**2), slope)


def _passed(smooth: np.ndarray, level: float, at: int) -> int | None:
    """First row below the level, counted from the warm side, next to where the level is passed."""
    if smooth[at] < level:
        warmer = np.flatnonzero(smooth[:at] >= level)
        return int(warmer[-1]) + 1 if warmer.size else None
    colder = np.flatnonzero(smooth[at:] < level)
    return at + int(colder[0]) if colder.size and at + colder[0] > 0 else None


def _around(ys: np.ndarray, smooth: np.ndarray, place: int, level: float, reach: float) -> np.ndarray:
    """Rows next to `place` whose smoothed reading stays near the level, in one stretch, and that are near it themselves."""
    close = np.abs(smooth - level) < reach

    first = place - 1
    while first > 0 and close[first - 1]:
        first -= 1
    last = place
    while last + 1 < close.size and close[last + 1]:
        last += 1
    stretch = np.arange(first, last + 1)
    return stretch[np.abs(ys[stretch] - level) < 1.5 * reach]
