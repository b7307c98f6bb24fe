"""Several data sets together: both directions of one film in a joint fit, and the Pauli ratio of several samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of
from supraspin.analysis.critical_field.figures import draw_fields, draw_samples
from supraspin.analysis.critical_field.findings import PAULI_TEXT, WARM, criteria_table, film_findings, fit_criteria
from supraspin.analysis.critical_field.flags import criterion_flag, fit_limits
from supraspin.analysis.critical_field.points import Points, joined
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.errors import FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain

if TYPE_CHECKING:
    import xarray as xr

_APART = 0.02
"""Difference of the two T_c0, in parts, above which two data sets are not taken for one film."""
_RIGHT = math.pi / 2
Reader = Callable[..., tuple[dict[float, Points], float | None]]
Pairs = Sequence[tuple["xr.Dataset", Analysis]]


def _direction(result: Analysis) -> float | None:
    """The one direction of the field in an analysis, rad, None where there are several or it is unknown."""
    return next((found.value for found in result.findings if found.name == "field_angle"), None)


def _finding(result: Analysis, name: str) -> Finding | None:
    return next((found for found in result.findings if found.name == name), None)


def both_directions(own: Pairs, settings: Mapping[str, float], read: Reader) -> list[Analysis]:
    """The joint fit where exactly two data sets lie in the two principal directions and agree in T_c0."""
    if len(own) != 2:
        return []
    angles = [_direction(result) for _, result in own]
    if None in angles or abs(abs(angles[0] - angles[1]) - _RIGHT) > math.radians(3):  # type: ignore[operator]
        return []
    warm = [_finding(result, WARM) for _, result in own]
    if warm[0] is None or warm[1] is None:
        return []
    away = abs(warm[0].value - warm[1].value)
    if away > max(_APART * warm[0].value, 3 * math.hypot(warm[0].stderr or 0.0, warm[1].stderr or 0.0)):
        text = (f"the two directions were not fitted together: their T_c in zero field, {si(warm[0].value, 'K')} and "
                f"{si(warm[1].value, 'K')}, are those of two films")  # fmt: skip
        own[0][1].flags.append(Flag("not_one_film", text, "warning", {"difference": away}))
        return []
    sets, levels = [], []
    for (ds, _), angle in zip(own, angles, strict=True):
        found, level = read(ds, settings, Analysis("", "", (), ""))
        sets.append({key: points.turned(float(angle)) for key, points in found.items()})  # type: ignore[arg-type]
        levels.append(level)
    common = set(sets[0]) & set(sets[1])
    count = own[0][0].sizes["sweep"]
    by_level = {key: joined([sets[0][key], replace(sets[1][key], sweep=sets[1][key].sweep + count)]) for key in common}
    names = [name_of(ds) for ds, _ in own]
    result = Analysis("critical_field", f"Critical field in both directions: {' and '.join(names)}",
                      own[0][1].sources + own[1][1].sources, "")  # fmt: skip
    try:
        spread = fit_criteria(by_level, levels[0])
    except FitError as error:
        own[0][1].flags.append(Flag("could_not_combine", f"the two directions together gave no fit: {error}", "warning"))
        return []
    result.findings += film_findings(spread, settings)
    result.flags.append(
        Flag("taken_as_one_film", "the two data sets are taken for one film because they were given together", "note")
    )
    result.flags += fit_limits(spread.main) + criterion_flag(result.findings) + _thickness_flag(result, settings)
    result.tables.append(criteria_table(spread))
    result.figures["both_directions"] = draw_fields(spread.main, by_level[0.5], {k: v for k, v in by_level.items() if k != 0.5})
    result.captions["both_directions"] = (
        "Critical field in both directions with one joint pair-breaking fit (pale bars: 10 to 90 % of the normal resistance); "
        f"dashed: {PAULI_TEXT}."
    )
    told = {f.name: uncertain(f.value, f.stderr, f.unit, systematic=f.systematic) for f in result.findings}
    result.summary = (f"Both directions together: coherence length {told['coherence_length']}, thickness {told['thickness']}, "
                      f"D {told['electron_diffusivity']}.")  # fmt: skip
    return [result]


def _thickness_flag(result: Analysis, settings: Mapping[str, float]) -> list[Flag]:
    """The thickness against the one given, and against the coherence length that it must not exceed."""
    thick, length = result.finding("thickness"), result.finding("coherence_length")
    flags = []
    given = settings.get("thickness")
    error = math.hypot(thick.stderr or 0.0, thick.systematic or 0.0)
    if given is not None and abs(thick.value - given) > max(3 * error, 0.1 * given):
        text = (f"the field in the plane is screened as by a film of {si(thick.value, 'm')}, but {si(given, 'm')} was given: "
                "Pauli limit, spin-orbit scattering or a tilted film")  # fmt: skip
        flags.append(Flag("thickness_disagrees", text, "warning", {"fit": thick.value, "given": given}))
    if thick.value > 2 * length.value:
        text = (f"the thickness of {si(thick.value, 'm')} exceeds the coherence length, {si(length.value, 'm')}, at low "
                "temperature: the film is not thin there")  # fmt: skip
        flags.append(Flag("not_thin", text, "warning", {"ratio": thick.value / length.value}))
    return flags


def several_samples(own: Pairs) -> list[Analysis]:
    """Critical field over the Pauli field against T_c, where the data sets have different T_c."""
    rows, warm, ratio, labels = [], [], [], []
    for ds, result in own:
        first = _finding(result, WARM)
        for name, label in (("critical_field_perpendicular", "normal to the film"), ("critical_field_parallel", "in the plane")):
            share = _finding(result, f"{name}_over_pauli")
            if first is None or share is None or not share.identified:
                continue
            rows.append((name_of(ds), uncertain(first.value, first.stderr, "K"), label,
                         uncertain(share.value, share.stderr, "1", systematic=share.systematic)))  # fmt: skip
            warm.append((first.value, first.stderr or math.nan))
            ratio.append((share.value, math.hypot(share.stderr or 0.0, share.systematic or 0.0)))
            labels.append(label)
    values = [w for w, _ in warm]
    if len(values) < 2 or np.ptp(values) < _APART * max(values):
        return []
    result = Analysis(
        "critical_field",
        f"Critical field over Pauli field: {len(own)} data sets",
        tuple(s for _, r in own for s in r.sources),
        "",
    )
    columns = ("data", "T_c", "direction of the field", "B_c2(0)/B_Pauli")
    result.tables.append(Table("Pauli ratio of the samples", columns, tuple(rows), PAULI_TEXT))
    result.figures["pauli_ratio"] = draw_samples(warm, ratio, labels)
    result.captions["pauli_ratio"] = f"Critical field at T = 0 over the Pauli field against T_c; {PAULI_TEXT}."
    above = sum(r - 2 * e > 1 for r, e in ratio)
    ends = f"T_c from {si(min(values), 'K')} to {si(max(values), 'K')}"
    result.summary = f"{len(rows)} critical fields of samples with {ends}; {above} of them exceed the Pauli field."
    return [result]
