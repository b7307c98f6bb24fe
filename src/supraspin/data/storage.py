"""Data sets in netCDF files, and back, without loss."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.data.schema import BITS, CONVENTIONS, validate
from supraspin.data.table import check_size, check_values
from supraspin.errors import DataError
from supraspin.files import replacing


def save(ds: xr.Dataset, path: str | Path) -> Path:
    """Write the data set as netCDF and return its path. The file appears whole or not at all. Raises `DataError`."""
    target = Path(path)
    validate(ds)
    if target.is_dir():
        raise DataError(f"{target} is a folder; give the name of a file")
    try:
        with replacing(target) as scratch:
            encoding = {name: {"_FillValue": None} for name, variable in ds.variables.items() if variable.dtype.kind == "f"}
            ds.to_netcdf(scratch, engine="h5netcdf", encoding=encoding)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise DataError(f"{target} cannot be written: {why}") from error
    return target


def is_own(path: Path) -> bool:
    """Whether the file is one that `save` wrote."""
    import h5py

    with path.open("rb") as file:
        if file.read(8) != b"\x89HDF\r\n\x1a\n":
            return False
    try:
        with h5py.File(path, "r") as file:
            mark = file.attrs.get("conventions", "")
    except (OSError, RuntimeError, KeyError, ValueError, TypeError):
        return False
    return (mark.decode("utf-8", "replace") if isinstance(mark, bytes) else str(mark)) == CONVENTIONS


def load_netcdf(path: str | Path) -> xr.Dataset:
    """The data set in a file that `save` wrote. Raises `DataError`, also for a file that was tampered with."""
    source = Path(path)
    check_size(source)
    try:
        _check_inside(source)
        with xr.open_dataset(source, engine="h5netcdf", mask_and_scale=False, decode_times=False) as opened:
            ds = opened.load()
    except (OSError, ValueError, KeyError, RuntimeError, AttributeError, TypeError, IndexError) as error:
        why = " ".join(str(error).split())[:120]
        raise DataError(f"{source.name} is no netCDF file of this package, or it is damaged: {why}") from error
    ds.encoding = {}
    ds.attrs = {str(name): _text(value) for name, value in ds.attrs.items()}
    for name in list(ds.variables):
        variable = ds.variables[name]
        variable.encoding = {}
        variable.attrs = {str(key): _text(value) for key, value in variable.attrs.items()}
        if variable.dtype.kind in "OUTS":
            values = np.array([_text(value) for value in np.ravel(variable.values)], dtype=object).reshape(variable.shape)
            ds = ds.assign_coords({name: (variable.dims, values, variable.attrs)})
    if "doubt" in ds:
        ds["doubt"].attrs["flag_masks"] = np.array(list(BITS.values()), np.int32)
    try:
        return validate(ds)
    except DataError as error:
        raise DataError(f"{source.name}: {error}") from error


def _check_inside(source: Path) -> None:
    """Refuse data that stand in another file, where a link could show any file of this machine, and what would fill memory."""
    import h5py

    with h5py.File(source, "r") as file:
        members = [file[key] for key in file if isinstance(file.get(key, getlink=True), h5py.HardLink)]
        if len(members) < len(file) or any(isinstance(m, h5py.Dataset) and (m.external or m.is_virtual) for m in members):
            raise DataError(f"{source.name} takes data from another file; every variable must stand in the file itself")
        check_values(source.name, sum(int(m.size or 0) for m in members if isinstance(m, h5py.Dataset)))


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
