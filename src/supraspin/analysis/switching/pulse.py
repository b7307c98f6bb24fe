"""The signal of a loop: how far the reading lies off while the magnets are antiparallel, beside drift and a smooth background.

Both sweeps are fitted together, each with an offset, a slope and a signal of its own and with a common parabola,

    R(B) = c_j + s_j B + q B^2 + dR_j [B_1 < B < B_2],

B_1 and B_2 being the two switching fields of that sweep; the signal is the mean of both. With the field the same in both
directions and the time running on, half the difference of the slopes is drift in time and half the sum is odd in the field (a
Hall voltage); q is the magnetoresistance, or heating, that knows no direction. Errors grow by the correlation of the residual,
and that of the signal is at least half the difference of the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.switching.pairs import Loop
from supraspin.fit.noise import structure

Window = tuple[tuple[float, float], tuple[float, float]]
"""Ends of an interval within which a sweep switches, twice: for the first and the second switching field, T."""

_BESIDE, _SHARE = 2.1, 0.25
"""Distance from a step, in steps of the field, within which readings don't count; at most this share of the way to the other."""


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
        # Readings beside a step may have switched in part, the more so the longer it takes.
        most = _SHARE * (second[0] - first[1])
        near, far = (min(max(_BESIDE * sweep.step, end - start), most) for start, end in (first, second))
        inside = (sweep.field >= first[1] + near) & (sweep.field <= second[0] - far)
        outside = (sweep.field <= first[0] - near) | (sweep.field >= second[1] + far)
        if inside.sum() < 2 or outside.sum() < 4:
            return None
        kept = inside | outside
        u = sweep.field[kept] / half
        own = np.zeros((u.size, 2, 3))
        own[:, number] = np.column_stack((np.ones(u.size), u, inside[kept]))
        rows.append(np.column_stack((own.reshape(u.size, 6), u**2)))
        readings.append(sweep.reading[kept])
        places.append(sweep.field[kept])
    matrix, reading = np.vstack(rows).astype(float), np.concatenate(readings)
    solution = np.linalg.lstsq(matrix, reading, rcond=None)[0]
    residual = reading - matrix @ solution
    noise = math.sqrt(float(residual @ residual) / max(reading.size - 7, 1))
    cut = readings[0].size
    pieces = residual[:cut], residual[cut:]
    judged = structure(list(zip(places, pieces, strict=True)))
    length = max(2, int(matrix[:, [2, 5]].sum()) // 4)
    growth = max(judged.error_growth if judged.structured else 1.0, slow_growth(pieces, length, matrix.shape[1]))
    covariance = np.linalg.pinv(matrix.T @ matrix) * (noise * growth) ** 2

    def told(weights: tuple[float, ...]) -> tuple[float, float]:
        w = np.array(weights)
        return float(w @ solution), math.sqrt(max(float(w @ covariance @ w), 0.0))

    middle = float(np.mean([np.mean(window) for window in (rising, falling)])) / half
    signal, error = told((0, 0, 0.5, 0, 0, 0.5, 0))
    return Pulse(
        signal, max(error, 0.5 * abs(solution[2] - solution[5])),
        *told((0.5, 0.5 * middle, 0, 0.5, 0.5 * middle, 0, middle**2)),
        drift=told((0, 1, 0, 0, -1, 0, 0)), odd=told((0, 0.5, 0, 0, 0.5, 0, 0)), even=told((0, 0, 0, 0, 0, 0, 1)),
    )  # fmt: skip


def slow_growth(pieces: Sequence[np.ndarray], length: int, parameters: int) -> float:
    """By how much the scatter of means over `length` residuals exceeds that of white noise; at least 1.

    Slow noise of small size, 1/f for one, is seen there, not in the correlation of neighbours. Of the means, `parameters` are
    taken up by the fit.
    """
    means = np.concatenate([r[: r.size // length * length].reshape(-1, length).mean(axis=1) for r in pieces])
    left = means.size - parameters
    if left < 3:
        return 1.0
    usual = math.sqrt(float(np.mean(np.concatenate(pieces) ** 2)) / length)
    return max(1.0, math.sqrt(float(means @ means) / left) / usual) if usual > 0 else 1.0
