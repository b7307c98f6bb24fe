"""R_NL over current and field: loops at many bias currents, or bias sweeps at many fields, on one grid for each direction.

The grid of fields is even about zero, so that R of the rising field at B stands beside that of the falling one at -B. A map that
was measured to one side of zero only is that of the direction away from zero, in which a spin valve switches there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import good
from supraspin.errors import FitError
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 12
"""Fields that each direction must have."""
_SIDE = 0.2
"""Part of the larger reach up to which the sweep to the other side of zero is none."""
Row = tuple[float, float, int, float]
"""Field, current, direction, R_NL."""


@dataclass(frozen=True)
class BiasMap:
    """R_NL (f, i), ohm, of one direction each over ascending fields (f,), T, and currents (i,), A; None where not measured.

    `of_bias`: the current was the inner sweep, at one field after the other.
    """

    field: np.ndarray
    current: np.ndarray
    rising: np.ndarray | None
    falling: np.ndarray | None
    flags: tuple[Flag, ...] = ()
    of_bias: bool = False

    @property
    def runs(self) -> dict[int, np.ndarray]:
        """Direction -> R_NL (f, i) with the fields in the order of time."""
        found = {1: self.rising, -1: None if self.falling is None else self.falling[::-1]}
        return {way: values for way, values in found.items() if values is not None}

    @property
    def one_sided(self) -> bool:
        """Whether the field is swept to one side of zero only."""
        return -float(self.field[0]) < _SIDE * self.field[-1] or float(self.field[-1]) < -_SIDE * self.field[0]

    def order(self, way: int) -> np.ndarray:
        """The fields (f,) in the order of time."""
        return self.field if way > 0 else self.field[::-1]


def read_bias_map(ds: xr.Dataset) -> BiasMap:
    """The map of a data set of loops or of bias sweeps. Raises `FitError` where it has too few fields or currents."""
    rows, flags = _rows(ds)
    ways = {way: [r for r in rows if r[2] == way] for way in (1, -1)}
    kept = {way: own for way, own in ways.items() if len({r[0] for r in own}) >= FEWEST}
    if not kept:
        raise FitError(f"no direction of the field has {FEWEST} fields at one current")
    currents = _common([r[1] for own in kept.values() for r in own])
    values = np.array([abs(r[0]) for own in kept.values() for r in own])
    reach = min(max(s * r[0] for r in own) for own in kept.values() for s in (1, -1))
    of_bias = ds.attrs["kind"] == "nonlocal_bias"
    if reach <= _SIDE * float(values.max()):
        return _one_sided(kept, currents, flags, of_bias)
    count = max(len({r[0] for r in own if abs(r[0]) <= reach * (1 + 1e-9)}) for own in kept.values())
    field = np.linspace(-reach, reach, count)
    grids = {way: _grid(own, currents, field) for way, own in kept.items()}
    complete = np.all([np.isfinite(g).all(axis=0) for g in grids.values()], axis=0)
    if complete.sum() < 1:
        raise FitError("no current was measured at enough fields")
    whole = {way: grid[:, complete] for way, grid in grids.items()}
    return BiasMap(field, currents[complete], whole.get(1), whole.get(-1), tuple(flags), of_bias)


def _one_sided(kept: dict[int, list[Row]], currents: np.ndarray, flags: list[Flag], of_bias: bool) -> BiasMap:
    """The run away from zero of a map to one side of it; where the order of the sweeps is lost, the readings count as that."""
    fields = np.array([r[0] for own in kept.values() for r in own])
    side = 1 if fields.sum() > 0 else -1
    assumed = any(flag.code == "direction_assumed" for flag in flags)
    rows = kept.get(side) or (kept[-side] if assumed else None)
    if rows is None:
        raise FitError("the field only comes back to zero, from one side: a spin valve switches where it goes away from zero")
    own = np.array([r[0] for r in rows])
    field = np.linspace(own.min(), own.max(), len(set(own.tolist())))
    grid = _grid(rows, currents, field)
    complete = np.isfinite(grid).all(axis=0)
    if not complete.any():
        raise FitError("no current was measured at enough fields")
    grid = grid[:, complete]
    text = (
        "the field is swept to one side of zero only: that the other direction mirrors the switches, as it must in a spin valve, "
        "is not tested"
    )
    rising, falling = (grid, None) if side > 0 else (None, grid)
    return BiasMap(field, currents[complete], rising, falling, (*flags, Flag("one_sided", text, "warning")), of_bias)


def _rows(ds: xr.Dataset) -> tuple[list[Row], list[Flag]]:
    """Every good point, and what had to be assumed."""
    flags: list[Flag] = []
    rows: list[Row] = []
    loops = ds.attrs["kind"] == "spin_valve_loop"
    still = ds["current" if loops else "field"].values.astype(float)
    ways = np.sign(ds["direction"].values) if loops else _outer(ds, still, flags)
    fine, moving = good(ds).values, ds["field" if loops else "current"].values
    reading = ds["nonlocal_resistance"].values
    for k, way in enumerate(ways):
        if way and np.isfinite(still[k]):
            for x, r in zip(moving[k, fine[k]], reading[k, fine[k]], strict=True):
                b, i = (x, still[k]) if loops else (still[k], x)
                rows.append((float(b), float(i), int(way), float(r)))
    return rows, flags


def _outer(ds: xr.Dataset, field: np.ndarray, flags: list[Flag]) -> np.ndarray:
    """Direction of the field at each bias sweep (s,): from the times, else from the order of the sweeps."""
    if "outer_direction" in ds.variables:
        return ds["outer_direction"].values
    steps = np.sign(np.diff(field))
    if not {1.0, -1.0} <= set(steps.tolist()):
        text = (
            "the direction of the field is taken from the order of the sweeps, which go one way only: a sorted file has lost it"
        )
        flags.append(Flag("direction_assumed", text, "warning"))
    # Where a field is repeated, as at a turning point, the second sweep belongs to what follows.
    ways, last = [int(next((s for s in steps if s), 1.0))], 0
    for k in range(steps.size):
        last = int(next((s for s in steps[k:] if s), last or ways[-1])) if steps[k] == 0 else int(steps[k])
        ways.append(last)
    return np.array(ways)


def _common(currents: list[float]) -> np.ndarray:
    """Distinct currents, those that differ by less than 1e-6 of their range taken as one."""
    values = np.unique(currents)
    if values.size < 2:
        return values
    return values[np.concatenate(([True], np.diff(values) > 1e-6 * np.ptp(values)))]


def _grid(rows: list[Row], currents: np.ndarray, field: np.ndarray) -> np.ndarray:
    """R_NL (f, i); repeats at one field and current averaged, fields between read off straight lines, NaN where too few."""
    b, i, r = (np.array([row[k] for row in rows]) for k in (0, 1, 3))
    at = np.abs(i[:, None] - currents[None, :]).argmin(axis=1)
    out = np.full((field.size, currents.size), np.nan)
    spacing = field[1] - field[0]
    for k in range(currents.size):
        own = at == k
        unique, where, counts = np.unique(b[own], return_inverse=True, return_counts=True)
        if unique.size >= FEWEST and unique[0] <= field[0] + spacing and unique[-1] >= field[-1] - spacing:
            out[:, k] = np.interp(field, unique, np.bincount(where, r[own]) / counts)
    return out
