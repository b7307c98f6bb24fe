"""The resistance of the normal state over temperature and field, and each line as a part of it.

    R_N(T, B) = c + a T + b |B|^p,   p = 1 or 2,   r = (R - R_0) / (R_N(T, B) - R_0),

fitted to what lies above the transition: readings far below the surface are left out, round by round, so that neither the
transition nor fluctuations pull it down. R_0, the resistance in series, is the setting `lead_resistance`, or the level of the
lowest stretches of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.analysis.critical_field.monotonic import Line
from supraspin.errors import FitError

_MOST = 20000
_HOT = 2.0
"""The surface is fitted up to this many times the temperature at which the resistance has fallen to half of it."""
_BLOCKS = 16


@dataclass(frozen=True)
class NormalState:
    """Coefficients c, a, b (ohm, ohm/K, ohm/T^p) about `origin` (K), the power p, R_0 (ohm), and the highest T (K) of the fit.

    `scatter` is the rms of the readings about it; `level` its value in zero field at `origin`.
    """

    coefficients: tuple[float, float, float]
    power: int
    origin: float
    lead: float
    lead_given: bool
    hottest: float
    scatter: float

    @property
    def level(self) -> float:
        return self.coefficients[0]

    def of(self, temperature, field):
        """R_N, ohm, elementwise."""
        c, a, b = self.coefficients
        return c + a * (temperature - self.origin) + b * np.abs(field) ** self.power

    def part(self, line: Line) -> np.ndarray:
        """r along a line (n,)."""
        return (line.resistance - self.lead) / (self.of(line.temperature, line.field) - self.lead)

    def noise(self, line: Line) -> float:
        """Noise of r along a line."""
        return line.noise / (self.level - self.lead)

    def background(self, field: float) -> float:
        """Change of R_N by a field, in parts of the resistance that vanishes."""
        return self.coefficients[2] * abs(field) ** self.power / (self.level - self.lead)


def normal_state(found: Sequence[Line], lead: float | None = None) -> NormalState:
    """The normal state of a set of lines. Raises `FitError` where there are none, or where nothing falls below it."""
    if not found:
        raise FitError("no sweep has enough readings at a known field and temperature")
    t, b, r = (np.concatenate([getattr(line, name) for line in found]) for name in ("temperature", "field", "resistance"))
    every = max(1, t.size // _MOST)
    t, b, r = t[::every], b[::every], r[::every]
    sigma = float(np.median([line.noise for line in found]))
    hottest = _hottest(t, r) if found[0].along == "temperature" else float(t.max())
    near = t <= hottest
    floor = lead if lead is not None else _floor(found, hottest)
    fits = {power: _surface(t[near], b[near], r[near], floor, sigma, power) for power in (1, 2)}
    power = min(fits, key=lambda p: fits[p][1])
    coefficients, scatter = fits[power]
    if not coefficients[0] > floor:
        raise FitError("no resistance of the normal state is seen above the lowest one")
    return NormalState(coefficients, power, float(np.median(t[near])), floor, lead is not None, hottest, scatter)


def _hottest(t: np.ndarray, r: np.ndarray) -> float:
    """The highest temperature that belongs to the transition's surroundings, below the rise of R(T) by phonons."""
    top = float(t.max())
    for _ in range(40):
        inside = t <= top
        high = (
            float(np.percentile(r[inside & (t >= 0.85 * top)], 50))
            if np.any(inside & (t >= 0.85 * top))
            else float(r[inside].max())
        )
        low = t[inside & (r < 0.5 * high)]
        if not low.size or _HOT * low.max() >= top:
            return top
        top = _HOT * float(low.max())
    return top


def _floor(found: Sequence[Line], hottest: float) -> float:
    """The level of the lowest stretches: means of blocks of readings within 4 % of the span above the lowest block."""
    means = []
    for line in found:
        inside = line.temperature <= hottest
        if np.count_nonzero(inside) >= 4:
            size = max(2, int(np.count_nonzero(inside)) // _BLOCKS)
            values = line.resistance[inside]
            whole = values[: values.size // size * size].reshape(-1, size)
            means.append(whole.mean(axis=1))
    blocks = np.concatenate(means)
    # Not the lowest of all, which noise makes; one in a hundred may lie below.
    low, high = np.percentile(blocks, [1, 99])
    return float(np.median(blocks[blocks <= low + 0.04 * (high - low)]))


def _surface(
    t: np.ndarray, b: np.ndarray, r: np.ndarray, floor: float, sigma: float, power: int
) -> tuple[tuple[float, float, float], float]:
    origin = float(np.median(t))
    high = float(np.percentile(r, 98))
    used = r > floor + 0.8 * (high - floor)
    columns = np.column_stack([np.ones_like(t), t - origin, np.abs(b) ** power])
    found, scatter = np.array([high, 0.0, 0.0]), 0.0
    for _ in range(12):
        if np.count_nonzero(used) < 4:
            break
        part = columns[used]
        spread = part.std(axis=0)
        whole = columns.std(axis=0)
        # A slope is told only by readings that cover a good part of its range.
        take = np.array([True, spread[1] > 0.05 * whole[1] > 0, spread[2] > 0.15 * whole[2] > 0])
        found = np.zeros(3)
        found[take] = np.linalg.lstsq(part[:, take], r[used], rcond=None)[0]
        rest = r - columns @ found
        scatter = 1.4826 * float(np.median(np.abs(rest[used])))
        allowed = max(0.01 * (high - floor), 2.5 * max(sigma, scatter))
        again = (rest > -allowed) & (rest < 4 * allowed)
        if np.array_equal(again, used):
            break
        used = again
    return (float(found[0]), float(found[1]), float(found[2])), scatter
