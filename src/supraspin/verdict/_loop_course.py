"""How the loop of a junction goes with temperature: above T_c, and towards it from below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import good, sweeps
from supraspin.formatting import si
from supraspin.verdict._film import once
from supraspin.verdict._loop_shape import Shape
from supraspin.verdict._loops import junction, junction_heights
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_MARGIN = 0.03
"""Part of T_c by which a loop must be away from it to be below or above."""
_GROWTH = 3.0
"""By how much slow noise makes heights of one shape scatter beyond their errors."""


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
