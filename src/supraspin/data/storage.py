"""Data sets in netCDF files, and back, without loss."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.data.schema import CONVENTIONS, validate
from supraspin.data.table import check_size
from supraspin.errors import DataError


def save(ds: xr.Dataset, path: str | Path) -> Path:
    """Write the data set as netCDF and return its path. The file appears whole or not at all. Raises `DataError`."""
    target = Path(path)
    validate(ds)
    if target.is_dir():
        raise DataError(f"{target} is a folder; give the name of a file")
    handle, scratch = -1, ""
    try:
        handle, scratch = tempfile.mkstemp(suffix=".part", prefix=".supraspin-", dir=target.parent)
        os.close(handle)
        encoding = {name: {"_FillValue": None} for name, variable in ds.variables.items() if variable.dtype.kind == "f"}
        ds.to_netcdf(scratch, engine="h5netcdf", encoding=encoding)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(scratch, 0o666 & ~mask)
        os.replace(scratch, target)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise DataError(f"{target} cannot be written: {why}") from error
    finally:
        if scratch and os.path.exists(scratch):
            os.unlink(scratch)
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
    """The data set in a file that `save` wrote. Raises `DataError`."""
    source = Path(path)
    check_size(source)
    try:
        with xr.open_dataset(source, engine="h5netcdf", mask_and_scale=False) as opened:
            ds = opened.load()
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise DataError(
            f"{source.name} is no netCDF file of this package, or it is damaged: {' '.join(str(error).split())[:120]}"
        ) from error
    ds.encoding = {}
    for name in list(ds.variables):
        variable = ds.variables[name]
        variable.encoding = {}
        if variable.dtype.kind in "OUT":
            values = np.array([str(value) for value in np.ravel(variable.values)], dtype=object).reshape(variable.shape)
            ds = ds.assign_coords({name: (variable.dims, values, variable.attrs)})
    if "doubt" in ds and "flag_masks" in ds["doubt"].attrs:
        ds["doubt"].attrs["flag_masks"] = np.atleast_1d(ds["doubt"].attrs["flag_masks"]).astype(np.int32)
    return validate(ds)
