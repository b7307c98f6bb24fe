"""R over field and temperature as a phase map: normal (N), superconducting (SC), and resistive again inside it (FM+SC).

R(T) at many fields or R(B) at many temperatures, on any grid, with gaps, up and down. The outer boundary T_c(B) is where R
passes half of the normal resistance for the outermost time; the inner one, T_K(B) or B_K(T), where it begins to rise again
towards low field and temperature, if that stands out from noise over several lines (`supraspin.analysis.phase_map.rise`). The two
are then held against the coherence-length criterion. Two maps, normal to the film and in its plane, give the anisotropy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from supraspin.analysis.chain import name_of, sources
from supraspin.analysis.critical_field.curve import FilmFit
from supraspin.analysis.critical_field.findings import PARALLEL, PERPENDICULAR, WARM, fit_criteria
from supraspin.analysis.critical_field.flags import branch_shift, hysteresis_flag, normal_flags
from supraspin.analysis.critical_field.monotonic import Line, lines
from supraspin.analysis.critical_field.normal import normal_state
from supraspin.analysis.critical_field.points import Points, one_angle
from supraspin.analysis.geometry import FIELD_ANGLE
from supraspin.analysis.phase_map.coherence import Criterion, criterion
from supraspin.analysis.phase_map.edges import Boundaries, boundaries
from supraspin.analysis.phase_map.figures import draw_cuts, draw_map
from supraspin.analysis.phase_map.findings import coherence_length, criterion_flags, order_findings
from supraspin.analysis.phase_map.labels import LabelMap, label_map
from supraspin.analysis.phase_map.report import boundaries_table, judge, summary
from supraspin.analysis.phase_map.together import anisotropy
from supraspin.analysis.regime import distinct, superconducts
from supraspin.analysis.result import Analysis, Finding
from supraspin.errors import DataError, FitError
from supraspin.fit import fit
from supraspin.flags import Flag
from supraspin.formatting import si
from supraspin.models._pair_breaking import parallel_field_scale

if TYPE_CHECKING:
    import xarray as xr

KIND = ("resistance_temperature", "magnetoresistance")
NAME = "phase_map"
SETTINGS = {
    "field_angle": FIELD_ANGLE,
    "thickness": ("m", "thickness of the film"),
    "lead_resistance": ("ohm", "resistance in series with the film that does not superconduct"),
}
FEWEST = 6
"""Fields (or temperatures) that make a map."""


def suits(ds: xr.Dataset) -> bool:
    """Whether a data set is a map with a superconductor on it."""
    other = "field" if ds.attrs["kind"] == "resistance_temperature" else "temperature"
    return distinct(ds, other) >= FEWEST and superconducts(ds)


def run(ds: xr.Dataset, settings: Mapping[str, float]) -> Analysis:
    """Analyse one map. Raises `DataError` for a setting that makes no sense and `FitError` where nothing superconducts."""
    if "thickness" in settings and not settings["thickness"] > 0:
        raise DataError(f"setting 'thickness' must be above 0, not {settings['thickness']:g}")
    result = Analysis(NAME, f"Phase map: {name_of(ds)}", sources(ds), "")
    found = lines(ds, settings)
    state = normal_state(found, settings.get("lead_resistance"))
    seen = boundaries(found, state)
    if seen.normal[0.5].size < 2:
        raise FitError("no boundary between a superconductor and a normal state is seen on this map")
    shown = label_map(found, state, seen)
    result.flags += normal_flags(found, state, seen.normal[0.5])
    outer, known = _outer(seen, result)
    told = _order(found, seen, outer, known, settings, result) if seen.order is not None else None
    judge(seen, shown, result)
    result.tables.append(boundaries_table(seen, found[0].along))
    result.figures["map"] = draw_map(shown, seen, outer, told.inner if told is not None else None)
    result.captions["map"] = (
        "R/R_N over field and temperature (white: no data), with the boundaries read from it and their pair-breaking curves "
        "(full: T_c, dashed: T_K)."
    )
    result.figures["cuts"] = draw_cuts(found, state, seen)
    result.captions["cuts"] = "R/R_N along single lines of the map; triangles: where the resistance begins to rise again."
    result.summary = summary(result, seen, told)
    return result


def phases(ds: xr.Dataset, settings: Mapping[str, float] | None = None) -> LabelMap:
    """The map of a data set on a regular grid, R/R_N and its labels N, SC and FM+SC. Raises `FitError`."""
    found = lines(ds, settings or {})
    state = normal_state(found, (settings or {}).get("lead_resistance"))
    return label_map(found, state, boundaries(found, state))


def _outer(seen: Boundaries, result: Analysis) -> tuple[FilmFit | None, bool]:
    """The pair-breaking curve of the outer boundary with its findings, and whether the direction of the field is known."""
    middle = seen.normal[0.5]
    known = one_angle(middle) is not None
    try:
        if known:
            spread = fit_criteria(seen.normal, 0.5)
        else:
            tried = [fit_criteria(seen.normal, 0.5, angle) for angle in (math.pi / 2, 0.0)]
            spread = min(tried, key=lambda one: one.main.chi_square)
            better = "normal to the film" if PERPENDICULAR in spread.main.names else "in its plane"
            text = (f"the direction of the field is not known: the boundary is drawn as that of a field {better}, which fits "
                    "better, and lengths are not given: --set field_angle='90 deg' (normal to the film) or '0 deg'")  # fmt: skip
            result.flags.append(Flag("field_angle_unknown", text, "warning"))
    except FitError as failed:
        result.flags.append(Flag("could_not_fit", f"no pair-breaking curve through the boundary: {failed}", "warning"))
        return None, known
    main = spread.main
    if known:
        result.findings.append(
            Finding("field_angle", float(np.median(middle.angle)), "rad", text="between the field and the film")
        )
    for name, unit in ((WARM, "K"), (PERPENDICULAR, "T"), (PARALLEL, "T")):
        if name in main.names:
            value, error = main.product(1.0, **{name: 1.0})
            moved = max((abs(one.value(name) - value) for one in spread.others.values()), default=None)
            text = "in zero field, from the boundary" if name == WARM else "at T = 0, from the boundary by pair breaking"
            known_error = error if math.isfinite(error) else None
            result.findings.append(Finding(name, value, unit, known_error, moved, identified=error < 0.5 * value, text=text))
    result.flags += hysteresis_flag(main.used, main)
    return main, known


def _order(
    found: Sequence[Line], seen: Boundaries, outer: FilmFit | None, known: bool, settings: Mapping[str, float], result: Analysis
) -> Criterion | None:  # fmt: skip
    """What the inner boundary says, on its own and by the criterion."""
    order = seen.order
    if order is None or outer is None:
        return None
    angle = float(np.median(outer.used.angle))
    order = order.turned(angle)
    base = min(float(line.temperature.min()) for line in found)
    try:
        told = criterion(outer, order.points)
    except FitError as error:
        result.flags.append(Flag("no_criterion", str(error), "warning"))
        return None
    result.findings += order_findings(told, order, base, angle, settings.get("thickness"), known)
    result.findings.append(Finding("rise_of_resistance", float(order.height.max()), "1", text="in parts of the normal one"))
    result.flags += criterion_flags(told, base, angle) + _inner_hysteresis(order.points, told)
    if known and found[0].along == "temperature" and order.points.size >= 4:
        _by_model(order.points, outer, settings, result)
    return told


def _by_model(points: Points, outer: FilmFit, settings: Mapping[str, float], result: Analysis) -> None:
    """`ferromagnetic_boundary` on the inner boundary with T_c0 and xi0 of the outer one: l_m by the package's own fit."""
    length = coherence_length(outer, settings.get("thickness", 10e-9))
    if length is None:
        return
    fixed = {WARM: outer.value(WARM), "coherence_length": length[0], "thickness": settings.get("thickness", 10e-9)}
    if len(outer.names) == 3:
        fixed["thickness"] = parallel_field_scale(length[0], 1.0) / outer.value(PARALLEL)
    try:
        result.fits["ferromagnetic_boundary"] = fit(
            "ferromagnetic_boundary", x=(points.field, points.angle), y=points.temperature, sigma=points.temperature_error,
            fix=fixed, profile=False, multistart=2,
        )  # fmt: skip
    except FitError as error:
        result.flags.append(Flag("could_not_fit", f"ferromagnetic_boundary could not be fitted: {error}", "note"))


def _inner_hysteresis(points: Points, told: Criterion) -> list[Flag]:
    if told.inner is None:
        return []
    shift = branch_shift(points, told.inner)
    if shift is None or abs(shift[0]) < 4 * shift[1] or abs(shift[0]) < 0.01 * told.inner.value(WARM):
        return []
    text = f"the inner boundary lies {si(shift[0], 'K')} (± {si(shift[1], 'K', 2)}) apart between sweeps up and down"
    return [Flag("order_hysteretic", text, "note", {"shift": shift[0], "stderr": shift[1]})]


def combine(pairs: Sequence[tuple[xr.Dataset, Analysis]], settings: Mapping[str, float]) -> list[Analysis]:
    """Two maps, one in each direction, taken for one film: the anisotropy of both boundaries."""
    return anisotropy([(ds, result) for ds, result in pairs if result.kind == NAME], settings)
