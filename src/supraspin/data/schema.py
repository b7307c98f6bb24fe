"""What a sweep data set is: an `xarray.Dataset` over (sweep, point) that every part of the package can rely on.

Readings and swept coordinates are floats over (sweep, point), shorter sweeps padded with NaN at the end. What is constant
within a sweep is a coordinate over (sweep,): `temperature`, `field`, `alignment`, ..., and always `direction`, `source` and
`started`. `doubt` is a bit mask over (sweep, point). Where temperature is not the swept coordinate but was recorded at
each point, the record is `temperature_reading` and `temperature` its robust median.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from supraspin.errors import DataError
from supraspin.flags import Flag
from supraspin.quantities import QUANTITIES

CONVENTIONS = "supraspin-1"
DIMS = ("sweep", "point")
BITS = {
    "not_finite": 1, "overload": 2, "clipped": 4, "pegged": 8, "duplicate": 16, "index_as_coordinate": 32, "drift": 64,
    "padding": 128,
}  # fmt: skip
DISQUALIFYING = BITS["not_finite"] | BITS["overload"] | BITS["pegged"] | BITS["drift"] | BITS["padding"]
"""A point with one of these bits is kept, but not fitted."""


@dataclass(frozen=True)
class Kind:
    """A kind of measurement: its swept coordinate, and its readings, of each group of which one must be there.

    `turns`: whether a run up and down is two sweeps. That is so for field and temperature, where hysteresis is physics;
    a closed cycle of the current or bias is one curve.
    """

    x: str | None
    readings: tuple[tuple[str, ...], ...] = ()
    turns: bool = True
    meaning: str = ""


KINDS: dict[str, Kind] = {
    "hanle": Kind("field", (("nonlocal_resistance",),), True, "non-local resistance against field"),
    "spin_valve_loop": Kind("field", (("nonlocal_resistance",),), True, "non-local resistance against in-plane field"),
    "nonlocal_bias": Kind("current", (("nonlocal_resistance",),), False, "non-local resistance against bias current"),
    "tunnel_spectrum": Kind("bias", (("conductance", "normalised_conductance"),), False, "differential conductance against bias"),
    "iv_curve": Kind("current", (("voltage",),), False, "voltage against current"),
    "nonlocal_iv": Kind("current", (("voltage",),), False, "non-local voltage against injected current"),
    "resistance_temperature": Kind("temperature", (("resistance",),), True, "resistance against temperature"),
    "magnetoresistance": Kind("field", (("resistance",),), True, "resistance against field"),
    "critical_field": Kind("temperature", (("critical_field",),), False, "upper critical field against temperature"),
    "depth_profile": Kind("depth", (("concentration", "counts"),), False, "concentration or counts against depth"),
    "interlayer_gap": Kind("depth", (("interlayer_gap",),), False, "van der Waals gap against depth"),
    "unknown": Kind(None, (), False, "columns that make no known measurement"),
}


def validate(ds: xr.Dataset) -> xr.Dataset:
    """The data set itself where it keeps to the schema. Raises `DataError` that names what does not."""
    kind = ds.attrs.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise DataError(f"kind {kind!r} is not known; there are {', '.join(KINDS)}")
    if set(ds.dims) != set(DIMS):
        raise DataError(f"the dimensions are {', '.join(map(str, ds.dims)) or 'none'}; they must be sweep and point")
    if ds.attrs.get("conventions") != CONVENTIONS:
        raise DataError(f"conventions {ds.attrs.get('conventions')!r} are not known; they must be {CONVENTIONS!r}")
    for name, variable in ds.variables.items():
        if variable.dims not in (DIMS, DIMS[:1]):
            raise DataError(f"{name} has dimensions {variable.dims}; they must be (sweep, point) or (sweep,)")
        if variable.dims == DIMS and name != "doubt" and variable.dtype.kind != "f":
            raise DataError(f"{name} is of type {variable.dtype}; readings must be floats")
        if name in QUANTITIES and variable.attrs.get("units") != QUANTITIES[str(name)].unit:
            raise DataError(f"{name} has units {variable.attrs.get('units')!r}; they must be {QUANTITIES[str(name)].unit!r}")
    for name in ("direction", "source", "started"):
        if name not in ds.coords or ds[name].dims != ("sweep",):
            raise DataError(f"coordinate {name} over (sweep,) is missing")
    if "doubt" not in ds or ds["doubt"].dims != DIMS or ds["doubt"].dtype.kind != "i":
        raise DataError("doubt, an integer bit mask over (sweep, point), is missing")
    _check_kind(ds, KINDS[kind])
    doubts(ds)
    if not isinstance(_json(ds, "metadata", "{}"), dict):
        raise DataError("metadata must be a JSON object")
    return ds


def _check_kind(ds: xr.Dataset, kind: Kind) -> None:
    for names in ((kind.x,) if kind.x else (), *kind.readings):
        if not any(name in ds.variables and ds[name].dims == DIMS for name in names) and names:
            raise DataError(f"a data set of kind {ds.attrs['kind']} needs {' or '.join(map(str, names))} over (sweep, point)")


def good(ds: xr.Dataset) -> xr.DataArray:
    """Which points may be fitted, over (sweep, point): what the kind needs is finite, and no disqualifying doubt."""
    fine = (ds["doubt"].values & DISQUALIFYING) == 0
    for name in needed(ds):
        fine = fine & np.isfinite(ds[name].values)
    return xr.DataArray(fine, dims=ds["doubt"].dims, name="good")


def needed(ds: xr.Dataset) -> list[str]:
    """Names of the swept coordinate and the readings that make the kind."""
    kind = KINDS[ds.attrs["kind"]]
    names = [kind.x] if kind.x else []
    return names + [name for group in kind.readings for name in group if name in ds.variables and ds[name].dims == DIMS]


def sweeps(ds: xr.Dataset) -> list[xr.Dataset]:
    """Each sweep as a data set of its own, without its padding."""
    padding = (ds["doubt"].values & BITS["padding"]) != 0
    lengths = (~padding).sum(axis=1)
    return [ds.isel(sweep=slice(i, i + 1), point=slice(0, int(length))) for i, length in enumerate(lengths)]


def doubts(ds: xr.Dataset) -> list[Flag]:
    """Every remark that was made about the data set."""
    found = _json(ds, "doubts", "[]")
    if not isinstance(found, list) or not all(map(_is_doubt, found)):
        raise DataError("doubts must be a JSON list of objects with code, message, level (note, warning or fault) and numbers")
    return [Flag(d["code"], d["message"], d.get("level", "warning"), d.get("numbers", {})) for d in found]


def _json(ds: xr.Dataset, name: str, default: str) -> Any:
    try:
        return json.loads(ds.attrs.get(name, default))
    except (ValueError, TypeError, RecursionError) as error:
        raise DataError(f"{name} is not valid JSON") from error


def _is_doubt(found: object) -> bool:
    return (
        isinstance(found, dict)
        and isinstance(found.get("code"), str)
        and isinstance(found.get("message"), str)
        and found.get("level", "warning") in ("note", "warning", "fault")
        and isinstance(found.get("numbers", {}), dict)
    )
