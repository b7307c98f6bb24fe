"""The signal of a loop: how far the reading lies off while the magnets are antiparallel, beside drift and a smooth background.

Both sweeps are fitted together, each with an offset and a slope of its own and with a common parabola,

    R(B) = c_j + s_j B + q B^2 + dR [B_1 < B < B_2],

B_1 and B_2 being the two switching fields of that sweep. With the field the same in both directions and the time running on,
half the difference of the slopes is drift in time and half the sum is odd in the field (a Hall voltage); q is the
magnetoresistance, or heating, that knows no direction. Errors grow by the correlation of the residual.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.pairs import Loop
from supraspin.fit.noise import structure

Window = tuple[tuple[float, float], tuple[float, float]]
"""Ends of an interval within which a sweep switches, twice: for the first and the second switching field, T."""


@dataclass(frozen=True)
class Pulse:
    """Signal dR and the reading outside it, each with error; drift over one sweep, odd slope and even parabola over half of the
    range of the field, with errors; all in ohm."""

    signal: float
    signal_error: float
    outside: float
    outside_error: float
    drift: tuple[float, float]
    odd: tuple[float, float]
    even: tuple[float, float]

    @property
    def ratio(self) -> float:
        return self.signal / self.outside if self.outside else math.nan

    @property
    def ratio_error(self) -> float:
        return abs(self.ratio) * math.hypot(self.signal_error / self.signal, self.outside_error / self.outside)


def fit_pulse(loop: Loop, rising: Window, falling: Window) -> Pulse | None:
    """The signal of a loop between known switching fields; None where no readings lie on either side."""
    half = 0.5 * float(max(np.ptp(loop.rising.field), np.ptp(loop.falling.field)))
    rows, readings, places = [], [], []
    for number, (sweep, window) in enumerate(((loop.rising, rising), (loop.falling, falling))):
        first, second = sorted(window)
        inside = (sweep.field >= first[1]) & (sweep.field <= second[0])
        outside = (sweep.field <= first[0]) | (sweep.field >= second[1])
        if inside.sum() < 2 or outside.sum() < 4:
            return None
        kept = inside | outside
        u = sweep.field[kept] / half
        own = np.zeros((u.size, 4))
        own[:, 2 * number], own[:, 2 * number + 1] = 1.0, u
        rows.append(np.column_stack((own, u**2, inside[kept])))
        readings.append(sweep.reading[kept])
        places.append(sweep.field[kept])
    matrix, reading = np.vstack(rows).astype(float), np.concatenate(readings)
    solution = np.linalg.lstsq(matrix, reading, rcond=None)[0]
    residual = reading - matrix @ solution
    noise = math.sqrt(float(residual @ residual) / max(reading.size - 6, 1))
    cut = readings[0].size
    judged = structure(list(zip(places, (residual[:cut], residual[cut:]), strict=True)))
    covariance = np.linalg.pinv(matrix.T @ matrix) * (noise * (judged.error_growth if judged.structured else 1.0)) ** 2

    def told(weights: tuple[float, ...]) -> tuple[float, float]:
        w = np.array(weights)
        return float(w @ solution), math.sqrt(max(float(w @ covariance @ w), 0.0))

    middle = np.mean([np.mean(window) for window in (rising, falling)]) / half
    return Pulse(
        *told((0, 0, 0, 0, 0, 1)), *told((0.5, 0.5 * middle, 0.5, 0.5 * middle, float(middle) ** 2, 0)),
        drift=told((0, 1, 0, -1, 0, 0)), odd=told((0, 0.5, 0, 0.5, 0, 0)), even=told((0, 0, 0, 0, 1, 0)),
    )  # fmt: skip
