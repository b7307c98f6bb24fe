"""MATLAB `.mat` up to version 7: numeric arrays and the numeric fields of structures (version 7.3 is HDF5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from supraspin.data.readers._arrays import Array, real_array, tables
from supraspin.data.table import RawTable
from supraspin.errors import DataError
from supraspin.flags import Flag


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"MATLAB 5.0") or (
        path.suffix.lower() == ".mat" and head[:4] in (b"\x00\x00\x00\x00", b"\x00\x00\x03\xe8")
    )


def read(path: Path) -> list[RawTable]:
    """Tables of the file. Cells and objects are passed over, and said so. Raises `DataError` for a damaged file."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        content = loadmat(path, struct_as_record=True, squeeze_me=False)
    except (MatReadError, ValueError, TypeError, NotImplementedError, OSError, EOFError, KeyError, IndexError) as error:
        raise DataError(f"{path.name} is a damaged MATLAB file: {' '.join(str(error).split())}") from error
    arrays: dict[str, Array] = {}
    facts: dict[str, str] = {}
    passed: list[str] = []
    for key, value in content.items():
        if not key.startswith("__"):
            _collect(key, value, arrays, facts, passed)
    flags = (Flag("not_read", f"{', '.join(passed)}: cells and objects are not read", "note"),) if passed else ()
    return tables(path.name, arrays, facts, flags)


def _collect(key: str, value: Any, arrays: dict[str, Array], facts: dict[str, str], passed: list[str], depth: int = 0) -> None:
    if not isinstance(value, np.ndarray):
        passed.append(key)
    elif value.dtype.names and value.size == 1 and depth < 4:
        for name in value.dtype.names:
            _collect(
                name if name not in arrays else f"{key}.{name}", value[name].reshape(-1)[0], arrays, facts, passed, depth + 1
            )
    elif value.dtype.kind == "U" and value.size == 1:
        facts[key] = str(value.reshape(-1)[0])
    else:
        real = real_array(value)
        if real is None or real.ndim > 2:
            passed.append(key)
        else:
            arrays[key] = Array(real)
