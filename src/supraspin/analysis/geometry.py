"""Which way the field points, for the analyses that ask for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

FIELD_ANGLE = ("rad", "angle between the field and the plane of the film: 0 in the plane, '90 deg' normal to it")
"""What the setting `field_angle` means, for the `SETTINGS` of an analysis."""


def field_angles(ds: xr.Dataset, settings: Mapping[str, float]) -> np.ndarray:
    """Angle of the field to the film for each sweep (sweep,), rad in 0..pi/2: the setting, or what the files say; NaN unknown.

    Raises `DataError` for a setting beyond 90 degrees.
    """
    count = ds.sizes["sweep"]
    if "field_angle" in settings:
        angle = settings["field_angle"]
        if not 0 <= angle <= math.pi / 2 + 1e-6:
            raise DataError(f"setting 'field_angle' must lie between 0 and 90 deg, not at {math.degrees(angle):g} deg")
        return np.full(count, min(angle, math.pi / 2))
    if "field_angle" in ds.variables and ds["field_angle"].dims == ("sweep",):
        return np.abs(ds["field_angle"].values.astype(float))
    return np.full(count, math.nan)
