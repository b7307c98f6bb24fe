"""Findings of analyses as parts of a joint posterior: numbers with errors, each a quantity or a function of some."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from supraspin.fit.bayes import Part
from supraspin.joint.declaration import Told, told
from supraspin.model import Axis, Model, Par

if TYPE_CHECKING:
    import xarray as xr

    from supraspin.analysis.result import Analysis, Finding

NO_FIELD = 1e-3
"""Field (T) below which there is none."""


def finding_parts(ds: xr.Dataset, name: str) -> list[Part]:
    """A part for each finding of the data set's analyses that is declared, determined, and has an error."""
    wanted = [one for one in told() if one.kind == ds.attrs.get("kind") and not (one.without_field and in_field(ds))]
    if not wanted:
        return []
    from supraspin.analysis import analyze

    return parts_of(ds, analyze([ds]), wanted, name)


def parts_of(ds: xr.Dataset, analyses: list[Analysis], wanted: list[Told], name: str) -> list[Part]:
    """The same, of analyses that are done."""
    out = []
    for one in wanted:
        for analysis in analyses:
            found = {f.name: f for f in analysis.findings}
            if analysis.kind != one.analysis or one.finding not in found:
                continue
            finding, target = found[one.finding], one.target(ds)
            error = _error(finding)
            needed = found.get(one.needs) if one.needs else None
            if error is None or target is None or (one.needs and (needed is None or not needed.value > 0)):
                continue
            data = (np.zeros(1), np.array([float(finding.value)]))
            shared = {"value": target}
            out.append(
                Part(reading_of(finding.name, finding.unit), data, f"{name}:{one.finding}", shared, options={"sigma": error})
            )
    return out


def in_field(ds: xr.Dataset) -> bool:
    """Whether the data set was measured in a field, or over several."""
    if "field" not in ds.variables:
        return False
    values = ds["field"].values[np.isfinite(ds["field"].values)]
    return bool(values.size and np.max(np.abs(values)) > NO_FIELD)


def _error(finding: Finding) -> float | None:
    """Statistical and systematic error together; None for a limit, for what is not determined, and for what has no error."""
    if finding.limit is not None or not finding.identified or not math.isfinite(finding.value):
        return None
    parts = [part for part in (finding.stderr, finding.systematic) if part is not None and math.isfinite(part)]
    return math.hypot(*parts) or None if parts else None


def _itself(number, *, value):
    return value + 0 * number


def reading_of(name: str, unit: str) -> Model:
    """The model of a number: that it is the quantity."""
    return Model(name, _itself, (Axis("number", "1"),), Axis(name, unit), {"value": Par(unit, default=1.0)}, "a finding as it is")
