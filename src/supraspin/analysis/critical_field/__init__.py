"""The upper critical field of a film: coherence length, diffusion constant and thickness by pair breaking, and the Pauli ratio.

B_c2(T) is read from R(T) at fields or R(B) at temperatures where the resistance passes 50 % of the normal one (10 and 90 % give
the systematic error), or taken from a table. Points of all directions are fitted at once, with errors in both T and B. Several
data sets of one film, one with the field across it and one in its plane, give the thickness too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.critical_field.angles import add_angles
from supraspin.analysis.critical_field.figures import draw_fields
from supraspin.analysis.critical_field.findings import (
    PAULI_TEXT,
    Spread,
    criteria_table,
    film_findings,
    fit_criteria,
    points_table,
)
from supraspin.analysis.critical_field.flags import criterion_flag, fit_limits, hysteresis_flag, normal_flags
from supraspin.analysis.critical_field.monotonic import lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.critical_field.points import LEVELS, Points, boundary, must_fall, table
from supraspin.analysis.critical_field.reentry import add_reentry
from supraspin.analysis.critical_field.rival_formulas import rivals, rivals_flag, rivals_table
from supraspin.analysis.critical_field.together import both_directions, several_samples
from supraspin.analysis.geometry import FIELD_ANGLE
from supraspin.analysis.regime import distinct, superconducts
from supraspin.analysis.result import Analysis, Finding
from supraspin.errors import DataError, FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

KIND = ("critical_field", "resistance_temperature", "magnetoresistance")
NAME = "critical_field"
SETTINGS = {
    "field_angle": FIELD_ANGLE,
    "thickness": ("m", "thickness of the film"),
    "coherence_length": ("m", "coherence length at zero temperature, where it is known otherwise"),
    "lead_resistance": ("ohm", "resistance in series with the film that does not superconduct"),
}
_FIELDS = 3


def suits(ds: xr.Dataset) -> bool:
    """Whether a data set has critical fields to read: a table, R(T) at three fields at least, or R(B) that superconducts."""
    if ds.attrs["kind"] == "critical_field":
        return True
    if not superconducts(ds):
        return False
    return ds.attrs["kind"] == "magnetoresistance" or distinct(ds, "field") >= _FIELDS


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one data set. Raises `DataError` for a senseless setting and `FitError` where no critical field is seen."""
    for name in ("thickness", "coherence_length"):
        if name in settings and not settings[name] > 0:
            raise DataError(f"setting {name!r} must be above 0, not {settings[name]:g}")
    result = Analysis(NAME, f"Critical field: {name_of(ds)}", sources(ds), "")
    by_level, level = _points(ds, settings, result)
    found = by_level[0.5]
    if not found.size:
        raise FitError("no sweep passes from the superconducting into the normal state")
    if level is None:
        must_fall(found)
    result.tables.append(points_table(found, level))
    spread = _fit(by_level, level, settings, result)
    if spread is not None:
        result.flags += criterion_flag(result.findings) + hysteresis_flag(spread.main.used, spread.main)
        result.tables.append(criteria_table(spread))
        others = {one: p for one, p in by_level.items() if one != 0.5}
        known = bool(np.isfinite(found.angle).all())
        label = None if known else f"direction unknown, fit for a field {_named(spread)}"
        result.figures["critical_field"] = draw_fields(spread.main, found, others, label=label)
        result.captions["critical_field"] = (
            "Critical field (points: 50 % of the normal resistance, pale bars: from 10 to 90 %), pair-breaking fit (lines); "
            f"dashed: {PAULI_TEXT}."
        )
    add_angles(result, found, spread.main if spread is not None else None)
    result.summary = _summary(result, spread, found)
    return result


def _points(ds: xr.Dataset, settings: Mapping[str, float], result: Analysis) -> tuple[dict[float, Points], float | None]:
    """Points at each criterion (a table has one, that it doesn't name)."""
    if ds.attrs["kind"] == "critical_field":
        return {0.5: table(ds, settings)}, None
    found = lines(ds, settings)
    normal = normal_state(found, settings.get("lead_resistance"))
    by_level = {level: boundary(found, normal, level) for level in LEVELS}
    result.flags += normal_flags(found, normal, by_level[0.5])
    result.findings.append(
        Finding("normal_resistance", normal.level, "ohm", text=f"of the normal state at {si(normal.origin, 'K')}, zero field")
    )
    add_reentry(result, found, normal)
    return by_level, 0.5


def _fit(by_level: Mapping[float, Points], level: float | None, settings: Mapping[str, float], result: Analysis) -> Spread | None:
    """The fit, with its findings and flags; None where the points allow none, which a flag says."""
    found = by_level[0.5]
    try:
        if np.isfinite(found.angle).all():
            result.findings.extend(_angle(found))
            spread = fit_criteria(by_level, level)
        else:
            spread = _either(by_level, level, result)
    except FitError as error:
        result.flags.append(Flag("could_not_fit", f"no pair-breaking fit: {error}", "warning"))
        return None
    result.findings += film_findings(spread, settings)
    result.flags += fit_limits(spread.main)
    comparison, flags = rivals(spread.main, {k: settings[k] for k in ("thickness",) if k in settings})
    result.flags += flags
    if comparison is not None:
        result.fits.update(comparison.results)
        result.tables.append(rivals_table(comparison))
        result.flags += rivals_flag(comparison, spread.main.names[1])
    return spread


def _angle(found: Points) -> list[Finding]:
    """The one direction of the field, as a finding."""
    if np.ptp(found.angle) > math.radians(1):
        return []
    return [Finding("field_angle", float(np.median(found.angle)), "rad", text="between the field and the plane of the film")]


def _either(by_level: Mapping[float, Points], level: float | None, result: Analysis) -> Spread:
    """Both directions tried where none is known; the one that fits better is shown, and both are told."""
    across, plane = (fit_criteria(by_level, level, angle) for angle in (math.pi / 2, 0.0))
    better, worse = (across, plane) if across.main.chi_square <= plane.main.chi_square else (plane, across)
    gain = (worse.main.chi_square - better.main.chi_square) / max(better.main.reduced, 1.0)
    clear = better.main.dof >= 2 and gain > 9
    sides = " and ".join(
        f"B_c2(0) = {uncertain(*s.main.product(1.0, **{s.main.names[1]: 1.0}), 'T')} if it is {_named(s)}"
        for s in (across, plane)
    )
    told = f"the shape of the curve is that of a field {_named(better)}" if clear else "the shape does not tell which"
    text = (f"the direction of the field is not known: {sides}; {told}. The numbers are those for a field {_named(better)}: "
            "--set field_angle='90 deg' (normal to the film) or '0 deg'")  # fmt: skip
    result.flags.append(Flag("field_angle_unknown", text, "warning", {"delta_chi_square": gain}))
    return better


def _named(spread: Spread) -> str:
    return "normal to the film" if spread.main.names[1] == "critical_field_perpendicular" else "in its plane"


def _summary(result: Analysis, spread: Spread | None, found: Points) -> str:
    entry = next((flag.message for flag in result.flags if flag.code == "reentrant_in_field"), None)
    more = f" {entry[0].upper()}{entry[1:]}." if entry else ""
    if spread is None:
        ends = f"between {si(found.temperature.min(), 'K')} and {si(found.temperature.max(), 'K')}"
        return f"{found.size} critical fields {ends}; no fit.{more}"
    told = []
    for name, text in (
        ("critical_field_perpendicular", "B_c2(0) normal to the film"),
        ("critical_field_parallel", "B_c2(0) in the plane"),
    ):
        for one in result.findings:
            if one.name == name:
                told.append(f"{text} {uncertain(one.value, one.stderr, 'T', systematic=one.systematic)}")
            if one.name == f"{name}_over_pauli":
                told[-1] += f" ({one.value:.2f} times the Pauli field)"
    for name, text in (("coherence_length", "coherence length"), ("thickness", "thickness")):
        told += [f"{text} {uncertain(one.value, one.stderr, 'm', systematic=one.systematic)}"
                 for one in result.findings if one.name == name and one.identified]  # fmt: skip
    return f"{'; '.join(told)}.{more}"


def combine(pairs: Sequence[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """What several critical fields tell together: both directions of one film in one fit, Pauli ratios of several samples."""
    own = [(ds, result) for ds, result in pairs if result.kind == NAME and ds.attrs["kind"] in KIND and len(result.sources)]
    return [*both_directions(own, settings, _points), *several_samples(own)]
