"""The other thermometers of a data set against the one that is used."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.resistance.lagging import SIGNIFICANT, lag
from supraspin.analysis.resistance.mean import Channel, channel
from supraspin.analysis.resistance.sweeps import Thermometer, curves
from supraspin.analysis.result import Table
from supraspin.flags import Flag
from supraspin.formatting import concise, si

if TYPE_CHECKING:
    import xarray as xr

_STUCK = 0.1
_REACH = 0.5
_APART = 0.005
"""Part of T_C by which two thermometers must differ to be worth a warning."""


def compare(
    ds: xr.Dataset, used: Channel, there: list[Thermometer], sweeps: tuple[int, ...], main: str, lead: float | None
) -> tuple[list[Table], list[Flag]]:
    """T_C by every thermometer, and what speaks against those that disagree with the first."""
    if len(there) < 2 or not used.superconducts:
        return [], []
    middle, late = used.level(0.5), lag(used)
    rows = [_row(there[0].name, "used", middle, late)]
    flags: list[Flag] = []
    for other in there[1:]:
        if other.stuck >= _STUCK:
            rows.append((other.name, f"stands still for {100 * other.stuck:.3g} % of a sweep", "", ""))
            continue
        if _reach(ds, other.variable, sweeps) < _REACH * _reach(ds, there[0].variable, sweeps):
            rows.append((other.name, "does not follow the sample", "", ""))
            continue
        own = channel(other.name, curves(ds, main, other.variable, sweeps), lead, math.inf)
        value, its = own.level(0.5) if own.superconducts else None, lag(own)
        if value is None or middle is None:
            rows.append((other.name, "shows no T_C", "", ""))
            continue
        apart, error = value.value - middle.value, math.hypot(value.stderr, middle.stderr)
        differs = abs(apart) > max(3 * error, _APART * middle.value)
        rows.append(
            _row(
                other.name,
                f"reads {si(abs(apart), 'K')} {'higher' if apart > 0 else 'lower'}" if differs else "agrees",
                value,
                its,
            )
        )
        if differs:
            said = f"{other.name} puts T_C at {si(value.value, 'K', 4)}, {there[0].name} at {si(middle.value, 'K', 4)}"
            flags.append(Flag("thermometers_disagree", said, "warning", {"difference": apart}))
        if late and its and late.significant:
            gain = abs(late.shift.value) - abs(its.shift.value)
            if gain > SIGNIFICANT * math.hypot(late.shift.stderr, its.shift.stderr):
                said = f"{other.name} differs less between warming and cooling than {there[0].name}: it is nearer the sample"
                flags.append(Flag("lagging_thermometer", said, "warning", {"gain": gain}))
    note = "T_C at 50 % on each thermometer; the one used is the first."
    return [Table("Thermometers", ("thermometer", "verdict", "T_C", "warming - cooling"), tuple(rows), note)], flags


def _row(name, verdict, value, late) -> tuple[str, str, str, str]:
    shift = concise(late.shift.value, late.shift.stderr, "K") if late else ""
    return name, verdict, concise(value.value, value.stderr, "K") if value else "", shift


def _reach(ds: xr.Dataset, name: str, sweeps: tuple[int, ...]) -> float:
    """How far a thermometer moves, in e-folds."""
    values = ds[name].values[list(sweeps)]
    values = values[np.isfinite(values) & (values > 0)]
    if values.size < 8:
        return 0.0
    low, high = np.percentile(values, [0.5, 99.5])
    return float(np.log(high / low))
