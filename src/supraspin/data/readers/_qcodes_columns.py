"""The columns of a table of results as QCoDeS writes it: numbers, the text `nan`, and arrays in NumPy's format."""

from __future__ import annotations

import io
import sqlite3

import numpy as np

from supraspin.data.readers.numpy_files import load
from supraspin.data.table import check_rows, check_values
from supraspin.errors import DataError

Columns = dict[str, np.ndarray]


def quoted(name: str) -> str:
    """The name of a table or column as it may stand in SQL."""
    return '"' + name.replace('"', '""') + '"'


def columns(
    connection: sqlite3.Connection, file: str, table: str, setpoints: list[str], readings: list[str]
) -> tuple[list[Columns], list[str]]:
    """Sets of columns with the same setpoints, rows of arrays laid end to end, and the names that hold no real numbers.

    QCoDeS writes one row for all readings of a point or, in later versions, one for each. Raises `DataError` for arrays of
    unequal size in one row, and for pickled ones.
    """
    check_rows(file, connection.execute(f"SELECT COUNT(*) FROM {quoted(table)}").fetchone()[0])
    listed = ", ".join(map(quoted, (*setpoints, *readings)))
    rows = list(map(tuple, connection.execute(f"SELECT {listed} FROM {quoted(table)} ORDER BY id")))
    first = len(setpoints)
    together = any(None not in row[first:] for row in rows)
    found: list[Columns] = []
    passed: list[str] = []
    for wanted in [readings] if together else [[name] for name in readings]:
        places = [*range(first), *(first + readings.index(name) for name in wanted)]
        kept = [tuple(row[i] for i in places) for row in rows if any(row[i] is not None for i in places[first:])]
        _join(found, _numbers([*setpoints, *wanted], kept, file, table, passed), setpoints)
    return [columns for columns in found if not columns.keys() <= set(setpoints)], list(dict.fromkeys(passed))


def _join(found: list[Columns], more: Columns, setpoints: list[str]) -> None:
    """Put the readings beside those that were taken at the very same setpoints, else on their own."""
    for columns in found:
        axes = [name for name in setpoints if name in more or name in columns]
        if axes and all(name in more and name in columns and _same(more[name], columns[name]) for name in axes):
            columns.update(more)
            return
    found.append(more)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other, equal_nan=True))


def _numbers(names: list[str], rows: list[tuple], file: str, table: str, passed: list[str]) -> Columns:
    if not rows:
        return {}
    cells = {name: _cells(column, file) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    passed += [name for name, column in cells.items() if column is None]
    whole = {name: column for name, column in cells.items() if column is not None}
    if any(isinstance(column, list) for column in whole.values()):
        return dict(zip(whole, _laid_out(list(whole.values()), file, table), strict=True))
    return {name: np.asarray(column) for name, column in whole.items()}


def _cells(column: tuple[object, ...], file: str) -> np.ndarray | list[np.ndarray] | None:
    """Numbers as an array, arrays as a list with one for each row, None where any cell is neither."""
    if any(isinstance(value, bytes) for value in column):
        arrays = [_blob(value, file) if isinstance(value, bytes) else _number(value) for value in column]
        return None if any(array is None for array in arrays) else [a for a in arrays if a is not None]
    try:
        return np.array([np.nan if value is None else value for value in column], dtype=float)
    except (TypeError, ValueError):
        return None


def _number(value: object) -> np.ndarray | None:
    try:
        return np.array([np.nan if value is None else value], dtype=float)
    except (TypeError, ValueError):
        return None


def _blob(value: bytes, file: str) -> np.ndarray | None:
    try:
        array = load(io.BytesIO(value), len(value))
    except (ValueError, TypeError, EOFError, OSError, KeyError) as error:
        raise DataError(f"{file} holds an array that is pickled or damaged; pickled objects are never loaded") from error
    return array.astype(float).ravel() if array.dtype.kind in "fiub" else None


def _laid_out(whole: list[np.ndarray | list[np.ndarray]], file: str, table: str) -> list[np.ndarray]:
    """Each row's arrays end to end, its single numbers beside every value of them."""
    blocks, size = [], 0
    for row in zip(*whole, strict=True):
        try:
            block = np.broadcast_arrays(*(np.atleast_1d(value) for value in row))
        except ValueError as error:
            raise DataError(f"{file}: {table} holds arrays of unequal size in one row") from error
        size += len(row) * block[0].size
        check_values(file, size)
        blocks.append(block)
    return [np.concatenate(column) for column in zip(*blocks, strict=True)]
