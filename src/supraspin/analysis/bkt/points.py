"""R(T) in zero field as points with errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.bkt.levels import noise_of
from supraspin.data import good, sweeps
from supraspin.errors import FitError

if TYPE_CHECKING:
    import xarray as xr

_ZERO = 2e-3
"""Fields up to here, T, count as none."""


def zero_field(ds: xr.Dataset) -> np.ndarray:
    """Which sweeps (sweep,) were taken without a field, or with none that is known."""
    if "field" not in ds.variables:
        return np.ones(ds.sizes["sweep"], bool)
    field = ds["field"].values.astype(float)
    field = field if field.ndim == 1 else np.nanmedian(field, axis=1)
    return ~(np.abs(field) > _ZERO)


def points_in_zero_field(ds: xr.Dataset) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Temperatures, resistances and errors of the sweeps in zero field, at rising temperature."""
    t, r, e = [], [], []
    for piece, chosen in zip(sweeps(ds), zero_field(ds), strict=True):
        fine = good(piece).values.ravel()
        x, y = piece["temperature"].values.ravel()[fine], piece["resistance"].values.ravel()[fine]
        keep = x > 0
        order = np.argsort(x[keep], kind="stable")
        if not chosen or np.count_nonzero(keep) < 8:
            continue
        x, y = x[keep][order], y[keep][order]
        first = np.flatnonzero(np.append(True, np.diff(x) > 0))
        count = np.diff(np.append(first, x.size))
        x, y = x[first], np.add.reduceat(y, first) / count
        t.append(x)
        r.append(y)
        e.append(noise_of(x, y))
    if not t:
        raise FitError("no sweep in zero field has 8 points")
    x, y, error = np.concatenate(t), np.concatenate(r), np.concatenate(e)
    order = np.argsort(x, kind="stable")
    return x[order], y[order], error[order]
