"""Checkpoints: the whole state of a run in one netCDF file, written whole, from which it goes on to the same numbers."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import xarray as xr

from supraspin.errors import DataError, OutputError
from supraspin.files import replacing

CONVENTIONS = "supraspin checkpoint 1"


class Checkpoint:
    """A file that is written at most every `interval` seconds; no path, no file.

    `fingerprint` tells what was asked for: a file of another run is refused, neither used nor replaced.
    """

    def __init__(self, path: str | Path | None, fingerprint: str, interval: float = 60.0):
        self.path = None if path is None else Path(path)
        self.fingerprint = fingerprint
        self.interval = interval
        self._last = time.monotonic()

    def load(self) -> dict[str, np.ndarray] | None:
        """The arrays of an earlier part of this run, or None. Raises `DataError` for any other file."""
        if self.path is None or not self.path.exists():
            return None
        try:
            with xr.open_dataset(self.path, engine="h5netcdf") as opened:
                found = opened.load()
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{self.path.name} is no checkpoint: {' '.join(str(error).split())[:100]}") from error
        if found.attrs.get("conventions") != CONVENTIONS or found.attrs.get("fingerprint") != self.fingerprint:
            raise DataError(f"{self.path.name} belongs to another run; name another file, or remove it")
        return {str(name): array.values for name, array in found.data_vars.items()}

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        return self.path is not None and time.monotonic() - self._last >= self.interval

    def save(self, arrays: dict[str, np.ndarray]) -> None:
        """Write the arrays where it is time. Raises `OutputError`."""
        if self.path is None or not self.due:
            return
        named = {name: ([f"{name}_{i}" for i in range(np.ndim(a))], a) for name, a in arrays.items()}
        dataset = xr.Dataset(named, attrs={"conventions": CONVENTIONS, "fingerprint": self.fingerprint})
        try:
            with replacing(self.path) as scratch:
                dataset.to_netcdf(scratch, engine="h5netcdf")
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror or error}") from error
        self._last = time.monotonic()

    def clear(self) -> None:
        """Remove the file of a run that has ended."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
