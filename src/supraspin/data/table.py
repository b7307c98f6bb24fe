"""What a reader gives: a table as it stands in the file, before anyone has said what its columns mean."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from supraspin.errors import DataError
from supraspin.flags import Flag

MAX_BYTES = 2_000_000_000
"""A larger file is refused before it is read into memory."""
MAX_ROWS = 50_000_000
"""A longer table is refused."""
MAX_COLUMNS = 2_000
"""A wider table is refused."""


@dataclass(frozen=True)
class RawTable:
    """Columns of equal length, under the names written in the file.

    `units` and `labels` (column -> text) hold what a format states apart from the column's name; `setpoints` the
    columns that the file itself calls swept, outermost first; `metadata` everything else it says, as text.
    """

    name: str
    columns: Mapping[str, np.ndarray]
    units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    setpoints: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    started: str = ""
    doubts: tuple[Flag, ...] = ()

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def check_size(path: Path) -> int:
    """Size of the file in bytes. Raises `DataError` where it is missing, no file, empty, unreadable or too large."""
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder, not a file")
        about = path.stat()
        # A pipe or a device has no end, and opening it may already wait for ever.
        if not stat.S_ISREG(about.st_mode):
            raise DataError(f"{path} is a pipe, a socket or a device, not a file")
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        what = "is a link to a place that does not exist" if path.is_symlink() else "does not exist"
        raise DataError(f"{path} {what}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from error
    size = about.st_size
    if size == 0:
        raise DataError(f"{path.name} is empty")
    if size > MAX_BYTES:
        raise DataError(f"{path.name} has {size / 1e9:.1f} GB; files up to {MAX_BYTES / 1e9:.1f} GB are read")
    return size


def check_rows(name: str, rows: int) -> None:
    """Raise `DataError` for a table longer than `MAX_ROWS`."""
    if rows > MAX_ROWS:
        raise DataError(f"{name} has {rows} rows; up to {MAX_ROWS} are read")


def check_columns(name: str, columns: int) -> None:
    """Raise `DataError` for a table wider than `MAX_COLUMNS`."""
    if columns > MAX_COLUMNS:
        raise DataError(f"{name} has {columns} columns; up to {MAX_COLUMNS} are read")


def check_values(name: str, values: float) -> None:
    """Raise `DataError` for arrays whose values take more than `MAX_BYTES` as floats, before they are unpacked."""
    if 8 * values > MAX_BYTES:
        raise DataError(f"{name} unpacks to {8e-9 * values:.1f} GB; up to {MAX_BYTES / 1e9:.1f} GB are read")


def unique_names(names: list[str]) -> list[str]:
    """Names made unique by a running number, and empty ones by their place: `["V", "V", ""]` -> `V`, `V (2)`, `column 3`."""
    taken: dict[str, int] = {}
    result = []
    for place, name in enumerate(names, 1):
        clean = " ".join(name.replace("\x00", "").split()) or f"column {place}"
        candidate, number = clean, taken.get(clean, 0)
        while candidate in taken:
            number += 1
            candidate = f"{clean} ({number})"
        taken[clean] = max(number, 1)
        taken.setdefault(candidate, 1)
        result.append(candidate)
    return result
