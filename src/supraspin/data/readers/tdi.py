"""TDI text: a first column of `key{type}=value` facts that runs beside the table."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from supraspin.data.readers._decode import decode
from supraspin.data.table import RawTable, check_columns, unique_names
from supraspin.data.times import started
from supraspin.errors import DataError
from supraspin.flags import Flag

PRIORITY = 10
_FACT = re.compile(r"(.*?)(?:\{.*?\})?=(.*)", re.DOTALL)


def matches(path: Path, head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"TDI Format")


def read(path: Path) -> list[RawTable]:
    """The one table of the file. Raises `DataError` for a reading that is no number."""
    lines = decode(path).splitlines()
    names = unique_names([cell.strip() for cell in lines[0].rstrip("\t").split("\t")[1:]])
    check_columns(path.name, len(names))
    facts: dict[str, str] = {}
    rows, short = [], 0
    for number, line in enumerate(lines[1:], 2):
        fact, *cells = line.split("\t")
        match = _FACT.fullmatch(fact.strip())
        if match:
            facts[match[1].strip()] = match[2].strip()
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        try:
            row = [float(cell) if cell.strip() else np.nan for cell in cells[: len(names)]]
        except ValueError as error:
            raise DataError(f"{path.name} line {number}: {str(error).split(': ')[-1]} is no number") from error
        short += len(row) < len(names)
        rows.append(row + [np.nan] * (len(names) - len(row)))
    if not rows or not names:
        raise DataError(f"{path.name} holds no numbers in columns")
    flags = (Flag("ragged", f"{short} of {len(rows)} rows break off early", "warning", {"rows": short}),) if short else ()
    block = np.array(rows)
    columns = {name: block[:, i].copy() for i, name in enumerate(names)}
    return [RawTable(name=path.name, columns=columns, metadata=facts, started=started(facts, path.name), doubts=flags)]
