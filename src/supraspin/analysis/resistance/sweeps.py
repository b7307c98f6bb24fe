"""The sweeps of a data set as curves: channels of resistance, families at several fields, thermometers to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.resistance.curve import Curve, curve
from supraspin.data import good
from supraspin.data.schema import BITS, DIMS
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

_STUCK = 0.1
_OUTER = ("field", "field_angle", "current")


@dataclass(frozen=True)
class Thermometer:
    """A thermometer of a data set: its variable, the name in the file, and the largest share of its readings at one value."""

    variable: str
    name: str
    stuck: float


@dataclass(frozen=True)
class Member:
    """One setting of what is constant within sweeps (field, angle, current) with the numbers of its sweeps."""

    label: dict[str, float]
    sweeps: tuple[int, ...]


def _columns(ds: xr.Dataset, quantity: str) -> list[str]:
    """The main variable of a quantity, then further ones that are over the points."""
    more = [str(n) for n, v in ds.variables.items() if v.dims == DIMS and v.attrs.get("quantity") == quantity and n != quantity]
    return [quantity, *more]


def channels(ds: xr.Dataset) -> dict[str, str]:
    """Variables of resistance, the main one first, and how the file calls them; those without readings are left out."""
    found = {name: str(ds[name].attrs.get("original_name", name)) for name in _columns(ds, "resistance")}
    return {name: label for name, label in found.items() if np.isfinite(ds[name].values).sum() >= 24}


def thermometers(ds: xr.Dataset) -> tuple[list[Thermometer], list[Flag]]:
    """The thermometers, the one to use first: the data set's own, unless it stands still while another goes on moving."""
    found = []
    for name in _columns(ds, "temperature"):
        values = ds[name].values
        if np.isfinite(values).sum() >= 24:
            label = str(ds[name].attrs.get("original_name", name))
            found.append(Thermometer(name, label, max(_stuck(row) for row in values)))
    if not found or found[0].variable != "temperature" or found[0].stuck < _STUCK:
        return found, []
    where = _run(ds["temperature"].values)
    free = [t for t in found[1:] if t.stuck < _STUCK and _moves(ds[t.variable].values[where])]
    if not free:
        return found, []
    best = free[0]
    said = (
        f"{found[0].name} stands still for {100 * found[0].stuck:.3g} % of the sweep while {best.name} moves: {best.name} is used"
    )
    flag = Flag("thermometer_replaced", said, "warning", {"stuck": found[0].stuck})
    return [best, *(t for t in found if t is not best)], [flag]


def _runs(row: np.ndarray) -> tuple[int, int, int]:
    """Start and length of the longest run of one value among finite readings, and their number."""
    values = row[np.isfinite(row)]
    if values.size < 2:
        return 0, 0, values.size
    edges = np.flatnonzero(np.concatenate(([True], np.diff(values) != 0, [True])))
    at = int(np.diff(edges).argmax())
    return int(edges[at]), int(np.diff(edges)[at]), values.size


def _stuck(row: np.ndarray) -> float:
    _, length, number = _runs(row)
    return length / number if number >= 24 else 0.0


def _run(values: np.ndarray) -> tuple[int, slice]:
    sweep = int(np.argmax([_stuck(row) for row in values]))
    start, length, _ = _runs(values[sweep])
    return sweep, slice(start, start + length)


def _moves(values: np.ndarray) -> bool:
    fine = values[np.isfinite(values)]
    return fine.size > 2 and float(np.ptp(fine)) > 0.1 * float(np.abs(fine).max())


def members(ds: xr.Dataset) -> list[Member]:
    """The family: sweeps at one field (and angle, and current) together, the lowest field first."""
    names = [n for n in _OUTER if n in ds.variables and ds[n].dims == DIMS[:1]]
    groups: dict[tuple[float, ...], list[int]] = {}
    for i in range(ds.sizes["sweep"]):
        groups.setdefault(tuple(_rounded(float(ds[n].values[i])) for n in names), []).append(i)
    ordered = sorted(groups.items(), key=lambda item: tuple(abs(v) if v == v else 0.0 for v in item[0]))
    return [Member(dict(zip(names, key, strict=True)), tuple(sweeps)) for key, sweeps in ordered]


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def curves(ds: xr.Dataset, channel: str, thermometer: str, sweeps: tuple[int, ...]) -> list[Curve]:
    """The usable sweeps of a channel, each a `Curve`."""
    own = thermometer == "temperature" and channel == "resistance"
    bad = BITS["duplicate"] | BITS["padding"] | BITS["overload"]
    fine = good(ds).values & ((ds["doubt"].values & BITS["duplicate"]) == 0) if own else (ds["doubt"].values & bad) == 0
    if thermometer == "temperature" and not own:
        fine &= (ds["doubt"].values & BITS["pegged"]) == 0
    clock = ds["time"].values if "time" in ds.variables and ds["time"].dims == DIMS else None
    found = []
    for i in sweeps:
        at = fine[i]
        if at.sum() < 24:
            continue
        time = clock[i][at] if clock is not None else None
        way = int(ds["direction"].values[i])
        found.append(curve(ds[thermometer].values[i][at], ds[channel].values[i][at], time=time, direction=way))
    return [one for one in found if one.temperature.size]
