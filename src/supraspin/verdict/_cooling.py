"""Marks of R(T) in zero field: does the resistance return below T_c, from which level, how abruptly, and with which contacts?"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.critical_field.monotonic import Line, lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.crossings import outermost
from supraspin.errors import FitError
from supraspin.verdict._film import best, once
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_ZERO_FIELD = 0.02
_INSIDE = 0.85
"""Part of T_c below which the foot of the transition is over."""
_TRANSITION = 0.1
"""Part of R_N that must vanish for a transition."""
_COLD = 0.04
"""Readings within this part of the lowest temperature make the lowest level."""
_CLEAR = 8.0
"""Errors by which the resistance must return to have a shape."""


@dataclass(frozen=True)
class Cooling:
    """r = R/R_N (n,) over T (n,), K, on one line in zero field; `noise` of r; T_c half-way down the transition."""

    temperature: np.ndarray
    r: np.ndarray
    noise: float
    critical_temperature: float
    contacts: str
    sources: tuple[str, ...]

    @property
    def inside(self) -> np.ndarray:
        return self.temperature < _INSIDE * self.critical_temperature

    @property
    def coldest(self) -> float:
        """Temperature to which the level at the lowest temperatures belongs, K."""
        return float(np.median(self.temperature[self.temperature <= (1 + _COLD) * self.temperature[0]]))

    @property
    def lowest(self) -> tuple[float, float]:
        """Level at the lowest temperatures and its error."""
        cold = self.temperature <= (1 + _COLD) * self.temperature[0]
        return float(np.median(self.r[cold])), 1.25 * self.noise / math.sqrt(np.count_nonzero(cold))


@once
def coolings(ds: xr.Dataset) -> list[Cooling]:
    """The lines of a data set in zero field on which the film becomes superconducting; those without a field count as such."""
    if "field" not in ds.variables:
        ds = ds.assign_coords(field=("sweep", np.zeros(ds.sizes["sweep"]), {"units": "T"}))
    try:
        found = [line for line in lines(ds, {}) if abs(line.other) <= _ZERO_FIELD]
        state = normal_state(found, 0.0)
    except FitError:
        return []
    contacts = str(json.loads(ds.attrs.get("metadata", "{}")).get("contacts", ""))
    return [one for one in (_cooling(line, state.level, contacts, sources(ds)) for line in found) if one is not None]


def _cooling(line: Line, level: float, contacts: str, files: tuple[str, ...]) -> Cooling | None:
    r, noise = line.resistance / level, line.noise / level
    # Half-way to the lowest level: a film need not lose half of its resistance at T_c.
    left = 1 - float(np.percentile(r, 2))
    at = outermost(line.x, 1 - (1 - r) / left, 0.5, noise / left) if left > _TRANSITION else None
    if at is None:
        return None
    one = Cooling(line.x, r, noise, at.place, contacts, files)
    return one if np.count_nonzero(one.inside) >= 12 else None


def _valley(line: Cooling, other: Cooling) -> tuple[float, float, float]:
    """Lowest level inside the superconductor, its error and its temperature: the place from one line, the level from the other.

    A minimum read where the same noise put it would lie too low.
    """
    t, r = line.temperature[line.inside], line.r[line.inside]
    width = max(3, t.size // 25) | 1
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(r, width // 2, mode="edge"), width), axis=1)
    place = float(t[int(np.argmin(smooth))])
    near = np.argsort(np.abs(other.temperature - place))[:width]
    return float(np.median(other.r[near])), 1.25 * other.noise / math.sqrt(width), place


def _pairs(lines_: Sequence[Cooling]) -> list[tuple[Cooling, Cooling]]:
    """Each line with another to find its minimum on; a single line in halves of every second reading."""
    if len(lines_) > 1:
        return list(zip(lines_, [*lines_[1:], lines_[0]], strict=True))
    halves = []
    for first in (0, 1):
        for line in lines_:
            part = slice(first, None, 2)
            halves.append(
                Cooling(line.temperature[part], line.r[part], line.noise, line.critical_temperature, line.contacts, line.sources)
            )
    return list(zip(halves, halves[::-1], strict=True))


def _mean(values: Sequence[tuple[float, float]], files: tuple[str, ...], text: str) -> Reading | None:
    """Mean of a value read on several lines, its error, and half the spread between lines as systematic."""
    if not values:
        return None
    x, s = (np.array(column) for column in zip(*values, strict=True))
    return Reading(
        float(x.mean()), math.sqrt(float(np.mean(s**2)) / x.size), 0.5 * float(np.ptp(x)), files, text.format(x.mean())
    )


@dataclass(frozen=True)
class _Return:
    """Return of the resistance on a pair of lines: heights over R_N with errors, and the minimum's temperature."""

    line: Cooling
    low: float
    low_error: float
    valley: float
    valley_error: float
    place: float

    @property
    def height(self) -> float:
        return self.low - self.valley

    @property
    def error(self) -> float:
        return math.hypot(self.low_error, self.valley_error)


def _returns(ds: xr.Dataset) -> list[_Return]:
    return [_Return(other, *other.lowest, *_valley(line, other)) for line, other in _pairs(coolings(ds))]


def rise(data: Sequence[xr.Dataset]) -> Reading | str:
    """By how much R at the lowest temperature lies above the minimum between it and T_c, in parts of R_N; with the contacts that
    show most of it."""
    text = "R returns to {:.3f} R_N above its minimum below T_c"
    found = [_mean([(one.height, one.error) for one in _returns(ds)], sources(ds), text) for ds in data]
    shown = [one for one in found if one is not None]
    return max(shown, key=lambda one: one.value) if shown else "no R(T) in zero field through T_c"


def floor(data: Sequence[xr.Dataset]) -> Reading | str:
    """The minimum of R below T_c over R at the lowest temperature."""
    found = []
    for ds in data:
        clear = [one for one in _returns(ds) if one.height > max(_CLEAR * one.error, 0.01) and one.low > 0]
        values = [
            (one.valley / one.low, math.hypot(one.valley_error, one.valley / one.low * one.low_error) / one.low) for one in clear
        ]
        found.append(_mean(values, sources(ds), "R falls to {:.3f} of its lowest-temperature value in between"))
    return best(found, "the resistance does not return below T_c in zero field")


def sharpness(data: Sequence[xr.Dataset]) -> Reading | str:
    """(T_10 - T_50)/(T_50 - T_0): how far the return of R reaches up; T_p where p % of it are left, T_0 the lowest.

    An order m ~ (1 - T/T_K)^beta with beta up to 1 gives 0.8 at most; activated resistance, exp(T_a/T), at least 2.3.
    """
    found = []
    for ds in data:
        values = [value for one in _returns(ds) if (value := _sharpness(one)) is not None]
        found.append(_mean(values, sources(ds), "the last 40 % of the return take {:.2f} times the span of the first 50 %"))
    return best(found, "the resistance does not return far enough below T_c to have a shape")


def half_temperatures(ds: xr.Dataset) -> list[float]:
    """Temperatures below which more than half of the return is there, on each line that shows one."""
    found = []
    for one in _returns(ds):
        if one.height > max(_CLEAR * one.error, 0.02):
            below = one.line.temperature <= one.place
            left = 1 - (one.line.r[below] - one.valley) / one.height
            at = outermost(one.line.temperature[below], left, 0.5, one.line.noise / one.height)
            if at is not None:
                found.append(at.place)
    return found


def _sharpness(one: _Return) -> tuple[float, float] | None:
    if one.height < max(_CLEAR * one.error, 0.02):
        return None
    line = one.line
    t, r = line.temperature, line.r
    left = 1 - (r - one.valley) / one.height
    below = t <= one.place
    sigma = line.noise / one.height
    crossings = [outermost(t[below], left[below], level, sigma) for level in (0.5, 0.9)]
    half, tenth = crossings
    if half is None or tenth is None or half.place <= line.coldest:
        return None
    first, last = half.place - line.coldest, tenth.place - half.place
    x = last / first
    error = math.hypot(tenth.stderr, (1 + x) * half.stderr) / first
    # The lowest level, from which the parts are counted, has its own error: it shifts both by slope times error.
    return x, math.hypot(error, x * one.error / one.height)


def contacts(data: Sequence[xr.Dataset]) -> Reading | str:
    """Return of the resistance with one pair of voltage contacts over that with another, each in parts of its R_N."""
    by: dict[str, list[_Return]] = {}
    for ds in data:
        for one in _returns(ds):
            if one.line.contacts:
                by.setdefault(one.line.contacts, []).append(one)
    if len(by) < 2:
        return "R(T) of one pair of voltage contacts only, or none says which"
    read = []
    for found in by.values():
        heights = np.array([one.height for one in found])
        error = math.hypot(*(one.error for one in found)) / len(found)
        read.append((float(heights.mean()), math.hypot(error, 0.5 * float(np.ptp(heights)))))
    read.sort(key=lambda value: -abs(value[0]))
    (most, s_most), (least, s_least) = read[0], read[-1]
    if most < max(_CLEAR * s_most, 0.01):
        return "the resistance does not return below T_c with any contacts"
    x = least / most
    files = tuple(dict.fromkeys(name for found in by.values() for one in found for name in one.line.sources))
    text = f"with contacts {' and '.join(by)} the return of R is {least:.3f} and {most:.3f} of R_N"
    return Reading(x, math.hypot(s_least, x * s_most) / most, 0.0, files, text)
