"""Named arrays of several dimensions laid out as tables: what MATLAB, NumPy, HDF5 and netCDF files hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from supraspin.data.table import RawTable, check_columns, check_rows, unique_names
from supraspin.data.times import started
from supraspin.errors import DataError
from supraspin.flags import Flag

_MOST_COLUMNS = 64


@dataclass(frozen=True)
class Array:
    """Values, their unit as written, and the names of their dimensions where the file knows them."""

    values: np.ndarray
    unit: str = ""
    label: str = ""
    dims: tuple[str, ...] = ()


def real_array(values: np.ndarray) -> np.ndarray | None:
    """The array as floats without dimensions of length 1 (a lone number has none); None where it holds no real numbers."""
    if values.dtype.kind not in "fiub" or values.size == 0:
        return None
    return np.squeeze(values).astype(float)


def listed(names: Sequence[str]) -> str:
    """The first few names of things that are not read."""
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


def tables(name: str, arrays: Mapping[str, Array], metadata: Mapping[str, str], doubts: tuple[Flag, ...] = ()) -> list[RawTable]:
    """One table for each set of arrays that belong together, by their dimensions or else by their lengths.

    Lone numbers become facts. An array over two dimensions is laid out row by row beside its two axes. Raises `DataError`
    where nothing is left.
    """
    facts = dict(metadata)
    for key, array in arrays.items():
        if array.values.ndim == 0:
            unit = f" {array.unit}" if array.unit else ""
            facts[key] = f"{float(array.values)!r}{unit}"
    check_columns(name, len(arrays))
    axes = {key: array for key, array in arrays.items() if array.values.ndim == 1}
    found = [_flatten(name, grid, axes, facts, doubts) for grid in _grids(arrays)]
    used = {column for table in found for column in table.columns}
    for group in _by_length({key: array for key, array in axes.items() if key not in used}):
        found.append(_table(name, group, facts, doubts))
    if not found:
        raise DataError(f"{name} holds no arrays of numbers")
    # The longest table first; single leftovers beside a real table are no measurement of their own.
    real = [table for table in found if len(table.columns) > 1] or found
    return [
        _numbered(table, i, len(real)) for i, table in enumerate(sorted(real, key=lambda t: -len(t.columns) * (t.rows > 1)), 1)
    ]


def _numbered(table: RawTable, number: int, count: int) -> RawTable:
    if count == 1:
        return table
    return RawTable(
        f"{table.name} #{number}",
        table.columns,
        table.units,
        table.labels,
        table.setpoints,
        table.metadata,
        table.started,
        table.doubts,
    )


def _grids(arrays: Mapping[str, Array]) -> list[dict[str, Array]]:
    """The arrays over two dimensions, those of one shape and with the same dimensions together."""
    groups: dict[tuple, dict[str, Array]] = {}
    for key, array in arrays.items():
        if array.values.ndim == 2:
            groups.setdefault((array.values.shape, array.dims), {})[key] = array
    return list(groups.values())


def _by_length(axes: Mapping[str, Array]) -> list[dict[str, Array]]:
    groups: dict[tuple, dict[str, Array]] = {}
    for key, array in axes.items():
        groups.setdefault((len(array.values), array.dims), {})[key] = array
    return list(groups.values())


def _axis(axes: Mapping[str, Array], length: int, dim: str, taken: str | None) -> str | None:
    """Name of the one-dimensional array that runs along a dimension: by the dimension's name, else by its length."""
    for key, array in axes.items():
        if key != taken and len(array.values) == length and dim and (key == dim or array.dims == (dim,)):
            return key
    fitting = [key for key, array in axes.items() if key != taken and len(array.values) == length and not (dim and array.dims)]
    return fitting[0] if fitting else None


def _flatten(
    name: str, grid: dict[str, Array], axes: Mapping[str, Array], facts: Mapping[str, str], doubts: tuple[Flag, ...]
) -> RawTable:
    first = next(iter(grid.values()))
    rows, columns = first.values.shape
    dims = first.dims or ("", "")
    outer = _axis(axes, rows, dims[0], None)
    inner = _axis(axes, columns, dims[1], outer)
    if outer is None and inner is None:
        wide = _wide(grid) if len(grid) == 1 else None
        if wide is not None:
            return _table(name, wide, facts, doubts)
    laid = {}
    check_rows(name, rows * columns)
    if outer is not None:
        laid[outer] = Array(np.repeat(axes[outer].values, columns), axes[outer].unit, axes[outer].label)
    if inner is not None:
        laid[inner] = Array(np.tile(axes[inner].values, rows), axes[inner].unit, axes[inner].label)
    for key, array in grid.items():
        laid[key] = Array(array.values.ravel(), array.unit, array.label)
    if rows == columns and outer and inner and not first.dims:
        said = f"a square array: {outer} is taken along its first dimension and {inner} along its second"
        doubts = (*doubts, Flag("square_array", said))
    table = _table(name, laid, facts, doubts)
    setpoints = tuple(key for key in (outer, inner) if key)
    return RawTable(table.name, table.columns, table.units, table.labels, setpoints, table.metadata, table.started, table.doubts)


def _wide(grid: dict[str, Array]) -> dict[str, Array] | None:
    """A lone array of a few columns is a table without names."""
    (key, array), *_ = grid.items()
    values = array.values if array.values.shape[1] <= array.values.shape[0] else array.values.T
    if values.shape[1] > _MOST_COLUMNS:
        return None
    return {f"{key} {i}": Array(values[:, i - 1]) for i in range(1, values.shape[1] + 1)}


def _table(name: str, arrays: Mapping[str, Array], facts: Mapping[str, str], doubts: tuple[Flag, ...]) -> RawTable:
    names = unique_names([re.sub(r"[\r\n\t]", " ", key) for key in arrays])
    columns = {new: np.ascontiguousarray(array.values) for new, array in zip(names, arrays.values(), strict=True)}
    units = {new: array.unit for new, array in zip(names, arrays.values(), strict=True) if array.unit}
    labels = {new: array.label for new, array in zip(names, arrays.values(), strict=True) if array.label}
    return RawTable(name, columns, units, labels, metadata=facts, started=started(facts, name), doubts=doubts)
