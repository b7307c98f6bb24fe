"""Which kind of measurement a table is, from the quantities in it and how they vary."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from supraspin.data.loops import is_loop
from supraspin.data.schema import KINDS
from supraspin.errors import DataError

_NONLOCAL = re.compile(r"non-?\s?local|(?<![A-Za-z])NL(?:IV|R|RvH)?(?![a-z])|(?<![a-z])nliv")
# Where a quantity goes by another name in a given kind of measurement.
_STAND_INS = {
    "tunnel_spectrum": {"voltage": "bias"}, "iv_curve": {"bias": "voltage"}, "nonlocal_iv": {"bias": "voltage"},
    "hanle": {"resistance": "nonlocal_resistance"}, "spin_valve_loop": {"resistance": "nonlocal_resistance"},
    "nonlocal_bias": {"resistance": "nonlocal_resistance"}, "depth_profile": {"distance": "depth"},
    "interlayer_gap": {"distance": "depth"}, "magnetoresistance": {"nonlocal_resistance": "resistance"},
    "resistance_temperature": {"nonlocal_resistance": "resistance"},
}  # fmt: skip


def is_nonlocal(*texts: str) -> bool:
    """Whether any of the texts speaks of a non-local measurement."""
    return any(_NONLOCAL.search(text) for text in texts)


def span(values: np.ndarray) -> tuple[float, float]:
    """Range of the finite values, and that range over the largest magnitude."""
    finite = values[np.isfinite(values) & (np.abs(values) < 1e30)]
    if finite.size == 0:
        return 0.0, 0.0
    wide, large = float(np.ptp(finite)), float(np.abs(finite).max())
    return wide, wide / large if large else 0.0


def recognise(
    columns: Mapping[str, np.ndarray], nonlocal_hint: bool, angle: float | None = None, aligned: bool = False
) -> str:  # fmt: skip
    """The kind of a table; `columns` holds the widest column of each quantity.

    `angle` is that of the field to the film where something tells it; `aligned` says that columns name their alignment.
    """
    have = set(columns)
    # A reading may be constant (a superconductor has no voltage); what is swept may not.
    moving = {name for name, values in columns.items() if span(values)[0] > 0}
    if moving & {"depth", "distance"} and have & {"interlayer_gap", "concentration", "counts"}:
        return "interlayer_gap" if "interlayer_gap" in have else "depth_profile"
    if "critical_field" in have and "temperature" in moving:
        return "critical_field"
    if "nonlocal_resistance" in have and moving & {"field", "current"}:
        return _nonlocal(columns, moving, angle, aligned)
    if moving & {"bias", "voltage"} and have & {"conductance", "normalised_conductance"}:
        return "tunnel_spectrum"
    if "current" in moving and have & {"voltage", "bias"} and span(columns["current"])[1] > 0.1:
        return "nonlocal_iv" if nonlocal_hint else "iv_curve"
    if "resistance" in have and moving & {"field", "temperature"}:
        return _resistance(columns, moving)
    return "unknown"


def _nonlocal(columns: Mapping[str, np.ndarray], moving: set[str], angle: float | None, aligned: bool) -> str:
    """Bias sweep, loop or Hanle curve: what moves from row to row, then the way the field points, then the shape."""
    steps = {name: np.count_nonzero(np.diff(columns[name])) for name in ("field", "current") if name in moving}
    if "current" in steps and span(columns["current"])[1] > 0.1 and steps["current"] > steps.get("field", 0):
        return "nonlocal_bias"
    if "field" not in steps:
        return "unknown"
    if angle is not None or aligned:
        return "hanle" if aligned or angle else "spin_valve_loop"
    return "spin_valve_loop" if is_loop(columns["field"], columns["nonlocal_resistance"]) else "hanle"


def _resistance(columns: Mapping[str, np.ndarray], moving: set[str]) -> str:
    """R(T) or R(B): the coordinate that moves; where both do, the one with more distinct values is the inner one."""
    if "field" not in moving:
        return "resistance_temperature"
    if "temperature" not in moving:
        return "magnetoresistance"
    (wide, relative), warm = span(columns["field"]), span(columns["temperature"])[1]
    if wide < 1e-4 or relative < 0.05:
        return "resistance_temperature"
    if warm < 0.2:
        return "magnetoresistance"
    fields, temperatures = (len(np.unique(columns[name])) for name in ("field", "temperature"))
    return "magnetoresistance" if fields > temperatures else "resistance_temperature"


def stand_ins(kind: str, have: set[str]) -> dict[str, str]:
    """Quantities to rename for a kind: a `voltage` is the `bias` of a spectrum that names no other."""
    return {old: new for old, new in _STAND_INS.get(kind, {}).items() if old in have and new not in have}


def check(kind: str, have: set[str], source: str) -> None:
    """Raise `DataError` where a table lacks what the kind asked for needs."""
    if kind not in KINDS:
        raise DataError(f"kind {kind!r} is not known; there are {', '.join(KINDS)}")
    wanted = KINDS[kind]
    for names in ((wanted.x,) if wanted.x else (), *wanted.readings):
        if names and not have & set(names):
            needs = " or ".join(str(name) for name in names)
            there = ", ".join(sorted(have)) or "none that is understood"
            raise DataError(f"{source} cannot be of kind {kind}: no column is {needs}; it has {there}")
