"""The shape of a loop of resistance against field: one magnet that turns, or two that turn one after the other.

With u = d (B - B_0), d the direction of the sweep, and grains whose coercive fields are spread by w about h,

    R(B) = c_d + s_d B + q B^2 + A/2 [1 - m(u; h, w) m(u; h_2, w_2)],    m(u; h, w) = erf[(u - h)/(sqrt(2) w)].

Two magnets give a plateau of height A between h and h_2. For h = h_2 it is the peak A/2 (1 - m^2) of a single magnet, as its
anisotropic magnetoresistance or its stray field shows it: one shape is the limit of the other, and (h_2 - h)/h_2 tells which.
c, s, q and A are linear and projected out; the rest is looked for on a grid and refined.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

import numpy as np

from supraspin.analysis.switching.pairs import Loop
from supraspin.analysis.switching.pulse import slow_growth
from supraspin.fit.noise import structure
from supraspin.verdict._loop_readings import LoopReadings

_PLACES = 28
_WIDTHS = (0.02, 0.06)
"""Widths tried first, over the largest field."""
_PARAMETERS = 11
"""Numbers that a fit of a shape takes from the readings."""
_EXACT = 1e-9
"""Noise over the reading at the least."""
_EARLY = 0.6
"""What a plateau before zero field may explain, over what the best one after it does."""
_ALIKE = 2.0
"""Ratio of heights from which rising and falling field do not show the same magnets."""


@dataclass(frozen=True)
class Shape:
    """Coercive fields with errors and widths, T; the field B_0; height above the rest with its error, and the median, ohm.

    `both` is the height in rising and in falling field over its error, `opening` that of what the loop opens between the two.
    `early` is what a plateau before zero field would explain, over what the best one after it does.
    """

    fields: tuple[float, float]
    errors: tuple[float, float]
    widths: tuple[float, float]
    offset: float
    height: float
    height_error: float
    base: float
    both: tuple[float, float]
    opening: float
    early: float = 0.0

    @property
    def seen(self) -> float:
        """Height over its error, or that of the opening where it is less; 0 where the two directions do not agree on it.

        Noise has no mirror image, a magnetoresistance that remembers nothing does not open, and no magnet turns before the field
        does: what settles after a sweep has begun explains more there than later.
        """
        up, down = self.both
        alike = up * down > 0 and 1 / _ALIKE < up / down < _ALIKE and up * self.opening > 0
        if not alike or self.early > _EARLY or not self.height_error > 0:
            return 0.0
        return min(abs(self.height) / self.height_error, abs(self.opening))

    @property
    def separation(self) -> tuple[float, float]:
        """(h_2 - h)/h_2 with its error: fields are known to their own, and to the widths of the magnets where these are one."""
        first, second = self.fields
        if not second > 0:
            return math.nan, math.nan
        error = math.hypot(*self.errors, 0.5 * math.hypot(*self.widths))
        return (second - first) / second, error / second


def strength(loop: Loop) -> float:
    """Share of a loop's squares, beside offset, drift and parabola, that the best of a few plateaus and peaks explains."""
    data = LoopReadings.of(loop)
    wanted = data.free(data.reading)
    return float(data.gains(_trial(data)).max()) / max(float(wanted @ wanted), 1e-300)


def shape_of(loop: Loop) -> Shape:
    """The best plateau or peak of a loop."""
    from scipy.optimize import least_squares

    data = LoopReadings.of(loop)
    trial = _trial(data)
    wanted = data.free(data.reading)
    scale = float(np.std(wanted)) or 1.0

    def parameters(x: np.ndarray) -> np.ndarray:
        return data.half * np.array([x[0], x[1], x[1] + abs(x[2]), *(np.abs(x[3:]) + 0.5 * data.step)])

    def residual(x: np.ndarray) -> np.ndarray:
        one = data.free(data.template(*parameters(x)))
        return (wanted - one * (one @ wanted) / max(float(one @ one), 1e-12)) / scale

    gains = data.gains(trial)
    early = float(data.gains(trial, early=True).max() / max(gains.max(), 1e-300))
    starts = trial[np.argsort(-gains)[:2]] / data.half
    guesses = [np.array([0.0, a, max(b - a, 0.01), w, w]) for a, b, w in starts]
    found = min((least_squares(residual, x, x_scale=0.05, max_nfev=60) for x in guesses), key=lambda one: one.cost)
    return replace(_described(data, parameters(found.x)), early=early)


def like(loop: Loop, shape: Shape) -> Shape:
    """The height of a loop with the fields and widths of another one."""
    return _described(LoopReadings.of(loop), np.array([shape.offset, *shape.fields, *shape.widths]))


def _trial(data: LoopReadings) -> np.ndarray:
    places = np.linspace(0.0, 0.95, _PLACES)
    pairs = [(a, b, w) for a, b in combinations_with_replacement(places, 2) for w in _WIDTHS]
    return data.half * np.array(pairs)


def _described(data: LoopReadings, at: np.ndarray) -> Shape:
    full = data.template(*at)
    one, wanted = data.free(full), data.free(data.reading)
    scale = float(full.max())
    norm = max(float(one @ one), 1e-12)
    size = float(one @ wanted) / norm
    residual = wanted - size * one
    up = data.direction > 0
    judged = structure([(data.field[side], residual[side]) for side in (up, ~up)])
    # Slow noise shows in means over about as many readings as lie in the plateau or the peak.
    length = int(np.clip(np.sum(full > 0.5 * scale) // 4, 3, data.reading.size // 40 + 3))
    slow = slow_growth([residual[up], residual[~up]], length, _PARAMETERS)
    growth = max(judged.error_growth if judged.structured else 1.0, slow)
    sigma = growth * _spread(data, residual)
    halves = [data.free(np.where(side, full, 0.0)) for side in (up, ~up)]
    gram = np.array([[a @ b for b in halves] for a in halves])
    sizes = np.linalg.solve(gram + 1e-12 * np.eye(2), np.array([a @ wanted for a in halves]))
    errors = sigma * np.sqrt(np.maximum(np.diag(np.linalg.inv(gram + 1e-12 * np.eye(2))), 1e-300))
    return Shape(
        (float(at[1]), float(at[2])), _field_errors(data, at, size, sigma), (float(at[3]), float(at[4])), float(at[0]),
        size * scale, scale * sigma / math.sqrt(norm), float(np.median(data.reading)),
        (float(sizes[0] / errors[0]), float(sizes[1] / errors[1])), _opening(data, at, length),
    )  # fmt: skip


def _opening(data: LoopReadings, at: np.ndarray, length: int) -> float:
    """Size of a plateau over its error in what the loop opens, beside a drift with time."""
    null = np.linalg.qr(np.column_stack((np.ones(data.grid.size), data.grid / data.half)))[0]
    one, wanted = (values - null @ (null.T @ values) for values in (data.opened(at), data.opening))
    norm = float(one @ one)
    if norm < 1e-6 * data.grid.size:
        return 0.0
    size = float(one @ wanted) / norm
    left = wanted - size * one
    judged = structure([(data.grid, left)])
    growth = max(judged.error_growth if judged.structured else 1.0, slow_growth([left], length, _PARAMETERS))
    return size / (growth * _spread(data, left) / math.sqrt(norm))


def _spread(data: LoopReadings, residual: np.ndarray) -> float:
    """Noise of a reading, ohm, from a residual; at least that of a number's last digits, for loops without noise."""
    spread = math.sqrt(float(residual @ residual) / max(residual.size - _PARAMETERS, 1))
    return max(spread, _EXACT * float(np.abs(data.reading).max()), 1e-300)


def _field_errors(data: LoopReadings, at: np.ndarray, size: float, sigma: float) -> tuple[float, float]:
    """Standard errors of both coercive fields, T, not below the spacing of the readings over sqrt(12)."""
    step = 1e-3 * data.half
    found = []
    for k in (1, 2):
        move = step * np.eye(5)[k]
        slope = size * (data.template(*(at + move)) - data.template(*(at - move))) / (2 * step)
        norm = float(np.linalg.norm(data.free(slope)))
        found.append(math.hypot(sigma / norm if norm > 0 else math.inf, data.step * data.half / math.sqrt(12)))
    return found[0], found[1]
