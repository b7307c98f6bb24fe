"""R(T) of films: what several figures draw of it."""

from __future__ import annotations

import numpy as np

from supraspin.analysis import Finding
from supraspin.data import sweeps
from supraspin.reproduce.cells import column, table
from supraspin.reproduce.plan import Outcome

IN_PLANE, ACROSS = 0, 1
"""Places of the two maps in an experiment of a film."""


def curves(ds, reading: str = "resistance", x: str = "temperature") -> list[tuple[np.ndarray, np.ndarray]]:
    """Coordinate and reading of every sweep, without padding."""
    return [(row[x].values[0], row[reading].values[0]) for row in sweeps(ds)]


def on_grid(ds, grid: np.ndarray) -> np.ndarray:
    """R over `grid` (t,), K, at each field (f,) of a map; shape (f, t)."""
    rows = []
    for temperature, resistance in curves(ds):
        order = np.argsort(temperature)
        rows.append(np.interp(grid, temperature[order], resistance[order], left=np.nan, right=np.nan))
    return np.array(rows)


def boundary(outcome: Outcome, file: str, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Field, T, temperature and error, K, of a boundary (`T_c (50 %)`, `T_K`) of the map in a file."""
    found = table(outcome.analysis(f"Phase map: {file}"), "Boundaries")
    field, _ = column(found, "field", "T")
    warm, error = column(found, name, "K")
    there = np.isfinite(warm)
    return field[there], warm[there], error[there]


def critical_points(outcome: Outcome, file: str) -> tuple[np.ndarray, np.ndarray]:
    """Temperature, K, and critical field, T, as the analysis read them off the sweeps in a file."""
    found = table(outcome.analysis(f"Critical field: {file}"), "Critical field where")
    return column(found, "temperature", "K")[0], column(found, "critical field", "T")[0]


def field_where_normal(outcome: Outcome) -> Finding | None:
    """The one critical field of a sweep at one temperature; the systematic is half of the 10 to 90 % width where it is told."""
    found = table(outcome.analysis("Critical field: "), "Critical field where")
    if found is None or not found.rows:
        return None
    values, errors = column(found, "critical field", "T")
    return Finding("critical_field_perpendicular", float(values[0]), "T", float(errors[0]), text="half of the normal resistance")
