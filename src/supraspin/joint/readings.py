"""What a data set is turned into before a model of the joint posterior can take it, by the same steps as its analysis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from supraspin.errors import DataError

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.analysis.critical_field.points import Points

FEWEST = 3
"""Critical fields whose scatter tells their error. Fewer have that of their reading and, for the choice of a criterion, half the
distance from 10 to 90 % of the normal resistance."""


@dataclass(frozen=True)
class Reading:
    """A data set as the declarations know it, with options of its fit."""

    data: xr.Dataset
    options: dict[str, Any] = field(default_factory=dict)


def as_declared(ds: xr.Dataset) -> Reading | None:
    """The readings of a data set that a model describes; None where it only has findings to tell. Raises `DataError`, `FitError`.

    R(B), and R(T) at several fields, become critical fields (half of the normal resistance); whole counts of a depth profile a
    concentration with its Poisson error. R(T) in one field, loops and families of V-I curves have no model of their readings.
    """
    from supraspin.analysis.critical_field import KIND, suits
    from supraspin.analysis.regime import distinct
    from supraspin.joint.declaration import declarations

    kind = ds.attrs.get("kind")
    if kind == "depth_profile" and "counts" in ds.variables:
        return concentration(ds)
    if kind == "nonlocal_bias" and "alignment" not in ds.variables and distinct(ds, "field") > 1:
        return None  # a map: which sweep has which alignment is what its analysis finds
    if kind in KIND and kind != "critical_field":
        return critical_fields(ds) if suits(ds) else None
    return Reading(ds) if any(one.kind == kind for one in declarations()) else None


def critical_fields(ds: xr.Dataset) -> Reading:
    """The outermost crossing of half the normal resistance on each sweep, as a data set of kind `critical_field`."""
    from supraspin.analysis.critical_field.monotonic import lines
    from supraspin.analysis.critical_field.normal import normal_state
    from supraspin.analysis.critical_field.points import boundary
    from supraspin.data.build import make

    found = lines(ds, {})
    normal = normal_state(found, None)
    points = boundary(found, normal)
    points = points.where(points.field > 0)
    if not points.size:
        raise DataError("no sweep passes through half of the normal resistance in a field")
    order = np.argsort(points.temperature, kind="stable")
    angle = float(np.median(points.angle))
    told = {"field_angle": angle} if np.isfinite(angle) else {}
    made = make("critical_field", temperature=points.temperature[order], critical_field=points.field[order], per_sweep=told)
    if points.size >= FEWEST:
        return Reading(made)
    low, high = (boundary(found, normal, level) for level in (0.1, 0.9))
    criterion = 0.5 * np.abs(_at(high, points) - _at(low, points))
    sigma = np.hypot(np.hypot(points.field_error, criterion), points.field / points.temperature * points.temperature_error)
    return Reading(made, {"sigma": sigma[order]})


def _at(level: Points, points: Points) -> np.ndarray:
    """Fields of another level on the sweeps of `points`; those of `points` where a sweep does not reach it."""
    return np.array([
        level.field[level.sweep == sweep][0] if np.any(level.sweep == sweep) else field
        for sweep, field in zip(points.sweep, points.field, strict=True)
    ])  # fmt: skip


def concentration(ds: xr.Dataset) -> Reading:
    """Counts over their exposure, with sigma; as they are where they are not whole numbers.

    A profile that begins above the interface shows the probe's width and where the interface is, which are freed.
    """
    from supraspin.analysis.depth_profile.readings import prepare
    from supraspin.data.build import make

    found = prepare(ds, {})
    made = make("depth_profile", depth=found.depth, concentration=found.reading)
    options: dict[str, Any] = {}
    if found.exposure is not None:
        # One count more than was seen: a reading of nothing is no certainty.
        options["sigma"] = np.sqrt(found.reading * found.exposure + 1) / found.exposure
    if found.depth.min() < 0:
        options |= {"free": ("probe_width", "depth_offset"), "start": {"probe_width": 2 * found.step, "depth_offset": 0.0}}
    return Reading(made, options)
