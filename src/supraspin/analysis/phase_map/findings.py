"""The numbers of a phase map: ordering temperature and field, magnetic length, and where the criterion doesn't hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit
from supraspin.analysis.critical_field.findings import WARM
from supraspin.analysis.phase_map.coherence import Criterion, criterion, implied_field, implied_ordering_temperature
from supraspin.analysis.phase_map.edges import Order
from supraspin.analysis.result import Finding
from supraspin.errors import FitError
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain
from supraspin.models._pair_breaking import parallel_field_scale, perpendicular_field_scale

_VAGUE = 0.5


def curve_error(fit: FilmFit, value: Callable[[FilmFit], float]) -> float:
    """Standard error of a function of a fit, by its covariance and finite differences in the logarithms."""
    middle = value(fit)
    steps = np.sqrt(np.diag(fit.covariance)) * 0.1 + 1e-9
    slopes = np.array(
        [(value(replace(fit, log=fit.log + step * np.eye(steps.size)[i])) - middle) / step for i, step in enumerate(steps)]
    )
    return math.sqrt(max(float(slopes @ fit.covariance @ slopes), 0.0))


def others(outer: FilmFit, order: Order) -> list[Criterion]:
    """The criterion for the inner boundaries that other choices of the fitted stretch give."""
    found = []
    for points in order.others:
        try:
            found.append(criterion(outer, points))
        except FitError:
            continue  # a boundary outside the superconductor is no other value to compare with
    return found


def order_findings(
    told: Criterion, order: Order, base: float, angle: float, thickness: float | None, known: bool
) -> list[Finding]:
    """T_K(0), B_K at the lowest temperature `base` (K), l_m/xi0 and l_m, with the spread under the choice of the onset."""
    moved = [one for one in others(told.outer, order) if (one.inner is None) == (told.inner is None)]

    def finding(name: str, unit: str, value: Callable[[Criterion], tuple[float, float]], text: str) -> Finding:
        middle, error = value(told)
        spread = max((abs(value(one)[0] - middle) for one in moved), default=None)
        known_error = error if math.isfinite(error) else None
        return Finding(name, middle, unit, known_error, spread, identified=error < _VAGUE * abs(middle), text=text)

    def temperature(one: Criterion) -> tuple[float, float]:
        if one.inner is not None:
            return one.inner.product(1.0, critical_temperature=1.0)
        return one.share * one.outer.value(WARM), one.share_error * one.outer.value(WARM)

    def field(one: Criterion) -> tuple[float, float]:
        if one.inner is not None:
            return float(one.inner.field(base, angle)), curve_error(one.inner, lambda fit: float(fit.field(base, angle)))
        warm = one.outer.value(WARM)
        middle, high = (implied_field(one.outer, base, share * warm, angle) for share in (one.share, one.share + one.share_error))
        return middle, abs(high - middle)

    own = "from the inner boundary alone" if told.inner is not None else "by the coherence-length criterion"
    result = [finding("ordering_temperature", "K", temperature, f"T_K in zero field, {own}")]
    if field(told)[0] > 0:
        result.append(finding("ordering_field", "T", field, f"B_K at {si(base, 'K')}, {own}"))
    if not told.fails:
        result.append(
            finding("magnetic_length_over_coherence_length", "1", lambda one: one.length_ratio, "l_m/xi0 of the criterion")
        )
        length = coherence_length(told.outer, thickness) if known else None
        if length is not None:
            result.append(
                finding("magnetic_length", "m", lambda one: _length(one, thickness), "l_m of the coherence-length criterion")
            )
    return result


def coherence_length(outer: FilmFit, thickness: float | None) -> tuple[float, float] | None:
    """xi0 (m) and its error from the outer boundary; a field in the plane needs the thickness, None without it."""
    if "critical_field_perpendicular" in outer.names:
        return outer.product(math.sqrt(perpendicular_field_scale(1.0)), critical_field_perpendicular=-0.5)
    if thickness is None:
        return None
    return outer.product(parallel_field_scale(1.0, thickness), critical_field_parallel=-1.0)


def _length(one: Criterion, thickness: float | None) -> tuple[float, float]:
    ratio, error = one.length_ratio
    length, its_error = coherence_length(one.outer, thickness) or (math.nan, math.nan)
    return ratio * length, ratio * length * math.hypot(error / ratio, its_error / length)


def criterion_flags(told: Criterion, base: float, angle: float) -> list[Flag]:
    """Whether one length holds both boundaries together, with the numbers of the disagreement."""
    if told.inner is None:
        text = ("the inner boundary has too few points for a curve of its own: T_K and l_m rest on the coherence-length "
                "criterion, which these data do not test")  # fmt: skip
        return [Flag("criterion_not_tested", text, "warning")]
    measured, error = told.inner.product(1.0, critical_temperature=1.0)
    field = float(told.inner.field(base, angle))
    if not told.fails:
        text = (f"the inner boundary ends at {told.ratio:.2f} times the critical field at T = 0, {abs(told.apart):.1f} standard "
                "deviations from the 1 of the coherence-length criterion")  # fmt: skip
        return [Flag("criterion_holds", text, "note", {"ratio": told.ratio, "sigma": told.apart})]
    breaking = float(told.outer.breaking(field, angle))
    expected = implied_field(told.outer, base, measured, angle)
    first = f"the coherence-length criterion does not hold both boundaries together ({abs(told.apart):.0f} standard deviations): "
    seen = uncertain(measured, error, "K")
    if field > 0 and breaking < 1:
        implied = implied_ordering_temperature(told.outer, base, field, angle)
        text = (f"{first}B_K = {si(field, 'T')} at {si(base, 'K')} would make T_K {si(implied, 'K')} in zero field, where the "
                f"resistance rises below {seen}; that T_K would put B_K at {si(expected, 'T')}")  # fmt: skip
        numbers = {"implied_ordering_temperature": implied, "ordering_temperature": measured, "ordering_field": field,
                   "implied_ordering_field": expected, "sigma": told.apart}  # fmt: skip
    else:
        text = f"{first}T_K of {seen} in zero field would put B_K at {si(expected, 'T')} at {si(base, 'K')}"
        numbers = {"ordering_temperature": measured, "implied_ordering_field": expected, "sigma": told.apart}
    return [Flag("criterion_fails", text, "warning", numbers)]
