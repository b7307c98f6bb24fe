"""R(T) at fields or R(B) at temperatures as lines: monotonic runs from inside the superconductor outwards.

A line has its swept coordinate (temperature, or the magnitude of the field) in rising order and what is constant along it.
A sweep of the field through zero makes two lines, one towards zero and one away from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.crossings import noise_of, without_spikes
from supraspin.analysis.geometry import field_angles
from supraspin.data import good

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 6
"""Readings below which a line is left out."""


@dataclass(frozen=True)
class Line:
    """`x` (n,) ascending, K or T; `resistance` (n,), ohm, and its noise; `other` is the constant field, T, or temperature, K.

    `along` is "temperature" or "field"; `branch` +1 where x rose during the sweep, -1 where it fell; `angle` in rad, NaN unknown;
    `wander` is the scatter of the temperature along a sweep of the field, K.
    """

    along: str
    x: np.ndarray
    resistance: np.ndarray
    noise: float
    other: float
    angle: float
    branch: int
    sweep: int
    wander: float = 0.0

    @property
    def temperature(self) -> np.ndarray:
        return self.x if self.along == "temperature" else np.full(self.x.size, self.other)

    @property
    def field(self) -> np.ndarray:
        return self.x if self.along == "field" else np.full(self.x.size, abs(self.other))


def lines(ds: xr.Dataset, settings: Mapping[str, float]) -> list[Line]:
    """The lines of a data set of kind `resistance_temperature` or `magnetoresistance`, in the order of measurement."""
    along = "temperature" if ds.attrs["kind"] == "resistance_temperature" else "field"
    name = "field" if along == "temperature" else "temperature"
    count = ds.sizes["sweep"]
    known = name in ds.variables and ds[name].dims == ("sweep",)
    others = ds[name].values.astype(float) if known else np.full(count, math.nan)
    fine, x, r = good(ds).values, ds[along].values, ds["resistance"].values
    angles = field_angles(ds, settings)
    reading = ds["temperature_reading"].values if along == "field" and "temperature_reading" in ds.variables else None
    found: list[Line] = []
    for i in range(count):
        keep = fine[i] & (x[i] > 0) if along == "temperature" else fine[i]
        if not math.isfinite(others[i]) or np.count_nonzero(keep) < FEWEST:
            continue
        wander = _scatter(reading[i][keep]) if reading is not None else 0.0
        constant = (along, float(others[i]), float(angles[i]), i, wander)
        if along == "temperature":
            found += _line(x[i][keep], r[i][keep], *constant)
        else:
            for side in (x[i][keep] >= 0, x[i][keep] < 0):
                found += _line(np.abs(x[i][keep][side]), r[i][keep][side], *constant)
    return found


def _line(x: np.ndarray, r: np.ndarray, along: str, other: float, angle: float, sweep: int, wander: float) -> list[Line]:
    if x.size < FEWEST:
        return []
    branch = 1 if x[-1] >= x[0] else -1
    calm = without_spikes(r, noise_of(r))
    order = np.argsort(x[calm], kind="stable")
    x, r = x[calm][order], r[calm][order]
    return [Line(along, x, r, noise_of(r), other, angle, branch, sweep, wander)]


def _scatter(values: np.ndarray) -> float:
    finite = values[np.isfinite(values)]
    return float(np.std(finite)) if finite.size > 2 else 0.0
