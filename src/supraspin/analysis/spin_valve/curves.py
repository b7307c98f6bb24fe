"""Non-local I-V curves in the order they were measured, and the run in field that each belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import good, sweeps
from supraspin.flags import Flag
from supraspin.formatting import si

if TYPE_CHECKING:
    import xarray as xr

SHORTEST = 12
"""Points that a curve needs: its terms in the current and a switch within it take six."""
_PAUSE = 5.0  # a wait this many times the usual one ends a run in field


@dataclass(frozen=True)
class Curve:
    """V(I) in the order of time at one field. `direction`: +1 field rising from curve to curve, -1 falling, 0 not known."""

    label: str
    field: float
    direction: int
    current: np.ndarray
    voltage: np.ndarray
    temperature: float = float("nan")


def read_curves(ds: xr.Dataset) -> tuple[list[Curve], list[Flag]]:
    """The curves of a data set that can be used, in order of time where that is known, and what was left out or moved."""
    found, times, left_out = [], [], []
    for piece in sweeps(ds):
        fine = good(piece).values.ravel()
        current, voltage = piece["current"].values.ravel()[fine], piece["voltage"].values.ravel()[fine]
        label, field = str(piece["source"].values[0]), per_sweep(piece, "field")
        few = current.size < SHORTEST or np.unique(current).size < 6
        if few or not np.isfinite(field) or np.ptp(voltage) == 0:
            left_out.append(label or "a sweep without a name")
            continue
        direction = int(piece["outer_direction"].values[0]) if "outer_direction" in piece else 0
        found.append(Curve(label, field, direction, current, voltage, per_sweep(piece, "temperature")))
        times.append(str(piece["started"].values[0]))
    flags = []
    if left_out:
        why = "they have no field, too few points or one voltage throughout"
        text = f"left out, because {why} ({len(left_out)}): {', '.join(left_out[:4])}"
        flags.append(Flag("left_out", text, "warning", {"curves": float(len(left_out))}))
    return _after_pauses(found, times, flags), flags


def per_sweep(piece: xr.Dataset, name: str) -> float:
    """What is constant within the one sweep of `piece`; NaN where it is not known."""
    if name not in piece.variables or piece[name].dims != ("sweep",):
        return float("nan")
    return float(piece[name].values[0])


def _after_pauses(curves: list[Curve], times: list[str], flags: list[Flag]) -> list[Curve]:
    """A curve at a turning point belongs to the next run where a long pause parts it from the one before.

    The field was somewhere else in that pause (files are missing, or the magnet went to saturation and came back).
    """
    if len(curves) < 4 or not all(times) or not all(c.direction for c in curves):
        return curves
    seconds = np.array([datetime.fromisoformat(t).timestamp() for t in times])
    waits = np.diff(seconds)
    usual, moved = float(np.median(waits)), list(curves)
    for i in range(1, len(curves) - 1):
        turning = curves[i].direction != curves[i + 1].direction
        if turning and usual > 0 and waits[i - 1] > _PAUSE * usual > waits[i]:
            moved[i] = Curve(
                curves[i].label,
                curves[i].field,
                curves[i + 1].direction,
                curves[i].current,
                curves[i].voltage,
                curves[i].temperature,
            )
            text = (f"the curve at {si(curves[i].field, 'T')} where the field turns was begun {waits[i - 1]:.0f} s after the one "
                    f"before it, the others {usual:.0f} s apart: it is counted to the run that follows")  # fmt: skip
            flags.append(Flag("pause_at_turn", text, "note", {"field": curves[i].field, "pause": float(waits[i - 1])}))
    return moved
