"""Whether a resistance shows a superconductor becoming normal, or magnets switching: what decides which analysis looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.data import good

if TYPE_CHECKING:
    import xarray as xr

_DROP = 0.2
"""Lowest over highest resistance of a data set below which it holds a superconducting transition."""


def superconducts(ds: xr.Dataset) -> bool:
    """Whether the resistance of a data set falls, somewhere in it, to a small part of its largest value."""
    fine = good(ds).values
    values = ds["resistance"].values[fine]
    if values.size < 8:
        return False
    low, high = np.percentile(values, [1, 99])
    return bool(high > 0 and low < _DROP * high)


def distinct(ds: xr.Dataset, name: str) -> int:
    """How many different values a quantity has that is constant within each sweep; 0 where the data set lacks it."""
    if name not in ds.variables or ds[name].dims != ("sweep",):
        return 0
    values = ds[name].values.astype(float)
    return len(np.unique(values[np.isfinite(values)]))
