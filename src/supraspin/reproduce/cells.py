"""Numbers read back from the printed cells of an analysis's tables: `6.474 ± 0.050 K`, `6.4628(43) K`, `500 mT`."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from supraspin.analysis import Analysis, Table
from supraspin.errors import UnitError
from supraspin.units import parse_value

_SIGNLESS = r"\d+(?:\.\d*)?(?:e[-+]?\d+)?"
_UNIT = r"\s*(?P<unit>[^\d\s(].*)?"
_CONCISE = re.compile(rf"(?P<value>-?\d+(?:\.\d*)?)\((?P<digits>[\d.]+)\)(?P<power>e[-+]?\d+)?{_UNIT}")
_PLAIN = re.compile(
    rf"\(?(?P<value>-?{_SIGNLESS})(?:\s*±\s*(?P<error>{_SIGNLESS}))?(?:\s*±\s*{_SIGNLESS})?(?:\)(?P<power>e[-+]?\d+))?{_UNIT}"
)


def quantity(text: object, unit: str) -> tuple[float, float]:
    """Value and (first) error of a cell in `unit`; NaN for what is not there."""
    plain = str(text).replace("−", "-").replace("°", " degree").strip()
    match = _CONCISE.fullmatch(plain) or _PLAIN.fullmatch(plain)
    if match is None:
        return math.nan, math.nan
    found = match.groupdict()
    try:
        size = parse_value(f"1{found['power'] or ''} {found['unit'] or ''}".strip(), unit)
    except UnitError:
        return math.nan, math.nan
    error = math.nan
    if digits := found.get("digits"):
        error = float(digits) if "." in digits else float(digits) * 10.0 ** -len(found["value"].partition(".")[2])
    elif found.get("error"):
        error = float(found["error"])
    return float(found["value"]) * size, error * size


def table(analysis: Analysis | None, title: str) -> Table | None:
    """The table whose title begins with `title`; None where there is none."""
    return next((one for one in analysis.tables if one.title.startswith(title)), None) if analysis is not None else None


def column(found: Table | None, name: str, unit: str) -> tuple[np.ndarray, np.ndarray]:
    """Values and errors of a column (rows,) in `unit`; empty where the analysis made no such table.

    Raises `LookupError` where the table lacks the column: what a figure draws has then been renamed or left out.
    """
    if found is None:
        return np.empty(0), np.empty(0)
    if name not in found.columns:
        raise LookupError(f"table {found.title!r} has no column {name!r}; it has {', '.join(map(repr, found.columns))}")
    place = found.columns.index(name)
    cells: Sequence[tuple[float, float]] = [quantity(row[place], unit) for row in found.rows]
    values = np.array(cells, dtype=float).reshape(-1, 2)
    return values[:, 0], values[:, 1]
