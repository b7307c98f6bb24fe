"""What is doubtful about the points of a sweep. Points are marked by bit, never dropped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from supraspin.data.choose import longest_run
from supraspin.data.schema import BITS
from supraspin.data.thermometers import OVERLOAD, drift
from supraspin.flags import Flag

_STUCK_RUN = 20
_ZERO = 3.5
"""Readings within so many of the last digit are zero."""


def mark(
    needed: Mapping[str, np.ndarray],
    every: Mapping[str, np.ndarray],
    temperature: np.ndarray | None,
    x: str | None,
    x_unit: float = 1.0,
) -> tuple[np.ndarray, list[Flag]]:
    """Bit mask over the points of one sweep, and what to say about it.

    `needed` holds the swept coordinate (named `x`) and the readings of the kind; a column that is not needed (in `every`)
    is no reason to doubt a point. `x_unit` is the unit the file has x in, in SI; `temperature` is the thermometer's record
    where temperature is not the coordinate.
    """
    size = len(next(iter(every.values())))
    bits = np.zeros(size, np.int32)
    flags: list[Flag] = []
    for name, values in (needed or every).items():
        _not_finite(name, values, bits, flags)
        if name != x:
            _clipped(name, values, bits, flags)
    if x is not None and x in needed:
        _index(x, needed[x], x_unit, bits, flags)
        _stuck(x, needed[x], bits, flags)
        _repeated_x(x, needed[x], flags)
    _duplicates(every, bits, flags)
    if temperature is not None:
        away, found = drift(temperature)
        _mark(bits, away, "drift")
        flags += found
    return bits, flags


def _mark(bits: np.ndarray, where: np.ndarray, code: str) -> int:
    bits[where] |= BITS[code]
    return int(np.count_nonzero(where))


def _not_finite(name: str, values: np.ndarray, bits: np.ndarray, flags: list[Flag]) -> None:
    missing = _mark(bits, ~np.isfinite(values), "not_finite")
    if missing:
        flags.append(
            Flag(
                "not_finite",
                f"{name} is not a finite number at {missing} of {values.size} points",
                "warning",
                {"points": missing},
            )
        )
    over = np.isfinite(values) & (np.abs(values) > OVERLOAD)
    count = _mark(bits, over, "overload")
    if count:
        worst = float(np.abs(values[over]).max())
        said = f"{name} holds an overload value ({worst:.3g}) at {count} of {values.size} points"
        flags.append(Flag("overload", said, "warning", {"points": count, "value": worst}))


def _clipped(name: str, values: np.ndarray, bits: np.ndarray, flags: list[Flag]) -> None:
    """Many readings at exactly the largest or smallest value, one after the other, as at the end of an instrument's range."""
    fine = values[np.isfinite(values) & (np.abs(values) < OVERLOAD)]
    if fine.size < 20 or np.ptp(fine) == 0:
        return
    different = np.unique(fine)
    usual = fine.size / different.size
    digit = float(np.diff(different).min())
    for extreme in (float(fine.max()), float(fine.min())):
        at = values == extreme
        run = _longest_true(at)
        # A coarse digitiser repeats every value; a resistance of zero, up to the last digit, is a superconductor.
        if abs(extreme) > _ZERO * digit and run >= 5 and at.sum() > max(5, 0.02 * fine.size, 5 * usual):
            count = _mark(bits, at, "clipped")
            said = f"{name} sits at exactly {extreme:.6g} at {count} points, {run} of them in a row: the end of a range?"
            flags.append(Flag("clipped", said, "warning", {"points": count, "value": extreme}))


def _longest_true(where: np.ndarray) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], where.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max())


def _index(x: str, values: np.ndarray, unit: float, bits: np.ndarray, flags: list[Flag]) -> None:
    """0, 1, 2, ... or 1, 2, 3, ... in the unit in which the file has the coordinate."""
    if values.size < 5:
        return
    written = values / unit
    for first in (0, 1):
        if np.allclose(written, np.arange(first, first + values.size), rtol=0, atol=1e-6):
            bits |= BITS["index_as_coordinate"]
            counted = f"{first}, {first + 1}, {first + 2}, ..."
            said = f"{x} counts its {values.size} points, {counted}: the number of the row in its place?"
            flags.append(Flag("index_as_coordinate", said, "warning", {"points": values.size}))


def _stuck(x: str, values: np.ndarray, bits: np.ndarray, flags: list[Flag]) -> None:
    """A swept coordinate that stands still for more than a tenth of the sweep."""
    start, run = longest_run(values)
    if values.size >= 2 * _STUCK_RUN and run > max(_STUCK_RUN, 0.1 * values.size):
        where = np.zeros(values.size, bool)
        where[start : start + run] = True
        _mark(bits, where, "pegged")
        said = f"{x} stands at exactly {values[start]:.6g} for {run} of {values.size} points"
        flags.append(Flag("pegged", said, "warning", {"points": run, "value": float(values[start])}))


def _repeated_x(x: str, values: np.ndarray, flags: list[Flag]) -> None:
    finite = values[np.isfinite(values)]
    repeated = int(finite.size - np.unique(finite).size)
    if repeated:
        flags.append(
            Flag(
                "repeated_coordinate",
                f"{x} takes the same value more than once at {repeated} of {values.size} points",
                "note",
                {"points": repeated},
            )
        )


def _duplicates(every: Mapping[str, np.ndarray], bits: np.ndarray, flags: list[Flag]) -> None:
    """Rows in which every column repeats the row before it: the instrument was read twice, or the file holds the row twice."""
    if len(every) < 2:
        return
    block = np.stack([np.nan_to_num(values, nan=-0.123456789) for values in every.values()], axis=1)
    _, first, inverse = np.unique(block, axis=0, return_index=True, return_inverse=True)
    again = np.arange(len(block)) != first[np.ravel(inverse)]
    count = _mark(bits, again, "duplicate")
    if count:
        flags.append(
            Flag("duplicate", f"{count} of {len(block)} rows repeat an earlier row in every column", "note", {"points": count})
        )
