"""A mark of the junction's loops: does anything in them remember the field, by more than a contact line's own magnetoresistance?

The statistic is linear in the readings and chooses nothing: with h(B) = R_up - R_down less what its outer quarters show as offset
and slope (drift), x = (<h>_(B > 0) - <h>_(B < 0))/(2 R). A plateau between two switching fields makes it their distance over the
reach times the height. The even part of h, which no symmetric loop has, shows the noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of
from supraspin.data import good
from supraspin.verdict._film import once
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_OUTER = 0.7
_LARGEST = 0.3
"""Reach of a loop, T, beyond which the sweep is of the superconductor and not of magnets."""
_RESISTIVE = 500.0
"""Resistance, ohm, from which a two-probe path holds a tunnel junction, and not a contact line alone."""


def memory(data: Sequence[xr.Dataset]) -> Reading | str:
    """The loops' memory of the field, over the resistance, in the widest loops at the lowest temperature and current."""
    found = [one for ds in data for one in _loops(ds)]
    if not found:
        return "no loops of a tunnel junction, swept both ways through zero field"
    # Where order would show most, named before anything is read; a loop short of the contact's coercive field has no plateau.
    condition = min((-one.reach, one.temperature, one.current) for one in found)
    rows = [one for one in found if (-one.reach, one.temperature, one.current) == condition]
    same = [one.null for one in found if one.reach == -condition[0] and one.source == rows[0].source]
    scatter = math.sqrt(sum(null**2 for null in same) / len(same))
    error = max(scatter, rows[0].noise) / math.sqrt(len(rows))
    x = sum(one.value for one in rows) / len(rows)
    text = f"memory of {100 * x:.3f} % of the resistance at {condition[1]:g} K"
    return Reading(x, error, 0.0, (rows[0].source,), text)


@dataclass(frozen=True)
class _Pair:
    """Two sweeps, there and back: reach (T), temperature (K), current (A), x, its even counterpart and its error by noise."""

    source: str
    reach: float
    temperature: float
    current: float
    value: float
    null: float
    noise: float


@once
def _loops(ds: xr.Dataset) -> list[_Pair]:
    fine, field, r = good(ds).values, ds["field"].values, ds["resistance"].values
    if not np.any(fine) or np.nanmedian(r) < _RESISTIVE or np.nanmax(np.abs(field)) > _LARGEST:
        return []
    temperature = ds["temperature"].values if "temperature" in ds.coords else np.zeros(ds.sizes["sweep"])
    current = ds["current"].values if "current" in ds.coords else np.zeros(ds.sizes["sweep"])
    reach = round(float(np.nanmax(np.abs(field))), 3)
    direction = ds["direction"].values
    found = []
    for i in range(ds.sizes["sweep"] - 1):
        if direction[i] * direction[i + 1] == -1:
            told = _contrast(field[i][fine[i]], r[i][fine[i]], field[i + 1][fine[i + 1]], r[i + 1][fine[i + 1]], direction[i])
            if told is not None:
                found.append(_Pair(name_of(ds), reach, round(float(temperature[i]), 1), float(current[i]), *told))
    return found


def _contrast(b1: np.ndarray, r1: np.ndarray, b2: np.ndarray, r2: np.ndarray, way: int) -> tuple[float, float, float] | None:
    """x, its even counterpart and the error by the noise of a pair of sweeps."""
    (b1, r1), (b2, r2) = ((b[np.argsort(b)], r[np.argsort(b)]) for b, r in ((b1, r1), (b2, r2)))
    if min(b1.size, b2.size) < 24:
        return None
    reach = min(float(b1[-1]), float(b2[-1]), float(-b1[0]), float(-b2[0]))
    if reach <= 0:
        return None
    at = np.linspace(-reach, reach, 2 * (min(b1.size, b2.size) // 2))
    h = way * (np.interp(at, b1, r1) - np.interp(at, b2, r2))
    outer = np.abs(at) > _OUTER * reach
    level = 0.5 * (float(np.median(r1)) + float(np.median(r2)))
    base = np.polynomial.Polynomial.fit(at[outer], h[outer], 1)
    rest = (h - base(at)) / level
    right, left = (~outer) & (at > 0), (~outer) & (at < 0)
    noise = 1.4826 * float(np.median(np.abs(np.diff(rest, 2)))) / math.sqrt(6)
    a, b = float(rest[right].mean()), float(rest[left].mean())
    return 0.5 * (a - b), 0.5 * (a + b), noise / math.sqrt(0.5 * at.size)
