"""QCoDeS SQLite data bases (`runs`, `layouts`, `dependencies` and one table of results a run), read with the standard
library alone and never written to."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from supraspin.data.readers._arrays import listed
from supraspin.data.readers._qcodes_columns import columns, quoted
from supraspin.data.table import RawTable, unique_names
from supraspin.data.times import from_epoch
from supraspin.errors import DataError
from supraspin.flags import Flag


def matches(path: Path, head: bytes) -> bool:
    return head.startswith(b"SQLite format 3\x00")


def read(path: Path) -> list[RawTable]:
    """One table for each run and each set of setpoints in it. Raises `DataError` for another kind of data base."""
    try:
        connection = _connect(path)
    except sqlite3.Error as error:
        raise DataError(f"{path.name} cannot be opened as SQLite: {error}") from error
    try:
        # Tables alone: a view of a hostile file may have rows without end.
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        if not {"runs", "layouts", "dependencies"} <= names:
            raise DataError(f"{path.name} is an SQLite file without the tables of QCoDeS (runs, layouts, dependencies)")
        connection.row_factory = sqlite3.Row
        runs = connection.execute("SELECT * FROM runs ORDER BY run_id").fetchall()
        found = [table for run in runs for table in _run(connection, path.name, dict(run), names)]
    except (sqlite3.Error, OverflowError) as error:
        raise DataError(f"{path.name} is a damaged QCoDeS data base: {error}") from error
    except (KeyError, IndexError) as error:
        raise DataError(f"{path.name} is a damaged QCoDeS data base: no {error}") from error
    finally:
        connection.close()
    if not found:
        raise DataError(f"{path.name} holds no run with numbers")
    return found


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file without leaving anything beside it; only a live measurement, which has a journal, needs its locks."""
    live = any(_filled(path.with_name(path.name + end)) for end in ("-wal", "-journal"))
    connection = _open(path, "mode=ro" if live else "mode=ro&immutable=1")
    try:
        connection.execute("SELECT name FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        connection = _open(path, "mode=ro&immutable=1")
    return connection


def _open(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(bytes(path.resolve()))}?{options}", uri=True)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    return connection


def _filled(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _run(connection: sqlite3.Connection, file: str, run: dict[str, Any], tables: set[str]) -> list[RawTable]:
    table = run["result_table_name"]
    if table not in tables:
        return []  # A run that was declared and never started.
    present = {row["name"] for row in connection.execute(f"PRAGMA table_info({quoted(table)})")}
    layouts = connection.execute("SELECT * FROM layouts WHERE run_id = ?", (run["run_id"],)).fetchall()
    by_id = {row["layout_id"]: row["parameter"] for row in layouts if row["parameter"] in present}
    specs = {row["parameter"]: {key: str(row[key] or "") for key in ("label", "unit")} for row in layouts}
    axes: dict[int, list[int]] = {}
    for row in connection.execute("SELECT * FROM dependencies ORDER BY axis_num"):
        if row["dependent"] in by_id and row["independent"] in by_id and row["independent"] != row["dependent"]:
            axes.setdefault(row["dependent"], []).append(row["independent"])
    groups: dict[tuple[int, ...], list[int]] = {}
    for dependent, swept in axes.items():
        groups.setdefault(tuple(dict.fromkeys(swept)), []).append(dependent)
    facts = _facts(connection, run, tables)
    found = []
    for independents, dependents in groups.items():
        setpoints, readings = ([by_id[i] for i in ids] for ids in (independents, dependents))
        sets, passed = columns(connection, file, table, setpoints, readings)
        flag = Flag("not_read", f"{listed(passed)}: only columns of real numbers are read", "note")
        for there in sets:
            names = dict(zip(there, unique_names(list(there)), strict=True))
            several = len(groups) > 1 or len(sets) > 1
            found.append(RawTable(
                name=f"{file} run {run['run_id']}" + (f" ({next(r for r in readings if r in there)})" if several else ""),
                columns={names[key]: column for key, column in there.items()},
                units={names[key]: specs[key]["unit"] for key in there if specs[key]["unit"]},
                labels={names[key]: specs[key]["label"] for key in there if specs[key]["label"]},
                setpoints=tuple(names[key] for key in setpoints if key in there), metadata=facts,
                started=from_epoch(run["run_timestamp"]), doubts=(flag,) if passed else (),
            ))  # fmt: skip
    return found


def _facts(connection: sqlite3.Connection, run: dict[str, Any], tables: set[str]) -> dict[str, str]:
    facts = {
        key: str(value)
        for key, value in run.items()
        if value is not None and key not in ("run_description", "snapshot") and len(str(value)) < 2000
    }
    if "exp_id" in run and "experiments" in tables:
        for row in map(dict, connection.execute("SELECT * FROM experiments WHERE exp_id = ?", (run["exp_id"],))):
            facts |= {f"experiment {key}": str(row[key])[:2000] for key in ("name", "sample_name") if key in row}
    return facts
