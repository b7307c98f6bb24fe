"""NumPy `.npy` and `.npz`. Pickled objects are never loaded."""

from __future__ import annotations

import math
import os
import zipfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np

from supraspin.data import table
from supraspin.data.readers._arrays import Array, real_array, tables
from supraspin.data.table import RawTable, check_columns
from supraspin.errors import DataError

_DAMAGE = (ValueError, TypeError, OSError, EOFError, KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"\x93NUMPY") or (head.startswith(b"PK\x03\x04") and path.suffix.lower() == ".npz")


def read(path: Path) -> list[RawTable]:
    """Tables of the file. Raises `DataError` for pickled objects, a damaged file, or one without numbers."""
    try:
        with path.open("rb") as file:
            content = _archive(path.name, file) if zipfile.is_zipfile(file) else {"array": load(file, _size(file))}
    except _DAMAGE as error:
        if "pickle" in str(error).lower() or "object" in str(error).lower():
            raise DataError(
                f"{path.name} holds pickled Python objects, which are never loaded; save plain numeric arrays"
            ) from error
        raise DataError(f"{path.name} is a damaged NumPy file: {' '.join(str(error).split())[:120]}") from error
    arrays: dict[str, Array] = {}
    facts: dict[str, str] = {}
    for key, value in content.items():
        if value.dtype.names:
            arrays.update(
                {
                    name: Array(np.ravel(value[name]).astype(float))
                    for name in value.dtype.names
                    if value[name].dtype.kind in "fiub"
                }
            )
            continue
        if value.dtype.kind == "U" and value.size == 1:
            facts[key] = str(value.reshape(-1)[0])
        real = real_array(value)
        if real is not None and real.ndim <= 2:
            arrays[key] = Array(real)
    return tables(path.name, arrays, facts)


def load(file: IO[bytes], size: int) -> np.ndarray:
    """One array of a stream that holds `size` bytes from its start. Raises `ValueError` for objects or a false length."""
    file.seek(0)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = header(file)
    # What the header claims is allocated before it is read.
    if not kind.hasobject and (min(shape, default=0) < 0 or math.prod(shape) * kind.itemsize > size):
        raise ValueError(f"an array of shape {shape} does not fit into {size} bytes")
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _archive(name: str, file: IO[bytes]) -> dict[str, np.ndarray]:
    """The arrays of an archive; one that would unpack to more than is read is refused before it is unpacked."""
    with zipfile.ZipFile(file) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.endswith(".npy")]
        check_columns(name, len(entries))
        size = sum(entry.file_size for entry in entries)
        if size > table.MAX_BYTES:
            raise DataError(f"{name} unpacks to {size / 1e9:.1f} GB; up to {table.MAX_BYTES / 1e9:.1f} GB are read")
        found = {}
        for entry in entries:
            with archive.open(entry) as stream:
                found[entry.filename.removesuffix(".npy")] = load(stream, entry.file_size)
        return found
