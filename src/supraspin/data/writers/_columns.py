"""A data set as one long table: sweep after sweep, with the constants of each as columns beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from supraspin.data.schema import BITS, DIMS, needed
from supraspin.quantities import QUANTITIES

_HEADERS = {
    "field": "Field", "temperature": "Temperature", "bias": "Bias", "current": "Current", "voltage": "Voltage",
    "resistance": "Resistance", "nonlocal_resistance": "Nonlocal Resistance", "conductance": "Conductance",
    "normalised_conductance": "Normalised Conductance", "angle": "Angle", "depth": "Depth", "counts": "Co counts",
    "concentration": "Concentration", "interlayer_gap": "Interlayer Gap", "critical_field": "Critical Field",
    "host_counts": "Host counts", "separation": "separation", "modulation": "modulation", "field_angle": "field_angle",
}  # fmt: skip


@dataclass(frozen=True)
class TextColumn:
    """A column of a table: what stands over it, its unit ("" for a plain number), and its values."""

    name: str
    unit: str
    values: np.ndarray


def columns(ds: xr.Dataset) -> list[TextColumn]:
    """The columns of the table: constants of the sweeps first, then the swept coordinate and the readings.

    Sweeps of parallel and antiparallel electrodes over the same coordinate stand side by side.
    """
    length = (ds["doubt"].values & BITS["padding"]) == 0
    points = list(needed(ds))
    more = [str(name) for name, variable in ds.variables.items() if variable.dims == DIMS and name not in (*points, "doubt")]
    constants = [str(name) for name, c in ds.coords.items() if c.dims == ("sweep",) and _written(str(name), ds)]
    side = _side_by_side(ds)
    if side is not None:
        x, reading = points
        rows = length[side[0]]
        found = [TextColumn(*_header(name), np.full(rows.sum(), float(ds[name].values[side[0]]))) for name in constants]
        found.append(TextColumn(*_header(x, ds), ds[x].values[side[0]][rows]))
        for number, word in zip(side, ("parallel", "antiparallel"), strict=True):
            name, unit = _header(reading)
            found.append(TextColumn(f"{name} {word}", unit, ds[reading].values[number][rows]))
        return found
    each = np.repeat(np.arange(ds.sizes["sweep"]), length.sum(axis=1))
    found = [TextColumn(*_header(name), ds[name].values.astype(float)[each]) for name in constants]
    return found + [TextColumn(*_header(name, ds), ds[name].values[length]) for name in [*points, *more]]


def _written(name: str, ds: xr.Dataset) -> bool:
    """Whether a constant of the sweeps has a column; a swept field says in its own name which way it points."""
    return name in _HEADERS and not (name == "field_angle" and "field" in needed(ds) and _header("field", ds)[0] != "Field")


def _header(name: str, ds: xr.Dataset | None = None) -> tuple[str, str]:
    unit = QUANTITIES[name].unit if name in QUANTITIES else "1"
    header = _HEADERS.get(name, name.replace("_", " "))
    if name == "field" and ds is not None and "field_angle" in ds.coords and np.ptp(ds["field_angle"].values) == 0:
        angle = float(ds["field_angle"].values[0])
        header = "B_perp" if np.isclose(angle, np.pi / 2) else "B_par" if angle == 0 else header
    return header, {"1": "", "ohm": "Ohm"}.get(unit, unit)


def _side_by_side(ds: xr.Dataset) -> tuple[int, int] | None:
    """The parallel and the antiparallel sweep of a pair over one coordinate; None for anything else."""
    if "alignment" not in ds.coords or ds.sizes["sweep"] != 2:
        return None
    signs = ds["alignment"].values.astype(float)
    x = ds[needed(ds)[0]].values
    if set(np.sign(signs)) != {1.0, -1.0} or not np.array_equal(x[0], x[1], equal_nan=True):
        return None
    return (0, 1) if signs[0] > 0 else (1, 0)


def cells(found: list[TextColumn]) -> list[list[str]]:
    """The table's rows as text, eight digits a number."""
    printed = [[f"{value:.8g}" for value in column.values] for column in found]
    return [list(row) for row in zip(*printed, strict=True)]
