"""Points (T, B) of a critical field with errors in both, read from lines by a part of the normal resistance, or from a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.crossings import outermost
from supraspin.analysis.geometry import field_angles
from supraspin.data import good
from supraspin.errors import FitError

if TYPE_CHECKING:
    import xarray as xr

LEVELS = (0.1, 0.5, 0.9)
"""Parts of the normal resistance at which the critical field is read; the outer ones give the systematic of the middle one."""
_UNKNOWN = 0.01
"""Error, in parts of the largest value, in place of one that a table does not give; the scatter about the fit replaces it."""
_FEWEST_TO_TEST, _LEVEL = 6, 0.01
"""Points from which a table must fall beyond chance, and that chance."""


@dataclass(frozen=True)
class Points:
    """Points (n,) of a boundary: K, T, their errors, angle of the field (rad, NaN unknown), branch +-1 and sweep.

    `errors_known` is False where the errors only weigh the points against one another.
    """

    temperature: np.ndarray
    field: np.ndarray
    temperature_error: np.ndarray
    field_error: np.ndarray
    angle: np.ndarray
    branch: np.ndarray
    sweep: np.ndarray
    errors_known: bool = True

    @property
    def size(self) -> int:
        return self.temperature.size

    def where(self, which: np.ndarray) -> Points:
        """The points of a mask (n,) or of indices."""
        names = ("temperature", "field", "temperature_error", "field_error", "angle", "branch", "sweep")
        return replace(self, **{name: getattr(self, name)[which] for name in names})

    def turned(self, angle: float) -> Points:
        """The points as they would be if the field made `angle` (rad) with the film."""
        return replace(self, angle=np.full(self.size, angle))


def joined(parts: Sequence[Points]) -> Points:
    """Several sets of points as one."""
    names = ("temperature", "field", "temperature_error", "field_error", "angle", "branch", "sweep")
    arrays = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    return Points(**arrays, errors_known=all(p.errors_known for p in parts))


def boundary(found: Sequence[Line], normal: NormalState, level: float = 0.5) -> Points:
    """The outermost crossing of `level` on each line that has one."""
    rows = []
    for line in found:
        inside = line.temperature <= normal.hottest
        at = outermost(line.x[inside], normal.part(line)[inside], level, normal.noise(line))
        if at is None:
            continue
        if line.along == "temperature":
            rows.append((at.place, abs(line.other), at.stderr, 0.0, line.angle, line.branch, line.sweep))
        else:
            rows.append((line.other, at.place, line.wander, at.stderr, line.angle, line.branch, line.sweep))
    return points(rows)


def points(rows: Sequence[tuple[float, ...]]) -> Points:
    """Points from rows (temperature, field, their errors, angle, branch, sweep)."""
    t, b, dt, db, angle, branch, sweep = np.array(rows, dtype=float).reshape(-1, 7).T
    least = 1e-6  # an error of zero would be an infinite weight
    return Points(t, b, np.maximum(dt, least * _largest(t)), np.maximum(db, 0.0), angle, branch, sweep)


def table(ds: xr.Dataset, settings: Mapping[str, float]) -> Points:
    """The points of a data set of kind `critical_field`, whose errors nobody told."""
    fine = good(ds).values & (ds["temperature"].values >= 0) & (ds["critical_field"].values >= 0)
    sweep = np.broadcast_to(np.arange(ds.sizes["sweep"])[:, None], fine.shape)[fine]
    t, b = ds["temperature"].values[fine], ds["critical_field"].values[fine]
    if "field_angle" in ds.variables and ds["field_angle"].dims == ds["temperature"].dims and "field_angle" not in settings:
        angle = np.abs(ds["field_angle"].values[fine])
    else:
        angle = field_angles(ds, settings)[sweep]
    dt, db = np.full(t.size, _UNKNOWN * _largest(t)), np.full(t.size, _UNKNOWN * _largest(b))
    return Points(t, b, dt, db, angle, np.zeros(t.size), sweep.astype(float), errors_known=False)


def must_fall(found: Points) -> None:
    """Raises `FitError` where a table's fields at one angle do not fall with the temperature beyond chance (Kendall's tau)."""
    from scipy.stats import kendalltau

    angle = one_angle(found)
    if (angle is None and np.isfinite(found.angle).any()) or found.size < _FEWEST_TO_TEST:
        return
    p = float(kendalltau(found.temperature, found.field, alternative="less").pvalue)
    if not p < _LEVEL:
        raise FitError(f"the critical field does not fall with the temperature beyond chance (p = {p:.2g})")


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0.0)) or 1.0


def one_angle(found: Points) -> float | None:
    """The angle of the field where all points share it (within 1 deg), None where they don't or it is unknown."""
    if not found.size or not np.isfinite(found.angle).all() or np.ptp(found.angle) > math.radians(1):
        return None
    return float(np.median(found.angle))
