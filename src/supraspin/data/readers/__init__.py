"""Readers: one file a format. A file put here is found by itself.

A reader has `matches(path, head)`, which looks at the first bytes of a file, and `read(path)`, which gives its tables.
Where several match, the one with the higher `PRIORITY` (0 unless it says otherwise) reads.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from supraspin.data.table import RawTable, check_columns, check_rows, check_size
from supraspin.errors import DataError

_HEAD = 8192
_NOT_TABLES = {
    b"\x89PNG": "a PNG image", b"\xff\xd8\xff": "a JPEG image", b"%PDF": "a PDF document", b"GIF8": "a GIF image",
    b"\x1f\x8b": "compressed (gzip)",
    b"\x80\x02": "a Python pickle, which is never loaded", b"\x80\x03": "a Python pickle, which is never loaded",
    b"\x80\x04": "a Python pickle, which is never loaded", b"\x80\x05": "a Python pickle, which is never loaded",
}  # fmt: skip


@lru_cache(maxsize=1)
def readers() -> tuple[ModuleType, ...]:
    """The reader modules, the first to be asked first."""
    found = [
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")
    ]
    return tuple(sorted(found, key=lambda module: -getattr(module, "PRIORITY", 0)))


def reader_for(path: Path) -> ModuleType:
    """The reader that takes the file. Raises `DataError` where none does."""
    check_size(path)
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for magic, what in _NOT_TABLES.items():
        if head.startswith(magic):
            raise DataError(f"{path.name} is {what}; it holds no table that can be read")
    for module in readers():
        if module.matches(path, head):
            return module
    names = ", ".join(sorted(module.__name__.rsplit(".", 1)[1] for module in readers()))
    raise DataError(f"{path.name} is binary and of no known format; readers exist for {names}")


def read(path: Path) -> tuple[str, list[RawTable]]:
    """Name of the reader and the tables of one file. Raises `DataError`."""
    module = reader_for(path)
    try:
        tables = module.read(path)
    except MemoryError as error:
        raise DataError(f"{path.name} asks for more memory than there is; it is too large or damaged") from error
    kept = [table for table in tables if table.rows]
    if not kept:
        raise DataError(f"{path.name} holds no numbers in columns")
    for table in kept:
        check_rows(path.name, table.rows)
        check_columns(path.name, len(table.columns))
    return module.__name__.rsplit(".", 1)[1], kept
