"""Writers: a data set as the text files that instruments write, one file here a dialect, found by its `DIALECT`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

import xarray as xr

from supraspin.data.schema import validate
from supraspin.data.storage import save
from supraspin.data.writers._columns import columns
from supraspin.errors import DataError
from supraspin.files import write_whole


@cache
def dialects() -> dict[str, ModuleType]:
    """Name of a dialect -> the file of this folder that writes it."""
    found = (importlib.import_module(f"{__name__}.{entry.name}") for entry in pkgutil.iter_modules(__path__))
    return {module.DIALECT: module for module in found if hasattr(module, "DIALECT")}


def dialect_of(path: Path, dialect: str | None = None, kind: str = "") -> str:
    """The dialect asked for, or the one that the ending of the name stands for; `netcdf` is the package's own.

    Several instruments share an ending: one that measures nothing but some `KINDS` has it for these. Raises `DataError` with
    what there is.
    """
    general = {module.ENDING: name for name, module in dialects().items() if not hasattr(module, "KINDS")}
    special = {module.ENDING: name for name, module in dialects().items() if kind in getattr(module, "KINDS", ())}
    endings = general | special | {".nc": "netcdf"}
    if dialect is None:
        dialect = endings.get(path.suffix.lower())
        if dialect is None:
            raise DataError(f"{path}: the name of the file must end in {', '.join(sorted(endings))}, or name a format")
    if dialect not in (*dialects(), "netcdf"):
        raise DataError(f"no format {dialect!r}; there are {', '.join(sorted((*dialects(), 'netcdf')))}")
    return dialect


def write(ds: xr.Dataset, path: str | Path, dialect: str | None = None) -> Path:
    """Write a data set in a dialect (by the ending of the name where none is given) and return its path.

    Text holds eight digits, and of a sweep's constants those that are quantities. The file appears whole or not at all.
    Raises `DataError` for a dialect that does not exist and a place that cannot be written.
    """
    target = Path(path)
    chosen = dialect_of(target, dialect, str(ds.attrs.get("kind", "")))
    if chosen == "netcdf":
        return save(ds, target)
    validate(ds)
    if target.is_dir():
        raise DataError(f"{target} is a folder; give the name of a file")
    text = dialects()[chosen].text(columns(ds), str(ds.attrs.get("source", "")))
    try:
        write_whole(target, text.encode("utf-8"))
    except OSError as error:
        raise DataError(f"{target} cannot be written: {error.strerror or error}") from error
    return target
