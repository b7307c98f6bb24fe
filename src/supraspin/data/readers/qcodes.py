"""QCoDeS SQLite data bases, read with the standard library alone and never written to."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from supraspin.data.table import RawTable, check_rows, unique_names
from supraspin.data.times import from_epoch
from supraspin.errors import DataError


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"SQLite format 3\x00")


def read(path: Path) -> list[RawTable]:
    """One table for each run and each set of setpoints in it. Raises `DataError` for another kind of data base."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        # Beside a live measurement the file has a journal; where the folder is not writable only `immutable` opens it.
        connection = sqlite3.connect(address, uri=True)
        try:
            connection.execute("SELECT name FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            connection.close()
            connection = sqlite3.connect(address + "&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise DataError(f"{path.name} cannot be opened as SQLite: {error}") from error
    try:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        if not {"runs", "layouts", "dependencies"} <= names:
            raise DataError(f"{path.name} is an SQLite file without the tables of QCoDeS (runs, layouts, dependencies)")
        connection.row_factory = sqlite3.Row
        runs = connection.execute("SELECT * FROM runs ORDER BY run_id").fetchall()
        found = [table for run in runs for table in _run(connection, path.name, dict(run))]
    except sqlite3.Error as error:
        raise DataError(f"{path.name} is a damaged QCoDeS data base: {error}") from error
    finally:
        connection.close()
    if not found:
        raise DataError(f"{path.name} holds no run with numbers")
    return found


def _run(connection: sqlite3.Connection, file: str, run: dict[str, Any]) -> list[RawTable]:
    specs = {row["layout_id"]: row for row in connection.execute("SELECT * FROM layouts WHERE run_id = ?", (run["run_id"],))}
    axes: dict[int, list[int]] = {}
    for row in connection.execute("SELECT * FROM dependencies ORDER BY axis_num"):
        if row["dependent"] in specs:
            axes.setdefault(row["dependent"], []).append(row["independent"])
    groups: dict[tuple[int, ...], list[int]] = {}
    for dependent, swept in axes.items():
        groups.setdefault(tuple(swept), []).append(dependent)
    facts = {
        key: str(value)
        for key, value in run.items()
        if value is not None and key not in ("run_description", "snapshot") and len(str(value)) < 2000
    }
    if "exp_id" in run:
        for row in map(dict, connection.execute("SELECT * FROM experiments WHERE exp_id = ?", (run["exp_id"],))):
            facts |= {f"experiment {key}": str(row[key]) for key in ("name", "sample_name") if key in row}
    stamp = run["run_timestamp"]
    found = []
    for independents, dependents in groups.items():
        ids = (*independents, *dependents)
        columns = _columns(connection, file, run["result_table_name"], [specs[i]["parameter"] for i in ids], len(independents))
        if columns is None:
            continue
        names = unique_names([specs[i]["parameter"] for i in ids])
        found.append(RawTable(
            name=f"{file} run {run['run_id']}" + (f" ({names[len(independents)]})" if len(groups) > 1 else ""),
            columns=dict(zip(names, columns, strict=True)),
            units={name: specs[i]["unit"] for name, i in zip(names, ids, strict=True) if specs[i]["unit"]},
            labels={name: specs[i]["label"] for name, i in zip(names, ids, strict=True) if specs[i]["label"]},
            setpoints=tuple(names[: len(independents)]), metadata=facts, started=from_epoch(float(stamp)) if stamp else "",
        ))  # fmt: skip
    return found


def _columns(connection: sqlite3.Connection, file: str, table: str, names: list[str], setpoints: int) -> list[np.ndarray] | None:
    """The columns, rows of arrays laid end to end; rows without any of the readings belong to another set and are left out."""
    listed = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names)
    count = connection.execute(f'SELECT COUNT(*) FROM "{table.replace(chr(34), chr(34) * 2)}"').fetchone()[0]
    check_rows(file, count)
    rows = connection.execute(f'SELECT {listed} FROM "{table.replace(chr(34), chr(34) * 2)}" ORDER BY id').fetchall()
    rows = [tuple(row) for row in rows if any(value is not None for value in tuple(row)[setpoints:])]
    if not rows:
        return None
    if not any(isinstance(value, bytes) for value in rows[0]):
        try:
            return [
                np.array([np.nan if value is None else value for value in column], dtype=float)
                for column in zip(*rows, strict=True)
            ]
        except (TypeError, ValueError):
            pass  # A blob further down, or text: go value by value.
    blocks = []
    for row in rows:
        try:
            values = [_value(value, file) for value in row]
            blocks.append(np.broadcast_arrays(*(value.ravel() for value in values)))
        except ValueError as error:
            raise DataError(f"{file}: {table} holds a value that is no real number or arrays of unequal size") from error
    return [np.concatenate(column) for column in zip(*blocks, strict=True)]


def _value(value: object, file: str) -> np.ndarray:
    if isinstance(value, bytes):
        try:
            array = np.load(io.BytesIO(value), allow_pickle=False)
        except ValueError as error:
            raise DataError(f"{file} holds an array that is pickled or damaged; pickled objects are never loaded") from error
        if array.dtype.kind not in "fiub":
            raise ValueError("not real")
        return array.astype(float)
    return np.atleast_1d(np.array(np.nan if value is None else value, dtype=float))
