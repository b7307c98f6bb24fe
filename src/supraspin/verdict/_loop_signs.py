"""What loops say of who turns: distinct coercive fields, size beside the contact line, course with temperature, coupling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.switching.pairs import Sweep
from supraspin.analysis.switching.steps import find_steps
from supraspin.data import good, sweeps
from supraspin.formatting import si, uncertain
from supraspin.verdict._film import once
from supraspin.verdict._loop_shape import Shape
from supraspin.verdict._loops import Measured, junction, junction_heights, line, minor
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_MARGIN = 0.03
"""Part of T_c by which a loop must be away from it to be below or above."""
_GROWTH = 3.0
"""By how much slow noise makes heights of one shape scatter beyond their errors."""


def separation(data: Sequence[xr.Dataset]) -> Reading | str:
    """How far apart the coercive fields stand that the junction's loops show, over the larger one; 0: a single magnet."""
    seen = junction(data)
    if isinstance(seen, str):
        return seen
    value, error = seen.clearest.separation
    first, second = (uncertain(h, e, "T") for h, e in zip(seen.clearest.fields, seen.clearest.errors, strict=True))
    return Reading(value, error, 0.0, (seen.name,), f"the junction turns at {first} and {second}")


def over_line(data: Sequence[xr.Dataset]) -> Reading | str:
    """Height of the junction's loop over that of the contact line's own, both in ohm."""
    seen, own = junction(data), line(data)
    if isinstance(seen, str):
        return seen
    if isinstance(own, str):
        return own
    a, b = seen.clearest, own.clearest
    value = abs(a.height / b.height)
    error = value * math.hypot(1 / a.seen, 1 / b.seen)
    text = f"{si(abs(a.height), 'ohm')} in the junction, {si(abs(b.height), 'ohm')} in the contact line"
    # Both turn in their grains' own ways.
    return Reading(value, error, 0.1 * value, (seen.name, own.name), text)


def above_critical(data: Sequence[xr.Dataset]) -> Reading | str:
    """Height of the junction's loop above T_c over the largest one below."""
    return _course(data, "warm")


def towards_critical(data: Sequence[xr.Dataset]) -> Reading | str:
    """Height of the junction's loop at the highest temperature below T_c over that at the lowest."""
    return _course(data, "rise")


def _course(data: Sequence[xr.Dataset], which: str) -> Reading | str:
    seen = junction(data)
    if isinstance(seen, str):
        return seen
    critical = critical_temperature(data)
    if critical is None:
        return "T_c is not known: no R(T) of the film through its transition"
    known = [(t, shape, name) for t, shape, name in junction_heights(data, seen.clearest) if math.isfinite(t)]
    below = [one for one in known if one[0] < (1 - _MARGIN) * critical]
    above = [one for one in known if one[0] > (1 + _MARGIN) * critical]
    if not below:
        return f"no loops below T_c = {si(critical, 'K')}"
    if which == "warm":
        if not above:
            return f"no loops above T_c = {si(critical, 'K')}"
        return _ratio(max(above, key=lambda one: one[0]), max(below, key=lambda one: abs(one[1].height)))
    coldest, warmest = min(below, key=lambda one: one[0]), max(below, key=lambda one: one[0])
    if warmest[0] < 0.7 * critical or warmest[0] < 1.5 * coldest[0]:
        return f"loops below T_c = {si(critical, 'K')} do not span its upper third"
    return _ratio(warmest, coldest)


def _ratio(one: tuple[float, Shape, str], other: tuple[float, Shape, str]) -> Reading:
    (t, a, name), (t_2, b, name_2) = one, other
    value = a.height / b.height if b.height else math.inf
    error = _GROWTH * math.hypot(a.height_error, value * b.height_error) / abs(b.height) if b.height else math.inf
    text = f"{si(a.height, 'ohm')} at {si(t, 'K')}, {si(b.height, 'ohm')} at {si(t_2, 'K')}"
    return Reading(value, error, 0.0, tuple(dict.fromkeys((name, name_2))), text)


def critical_temperature(data: Sequence[xr.Dataset]) -> float | None:
    """Highest temperature at which R(T) in the smallest field passes half of its normal value, K; None where it does not."""
    found = [one for ds in data if ds.attrs["kind"] == "resistance_temperature" and (one := _transition(ds)) is not None]
    return max(found, default=None)


@once
def _transition(ds: xr.Dataset) -> float | None:
    pieces = sweeps(ds)
    fields = [abs(float(one["field"].values[0])) if "field" in one.coords and one["field"].dims == ("sweep",) else 0.0
              for one in pieces]  # fmt: skip
    fields = [0.0 if math.isnan(one) else one for one in fields]
    piece = pieces[int(np.argmin(fields))]
    fine = good(piece).values.ravel()
    t, r = (piece[name].values.ravel()[fine] for name in ("temperature", "resistance"))
    order = np.argsort(t)
    t, r = t[order], r[order]
    if t.size < 16:
        return None
    # The resistance just above the transition: the lowest third of it, above its steepest rise.
    steepest = int(np.argmax(np.diff(np.convolve(r, np.ones(3) / 3, mode="same"))[1:-2])) + 1
    normal = float(np.median(r[steepest + 2 : steepest + 2 + max(5, t.size // 10)])) if steepest + 7 < t.size else math.nan
    below = np.flatnonzero(r < 0.5 * normal)
    return float(t[below.max()]) if below.size and float(r[: steepest + 1].min()) < 0.3 * normal else None


def coupling(data: Sequence[xr.Dataset]) -> Reading | str:
    """Middle of the film's own loop over its larger switching field, counted along the contact's magnetisation reversed.

    Positive where the film prefers to be parallel to the contact; from 1/2 on it is parallel when the field is off.
    """
    seen = minor(data)
    if isinstance(seen, str):
        return seen
    own = [one for one in (_middle(seen, i) for i in range(len(seen.loops))) if one is not None]
    return min(own, key=lambda one: one.error) if own else "the film's own loop shows no switching in either direction"


def _middle(seen: Measured, number: int) -> Reading | None:
    loop = seen.loops[number]
    steps = [_largest(sweep) for sweep in (loop.rising, loop.falling)]
    up, down = steps
    if up is None or down is None or up.size * down.size > 0:
        return None
    largest = max(abs(up.field), abs(down.field))
    # The contact points where the field was before the first sweep.
    sign = 1.0 if loop.rising.index < loop.falling.index else -1.0
    least = max(loop.rising.step, loop.falling.step) / math.sqrt(12)
    error = 0.5 * math.hypot(up.field_error, down.field_error, least, least)
    text = f"the film turns at {si(up.field, 'T')} in rising and at {si(down.field, 'T')} in falling field"
    return Reading(sign * 0.5 * (up.field + down.field) / largest, error / largest, 0.02, (seen.name,), text)


def _largest(sweep: Sweep):
    found = find_steps(sweep.field, sweep.reading)
    best = max(found, key=lambda one: abs(one.size), default=None)
    return best if best is not None and abs(best.size) > 8 * best.size_error else None
