"""What a phase map says in words and tables: whether a resistive region stands out, both boundaries line by line, the summary."""

from __future__ import annotations

import numpy as np

from supraspin.analysis.critical_field.findings import PARALLEL, PERPENDICULAR, WARM
from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.phase_map.coherence import Criterion
from supraspin.analysis.phase_map.edges import Boundaries
from supraspin.analysis.phase_map.labels import NAMES, ORDERED, LabelMap
from supraspin.analysis.phase_map.rise import CRITICAL, LEVEL, SMALLEST
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.flags import Flag
from supraspin.formatting import si, uncertain


def judge(seen: Boundaries, shown: LabelMap, result: Analysis) -> None:
    """Why there is a resistive region inside the superconductor, or why there is none."""
    rise = seen.seen
    result.findings.append(Finding("rise_significance", rise.z, "1", text=f"z of a rise towards the corner; {CRITICAL:g} counts"))
    numbers = {"z": rise.z, "height": rise.height, "critical": CRITICAL, "smallest": SMALLEST, "level": LEVEL}
    if seen.order is not None:
        text = (f"the resistance rises again by {100 * rise.height:.0f} % of the normal one towards low field and temperature, "
                f"{rise.z:.0f} standard deviations over {int(rise.lines.sum())} lines; fewer than {100 * LEVEL:.0f} % of maps "
                "without order show as much. That it is magnetic order is an interpretation: a current that finds another path, "
                "or grains, can look alike")  # fmt: skip
        result.flags.append(Flag("resistive_inside", text, "note", numbers))
    elif rise.z > CRITICAL and not rise.reaches_corner:
        text = ("a resistive pocket lies inside the superconductor, away from its corner at low field and temperature: flux flow "
                "below a peak effect, not order")  # fmt: skip
        result.flags.append(Flag("resistive_pocket", text, "note", numbers))
    else:
        text = (f"no resistive region inside the superconductor stands out (z = {rise.z:.1f}, {CRITICAL:g} counts; at least "
                f"{100 * SMALLEST:.0f} % of the normal resistance)")  # fmt: skip
        result.flags.append(Flag("no_order_seen", text, "note", numbers))
    rows = tuple((NAMES[i], f"{100 * shown.share(i):.1f} %") for i in range(1, ORDERED + 1))
    result.tables.append(Table("Phases", ("phase", "share of the cells"), rows, "cells of the map that hold data"))


def boundaries_table(seen: Boundaries, along: str) -> Table:
    """Both boundaries, line by line, with their errors."""
    unit, fixed_unit = ("K", "T") if along == "temperature" else ("T", "K")
    middle = seen.normal[0.5]
    place, error, fixed = _columns(middle, along)
    rows = []
    for i in np.lexsort((place, fixed)):
        key = (float(middle.sweep[i]), float(middle.branch[i]))
        ends = [at for level in (0.1, 0.9) for at in [_index(seen.normal[level], key)] if at is not None]
        width = "–"
        if len(ends) == 2:
            low, high = (float(_columns(seen.normal[level], along)[0][at]) for level, at in zip((0.1, 0.9), ends, strict=True))
            width = si(abs(high - low), unit)
        way = {1: "up", -1: "down"}.get(int(middle.branch[i]), "–")
        inner = _inner(seen, key, along, unit)
        rows.append((si(float(fixed[i]), fixed_unit), uncertain(float(place[i]), float(error[i]), unit), width, inner, way))
    names = ("field", "T_c (50 %)", "10 to 90 %", "T_K") if unit == "K" else ("temperature", "B_c2 (50 %)", "10 to 90 %", "B_K")
    note = (
        "errors from noise and the spacing of the readings; the inner boundary's second one is that of the stretch that is fitted"
    )
    return Table("Boundaries", (*names, "sweep"), tuple(rows), note)


def _columns(points: Points, along: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place of the boundary, its error, and what is constant along the line."""
    if along == "temperature":
        return points.temperature, points.temperature_error, points.field
    return points.field, points.field_error, points.temperature


def _index(points: Points, key: tuple[float, float]) -> int | None:
    at = np.flatnonzero((points.sweep == key[0]) & (points.branch == key[1]))
    return int(at[0]) if at.size else None


def _inner(seen: Boundaries, key: tuple[float, float], along: str, unit: str) -> str:
    at = _index(seen.order.points, key) if seen.order is not None else None
    if seen.order is None or at is None:
        return "–"
    place, error, _ = _columns(seen.order.points, along)
    return uncertain(float(place[at]), float(error[at]), unit, systematic=float(seen.order.systematic[at]))


def summary(result: Analysis, seen: Boundaries, told: Criterion | None) -> str:
    """The sentence or two of the map."""

    def number(name: str) -> str:
        one = result.finding(name)
        return uncertain(one.value, one.stderr, one.unit, systematic=one.systematic)

    have = {found.name for found in result.findings}
    first = f"T_c {number(WARM)} in zero field" if WARM in have else f"A boundary of {seen.normal[0.5].size} points"
    first += "".join(f", B_c2(0) {number(name)}" for name in (PERPENDICULAR, PARALLEL) if name in have)
    if seen.order is None:
        return f"{first}. No resistive region inside the superconductor stands out from noise."
    if told is None or "ordering_temperature" not in have:
        return f"{first}. The resistance rises again inside the superconductor."
    second = f"the resistance rises again below T_K {number('ordering_temperature')}"
    second += f" and, at the lowest temperature, below B_K {number('ordering_field')}" if "ordering_field" in have else ""
    third = " The coherence-length criterion does not hold the two together." if told.fails else ""
    third = f" l_m {number('magnetic_length')}." if "magnetic_length" in have else third
    return f"{first}; {second}.{third}"
