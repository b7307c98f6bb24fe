"""What is no reading at all, and readings from which nothing can follow: asked of every data set before it is analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from supraspin.data.schema import BITS, KINDS, good, needed
from supraspin.errors import FitError
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.quantities import implausible

if TYPE_CHECKING:
    import xarray as xr

_LARGEST, _SMALLEST = 1e40, 1e-45
"""Sizes in SI units beyond which a number is none that an instrument read: its powers would leave the range of numbers."""
_MAY_BE_ZERO = "depth_profile"
"""The kind of which a reading of 0 throughout says something: nothing has been intercalated."""


def physical(ds: xr.Dataset) -> tuple[xr.Dataset, list[Flag]]:
    """The data set with absurdly large numbers as NaN and absurdly small ones as 0, and a flag for either."""
    flags: list[Flag] = []
    found = ds
    for name in needed(ds):
        values = ds[name].values
        size = np.abs(values)
        large, small = np.isfinite(values) & (size > _LARGEST), (size > 0) & (size < _SMALLEST)
        if large.any() or small.any():
            found = found.copy() if found is ds else found
            found[name] = (ds[name].dims, np.where(large, np.nan, np.where(small, 0.0, values)), ds[name].attrs)
            found["doubt"] = found["doubt"] | (large * BITS["not_finite"]).astype(found["doubt"].dtype)
        label = name.replace("_", " ")
        if large.any():
            said = f"{large.sum()} numbers of the {label} are beyond {_LARGEST:g} in SI units: no instrument reads that, left out"
            flags.append(Flag("absurd_reading", said, "warning", {"points": int(large.sum())}))
        if small.any():
            said = f"{small.sum()} numbers of the {label} are below {_SMALLEST:g} in SI units: taken as 0"
            flags.append(Flag("absurd_reading", said, "warning", {"points": int(small.sum())}))
        largest = float(np.max(size[np.isfinite(size) & ~large], initial=0.0))
        odd = implausible(name, largest, str(ds[name].attrs.get("units", "1")))
        if odd:
            said = f"{odd}: is the unit of {ds[name].attrs.get('original_name', name)} right?"
            flags.append(Flag("implausible", said, "warning", {name: largest}))
    return found, flags


def check_alive(ds: xr.Dataset) -> None:
    """Raises `FitError` where the coordinate, or every reading, is one and the same number at all good points."""
    kind, fine = str(ds.attrs["kind"]), good(ds).values
    if fine.sum() < 2:
        return
    for name in needed(ds):
        values = ds[name].values[fine]
        nothing = kind == _MAY_BE_ZERO and name != KINDS[kind].x and values[0] == 0
        if values.min() == values.max() and not nothing:
            value = si(float(values[0]), ds[name].attrs.get("units", "1"))
            what = "is not swept" if name == KINDS[kind].x else "tells nothing"
            raise FitError(f"the {name.replace('_', ' ')} is {value} at all points: it {what}")
