"""Nanonis spectroscopy `.dat`: tab-separated facts, then `[DATA]`, a line of names with units, and rows."""

from __future__ import annotations

from pathlib import Path

from supraspin.data.readers._decode import decode
from supraspin.data.readers._dialect import Dialect
from supraspin.data.readers.text import read_body
from supraspin.data.table import RawTable, check_columns, unique_names
from supraspin.data.times import iso_time
from supraspin.errors import DataError

PRIORITY = 10


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"Experiment\t") or (b"\n[DATA]" in head and not head.lstrip().startswith(b"["))


def read(path: Path) -> list[RawTable]:
    """The one table of the file. Raises `DataError` where `[DATA]` is missing."""
    lines = decode(path).splitlines()
    place = next((i for i, line in enumerate(lines) if line.strip() == "[DATA]"), None)
    if place is None or place + 2 >= len(lines):
        raise DataError(f"{path.name} has no table after [DATA]; it is cut short")
    facts = {}
    for line in lines[:place]:
        cells = line.split("\t")
        if len(cells) >= 2 and cells[0].strip():
            facts[cells[0].strip()] = cells[1].strip()
    names = unique_names(lines[place + 1].rstrip("\t\r").split("\t"))
    check_columns(path.name, len(names))
    body = [line for line in lines[place + 2 :] if line.strip()]
    # LabVIEW writes the decimal sign of the machine's language.
    decimal = "," if body and "," in body[0] and "." not in body[0] else "."
    columns, _, flags = read_body(body, Dialect("\t", decimal), len(names)) if body else ({}, {}, [])
    if not columns:
        raise DataError(f"{path.name} has no readings after [DATA]")
    time = next((iso_time(facts[key]) for key in ("Start time", "Date", "Saved Date") if facts.get(key)), "")
    return [
        RawTable(
            name=path.name, columns={names[i]: c for i, c in columns.items()}, metadata=facts, started=time, doubts=tuple(flags)
        )
    ]
