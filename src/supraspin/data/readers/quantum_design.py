"""Quantum Design `.dat` (PPMS, MPMS, DynaCool): a `[Header]`, then `[Data]` with a line of names and comma-separated rows."""

from __future__ import annotations

import csv
from pathlib import Path

from supraspin.data.readers._decode import decode
from supraspin.data.readers._dialect import Dialect
from supraspin.data.readers.text import read_body
from supraspin.data.table import RawTable, check_columns, check_rows, unique_names
from supraspin.data.times import started
from supraspin.errors import DataError

PRIORITY = 10


def matches(path: Path, head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[Header]")


def read(path: Path) -> list[RawTable]:
    """The one table of the file; columns that hold nothing are left out. Raises `DataError` where `[Data]` is missing."""
    lines = decode(path).splitlines()
    place = next((i for i, line in enumerate(lines) if line.strip().lower() == "[data]"), None)
    if place is None or place + 1 >= len(lines):
        raise DataError(f"{path.name} has no table after [Data]; it is cut short")
    facts = _facts(lines[:place])
    try:
        written = next(csv.reader([lines[place + 1]]), [])
    except csv.Error as error:
        raise DataError(f"{path.name}: the line of names after [Data] is damaged: {error}") from error
    check_columns(path.name, len(written))
    names = unique_names(written)
    body = [line for line in lines[place + 2 :] if line.strip()]
    check_rows(path.name, len(body))
    columns, texts, flags = read_body(body, Dialect(","), len(names)) if body else ({}, {}, [])
    kept = {names[i]: column for i, column in columns.items() if column.size and (column == column).any()}
    if not kept:
        raise DataError(f"{path.name} has no readings after [Data]")
    facts |= {names[i]: value for i, value in texts.items()}
    return [RawTable(name=path.name, columns=kept, metadata=facts, started=started(facts, path.name), doubts=tuple(flags))]


def _facts(lines: list[str]) -> dict[str, str]:
    """`INFO,value,NAME: more` and `KEY,value` lines; a key that comes again gets a running number."""
    facts: dict[str, str] = {}
    for line in lines:
        cells = [cell.strip() for cell in line.split(",") if cell.strip()]
        if len(cells) < 2 or line.startswith(";"):
            continue
        if cells[0].upper() == "FILEOPENTIME":
            facts["FILEOPENTIME"] = f"{cells[-2]} {cells[-1]}" if len(cells) > 3 else cells[-1]
        elif cells[0].upper() == "INFO" and len(cells) >= 3:
            facts[cells[-1]] = ", ".join(cells[1:-1])
        elif cells[0].upper() == "INFO" and ":" in cells[1]:
            key, _, value = cells[1].partition(":")
            facts[key.strip()] = value.strip()
        else:
            facts.setdefault(cells[0], ", ".join(cells[1:]))
    return facts
