"""A table understood -> its sweeps, each with its constants, its bit mask and what is doubtful about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from supraspin.data import doubts, filenames, orientation, split, thermometers, units
from supraspin.data.meaning import Column, Meaning
from supraspin.data.schema import KINDS
from supraspin.flags import Flag

_IN_NAME = ("temperature", "field", "angle", "current", "bias", "separation")
_TEMPERATURE_KEY = re.compile(
    r"(sample )?temp(erature)?( ?\(K\))?|T|temperature: T1|(sample|bath|base) (temp(erature)?|T)( ?\(K\))?|T[_ ]K", re.IGNORECASE
)
_LONGEST_FACT = 60
_FIELD_KEY = re.compile(r"(magnetic )?field( ?\(T\))?|B( ?\(T\))?", re.IGNORECASE)


@dataclass(frozen=True)
class Sweep:
    """One sweep: readings over its points, constants, the mask of doubts, and remarks about it alone."""

    readings: Mapping[str, np.ndarray]
    constants: Mapping[str, float]
    bits: np.ndarray
    flags: tuple[Flag, ...]
    source: str
    started: str


@dataclass(frozen=True)
class Pieces:
    """The sweeps of one table, what is common to them, and how the columns were called."""

    kind: str
    sweeps: tuple[Sweep, ...]
    attributes: Mapping[str, Mapping[str, str]]
    flags: tuple[Flag, ...]
    metadata: Mapping[str, str]
    is_map: bool
    outer: tuple[str, ...] = field(default=())


def cut(meaning: Meaning, path: Path) -> Pieces:
    """The sweeps of one table."""
    flags = list(meaning.doubts)
    order, why = split.order_rows(meaning)
    if why:
        flags.append(Flag("reordered", why, "note"))
    starts = split.boundaries(meaning, order)
    rows = np.split(order, starts)
    outer = _outer(meaning, rows)
    constants = {name: float(column.values[0]) for name, column in meaning.constants.items()}
    hidden, said = _hidden(meaning, path, set(meaning.columns) | set(constants))
    flags += said
    records = {name: column.values for name, column in meaning.columns.items() if column.quantity == "temperature"}
    if "temperature" in meaning.columns:
        flags += thermometers.below_zero(meaning.columns["temperature"].values, meaning.table.name)
    if "temperature" in (told := {**hidden, **constants}):
        thermometers.below_zero(np.array([told["temperature"]]), meaning.table.name)
    if len(records) > 1:
        flags += thermometers.pegged(records)
    sides: Mapping[int, Column | None] = meaning.aligned or {
        filenames.alignment(path.name) if meaning.kind == "hanle" else 0: None
    }
    sweeps = [
        _sweep(meaning, part, side, column, {**hidden, **constants}, outer, path)
        for side, column in sides.items()
        for part in rows
    ]
    if meaning.x and not KINDS[meaning.kind].turns and any(_turns_back(s.readings[meaning.x]) for s in sweeps):
        flags.append(Flag("turns", f"the {meaning.x} turns back within a sweep, which is kept as one curve", "note"))
    attributes = {name: column.attrs for name, column in {**meaning.columns, **meaning.constants}.items()}
    attributes.update({"nonlocal_resistance": next(iter(meaning.aligned.values())).attrs} if meaning.aligned else {})
    return Pieces(
        meaning.kind, tuple(sweeps), attributes, tuple(flags), meaning.table.metadata, bool(outer) and len(rows) > 2, tuple(outer)
    )


def _turns_back(x: np.ndarray) -> bool:
    return split.turns(x, every=True).size > 0


def _outer(meaning: Meaning, rows: list[np.ndarray]) -> list[str]:
    """Columns that stand still within each sweep and differ between sweeps, such as the field of a map."""
    if len(rows) < 2:
        return []
    found = []
    for name in split.outer_names(meaning):
        values = meaning.columns[name].values
        parts = [values[part][np.isfinite(values[part])] for part in rows]
        if all(part.size for part in parts):
            within = float(np.median([np.ptp(part) for part in parts]))
            between = float(np.ptp([np.median(part) for part in parts]))
            if within == 0 and between > 0:
                found.append(name)
    return found


def _sweep(
    meaning: Meaning,
    rows: np.ndarray,
    side: int,
    column: Column | None,
    constants: Mapping[str, float],
    outer: list[str],
    path: Path,
) -> Sweep:
    readings = {name: c.values[rows] for name, c in meaning.columns.items() if name not in outer}
    here = dict(constants) | {name: float(np.nanmedian(meaning.columns[name].values[rows])) for name in outer}
    if column is not None:
        readings["nonlocal_resistance"] = column.values[rows]
    if side:
        here["alignment"] = side
    record = None
    if "temperature" in readings and meaning.kind != "unknown" and meaning.x != "temperature":
        record = readings["temperature_reading"] = readings.pop("temperature")
        here["temperature"] = thermometers.robust_median(record)
    kind = KINDS[meaning.kind]
    names = ([kind.x] if kind.x else []) + [name for group in kind.readings for name in group]
    needed = {name: readings[name] for name in names if name in readings}
    x_unit = units.si_of(meaning.columns[kind.x].written_unit)[0] if kind.x else 1.0
    bits, flags = doubts.mark(needed, readings, record, meaning.x, x_unit)
    return Sweep(readings, here, bits, tuple(flags), path.name, meaning.table.started)


def _hidden(meaning: Meaning, path: Path, known: set[str]) -> tuple[dict[str, float], list[Flag]]:
    """Constants that only the file's name or its header tells."""
    found: dict[str, float] = {}
    flags: list[Flag] = []
    for name, value in filenames.quantities(path.name).items():
        if name in known or name not in _IN_NAME:
            continue
        found[name] = value.value
        if not value.sure:
            flags.append(
                Flag("unit_assumed", f"{value.text!r} in the file name has no unit; the SI unit is assumed for {name}", "note")
            )
    for name, key in (("temperature", _TEMPERATURE_KEY), ("field", _FIELD_KEY)):
        if name not in found and name not in known:
            number = _fact(meaning.table.metadata, key)
            if number is not None:
                found[name] = number[1]
                flags.append(
                    Flag(
                        "from_header",
                        f"{name} is taken from the header: {number[0]!r} = {number[1]:g}",
                        "note",
                        {name: number[1]},
                    )
                )
    if "field_angle" not in known and {"field", "critical_field"} & (known | set(found)):
        # In the name of a Hanle file, `parallel` is said of the electrodes.
        columns = (meaning.columns[name].header for name in ("field", "critical_field") if name in meaning.columns)
        angle = orientation.field_angle(*columns, *([path.name] if meaning.kind != "hanle" else []))
        if angle is not None:
            found["field_angle"] = angle
            where = "normal to" if angle else "in the plane of"
            flags.append(
                Flag("field_direction", f"the field is taken as {where} the film, from its name", "note", {"angle": angle})
            )
    bare = filenames.bare_number(path.name)
    if bare is not None:
        name = "field" if "temperature" in found or "temperature" in known or bare <= 0 else "temperature"
        if name not in found and name not in known:
            found[name] = bare
            unit = "T" if name == "field" else "K"
            said = f"the number after 'at' in the file name has no unit; {unit} is assumed for {name}"
            flags.append(Flag("unit_assumed", said))
    return found, flags


def _fact(metadata: Mapping[str, str], pattern: re.Pattern[str]) -> tuple[str, float] | None:
    for key, text in metadata.items():
        if len(text) > _LONGEST_FACT or not pattern.fullmatch(key.strip()):
            continue
        match = re.fullmatch(r"\s*([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)\s*(K|T|mK|mT)?\s*", text)
        if match:
            return key, float(match[1]) * (1e-3 if (match[2] or "").startswith("m") else 1.0)
    return None
