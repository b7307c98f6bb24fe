"""What a data set is turned into before a model of the joint posterior can take it, by the same steps as its analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

FEWEST = 3
"""Critical fields that a magnetoresistance must give."""


def as_declared(ds: xr.Dataset) -> tuple[xr.Dataset, dict[str, Any]]:
    """The data set as the declarations know it, with options of its fit. Raises `DataError` and `FitError`.

    Magnetoresistance becomes critical fields (half of the normal resistance), whole counts of a depth profile a concentration
    with its Poisson error.
    """
    kind = ds.attrs.get("kind")
    if kind == "magnetoresistance":
        return critical_fields(ds), {}
    if kind == "depth_profile" and "counts" in ds.variables:
        return concentration(ds)
    return ds, {}


def critical_fields(ds: xr.Dataset) -> xr.Dataset:
    """The outermost crossing of half the normal resistance on each sweep, as a data set of kind `critical_field`."""
    from supraspin.analysis.critical_field.monotonic import lines
    from supraspin.analysis.critical_field.normal import normal_state
    from supraspin.analysis.critical_field.points import boundary
    from supraspin.data.build import make

    found = lines(ds, {})
    points = boundary(found, normal_state(found, None))
    if points.size < FEWEST:
        raise DataError(f"the magnetoresistance crosses half of the normal resistance {points.size} times; {FEWEST} are needed")
    order = np.argsort(points.temperature, kind="stable")
    angle = float(np.median(points.angle))
    told = {"field_angle": angle} if np.isfinite(angle) else {}
    return make("critical_field", temperature=points.temperature[order], critical_field=points.field[order], per_sweep=told)


def concentration(ds: xr.Dataset) -> tuple[xr.Dataset, dict[str, Any]]:
    """Counts over their exposure, with sigma; as they are where they are not whole numbers."""
    from supraspin.analysis.depth_profile.readings import prepare
    from supraspin.data.build import make

    found = prepare(ds, {})
    made = make("depth_profile", depth=found.depth, concentration=found.reading)
    if found.exposure is None:
        return made, {}
    # One count more than was seen: a reading of nothing is no certainty.
    return made, {"sigma": np.sqrt(found.reading * found.exposure + 1) / found.exposure}
