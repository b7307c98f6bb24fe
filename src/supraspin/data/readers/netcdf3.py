"""Classic netCDF (version 3), which some programs store under `.hdf5` or `.nc`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from supraspin.data.readers._arrays import Array, real_array, tables
from supraspin.data.table import RawTable
from supraspin.errors import DataError


def matches(path: Path, head: bytes) -> bool:
    return head[:3] == b"CDF" and head[3:4] in (b"\x01", b"\x02")


def read(path: Path) -> list[RawTable]:
    """Tables of the file. Raises `DataError` for a damaged file or one without numbers."""
    from scipy.io import netcdf_file

    arrays: dict[str, Array] = {}
    try:
        with netcdf_file(path, "r", mmap=False) as file:
            facts = {key: _text(value) for key, value in file._attributes.items()}
            for key, variable in file.variables.items():
                real = real_array(np.array(variable[...] if variable.shape else variable.getValue()))
                if real is None or real.ndim > 2:
                    continue
                dims = tuple(d for d, n in zip(variable.dimensions, variable.shape, strict=True) if n > 1)
                arrays[key] = Array(real, _text(getattr(variable, "units", "")), _text(getattr(variable, "long_name", "")), dims)
    except (ValueError, TypeError, OSError, KeyError, IndexError, AssertionError) as error:
        raise DataError(f"{path.name} is a damaged netCDF file: {' '.join(str(error).split())}") from error
    return tables(path.name, arrays, facts)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
