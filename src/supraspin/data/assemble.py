"""Sweeps of one table, or of the files of a folder that belong together, made into one data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from supraspin.data.build import make
from supraspin.data.filenames import natural
from supraspin.data.pieces import Pieces, Sweep
from supraspin.flags import Flag

_LABELS = ("field", "temperature", "current", "bias", "angle")
_MOST_ALIKE = 5


def belong_together(pieces: Sequence[Pieces]) -> bool:
    """Whether tables of one folder are one data set: the same kind and columns, no maps, and a quantity that tells them apart."""
    first = pieces[0]
    if len(pieces) < 2 or first.kind == "unknown" or any(p.is_map or signature(p) != signature(first) for p in pieces):
        return False
    return any(all(name in sweep.constants for p in pieces for sweep in p.sweeps) and _differs(pieces, name) for name in _LABELS)


def signature(pieces: Pieces) -> tuple:
    """What tables must share to be one data set."""
    return pieces.kind, "alignment" in pieces.sweeps[0].constants, tuple(sorted(pieces.sweeps[0].readings))


def _differs(pieces: Sequence[Pieces], name: str) -> bool:
    return len({sweep.constants[name] for p in pieces for sweep in p.sweeps}) > 1


def assemble(pieces: Sequence[Pieces], *, reader: str, sha256: str) -> xr.Dataset:
    """One data set from the sweeps of tables that belong together, in the order in which they were measured."""
    sweeps, said = _ordered(pieces)
    names = list(dict.fromkeys(name for sweep in sweeps for name in sweep.readings))
    variables = {name: [sweep.readings[name] for sweep in sweeps] for name in names}
    constants = list(dict.fromkeys(name for sweep in sweeps for name in sweep.constants))
    per_sweep: dict[str, list] = {
        name: [sweep.constants.get(name, 0 if name == "alignment" else np.nan) for sweep in sweeps] for name in constants
    }
    # A quantity that stands over the points in this kind is not also one of the sweep.
    per_sweep = {name: values for name, values in per_sweep.items() if name not in variables}
    per_sweep["source"] = [sweep.source for sweep in sweeps]
    per_sweep["started"] = [sweep.started for sweep in sweeps]
    per_sweep.update(_outer_direction(sweeps, per_sweep))
    attributes = {name: attrs for p in reversed(pieces) for name, attrs in p.attributes.items()}
    if "temperature_reading" in variables and "temperature" in attributes:
        attributes["temperature_reading"] = attributes["temperature"]
    return make(
        pieces[0].kind, variables, per_sweep=per_sweep, doubt=[sweep.bits for sweep in sweeps],
        doubts=[*_common(pieces), *said, *_of_sweeps(sweeps)], reader=reader, metadata=pieces[0].metadata, sha256=sha256,
        attributes=attributes,
    )  # fmt: skip


def _ordered(pieces: Sequence[Pieces]) -> tuple[list[Sweep], list[Flag]]:
    """By start time where every file has one of its own, else by file name; sweeps of one file stay in their order."""
    starts = [p.sweeps[0].started for p in pieces]
    by_time = all(starts) and len(set(starts)) == len(starts)
    ranked = sorted(pieces, key=lambda p: (p.sweeps[0].started,) if by_time else natural(p.sweeps[0].source))
    sweeps = [sweep for p in ranked for sweep in p.sweeps]
    if len(pieces) < 2:
        return sweeps, []
    how = "their start times" if by_time else "their file names"
    flags = [Flag("assembled", f"{len(pieces)} files make one data set, in the order of {how}", "note", {"files": len(pieces)})]
    label = next(
        (name for name in _LABELS if all(name in s.constants for s in sweeps) and len({s.constants[name] for s in sweeps}) > 1),
        None,
    )
    if label:
        repeats = sum(count - 1 for count in Counter(p.sweeps[0].constants[label] for p in pieces).values())
        if repeats:
            flags.append(
                Flag(
                    "repeated",
                    f"{repeats} files repeat a {label} that was measured before; all are kept",
                    "note",
                    {"files": repeats},
                )
            )
    return sweeps, flags


def _outer_direction(sweeps: Sequence[Sweep], per_sweep: dict[str, list]) -> dict[str, list]:
    """Which way the quantity that tells the sweeps apart was going, from the time stamps: the rows of a sweep hide it."""
    if not all(sweep.started for sweep in sweeps) or len({sweep.started for sweep in sweeps}) < len(sweeps):
        return {}
    label = next((name for name in ("field", "temperature") if name in per_sweep and len(set(per_sweep[name])) > 1), None)
    if label is None:
        return {}
    signs = np.sign(np.diff(per_sweep[label])).astype(int)
    result, last = [], next((int(s) for s in signs if s), 0)
    for sign in (0, *signs):
        last = int(sign) or last
        result.append(last)
    return {"outer_direction": result}


def _common(pieces: Sequence[Pieces]) -> list[Flag]:
    """Remarks about whole tables, those that several files share said once."""
    found: dict[tuple[str, str], Flag] = {}
    counted: Counter[tuple[str, str]] = Counter()
    for flag in (flag for p in pieces for flag in p.flags):
        counted[flag.code, flag.message] += 1
        found.setdefault((flag.code, flag.message), flag)
    if len(pieces) == 1:
        return list(found.values())
    return [replace(flag, message=f"{flag.message} ({counted[key]} of {len(pieces)} files)") for key, flag in found.items()]


def _of_sweeps(sweeps: Sequence[Sweep]) -> list[Flag]:
    """Remarks about single sweeps, with their number and file; more than a few of one sort are summed up."""
    by_code: dict[str, list[tuple[int, Flag]]] = {}
    for index, sweep in enumerate(sweeps):
        for flag in sweep.flags:
            by_code.setdefault(flag.code, []).append((index, flag))
    result = []
    for code, found in by_code.items():
        if len(found) > _MOST_ALIKE:
            index, flag = found[0]
            count = len({i for i, _ in found})
            said = f"{count} of {len(sweeps)} sweeps; the first, sweep {index} ({sweeps[index].source}): {flag.message}"
            result.append(Flag(code, said, flag.level, {"sweeps": count}))
            continue
        for index, flag in found:
            where = f"sweep {index} ({sweeps[index].source}): " if len(sweeps) > 1 else ""
            result.append(Flag(code, where + flag.message, flag.level, {**flag.numbers, "sweep": index}))
    return result
