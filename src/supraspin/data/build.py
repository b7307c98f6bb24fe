"""Making a valid data set from plain arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from supraspin import __version__
from supraspin.data.schema import BITS, CONVENTIONS, DIMS, KINDS, validate
from supraspin.errors import DataError
from supraspin.flags import Flag
from supraspin.quantities import QUANTITIES

# What is a coordinate and not a reading even where it is not the swept one.
_COORDINATES = frozenset({"field", "field_parallel", "field_perpendicular", "angle", "depth", "distance", "time"})
_TEXT = ("source", "started")
_SIGNS = ("direction", "alignment", "outer_direction")


def make(
    kind: str, variables: Mapping[str, Any] | None = None, *, per_sweep: Mapping[str, Any] | None = None, doubt: Any = None,
    doubts: Sequence[Flag] = (), source: str = "", reader: str = "made", metadata: Mapping[str, str] | None = None,
    sha256: str = "",
    attributes: Mapping[str, Mapping[str, str]] | None = None, **more: Any,
) -> xr.Dataset:  # fmt: skip
    """A data set of `kind` from arrays in SI units, `make("hanle", field=b, nonlocal_resistance=r, per_sweep={"alignment": 1})`.

    Each variable is a 1-D array (one sweep), a list of 1-D arrays (sweeps of any lengths) or a 2-D array (sweep, point); a
    1-D array beside others of several sweeps serves all of them. `per_sweep` holds numbers or one value a sweep. `doubt` is a
    mask of the same form. Raises `DataError` for lengths that disagree, an unknown kind, or a variable that it lacks.
    """
    if kind not in KINDS:
        raise DataError(f"kind {kind!r} is not known; there are {', '.join(KINDS)}")
    rows = {name: _rows(name, value) for name, value in {**(variables or {}), **more}.items()}
    if not rows:
        raise DataError("a data set needs at least one variable over (sweep, point)")
    count = max(len(value) for value in rows.values())
    rows = {name: value * count if len(value) == 1 else value for name, value in rows.items()}
    lengths = _lengths(rows, count)
    width = int(max(lengths))
    ds = xr.Dataset()
    names = list(rows)
    for name in names:
        attrs = _attrs(name, (attributes or {}).get(name, {}))
        padded = np.full((count, width), np.nan)
        for i, row in enumerate(rows[name]):
            padded[i, : len(row)] = row
        (ds.coords if name == KINDS[kind].x or name in _COORDINATES else ds)[name] = (DIMS, padded, attrs)
    mask = np.where(np.arange(width) < lengths[:, None], 0, BITS["padding"]).astype(np.int32)
    for i, row in enumerate(_rows("doubt", doubt) if doubt is not None else []):
        mask[i, : len(row)] |= row.astype(np.int32)
    flag_attrs = {
        "long_name": "doubts about a point",
        "flag_masks": np.array(list(BITS.values()), np.int32),
        "flag_meanings": " ".join(BITS),
    }
    ds["doubt"] = (DIMS, mask, flag_attrs)
    _constants(ds, per_sweep or {}, KINDS[kind].x, count, source, attributes or {})
    sources = list(dict.fromkeys(str(s) for s in ds["source"].values if str(s)))
    ds.attrs = {
        "kind": kind, "source": "; ".join(sources) or source, "reader": reader, "sha256": sha256, "conventions": CONVENTIONS,
        "supraspin_version": __version__, "doubts": json.dumps([flag.to_dict() for flag in doubts], default=float),
        "metadata": json.dumps({str(k): str(v) for k, v in (metadata or {}).items()}, ensure_ascii=False),
    }  # fmt: skip
    return validate(ds)


def _rows(name: str, value: Any) -> list[np.ndarray]:
    if isinstance(value, xr.DataArray):
        value = value.values
    if isinstance(value, (list, tuple)) and value and np.ndim(value[0]) > 0:
        rows = [np.asarray(row, dtype=float) for row in value]
    else:
        array = np.asarray(value, dtype=float)
        rows = [array] if array.ndim == 1 else list(array) if array.ndim == 2 else []
    if not rows or any(row.ndim != 1 for row in rows) or not any(row.size for row in rows):
        raise DataError(f"{name} must be a 1-D array, a list of 1-D arrays, or a 2-D array (sweep, point), and not empty")
    return rows


def _lengths(rows: Mapping[str, list[np.ndarray]], count: int) -> np.ndarray:
    first = next(iter(rows))
    for name, value in rows.items():
        if len(value) != count:
            raise DataError(f"{name} has {len(value)} sweeps, another variable {count}")
        for i, (row, other) in enumerate(zip(value, rows[first], strict=True)):
            if len(row) != len(other):
                raise DataError(f"sweep {i}: {name} has {len(row)} points, {first} has {len(other)}")
    return np.array([len(row) for row in rows[first]])


def _attrs(name: str, given: Mapping[str, str]) -> dict[str, str]:
    if name in QUANTITIES:
        unit = QUANTITIES[name].unit
        return {"units": unit, "long_name": QUANTITIES[name].meaning, "original_name": name, "original_unit": unit,
                **{k: v for k, v in given.items() if k != "units"}}  # fmt: skip
    units = "K" if name == "temperature_reading" else "1"
    return {"units": units, "long_name": name.replace("_", " "), "original_name": name, "original_unit": units, **given}


def _constants(ds: xr.Dataset, per_sweep: Mapping[str, Any], x: str | None, count: int, source: str, attributes: Mapping) -> None:
    given = {"direction": _directions(ds, x), "source": source, "started": "", **per_sweep}
    for name, value in given.items():
        if name in ds.variables:
            raise DataError(f"{name} is given both over (sweep, point) and for each sweep")
        array = np.asarray(value)
        if array.ndim == 0:
            array = np.repeat(array, count)
        if array.shape != (count,):
            raise DataError(f"{name} must be one value or {count}, one a sweep; it has shape {array.shape}")
        if name in _TEXT:
            # Object strings come back from a file as they went in; halves of characters, which no encoding takes, by their code.
            texts = [text.encode("utf-8", "backslashreplace").decode("utf-8") for text in array.astype(str).tolist()]
            ds.coords[name] = ("sweep", np.array(texts, dtype=object))
        else:
            ds.coords[name] = (
                "sweep",
                array.astype(np.int8 if name in _SIGNS else float),
                _attrs(name, attributes.get(name, {})),
            )


def _directions(ds: xr.Dataset, x: str | None) -> np.ndarray:
    """+1 where the swept coordinate ends higher than it began, -1 where lower, 0 where it comes back or is not there."""
    if x is None or x not in ds.variables or ds[x].dims != DIMS:
        return np.zeros(ds.sizes["sweep"], np.int8)
    result = []
    for row in ds[x].values:
        finite = row[np.isfinite(row)]
        travel = np.abs(np.diff(finite)).sum() if len(finite) > 1 else 0.0
        result.append(np.sign(finite[-1] - finite[0]) if travel and abs(finite[-1] - finite[0]) > 0.5 * np.ptp(finite) else 0)
    return np.array(result, np.int8)
