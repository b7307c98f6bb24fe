"""NumPy `.npy` and `.npz`. Pickled objects are never loaded."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import BinaryIO

import numpy as np

from supraspin.data import table
from supraspin.data.readers._arrays import Array, real_array, tables
from supraspin.data.table import RawTable
from supraspin.errors import DataError


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"\x93NUMPY") or (head.startswith(b"PK\x03\x04") and path.suffix.lower() == ".npz")


def read(path: Path) -> list[RawTable]:
    """Tables of the file. Raises `DataError` for pickled objects, a damaged file, or one without numbers."""
    try:
        with path.open("rb") as file:
            _check_unpacked(path, file)
            loaded = np.load(file, allow_pickle=False)
            content = (
                {key: loaded[key] for key in loaded.files} if isinstance(loaded, np.lib.npyio.NpzFile) else {"array": loaded}
            )
    except ValueError as error:
        if "pickle" in str(error).lower() or "object" in str(error).lower():
            raise DataError(
                f"{path.name} holds pickled Python objects, which are never loaded; save plain numeric arrays"
            ) from error
        raise DataError(f"{path.name} is a damaged NumPy file: {' '.join(str(error).split())}") from error
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path.name} is a damaged NumPy file: {' '.join(str(error).split())}") from error
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


def _check_unpacked(path: Path, file: BinaryIO) -> None:
    """Refuse an archive that would unpack to more than is read, before it is unpacked."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        if size > table.MAX_BYTES:
            raise DataError(f"{path.name} unpacks to {size / 1e9:.1f} GB; up to {table.MAX_BYTES / 1e9:.1f} GB are read")
    file.seek(0)
