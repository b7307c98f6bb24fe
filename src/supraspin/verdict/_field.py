"""Marks of maps in a field: where the resistance of the inner region ends in B, how that moves with T, and in which direction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.critical_field.points import one_angle
from supraspin.verdict._film import FEWEST, Map, best, maps
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_COLUMNS = 161
_CLEAR = 0.05
"""Height of the inner region, in parts of R_N, from which its end can be read."""


@dataclass(frozen=True)
class Grid:
    """r = R/R_N (t, b) over temperatures (t,), K, and fields (b,), T, both ascending; its noise."""

    temperature: np.ndarray
    field: np.ndarray
    r: np.ndarray
    noise: float


def grid(seen: Map) -> Grid:
    """A map as a grid: lines as they are along one axis, means of neighbouring readings along the other."""
    level = seen.state.level
    along = seen.lines[0].along
    by: dict[float, list] = {}
    for line in seen.lines:
        by.setdefault(round(abs(line.other), 6), []).append(line)
    other = np.array(sorted(by))
    low = max(min(float(line.x[0]) for line in rows) for rows in by.values())
    high = min(max(float(line.x[-1]) for line in rows) for rows in by.values())
    x = np.linspace(low, high, _COLUMNS)
    table = np.array([np.mean([np.interp(x, line.x, line.resistance / level) for line in by[value]], axis=0) for value in other])
    noise = float(np.median([line.noise for line in seen.lines])) / level
    return Grid(x, other, table.T, noise) if along == "temperature" else Grid(other, x, table, noise)


def _end(field: np.ndarray, r: np.ndarray, level: float, noise: float) -> tuple[float, float, float] | None:
    """Where r (b,) falls through `level` of the way from its inner maximum to the minimum beyond it: field, error, height.

    The inner maximum lies below the upper critical field; None where the resistance does not fall again.
    """
    normal = np.flatnonzero(r < 0.5)
    if not normal.size:
        return None
    inside = int(normal[-1]) + 1
    top = int(np.argmax(r[:inside]))
    bottom = top + int(np.argmin(r[top:inside]))
    height = float(r[top] - r[bottom])
    if bottom == top or height < max(_CLEAR, 6 * noise):
        return None
    wanted = r[bottom] + (1 - level) * height
    below = top + int(np.flatnonzero(r[top : bottom + 1] <= wanted)[0])
    step, gap = float(r[below - 1] - r[below]), float(field[below] - field[below - 1])
    share = float((r[below - 1] - wanted) / step)
    # A straight line between two readings: off by what the curve bends within the gap.
    error = math.hypot(gap * noise / step, gap / math.sqrt(12) * min(step / height, 1.0))
    return float(field[below - 1]) + share * gap, error, height


def trend(data: Sequence[xr.Dataset]) -> Reading | str:
    """d(ln B)/d(ln T) of the field B that takes half of the inner region's resistance away."""
    return best([_trend(one) for one in maps(data)], "no map on which a field lowers the resistance at four temperatures")


def _trend(seen: Map) -> Reading | None:
    one = grid(seen)
    if one.field[0] > 0.05 * one.field[-1]:
        return None
    found = {level: _slope(one, level) for level in (0.5, 0.35, 0.65)}
    main = found[0.5]
    if main is None:
        return None
    moved = max((abs(other[0] - main[0]) for other in found.values() if other is not None), default=0.0)
    text = f"the field that ends the inner region goes as T to the power {main[0]:.2f}"
    return Reading(main[0], main[1], moved, seen.sources, text)


def _slope(one: Grid, level: float) -> tuple[float, float] | None:
    rows = [(t, *end) for t, r in zip(one.temperature, one.r, strict=True) if (end := _end(one.field, r, level, one.noise))]
    # The end must lie beyond the first field, and the region be there: a quarter as high as where it is highest.
    highest = max((height for *_, height in rows), default=0.0)
    rows = [row for row in rows if row[1] > 2 * row[2] and row[3] > 0.25 * highest]
    if len(rows) < 4:
        return None
    t, b, s, _ = np.array(rows).T
    if t.max() < 1.1 * t.min():
        return None
    x, y, w = np.log(t), np.log(b), b / s
    columns = np.stack([np.ones_like(x), x - x.mean()], axis=1) * w[:, None]
    found, *_ = np.linalg.lstsq(columns, y * w, rcond=None)
    covariance = np.linalg.inv(columns.T @ columns)
    rest = y * w - columns @ found
    grown = max(1.0, float(rest @ rest) / max(t.size - 2, 1))
    # Neighbouring temperatures share the readings of one field: their errors are not independent.
    shared = max(1.0, t.size / max(np.unique(np.searchsorted(one.field, b)).size, 1))
    return float(found[1]), math.sqrt(float(covariance[1, 1]) * grown * shared)


def start(data: Sequence[xr.Dataset]) -> Reading | str:
    """Resistance in zero field over the largest one inside the superconductor, at the lowest temperatures of a map."""
    return best(
        [_start(one) for one in maps(data)], "no map with a resistive region inside the superconductor, from zero field on"
    )


def _start(seen: Map) -> Reading | None:
    one = grid(seen)
    if one.field[0] > 0.02 * one.field[-1]:
        return None
    cold = one.temperature <= 1.05 * one.temperature[0]
    r = np.nanmean(one.r[cold], axis=0)
    noise = one.noise / math.sqrt(np.count_nonzero(cold))
    if (end := _end(one.field, r, 0.5, noise)) is None:
        return None
    inside = one.field <= end[0]
    top = float(r[inside].max())
    x = float(r[0]) / top
    return Reading(x, math.hypot(1.0, x) * noise / top, 0.01, seen.sources, f"in zero field R is {x:.2f} of its largest value")


def direction(data: Sequence[xr.Dataset]) -> Reading | str:
    """ln of the field that ends the inner region in the plane of the film over that normal to it, at the lowest temperature."""
    ends: dict[bool, list] = {True: [], False: []}
    for seen in maps(data):
        angle = one_angle(seen.edges.normal[0.5])
        if angle is None or min(abs(angle), abs(angle - math.pi / 2)) > math.radians(3):
            continue
        one = grid(seen)
        if end := _end(one.field, one.r[0], 0.5, one.noise):
            ends[angle < math.pi / 4].append((end[1] / end[0], end[0], float(one.temperature[0]), seen.sources))
    if not (ends[True] and ends[False]):
        return "the end of the inner region is not seen both along and across the film (`field_angle`)"
    (s1, along, t1, files1), (s2, across, t2, files2) = min(ends[True]), min(ends[False])
    if abs(t1 - t2) > 0.15 * max(t1, t2):
        return "the maps along and across the film end at different temperatures"
    text = f"the inner region ends at {along:.3g} T along the film and {across:.3g} T across it"
    return Reading(math.log(along / across), math.hypot(s1, s2), 0.03, (*files1, *files2), text)


def warm(data: Sequence[xr.Dataset]) -> Reading | str:
    """Change of the resistance by the largest fields of a map at 1.35 to 1.7 T_c, in parts of R_N."""
    return best([_warm(one) for one in maps(data)], "no map that reaches 1.4 T_c in zero field")


def _warm(seen: Map) -> Reading | None:
    one = grid(seen)
    outer = seen.edges.normal[0.5]
    if one.field[0] > 0.05 * one.field[-1] or one.field.size < FEWEST or not outer.size:
        return None
    tc = float(outer.temperature[int(np.argmin(outer.field))])
    rows = (one.temperature > 1.35 * tc) & (one.temperature < 1.7 * tc)
    if np.count_nonzero(rows) < 2 or outer.field.min() > 0.1 * one.field[-1]:
        return None
    by_field = one.r[rows].mean(axis=0)
    high = one.field > 0.8 * one.field[-1]
    x = float(by_field[high].mean() - by_field[0])
    # Successive fields differ by what the laboratory does to a sweep as a whole.
    scatter = float(np.std(np.diff(by_field[one.field > 0.5 * one.field[-1]]))) / math.sqrt(2)
    error = math.hypot(scatter, one.noise) * math.sqrt(1 + 1 / np.count_nonzero(high))
    text = f"above T_c, {one.field[-1]:.3g} T change R by {100 * x:+.1f} % of R_N"
    return Reading(x, error, 0.002, seen.sources, text)
