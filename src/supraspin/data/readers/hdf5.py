"""HDF5, and with it netCDF-4 and MATLAB 7.3: every numeric data set of up to two dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from supraspin.data.readers._arrays import Array, listed, real_array, tables
from supraspin.data.table import MAX_ROWS, RawTable, check_values
from supraspin.errors import DataError
from supraspin.flags import Flag

_DEEPEST = 32


def matches(path: Path, head: bytes) -> bool:
    # MATLAB 7.3 puts 512 bytes of its own before the HDF5 mark.
    return head.startswith(b"\x89HDF\r\n\x1a\n") or head[512:520] == b"\x89HDF\r\n\x1a\n"


def read(path: Path) -> list[RawTable]:
    """Tables of the file, one group after the other. Raises `DataError` for a damaged file or one without numbers."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            groups: dict[str, dict[str, Array]] = {}
            facts: dict[str, str] = _attributes(file)
            passed: list[str] = []
            members = list(_walk(file, "", facts, passed, (file,)))
            check_values(path.name, sum(int(item.size or 0) for _, _, item in members))
            for group, key, item in members:
                _dataset(key, item, groups.setdefault(group, {}), facts, passed)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise DataError(f"{path.name} is a damaged HDF5 file: {' '.join(str(error).split())[:120]}") from error
    flags = (
        (Flag("not_read", f"{listed(passed)}: only numbers of the file itself in up to two dimensions are read", "note"),)
        if passed
        else ()
    )
    found = [
        table
        for group, arrays in groups.items()
        if arrays
        for table in _named(path.name, group, arrays, facts, flags, len(groups))
    ]
    if not found:
        raise DataError(f"{path.name} holds no arrays of numbers")
    return found


def _named(
    name: str, group: str, arrays: dict[str, Array], facts: dict[str, str], flags: tuple[Flag, ...], count: int
) -> list[RawTable]:
    if all(array.values.ndim == 0 for array in arrays.values()):
        return []
    return tables(name if count == 1 or not group else f"{name} {group}", arrays, facts, flags)


def _walk(group: Any, prefix: str, facts: dict[str, str], passed: list[str], above: tuple = ()) -> Iterator[tuple[str, str, Any]]:
    """Group, name and data set of each data set, before any is read."""
    import h5py

    for key in group:
        if key.startswith("#"):
            continue
        # A link into another file could show any file of this machine.
        if not isinstance(group.get(key, getlink=True), h5py.HardLink):
            passed.append(key)
            continue
        item = group[key]
        if isinstance(item, h5py.Dataset):
            yield prefix, key, item
        elif isinstance(item, h5py.Group) and (item in above or len(above) >= _DEEPEST):
            passed.append(key)  # A group may hold itself, and a file may nest groups without end.
        elif isinstance(item, h5py.Group):
            facts.update({f"{key}.{k}": v for k, v in _attributes(item).items()})
            yield from _walk(item, f"{prefix}/{key}".lstrip("/"), facts, passed, (*above, item))


def _dataset(key: str, item: Any, arrays: dict[str, Array], facts: dict[str, str], passed: list[str]) -> None:
    if item.size is None or item.size == 0:
        return
    if item.size > MAX_ROWS:
        raise DataError(f"{key} has {item.size} values; up to {MAX_ROWS} are read")
    if item.external or item.is_virtual:
        passed.append(key)
        return
    attributes = _attributes(item)
    if item.dtype.names:
        block = item[()]
        for name in item.dtype.names:
            real = real_array(np.atleast_1d(block[name])) if block.ndim <= 1 else None
            if real is not None:
                arrays[name] = Array(np.atleast_1d(real))
        return
    if attributes.get("MATLAB_class") == "char" and item.size < 10_000:
        facts[key] = "".join(map(chr, np.ravel(item[()]).astype(int)))
        return
    if item.dtype.kind in "OS" and item.ndim == 0:
        value = item[()]
        facts[key] = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        return
    if item.dtype.kind not in "fiu" or sum(n > 1 for n in item.shape) > 2:
        if attributes.get("CLASS") != "DIMENSION_SCALE" or item.dtype.kind in "fiu":
            passed.append(key)
        return
    values = item[()]
    fill = item.attrs.get("_FillValue")
    real = real_array(values)
    if fill is not None and np.size(fill) == 1 and real is not None:
        real = np.where(np.squeeze(values) == np.ravel(fill)[0], np.nan, real)
    if attributes.get("NAME", "").startswith("This is a netCDF dimension but not a netCDF variable") or real is None:
        return
    if "MATLAB_class" in attributes:
        real = real.T
    dims = tuple(_dimension(item, i) for i in range(item.ndim) if item.shape[i] > 1) if "MATLAB_class" not in attributes else ()
    label = attributes.get("long_name", "")
    arrays[key] = Array(real, attributes.get("units", attributes.get("unit", "")), label, dims if any(dims) else ())


def _dimension(item: Any, index: int) -> str:
    """Name of the scale along a dimension; a scale runs along itself."""
    if item.is_scale and item.ndim == 1:
        return item.name.rsplit("/", 1)[-1]
    return next((scale.name.rsplit("/", 1)[-1] for scale in item.dims[index].values()), "")


def _attributes(item: Any) -> dict[str, str]:
    """Attributes that are text or a single number, as text."""
    found = {}
    for key in item.attrs:
        value = item.attrs[key]
        if isinstance(value, bytes):
            found[key] = value.decode("utf-8", "replace")
        elif isinstance(value, str) or np.isscalar(value):
            found[key] = str(value)
        elif (
            isinstance(value, np.ndarray)
            and value.size == 1
            and value.dtype.kind in "fiuUSO"
            and key not in ("DIMENSION_LIST", "REFERENCE_LIST")
        ):
            found[key] = str(value.reshape(-1)[0])
    return found
