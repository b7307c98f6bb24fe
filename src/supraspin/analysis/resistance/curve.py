"""One R(T) sweep as arrays in the order of measurement, and the noise on it that repeats from point to point or drifts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

_SPIKE = 8.0
"""Distance from the running median, in local standard deviations, at which a reading is a spike."""
_REACHES = (15, 4)
"""Readings to either side from which the local scatter is taken: the larger counts, since a steep part may be short."""


@dataclass(frozen=True)
class Curve:
    """A sweep (n,) without doubtful points: temperature in K, resistance in ohm, row number, time in s where it is known."""

    temperature: np.ndarray
    resistance: np.ndarray
    row: np.ndarray
    time: np.ndarray | None = None
    direction: int = 0
    spikes: int = 0

    def rate(self) -> float | None:
        """Signed sweep rate, K/s, None without a time column."""
        if self.time is None or self.time.size < 8 or np.ptp(self.time) == 0:
            return None
        return float(np.polyfit(self.time - self.time[0], self.temperature, 1)[0])


def curve(temperature, resistance, *, time=None, direction: int = 0) -> Curve:
    """A `Curve` from arrays (n,) in the order of measurement; points without a finite reading at T > 0, and spikes, go."""
    t, r = np.asarray(temperature, float), np.asarray(resistance, float)
    fine = np.isfinite(t) & np.isfinite(r) & (t > 0)
    spiked = spikes(r[fine])
    at = np.flatnonzero(fine)[~spiked]
    clock = None if time is None or not np.isfinite(np.asarray(time, float)[at]).all() else np.asarray(time, float)[at]
    return Curve(t[at], r[at], at.astype(float), clock, direction, int(spiked.sum()))


def spikes(readings: np.ndarray) -> np.ndarray:
    """Which readings (n,) of a sequence stand alone, far from their neighbours on both sides."""
    if readings.size < 4 * max(_REACHES):
        return np.zeros(readings.size, bool)
    # A running median of a monotonic stretch is the reading itself: a steep transition holds no spikes.
    padded = np.pad(readings, 3, mode="edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(padded, 7), axis=1)
    away = np.abs(readings - middle)
    whole = _deviation(away)
    # The 75th percentile within the neighbourhood stays small beside lone spikes and grows where all readings scatter.
    step = max(1, readings.size // 4000)
    every = np.arange(0, readings.size, step)
    scatter = [np.lib.stride_tricks.sliding_window_view(np.pad(away, n, mode="reflect"), 2 * n + 1)[::step] for n in _REACHES]
    near = np.interp(np.arange(readings.size), every, np.max([np.percentile(s, 75, axis=1) for s in scatter], axis=0) / 1.15)
    return away > _SPIKE * np.maximum(np.maximum(whole, near), 1e-12 * np.abs(readings).max())


def _deviation(away: np.ndarray) -> float:
    """Standard deviation from distances to the middle; from all of them where more than half vanish (a coarse digitiser)."""
    robust = 1.4826 * float(np.median(away))
    return robust if robust > 0 else float(np.sqrt(np.mean(np.minimum(away, np.percentile(away, 98)) ** 2)))


def white(readings: np.ndarray) -> float:
    """Standard deviation (ohm) of the part of the noise that is independent from reading to reading, from second differences."""
    if readings.size < 6:
        return float(np.std(np.diff(readings)) / math.sqrt(2)) if readings.size > 2 else 0.0
    bend = np.abs(readings[2:] - 2 * readings[1:-1] + readings[:-2]) / math.sqrt(6)
    return _deviation(bend)


@dataclass(frozen=True)
class SlowNoise:
    """Variance of the difference of two averages against their distance in rows: 1/f noise and wander, without white noise.

    `variance` (ohm^2) is that at `distance` rows, the largest at which the record tells it; beyond, it grows as that of a
    random walk would, the steepest of the usual noises. `creep` (ohm a row) is the steady change seen with the rows.
    """

    variance: float
    distance: float
    creep: float = 0.0

    def of(self, distance):
        """Variance, ohm^2, of the difference of two averages taken `distance` rows apart."""
        apart = np.abs(distance)
        return self.variance * np.maximum(1.0, apart / self.distance) + (self.creep * apart) ** 2


def slow_noise(row: np.ndarray, residual: np.ndarray, creep: float = 0.0) -> SlowNoise:
    """`SlowNoise` of residuals (n,) around a smooth curve, by the variances of differences of block means at growing distance."""
    count = min(8, residual.size // 4)
    if count < 3:
        length = max(float(np.ptp(row)), 1.0) if row.size else 1.0
        return SlowNoise(float(np.var(residual)) if residual.size > 1 else 0.0, length, creep)
    blocks = np.array_split(np.argsort(row, kind="stable"), count)
    means = np.array([residual[b].mean() for b in blocks])
    noise = 2 * white(residual[np.argsort(row, kind="stable")]) ** 2 * count / residual.size
    length = max(float(np.ptp(row)) / count, 1.0)
    lags = range(1, count // 2 + 1)
    seen = [(max(0.0, float(np.mean((means[lag:] - means[:-lag]) ** 2)) - noise), lag * length) for lag in lags]
    variance, distance = max(seen)
    return SlowNoise(variance, distance, creep)
