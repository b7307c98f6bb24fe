"""A mark of V(I): does the resistance deep below T_c depend on the current?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import sources
from supraspin.analysis.spin_valve.terms import least_squares
from supraspin.data import good
from supraspin.verdict._cooling import half_temperatures
from supraspin.verdict._film import best
from supraspin.verdict.outcome import Reading

if TYPE_CHECKING:
    import xarray as xr

_BELOW_JUMP = 0.5
_JUMP = 0.15
"""Part of the way from the smallest to the largest resistance at which the superconductor counts as driven normal."""


def against_current(data: Sequence[xr.Dataset]) -> Reading | str:
    """By which part the resistance that has returned below T_c falls up to half the current that breaks the superconductor."""
    half = [t for ds in data if ds.attrs["kind"] == "resistance_temperature" for t in half_temperatures(ds)]
    if not half:
        return "no R(T) in zero field that shows at which temperatures the resistance has returned"
    currents = [ds for ds in data if ds.attrs["kind"] == "iv_curve"]
    return best(
        [_fall(ds, min(half)) for ds in currents], f"no V(I) at {min(half):.2g} K or below, where the resistance has returned"
    )


def _fall(ds: xr.Dataset, warmest: float) -> Reading | None:
    if "temperature" not in ds.coords or not ds["temperature"].values.min() < warmest:
        return None
    coldest = int(np.argmin(ds["temperature"].values))
    fine = good(ds).values[coldest]
    i, v = ds["current"].values[coldest][fine], ds["voltage"].values[coldest][fine]
    if i.size < 20 or i.min() >= 0 or i.max() <= 0:
        return None
    top = min(i.max(), -i.min())
    # The chord between +I and -I: neither offset nor thermoelectric voltage is in it.
    order = np.argsort(i)
    at = np.geomspace(0.02 * top, top, 60)
    up, down = np.interp(at, i[order], v[order]), np.interp(-at, i[order], v[order])
    chord = 0.5 * (up - down) / at
    least, most = float(chord.min()), float(chord.max())
    broken = np.flatnonzero(chord > least + _JUMP * (most - least))
    broken = broken[at[broken] > at[int(np.argmin(chord))]]
    limit = _BELOW_JUMP * float(at[broken[0]]) if broken.size and most > 1.5 * least else top
    use = np.abs(i) <= limit
    if np.count_nonzero(use) < 20:
        return None
    u = i[use] / limit
    found, covariance, _ = least_squares(np.stack([np.ones_like(u), u, u**2, u**3], axis=1), v[use])
    linear, cubic = float(found[1]), float(found[3])
    if linear < 8 * math.sqrt(covariance[1, 1]):
        return None
    x = -cubic / linear
    error = math.sqrt(max(covariance[3, 3] + 2 * x * covariance[1, 3] + x**2 * covariance[1, 1], 0.0)) / linear
    text = f"at {ds['temperature'].values[coldest]:.2f} K, R falls by {100 * x:.1f} % up to {1e6 * limit:.3g} µA"
    return Reading(x, error, 0.0, sources(ds), text)
