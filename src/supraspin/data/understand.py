"""What the columns of a raw table mean: standard names, SI units, the kind, and every assumption made on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from supraspin.data import alignment, choose, filenames, kinds, names, orientation, units
from supraspin.data.meaning import Column, Meaning
from supraspin.data.schema import KINDS
from supraspin.data.table import RawTable
from supraspin.errors import DataError
from supraspin.flags import Flag


def understand(table: RawTable, kind: str | None = None) -> Meaning:
    """Say what a table's columns mean. `kind` overrules what would be recognised.

    Raises `DataError` for a table without finite numbers, for an unknown unit, or where `kind` needs a column that is missing.
    """
    flags = list(table.doubts)
    raw = {key: names.read_header(key, table.units.get(key, ""), table.labels.get(key, "")) for key in table.columns}
    raw, said = alignment.name_sides(raw)
    flags += said
    kept = {key: values for key, values in table.columns.items() if np.isfinite(values).any()}
    if not kept:
        raise DataError(f"{table.name}: no column holds a finite number")
    empty = [key for key in table.columns if key not in kept]
    if empty:
        flags.append(Flag("empty_column", f"{_listed(empty)}: no finite reading, left out", "note", {"columns": len(empty)}))
    groups: dict[str, list[str]] = {}
    for key in kept:
        name = raw[key].name
        if (
            name
            and raw[key].unit
            and not names.can_be(name, raw[key].unit)
            and names.is_unit(raw[key].unit)
            and not _lockin(name, raw[key].unit)
        ):
            strange = f"column {key!r} reads like {name} but is in {raw[key].unit}; it is kept under its own name"
            flags.append(Flag("unit_mismatch", strange))
        elif name:
            groups.setdefault(name, []).append(key)
    widest = {name: max((kept[key] for key in keys), key=lambda v: units.span_rank(v)) for name, keys in groups.items()}
    hint = kinds.is_nonlocal(table.name, *table.columns, *_hints(table.metadata))
    angle = orientation.field_angle(*groups.get("field", ()), table.name, *_hints(table.metadata))
    sides = any(raw[key].alignment for key in kept) or bool(filenames.alignment(table.name))
    decided = kind or kinds.recognise(widest, hint, angle, sides)
    if decided == "unknown":
        unknown = f"the columns make no known measurement; a kind can be given: {', '.join(k for k in KINDS if k != 'unknown')}"
        flags.append(Flag("kind_unknown", unknown, "note"))
    renamed = kinds.stand_ins(decided, set(groups))
    groups = {renamed.get(name, name): keys for name, keys in groups.items()}
    kinds.check(decided, set(groups), table.name)
    return _assign(table, decided, kept, raw, groups, flags)


def _hints(metadata: Mapping[str, str]) -> list[str]:
    wanted = ("title", "notes", "comment", "sample", "name", "path", "header", "measurement")
    return [
        value
        for key, value in metadata.items()
        if len(value) < 300 and any(word in key.lower() for word in wanted) and "class" not in key.lower()
    ]


def _lockin(name: str, unit: str) -> bool:
    """A lock-in amplifier's reading in A or V stands for the conductance up to a factor."""
    return name in ("conductance", "conductance_quadrature") and names.is_unit(unit) and units.si_of(unit)[2] in ("A", "V")


def _assign(
    table: RawTable,
    kind: str,
    kept: Mapping[str, np.ndarray],
    raw: Mapping[str, names.Header],
    groups: Mapping[str, list[str]],
    flags: list[Flag],
) -> Meaning:
    columns: dict[str, Column] = {}
    aligned: dict[int, Column] = {}
    used: set[str] = set()
    for name, keys in groups.items():
        sides = {raw[key].alignment: key for key in reversed(keys) if raw[key].alignment} if name == "nonlocal_resistance" else {}
        if sides and kind == "hanle":
            aligned = {
                side: _standard(table, kind, name, key, kept[key], raw[key], flags)
                for side, key in sorted(sides.items(), reverse=True)
            }
            used |= set(sides.values())
            columns[name] = next(iter(aligned.values()))
            continue
        key = choose.main(name, {key: kept[key] for key in keys}, swept=name == KINDS[kind].x)
        if len(keys) > 1:
            others = _listed([k for k in keys if k != key])
            flags.append(
                Flag("channel_chosen", f"{len(keys)} columns read as {name}: {key!r} is used, {others} kept beside it", "note")
            )
        columns[name] = _standard(table, kind, name, key, kept[key], raw[key], flags)
        used.add(key)
    columns = _normalised(columns, flags)
    for key, values in kept.items():
        if key not in used:
            _extra(columns, key, values, raw[key], table.units.get(key, raw[key].unit))
    constants = {n: c for n, c in columns.items() if n != KINDS[kind].x and n not in _readings(kind) and _constant(c.values)}
    varying = {name: column for name, column in columns.items() if name not in constants}
    if not varying:
        varying, constants = columns, {}
    return Meaning(table, kind, varying, aligned, constants, tuple(flags))


def _readings(kind: str) -> set[str]:
    return {name for group in KINDS[kind].readings for name in group}


def _standard(
    table: RawTable, kind: str, name: str, key: str, values: np.ndarray, header: names.Header, flags: list[Flag]
) -> Column:
    if header.unit and _lockin(name, header.unit):
        flags.append(
            Flag(
                "lockin_scale",
                f"column {key!r} is in {header.unit}: taken as {name} up to an unknown factor, so its scale means nothing",
            )
        )
        return Column(values, name, "S", key, header.unit)
    standard, written, flag = units.to_standard(name, values, header.unit, key, table.name, kind == "tunnel_spectrum")
    if flag:
        flags.append(flag)
    return Column(standard, name, units.unit_of(name), key, written, header.alignment)


def _normalised(columns: dict[str, Column], flags: list[Flag]) -> dict[str, Column]:
    """A conductance without a unit that is close to 1 far from zero bias is one over that of the normal state."""
    if "conductance" not in columns or "normalised_conductance" in columns or "bias" not in columns:
        return columns
    column, bias = columns["conductance"], np.abs(columns["bias"].values)
    mark = next((f for f in flags if f.code == "unit_assumed" and f"column {column.header!r}" in f.message), None)
    outer = column.values[bias > 0.8 * np.nanmax(bias)] if np.isfinite(bias).any() else np.array([])
    if mark is None or outer.size == 0 or not 0.8 < np.nanmedian(outer) < 1.25:
        return columns
    level = float(np.nanmedian(outer))
    flags.remove(mark)
    fixed = replace(column, quantity="normalised_conductance", unit="1", written_unit="1")
    said = f"column {column.header!r} has no unit and is {level:.3g} at the largest bias: taken as {fixed.quantity}"
    flags.append(Flag("unit_assumed", said, "warning", {"level": level}))
    return {
        ("normalised_conductance" if name == "conductance" else name): (fixed if name == "conductance" else c)
        for name, c in columns.items()
    }


def _extra(columns: dict[str, Column], key: str, values: np.ndarray, header: names.Header, unit: str) -> None:
    """Keep a column that is not needed under its own name, in SI where its unit is known."""
    factor, offset, si = units.si_of(unit)
    base = name = names.safe_name(names.split_unit(key)[0])
    number = 2
    while name in columns or name in units.RESERVED:
        name, number = f"{base}_{number}", number + 1
    fits = header.name is not None and (not unit or names.can_be(header.name, unit))
    if fits and not unit and header.name:
        si = units.unit_of(header.name)
    columns[name] = Column(values * factor + offset, header.name if fits else None, si, key, unit or ("1" if si == "1" else si))


def _constant(values: np.ndarray) -> bool:
    return values.size > 1 and bool(np.isfinite(values).all()) and float(np.ptp(values)) == 0.0


def _listed(items: list[str]) -> str:
    shown = ", ".join(repr(item) for item in items[:6])
    return shown + (f" and {len(items) - 6} more" if len(items) > 6 else "")
