"""Readings to the package's units, and what is assumed where a file gives no unit."""

from __future__ import annotations

import re

import numpy as np

from supraspin.data.names import OF_SWEEPS, can_be, is_unit
from supraspin.data.schema import DIMS
from supraspin.errors import DataError
from supraspin.flags import Flag
from supraspin.quantities import QUANTITIES
from supraspin.units import to_si

_CELSIUS = ("C", "°C", "degC", "Celsius")
_LOOKS_LIKE_UNIT = re.compile(r"[(\[]\s*([A-Za-zµμΩ°%/^*.0-9-]{1,8})\s*[)\]]\s*$")
_QUALIFIERS = frozenset({
    "p", "ap", "raw", "avg", "mean", "x", "y", "z", "r", "dc", "ac", "up", "down", "fwd", "bwd", "set", "meas", "calc",
    "ch1", "ch2", "ch3", "read", "abs", "nl", "2w", "1w", "3w", "xx", "xy", "4pt", "2pt", "in", "out", "real", "imag", "mag",
    "sample", "bath", "filt",
})  # fmt: skip
_BEYOND_VOLTS = 1.0
_BEYOND_TESLA = 50.0


def si_of(unit: str) -> tuple[float, float, str]:
    """Factor, offset and name of the SI unit; degrees Celsius have an offset. An unknown unit is (1, 0, itself)."""
    if unit in _CELSIUS:
        return 1.0, 273.15, "K"
    if not is_unit(unit):
        return 1.0, 0.0, unit or "1"
    factor, si = to_si(unit)
    return factor, 0.0, si


def unknown_unit(header: str, unit: str) -> str | None:
    """The unit that a header states and nobody knows, or None."""
    if unit:
        return None if is_unit(unit) else unit
    match = _LOOKS_LIKE_UNIT.search(header)
    if match is None or is_unit(match[1]) or match[1].lower() in _QUALIFIERS or match[1].isdigit():
        return None
    return match[1]


def to_standard(
    name: str, values: np.ndarray, unit: str, header: str, source: str, spectrum: bool
) -> tuple[np.ndarray, str, Flag | None]:
    """Values in the unit of `name`, the unit they came in, and a remark where that unit was not written.

    Raises `DataError` for a unit that is written but not known, or not one of the quantity.
    """
    stranger = unknown_unit(header, unit)
    if stranger:
        raise DataError(f"{source}: column {header!r}: unit {stranger!r} is not known; write it like mV, Oe, kOhm, uS, 2e^2/h")
    if unit:
        if not can_be(name, unit):
            raise DataError(f"{source}: column {header!r} is in {unit}, but {name} is in {QUANTITIES[name].unit}")
        factor, offset, _ = si_of(unit)
        return values * factor + offset, unit, None
    return _assume(name, values, header, spectrum)


def _assume(name: str, values: np.ndarray, header: str, spectrum: bool) -> tuple[np.ndarray, str, Flag | None]:
    standard = QUANTITIES[name].unit
    finite = values[np.isfinite(values) & (np.abs(values) < 1e30)]
    reach = float(np.abs(finite).max()) if finite.size else 0.0
    unit, why, level = standard, "", "note"
    if name == "bias" and spectrum and reach > _BEYOND_VOLTS:
        unit, why, level = "mV", f" because it reaches {reach:.4g}, too far for volts in a spectrum", "warning"
    if name == "field" and reach > _BEYOND_TESLA:
        unit = "mT" if reach <= 1000 else "Oe"
        why, level = f" because it reaches {reach:.4g}, too far for tesla", "warning"
    if standard == "1":
        return values, "1", None
    said = f"column {header!r} has no unit; {unit} is assumed for {name}{why}"
    flag = Flag("unit_assumed", said, level, {"largest": reach})  # type: ignore[arg-type]
    return values * si_of(unit)[0], unit, flag


RESERVED = frozenset({*OF_SWEEPS, *DIMS, "temperature", "temperature_reading", *QUANTITIES})
"""Names that a column kept under its own name may not take."""


def unit_of(name: str) -> str:
    """The package's unit of a standard quantity."""
    return QUANTITIES[name].unit


def span_rank(values: np.ndarray) -> float:
    """Range of the finite values, to find the column of a quantity that moves most."""
    finite = values[np.isfinite(values) & (np.abs(values) < 1e30)]
    return float(np.ptp(finite)) if finite.size else 0.0
