"""Two maps of one film, with the field normal to it and in its plane: the anisotropy of both boundaries, and one l_m for both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of
from supraspin.analysis.critical_field.curve import FilmFit, fit_film
from supraspin.analysis.critical_field.findings import WARM
from supraspin.analysis.critical_field.monotonic import lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.critical_field.points import Points, joined
from supraspin.analysis.phase_map.coherence import Criterion, criterion
from supraspin.analysis.phase_map.edges import boundaries
from supraspin.analysis.phase_map.figures import draw_anisotropy
from supraspin.analysis.result import Analysis, Finding
from supraspin.errors import FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain
from supraspin.models._pair_breaking import parallel_field_scale, perpendicular_field_scale

if TYPE_CHECKING:
    import xarray as xr

_APART = 0.02
_CLEAR = 3.0


def anisotropy(own: Sequence[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """The joint analysis of exactly two maps in the two principal directions whose T_c0 agree; else nothing."""
    angles = [next((f.value for f in result.findings if f.name == "field_angle"), None) for _, result in own]
    if len(own) != 2 or None in angles or abs(abs(angles[0] - angles[1]) - math.pi / 2) > math.radians(3):  # type: ignore[operator]
        return []
    if abs(angles[0]) < abs(angles[1]):  # type: ignore[arg-type]
        own, angles = [own[1], own[0]], angles[::-1]
    told = [_one(ds, float(angle), settings) for (ds, _), angle in zip(own, angles, strict=True)]  # type: ignore[arg-type]
    first, second = (outer for outer, _, _ in told)
    if abs(first.value(WARM) / second.value(WARM) - 1) > _APART:
        return []
    names = " and ".join(name_of(ds) for ds, _ in own)
    result = Analysis("phase_map", f"Anisotropy of the phases: {names}", own[0][1].sources + own[1][1].sources, "")
    result.flags.append(Flag("taken_as_one_film", "the two maps are taken for one film because they were given together", "note"))
    outer = _ratio("anisotropy_of_critical_field", first, second, "B_c2 in the plane over normal to the film, at T = 0")
    result.findings.append(outer)
    summary = f"Critical fields in the plane and normal to the film stand as {uncertain(outer.value, outer.stderr, '1')} to 1"
    inner = [criterion_of.inner if criterion_of is not None else None for _, criterion_of, _ in told]
    if inner[0] is not None and inner[1] is not None:
        ratio = _ratio(
            "anisotropy_of_ordering_field", inner[0], inner[1], "ends of the inner boundary, in the plane over normal, at T = 0"
        )
        result.findings.append(ratio)
        summary += f", those of the inner boundary as {uncertain(ratio.value, ratio.stderr, '1')} to 1"
        result.flags += _equal(outer, ratio)
    _jointly([t for _, _, t in told], result)
    result.summary = summary + "."
    result.figures["anisotropy"] = draw_anisotropy([(o, c.inner if c is not None else None) for o, c, _ in told])
    result.captions["anisotropy"] = (
        "Outer (full) and inner (dashed) boundaries in both directions with their pair-breaking curves."
    )
    return [result]


def _one(
    ds: xr.Dataset, angle: float, settings: Mapping[str, float]
) -> tuple[FilmFit, Criterion | None, tuple[Points, Points | None]]:
    """Outer fit, criterion and the points of both boundaries of one map."""
    found = lines(ds, settings)
    state = normal_state(found, settings.get("lead_resistance"))
    seen = boundaries(found, state)
    middle = seen.normal[0.5].turned(angle)
    outer = fit_film(middle)
    if seen.order is None:
        return outer, None, (middle, None)
    points = seen.order.points.turned(angle)
    try:
        return outer, criterion(outer, points), (middle, points)
    except FitError:
        return outer, None, (middle, None)  # said by the map's own analysis


def _ratio(name: str, first: FilmFit, second: FilmFit, text: str) -> Finding:
    value = second.value(second.names[1]) / first.value(first.names[1])
    error = value * math.hypot(math.sqrt(first.covariance[1, 1]), math.sqrt(second.covariance[1, 1]))
    return Finding(name, value, "1", error, text=text)


def _equal(outer: Finding, inner: Finding) -> list[Flag]:
    """The criterion wants one anisotropy for both boundaries."""
    away = math.log(inner.value / outer.value) / math.hypot((inner.stderr or 0) / inner.value, (outer.stderr or 0) / outer.value)
    if abs(away) < _CLEAR:
        return []
    text = (f"the inner boundary's anisotropy is {inner.value / outer.value:.2g} times that of the critical field "
            f"({abs(away):.1f} standard deviations): not what one coherence length gives")  # fmt: skip
    return [Flag("anisotropies_differ", text, "warning", {"sigma": away})]


def _jointly(sets: Sequence[tuple[Points, Points | None]], result: Analysis) -> None:
    """xi0 and thickness from the outer boundaries together, and l_m from the inner ones."""
    whole = fit_film(joined([middle for middle, _ in sets]))
    if len(whole.names) != 3:
        return
    across, plane = perpendicular_field_scale(1.0), parallel_field_scale(1.0, 1.0)
    length, error = whole.product(math.sqrt(across), critical_field_perpendicular=-0.5)
    result.findings.append(Finding("coherence_length", length, "m", error, text="of both outer boundaries"))
    thick = whole.product(plane / math.sqrt(across), critical_field_parallel=-1.0, critical_field_perpendicular=0.5)
    result.findings.append(Finding("thickness", *thick[:1], "m", thick[1], text="of both outer boundaries"))
    inner = [points for _, points in sets if points is not None]
    if not inner:
        return
    try:
        told = criterion(whole, joined([replace(p, sweep=p.sweep + 1e6 * i) for i, p in enumerate(inner)]))
    except FitError as failed:
        result.flags.append(Flag("no_criterion", str(failed), "warning"))
        return
    ratio, its = told.length_ratio
    if told.fails:
        text = f"no one magnetic length describes both directions (critical fields {np.round(told.ratio, 2)} apart)"
        result.flags.append(Flag("criterion_fails", text, "warning", {"sigma": told.apart, "ratio": told.ratio}))
        return
    value = ratio * length
    result.findings.append(Finding("magnetic_length", value, "m", value * math.hypot(its / ratio, error / length),
                                   text=f"l_m of both directions, {si(ratio, '1')} times the coherence length"))  # fmt: skip
