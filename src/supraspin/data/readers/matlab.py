"""MATLAB `.mat` up to version 7: numeric arrays and the numeric fields of structures (version 7.3 is HDF5)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from supraspin.data import table
from supraspin.data.readers import _mat4, _mat5
from supraspin.data.readers._arrays import Array, listed, real_array, tables
from supraspin.data.table import RawTable
from supraspin.errors import DataError
from supraspin.flags import Flag


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"MATLAB 5.0") or (path.suffix.lower() == ".mat" and _mat4.looks_like(head))


def read(path: Path) -> list[RawTable]:
    """Tables of the file. Cells and objects are passed over, and said so. Raises `DataError` for a damaged file.

    The reader is our own because SciPy's ends the whole process on some damaged files.
    """
    arrays: dict[str, Array] = {}
    facts: dict[str, str] = {}
    passed: list[str] = []
    try:
        for key, value in _variables(path):
            _collect(key, value, arrays, facts, passed)
    except ValueError as error:
        raise DataError(f"{path.name} is a damaged MATLAB file: {' '.join(str(error).split())[:120]}") from error
    except OverflowError as error:
        raise DataError(f"{path.name} unpacks to more than the {table.MAX_BYTES / 1e9:.1f} GB that are read") from error
    flags = (Flag("not_read", f"{listed(passed)}: cells and objects are not read", "note"),) if passed else ()
    return tables(path.name, arrays, facts, flags)


def _variables(path: Path) -> Iterator[tuple[str, _mat5.Value]]:
    data = path.read_bytes()
    if data.startswith(b"MATLAB 5.0"):
        return _mat5.variables(data, _mat5.Budget(table.MAX_BYTES))
    return _mat4.variables(data)


def _collect(key: str, value: _mat5.Value, arrays: dict[str, Array], facts: dict[str, str], passed: list[str]) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            _collect(name if name not in arrays else f"{key}.{name}", item, arrays, facts, passed)
    elif isinstance(value, str):
        facts[key] = value
    elif isinstance(value, np.ndarray) and value.size == 0:
        return
    else:
        real = None if value is None else real_array(value)
        if real is None or real.ndim > 2:
            passed.append(key)
        else:
            arrays[key] = Array(real)
