"""Whether the resistance rises again on cooling, below a transition (re-entrance).

Below the transition the readings are averaged in bins of ln T. Of every two bins the colder may lie higher by

    z = (R_cold - R_warm) / sqrt(white noise of both + slow noise at their distance in rows + creep),

and the largest z counts. Slow noise (1/f, wander) is measured in the normal state, where a curve that is otherwise straight shows
it. A rise is called re-entrance where z passes `CRITICAL`, where it is at least `SMALLEST` of the resistance just above the
transition, and where it is not simply a straight line against time, which a drift would be: that can only be told from
re-entrance by a sweep in the other direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.resistance.curve import Curve, SlowNoise
from supraspin.analysis.resistance.transition_search import Bins, binned

CRITICAL = 6.0
SMALLEST = 0.03
_BINS = 40
_FEWEST = 6
_STRAIGHT = 2.0
"""A kinked line must leave this many times less of the sum of squares than a straight one against time."""
_METAL = 0.3
"""Part of the normal state's own change that a drift may hide in."""


@dataclass(frozen=True)
class Rise:
    """The largest rise on cooling: z, its size in ohm, temperatures of foot and top, K, and whether it looks like drift.

    `plateau` holds the temperatures between which noise can't tell the foot from the lowest resistance.
    """

    z: float
    size: float
    foot: float
    plateau: tuple[float, float]
    top: float
    like_drift: bool
    bins: Bins


def creep(slope: float, curve: Curve, span: tuple[float, float]) -> float:
    """Change of the resistance with the rows, ohm a row, that a drift could have, from the normal state's slope in ohm/K."""
    inside = (curve.temperature >= span[0]) & (curve.temperature <= span[1])
    t, row = curve.temperature[inside], curve.row[inside]
    if t.size < 3 or np.ptp(row) == 0:
        return 0.0
    with_rows = slope * float(np.polyfit(row - row[0], t, 1)[0])
    towards = -1.0 if curve.temperature[np.argmin(curve.row)] < curve.temperature[np.argmax(curve.row)] else 1.0
    return max(0.0, towards * with_rows) + _METAL * abs(with_rows)


def rise(curve: Curve, below: float, slow: SlowNoise) -> Rise | None:
    """The largest rise on cooling below the temperature `below`; None where there are too few readings."""
    under = curve.temperature < below
    number = int(under.sum())
    if number < _FEWEST:
        return None
    bins = binned(curve.temperature[under], curve.resistance[under], curve.row[under], min(_BINS, max(_FEWEST, number // 4)))
    if bins.count.size < _FEWEST:
        return None
    best = max((_largest(bins, width, slow) for width in (1, 3, 5) if bins.count.size >= width + _FEWEST - 1), key=lambda f: f[0])
    # The most significant pair need not be the lowest and the highest bin.
    smooth = np.convolve(np.pad(bins.resistance, 1, mode="edge"), np.ones(3) / 3, "valid")
    warm = best[1] + int(smooth[best[1] :].argmin())
    first, last = _minimum(bins, warm)
    cold = int(smooth[:first].argmax()) if first else 0
    lowest = float(np.average(bins.resistance[first : last + 1], weights=bins.count[first : last + 1]))
    low, high = math.exp(bins.log_temperature[first]), math.exp(bins.log_temperature[last])
    top = math.exp(bins.log_temperature[cold])
    return Rise(best[0], float(smooth[cold]) - lowest, math.sqrt(low * high), (low, high), top, _straight(bins), bins)


def _minimum(bins: Bins, around: int) -> tuple[int, int]:
    """First and last bin of the minimum: the lowest bin next to `around`, and its neighbours that noise can't tell from it."""
    near = slice(max(0, around - 2), around + 3)
    at = near.start + int(bins.resistance[near].argmin())
    noise = np.maximum(bins.error, np.median(bins.error))
    alike = bins.resistance - bins.resistance[at] <= 2 * np.hypot(noise, noise[at])
    first = last = at
    while first > 0 and alike[first - 1]:
        first -= 1
    while last + 1 < alike.size and alike[last + 1]:
        last += 1
    return first, last


def _largest(bins: Bins, width: int, slow: SlowNoise) -> tuple[float, int]:
    """z and the warm bin of the most significant rise between means over `width` bins."""
    weight = np.ones(width) / width
    mean, row = np.convolve(bins.resistance, weight, "valid"), np.convolve(bins.row, weight, "valid")
    typical = float(np.median(bins.error[bins.error > 0])) if (bins.error > 0).any() else 0.0
    # A bin of few readings may look quieter than it is.
    single = np.where(bins.count < 8, np.maximum(bins.error, typical), bins.error)
    white = np.convolve(single**2, weight / width, "valid")
    size = mean[:, None] - mean[None, :]
    variance = white[:, None] + white[None, :] + slow.of(row[:, None] - row[None, :])
    cold = np.arange(mean.size)[:, None] <= np.arange(mean.size)[None, :] - width
    floor = 1e-20 * max(float(np.max(mean**2)), 1e-300)
    z = np.where(cold, size / np.sqrt(variance + floor), -math.inf)
    at, beside = np.unravel_index(int(z.argmax()), z.shape)
    return float(z[at, beside]), int(at) + width // 2


def _straight(bins: Bins) -> bool:
    """Whether a straight line against the rows does as well as one with a kink, over the bins up to the minimum and beyond it."""
    y, row = bins.resistance, bins.row
    away = np.abs(row - row[0])
    # The foot of the transition is left out: everything warmer than where the curve is steadily above its colder half.
    lowest = float(y.min())
    high = float(y[: max(3, y.size // 2)].max())
    last = np.flatnonzero(y <= max(high, lowest + 1e-12))[-1] + 1
    y, away = y[:last], away[:last]
    if y.size < _FEWEST:
        return True
    line = np.stack([np.ones_like(away), away], axis=1)
    rest = y - line @ np.linalg.lstsq(line, y, rcond=None)[0]
    kinked = [
        float(np.sum((y - c @ np.linalg.lstsq(c, y, rcond=None)[0]) ** 2))
        for k in away[1:-1]
        for c in (np.column_stack([line, np.maximum(away - k, 0)]),)
    ]
    return float(rest @ rest) < _STRAIGHT * min(kinked)
