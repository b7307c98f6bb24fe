"""Peaks or dips of a sweep, as anisotropic magnetoresistance shows where a magnet turns: where, how high, how wide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.loop_steps import background, noise_of

_STANDS_OUT = 8.0
"""Noise of the smoothed curve by which a peak must stand out."""


@dataclass(frozen=True)
class Peak:
    """Field of the extremum with its standard error, T; height (negative: a dip) and noise of a reading, ohm; half width, T."""

    field: float
    field_error: float
    height: float
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
    return Peak(float(field[at]) + place, total, height, noise, width) if total < width else None
