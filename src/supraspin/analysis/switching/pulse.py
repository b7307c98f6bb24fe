"""The signal of a loop: how far the reading lies off while the magnets are antiparallel, beside drift and a smooth background.

Both sweeps are fitted together, each with an offset, a slope and a signal of its own and with a common parabola,

    R(B) = c_j + s_j B + q B^2 + dR_j p_j(B),

p being the share of the valve that stands antiparallel: 1 between the two switching fields and 0 beyond, if magnets switched at
once; how they turn instead, `flanks` tells. The signal is the mean of both. With the field the same in both
directions and the time running on, half the difference of the slopes is drift in time and half the sum is odd in the field (a
Hall voltage); q is the magnetoresistance, or heating, that knows no direction. Errors grow by the correlation of the residual,
and that of the signal is at least half the difference of the two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from supraspin.analysis.switching.flanks import Flanks, Turning, Window, background_columns
from supraspin.analysis.switching.grains import GRAINS, antiparallel
from supraspin.analysis.switching.pairs import Loop, Sweep
from supraspin.analysis.switching.steps import noise_of
from supraspin.fit.noise import structure

_BESIDE, _SHARE = 2.1, 0.25
"""Distance from a step, in steps of the field, within which readings don't count; at most this share of the way to the other."""
_INSIDE, _BEYOND = 0.8, 0.02
"""Share of the most that stands antiparallel from which a reading is on the plateau, and share below which it is beside it."""
_PROVED = 9.0
"""Gain in chi-square from which two magnets are taken as proved; some 3 % of the peaks of one magnet have it."""
_EXACT = 1e-9


@dataclass(frozen=True)
class Pulse:
    """Signal dR and the reading outside it, each with error; drift over one sweep, odd slope and even parabola over half of the
    range of the field, with errors; all in ohm.

    `systematic`: by how much the signal hangs on how the magnets turn. `reached`: share of it that the readings show where they
    show most, and `seen`: that much, with its error. `plateau`: whether two magnets are told from the peak of one.
    """

    signal: float
    signal_error: float
    systematic: float
    reached: float
    outside: float
    outside_error: float
    drift: tuple[float, float]
    odd: tuple[float, float]
    even: tuple[float, float]
    seen: tuple[float, float]
    plateau: bool = True

    @property
    def ratio(self) -> float:
        return self.signal / self.outside if self.outside else math.nan

    @property
    def ratio_error(self) -> float:
        return abs(self.ratio) * math.hypot(self.signal_error / self.signal, self.outside_error / self.outside)


def fit_pulse(loop: Loop, turning: Turning, rising: Window, falling: Window) -> Pulse | None:
    """The signal of a loop between known switching fields, its magnets turning as the first flanks say; None where no readings
    lie on either side. What the other flanks make of it is the systematic error, with that of the grains."""
    pulses = [_pulse(loop, one, (rising, falling)) for one in turning.flanks]
    best = pulses[0]
    if best is None:
        return None
    spread = max(abs(one.signal - best.signal) for one in pulses if one is not None)
    return replace(best, systematic=math.hypot(spread, best.systematic), plateau=turning.gain > _PROVED)


def _pulse(loop: Loop, flanks: Flanks, windows: tuple[Window, Window]) -> Pulse | None:
    half = max(float(np.abs(sweep.field).max()) for sweep in (loop.rising, loop.falling))
    parts = []
    for number, (sweep, window) in enumerate(zip((loop.rising, loop.falling), windows, strict=True)):
        kept = _kept(sweep, window)
        field = sweep.field[kept]
        p, grains, moved = antiparallel(flanks.distribution, flanks.at, number, field)
        if (p > _INSIDE * p.max()).sum() < 1 or (p < _BEYOND).sum() < 4:
            return None
        own = np.zeros((field.size, 2))
        own[:, number] = p
        parts.append((np.column_stack((background_columns(field, half, number), own)), sweep.reading[kept], field, grains, moved))
    matrix, reading, places, grains, moved = (np.concatenate(one) for one in zip(*parts, strict=True))
    noise = max(noise_of(sweep.reading) for sweep in (loop.rising, loop.falling))
    size = float(np.abs(np.linalg.lstsq(matrix, reading, rcond=None)[0][5:]).mean())
    # Without noise nothing but flanks is uncertain.
    root = 1 / np.sqrt(1 + (GRAINS * size / max(noise, _EXACT * abs(size))) ** 2 * grains)
    inverse = np.linalg.pinv(matrix * root[:, None])
    solution = inverse @ (reading * root)
    residual = (reading - matrix @ solution) * root
    noise = math.sqrt(float(residual @ residual) / max(float((root**2).sum()) - 7, 1))
    cut = parts[0][1].size
    pieces = residual[:cut], residual[cut:]
    judged = structure(list(zip((places[:cut], places[cut:]), pieces, strict=True)))
    length = max(2, int(matrix[:, 5:].sum()) // 4)
    growth = max(judged.error_growth if judged.structured else 1.0, slow_growth(pieces, length, matrix.shape[1]))
    # What the fields and widths of the flanks leave open moves the solution, and so does the noise.
    turned = -inverse @ (moved * ((matrix[:, 5:] > 0) @ solution[5:] * root)[:, None])
    plain = inverse @ inverse.T * (noise * growth) ** 2
    covariance = plain + turned @ flanks.covariance @ turned.T * (noise * growth) ** 2

    def told(weights: tuple[float, ...]) -> tuple[float, float]:
        w = np.array(weights)
        return float(w @ solution), math.sqrt(max(float(w @ covariance @ w), 0.0))

    middle = float(np.mean([np.mean(window) for window in windows])) / half
    signal, error = told((0, 0, 0, 0, 0, 0.5, 0.5))
    reached = float(matrix[:, 5:].max(axis=0).min())
    visible = reached * math.sqrt(float(plain[5:, 5:].sum()) / 4)
    share = matrix[:, 5:].sum(axis=1) * root**2
    level = float(np.sqrt((share * grains).sum() / share.sum()))
    return Pulse(
        signal, max(error, 0.5 * abs(solution[5] - solution[6])), GRAINS * abs(signal) * level, reached,
        *told((0.5, 0.5 * middle, 0.5, 0.5 * middle, middle**2, 0, 0)),
        drift=told((0, 1, 0, -1, 0, 0, 0)), odd=told((0, 0.5, 0, 0.5, 0, 0, 0)), even=told((0, 0, 0, 0, 1, 0, 0)),
        seen=(signal * reached, visible),
    )  # fmt: skip


def _kept(sweep: Sweep, window: Window) -> np.ndarray:
    """Readings (n,) that count: those beside a step may have switched in part, the more so the longer it takes."""
    first, second = sorted(window)
    most = max(_SHARE * (second[0] - first[1]), 0.0)
    near, far = (min(max(_BESIDE * sweep.step, end - start), most) for start, end in (first, second))
    inside = (sweep.field >= first[1] + near) & (sweep.field <= second[0] - far)
    if not inside.any():
        inside = (sweep.field >= first[0] - near) & (sweep.field <= second[1] + far)
    return inside | (sweep.field <= first[0] - near) | (sweep.field >= second[1] + far)


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
