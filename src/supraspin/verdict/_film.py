"""Marks of the film: what R(T, B) maps say of the boundaries of the superconductor and of the resistive region inside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from weakref import ref

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.critical_field.monotonic import Line, lines
from supraspin.analysis.critical_field.normal import NormalState, normal_state
from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.phase_map import suits
from supraspin.analysis.phase_map.edges import Boundaries, boundaries
from supraspin.errors import FitError
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

T = TypeVar("T")


def once(function: Callable[[xr.Dataset], T]) -> Callable[[xr.Dataset], T]:
    """Remember what a function says of the data sets it has seen last: several marks are read from one map."""
    kept: dict[int, tuple[ref, T]] = {}

    def remembered(ds: xr.Dataset) -> T:
        known = kept.get(id(ds))
        if known is None or known[0]() is not ds:
            while len(kept) >= 16:
                kept.pop(next(iter(kept)))
            kept[id(ds)] = known = (ref(ds), function(ds))
        return known[1]

    return remembered


@dataclass(frozen=True)
class Map:
    """A map's lines, normal state and boundaries, and the files it is from."""

    lines: tuple[Line, ...]
    state: NormalState
    edges: Boundaries
    sources: tuple[str, ...]


@once
def film_map(ds: xr.Dataset) -> Map | None:
    """A data set as a map; None where it is none or no superconductor is seen on it."""
    if not suits(ds):
        return None
    try:
        found = lines(ds, {})
        state = normal_state(found)
        return Map(tuple(found), state, boundaries(found, state), sources(ds))
    except FitError:
        return None


def maps(data: Sequence[xr.Dataset]) -> list[Map]:
    """The maps among data sets."""
    return [one for one in map(film_map, data) if one is not None]


def best(readings: Sequence[Reading | None], why: str) -> Reading | str:
    """The most precise of several readings of one sign, or why there is none."""
    found = [one for one in readings if one is not None and one.error > 0]
    return min(found, key=lambda one: one.error) if found else why


FEWEST = 4
"""Lines on which both boundaries must be seen."""
_ABOVE, _STEADY = 1.14, 0.1
"""T_K over the lowest temperature from which it counts, and the part of it that another choice may move it by."""


def tie(data: Sequence[xr.Dataset]) -> Reading | str:
    """How T_K follows T_c from field to field: d(T_K/T_K0)/d(T_c/T_c0), 1 where the two fall together and 0 where T_K stays."""
    found = [one for one in (_tie(seen) for seen in maps(data)) if one is not None and one.error > 0]
    if not found:
        return f"T_K, above {_ABOVE:g} of the lowest temperature, and T_c are not both seen in {FEWEST} fields of a map"
    # Maps are measured one by one; what the choices leave open they share.
    weights = np.array([one.error**-2 for one in found])
    weights /= weights.sum()
    value = float(weights @ [one.value for one in found])
    stderr = math.sqrt(float(weights**2 @ [one.stderr**2 for one in found]))
    systematic = float(weights @ [one.systematic for one in found])
    files = tuple(dict.fromkeys(name for one in found for name in one.used))
    return Reading(value, stderr, systematic, files, f"T_K moves {value:.2f} times as much as T_c, in parts of their values")


def _tie(seen: Map) -> Reading | None:
    order = seen.edges.order
    if order is None or seen.lines[0].along != "temperature":
        return None
    # An onset within reach of the lowest temperature is pushed up by it, and one on which the choices disagree is none.
    coldest = max(float(line.x[0]) for line in seen.lines)
    moved = np.nan_to_num(order.systematic, nan=math.inf)
    inner = order.points.where((order.points.temperature > _ABOVE * coldest) & (moved < _STEADY * order.points.temperature))
    choices = []
    for level in (0.5, 0.1, 0.9):
        choices.append((inner, seen.edges.normal[level]))
    choices += [(_of_sweeps(other, inner.sweep), seen.edges.normal[0.5]) for other in order.others]
    found = [_slope(a, b) for a, b in choices]
    main = found[0]
    if main is None:
        return None
    apart = [abs(one[0] - main[0]) for one in found[1:] if one is not None]
    return Reading(main[0], main[1], max(apart, default=0.0), seen.sources)


def _of_sweeps(found: Points, wanted: np.ndarray) -> Points:
    return found.where(np.isin(found.sweep, wanted))


def _slope(inner: Points, outer: Points) -> tuple[float, float] | None:
    """The slope and its error; errors of T_K grown to the scatter about the line."""
    at = {int(sweep): i for i, sweep in enumerate(outer.sweep)}
    pairs = [(i, at[int(sweep)]) for i, sweep in enumerate(inner.sweep) if int(sweep) in at]
    if len(pairs) < FEWEST:
        return None
    i, j = (np.array(column) for column in zip(*pairs, strict=True))
    y, s, x = inner.temperature[i], inner.temperature_error[i], outer.temperature[j]
    if np.ptp(x) < 0.02 * x.max():
        return None
    origin = x[int(np.argmin(inner.field[i]))]
    columns = np.stack([np.ones_like(x), (x - origin) / origin], axis=1) / s[:, None]
    found, *_ = np.linalg.lstsq(columns, y / s, rcond=None)
    covariance = np.linalg.inv(columns.T @ columns)
    rest = y / s - columns @ found
    grown = max(1.0, math.sqrt(float(rest @ rest) / max(len(y) - 2, 1)))
    value = float(found[1] / found[0])
    jacobian = np.array([-value / found[0], 1 / found[0]])
    return value, grown * math.sqrt(float(jacobian @ covariance @ jacobian))
