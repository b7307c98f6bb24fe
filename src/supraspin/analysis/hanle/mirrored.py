"""Curves that were symmetrised before they were saved: one side of the field is a copy of the other.

Such a copy repeats, reading by reading, what stands on the other side, here and there a step of the field off. Runs of equal
readings, longer than chance makes them, tell it. Only one side was measured, so only one is analysed: all counts and errors
that follow are those of independent readings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import good
from supraspin.data.schema import BITS
from supraspin.flags import Flag

if TYPE_CHECKING:
    import xarray as xr

_LAGS = 5
"""Steps of the field by which a copy may be off."""
_CHANCE = 1e-4
_SHARE = 0.5
_SHORTEST = 4


@dataclass(frozen=True)
class Mirrored:
    """The side that is kept, the other, the field (T) about which they are copies, and the share of readings that are."""

    kept: xr.Dataset
    other: xr.Dataset
    centre: float
    share: float

    @property
    def flag(self) -> Flag:
        text = (f"{100 * self.share:.0f} % of the readings are copies of one on the other side of the field: the curve was "
                "symmetrised before, and one side alone is analysed, so that each reading counts once")  # fmt: skip
        return Flag("already_symmetrised", text, "warning", {"share": self.share})


def symmetrised(ds: xr.Dataset) -> Mirrored | None:
    """The two sides of a data set of which every sweep is symmetrised, or None."""
    found = [_copies(*row) for row in _rows(ds)]
    if not found or min(share for share, _ in found) < _SHARE:
        return None
    centre = float(np.median([c for _, c in found]))
    field = ds["field"].values
    sides = [_only(ds, field >= centre), _only(ds, field <= centre)]
    kept, other = sorted(sides, key=lambda side: -int(good(side).sum()))
    return Mirrored(kept, other, centre, float(np.mean([share for share, _ in found])))


def _rows(ds: xr.Dataset) -> list[tuple[np.ndarray, np.ndarray]]:
    """Field and reading of each sweep, ascending in the field."""
    rows = []
    for x, y, fine in zip(ds["field"].values, ds["nonlocal_resistance"].values, good(ds).values, strict=True):
        order = np.argsort(x[fine], kind="stable")
        rows.append((x[fine][order], y[fine][order]))
    return rows


def _copies(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Share of readings that stand in a run of copies from the other side, and the middle between copy and original."""
    n = x.size
    if n < 4 * _SHORTEST:
        return 0.0, 0.0
    exact = 1e-12 * float(np.ptp(y))
    alike = float(np.mean(np.abs(np.diff(y)) <= exact))
    # Neighbours that are equal by chance (coarse digits) make runs too; beyond a half no run tells anything.
    if alike > _SHARE or exact == 0:
        return 0.0, 0.0
    least = max(_SHORTEST, math.ceil(math.log(_CHANCE / (n * (2 * _LAGS + 1))) / math.log(max(alike, 1 / n))))
    copied, middles = np.zeros(n, dtype=bool), []
    for lag in range(-_LAGS, _LAGS + 1):
        first = np.arange(max(0, lag), min(n, n + lag))
        second = n - 1 + lag - first
        same = (np.abs(y[first] - y[second]) <= exact) & (first != second)
        run = _runs(same, least)
        copied[first[run]] = True
        middles.append(0.5 * (x[first[run]] + x[second[run]]))
    centre = float(np.median(np.concatenate(middles))) if copied.any() else 0.0
    return float(np.mean(copied)), centre


def _runs(same: np.ndarray, least: int) -> np.ndarray:
    """Where `same` (n,) holds for at least `least` points in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(int)))
    out = np.zeros(same.size, dtype=bool)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        out[start:stop] = stop - start >= least
    return out


def _only(ds: xr.Dataset, side: np.ndarray) -> xr.Dataset:
    """The data set with the points of one side (sweep, point) first and the others made padding, which was never measured."""
    order = np.argsort(~side, axis=1, kind="stable")
    gone = np.take_along_axis(~side, order, axis=1)
    out = ds.copy()
    for name in [name for name in ds.variables if ds[name].dims == ("sweep", "point")]:
        values = np.take_along_axis(ds[name].values, order, axis=1)
        if name == "doubt":
            values = np.where(gone, values | BITS["padding"], values).astype(values.dtype)
        elif np.issubdtype(values.dtype, np.floating):
            values = np.where(gone, np.nan, values)
        out[name] = (ds[name].dims, values, ds[name].attrs)
    return out
