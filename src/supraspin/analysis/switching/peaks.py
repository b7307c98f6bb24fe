"""Peaks or dips of a sweep, as anisotropic magnetoresistance shows where a magnet turns: where, how high, how wide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.steps import background, noise_of

_STANDS_OUT = 8.0
"""Noise of the smoothed curve by which a peak must stand out."""

_ABOVE_REST = 4.5
"""Spread of the rest of the curve by which a peak must stand out: slow noise has many, none far above the others."""


@dataclass(frozen=True)
class Peak:
    """Field of the extremum with its standard error, T; height (negative: a dip) with error and noise of a reading, ohm; half
    width, T."""

    field: float
    field_error: float
    height: float
    height_error: float
    noise: float
    width: float


def find_peak(field: np.ndarray, reading: np.ndarray) -> Peak | None:
    """The largest peak or dip of a sweep (n,) beside a parabola; None where nothing stands out of the noise."""
    noise = noise_of(reading)
    if reading.size < 16 or noise == 0:
        return None
    over = reading - background(field, reading)
    reach = max(1, reading.size // 60)
    smooth = np.convolve(np.pad(over, reach, mode="edge"), np.full(2 * reach + 1, 1 / (2 * reach + 1)), mode="valid")
    at = int(np.abs(smooth).argmax())
    height = float(smooth[at])
    if abs(height) < _STANDS_OUT * noise / math.sqrt(2 * reach + 1) or not 2 <= at < reading.size - 2:
        return None
    sign = math.copysign(1.0, height)
    if abs(height) < _ABOVE_REST * _rest(smooth, at, sign * height):
        return None
    beyond = np.flatnonzero(sign * smooth < 0.5 * abs(height))
    left, right = beyond[beyond < at].max(initial=0), beyond[beyond > at].min(initial=reading.size - 1)
    part = slice(max(0, at - max(3, (at - left) // 2)), at + max(3, (right - at) // 2) + 1)
    u = field[part] - field[at]
    scale = float(np.ptp(u)) or 1.0
    coefficients, covariance = np.polyfit(u / scale, over[part], 2, cov="unscaled")
    place, error = 0.0, abs(float(field[right] - field[left])) / 4
    if coefficients[0] * sign < 0:
        vertex = -coefficients[1] / (2 * coefficients[0])
        slope = np.array([-vertex / coefficients[0], -1 / (2 * coefficients[0]), 0.0])
        place = float(np.clip(vertex, (u / scale).min(), (u / scale).max())) * scale
        error = noise * scale * math.sqrt(max(float(slope @ covariance @ slope), 0.0))
    step = float(np.median(np.abs(np.diff(field))))
    # A sharp peak leans to one side, which a parabola does not know.
    lean = abs(place) / 2
    total = math.hypot(math.hypot(error, lean), step / math.sqrt(12))
    width = abs(float(field[right] - field[left])) / 2
    least = noise / math.sqrt(2 * reach + 1)
    return Peak(float(field[at]) + place, total, height, least, noise, width) if total < width else None


def _rest(smooth: np.ndarray, at: int, height: float) -> float:
    """Spread of a smoothed curve beyond its peak, which ends where the curve first comes below a fifth of the height."""
    sign = math.copysign(1.0, smooth[at])
    below = np.flatnonzero(sign * smooth < 0.2 * height)
    left, right = below[below < at].max(initial=-1), below[below > at].min(initial=smooth.size)
    rest = np.concatenate((smooth[: left + 1], smooth[right:]))
    return float(np.sqrt(np.mean(rest**2))) if rest.size >= smooth.size // 4 else math.inf
