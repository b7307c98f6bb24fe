"""What limits a critical field: few or warm points, criteria that disagree, a transition that doesn't end, a background."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit
from supraspin.analysis.critical_field.findings import PARALLEL, WARM
from supraspin.analysis.critical_field.monotonic import Line
from supraspin.analysis.critical_field.normal import NormalState
from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.crossings import noise_of
from supraspin.analysis.result import Finding
from supraspin.flags import Flag
from supraspin.formatting import si

FEWEST = 5
"""Critical fields above zero below which a fit says little about its own errors."""
COLD = 0.3
"""Lowest T/T_c0 of the points above which B_c2(0) is called extrapolated."""
_BACKGROUND = 0.05
_REACHED = 0.9


def fit_limits(fit: FilmFit) -> list[Flag]:
    """Whether the points reach low and high enough for the numbers that the fit gives."""
    found, flags = fit.used, []
    reduced = found.temperature / fit.value(WARM)
    moving = found.field > 0
    lowest = float(reduced[moving].min())
    if lowest > COLD:
        text = (f"the coldest point is at {lowest:.2f} T_c: the critical field at T = 0 and what follows from it are "
                "extrapolated by the pair-breaking curve")  # fmt: skip
        flags.append(Flag("extrapolated", text, "warning", {"lowest_reduced_temperature": lowest}))
    if np.count_nonzero(moving) < FEWEST:
        count = int(np.count_nonzero(moving))
        text = f"only {count} critical field{'s' if count != 1 else ''} above zero: the fit can hardly be tested"
        flags.append(Flag("few_points", text, "warning", {"points": count}))
    scale = max(float(fit.field(0.0, angle)) for angle in np.unique(found.angle))
    if not np.any(found.field <= 0.02 * scale):
        text = "T_c in zero field was not measured: it is the fit's"
        flags.append(Flag("zero_field_not_measured", text, "note", {"lowest_field": float(found.field.min())}))
    if PARALLEL in fit.names and "critical_field_perpendicular" not in fit.names:
        text = ("a field in the plane determines only the product of coherence length and thickness: give one of the two "
                "(--set thickness='10 nm') or the critical field across the film")  # fmt: skip
        flags.append(Flag("only_product", text, "note"))
    return flags


def criterion_flag(findings: Sequence[Finding]) -> list[Flag]:
    """A warning where the criterion moves a headline number more than noise does."""
    for name in ("critical_field_perpendicular", PARALLEL):
        for found in findings:
            if found.name == name and found.systematic and found.stderr and found.systematic > 2 * found.stderr:
                moved, error = si(found.systematic, "T"), si(found.stderr, "T", 2)
                text = (f"the criterion (10, 50 or 90 % of the normal resistance) moves the {name.replace('_', ' ')} at T = 0 "
                        f"by up to {moved}, against a statistical error of {error}")  # fmt: skip
                return [Flag("criterion_dominates", text, "warning", {"systematic": found.systematic, "stderr": found.stderr})]
    return []


def normal_flags(found: Sequence[Line], normal: NormalState, reached: Points) -> list[Flag]:
    """Lines that end inside the transition, resistance in series, and a normal state that changes with the field."""
    flags = []
    crossed = set(reached.sweep.astype(int))
    ends = []
    for line in found:
        part = normal.part(line)
        outer = part[-max(3, part.size // 20) :]
        falls = float(part.min()) < 0.5
        if falls and float(np.median(outer)) < _REACHED and noise_of(part) < 0.05:
            ends.append(line)
    if ends:
        inside = sum(line.sweep not in crossed for line in ends)
        text = (f"{len(ends)} of {len(found)} sweeps end before the resistance of the normal state is reached; their criterion "
                "rests on that of the others" + (f", and {inside} give no critical field" if inside else ""))  # fmt: skip
        flags.append(Flag("transition_incomplete", text, "warning", {"sweeps": len(ends), "of": len(found)}))
    largest = max(float(line.field.max()) for line in found)
    change = normal.background(largest)
    if abs(change) > _BACKGROUND:
        text = (f"the normal state has a magnetoresistance of {100 * change:.2g} % at {si(largest, 'T')}: the criteria follow "
                f"it, as a background |B|^{normal.power}")  # fmt: skip
        flags.append(Flag("magnetoresistance_background", text, "note", {"change": change}))
    share = normal.lead / normal.level
    if share > 0.01:
        how = "as given" if normal.lead_given else "the lowest resistance of the data, which is taken for it"
        text = f"a resistance in series of {si(normal.lead, 'ohm')} ({100 * share:.2g} % of the normal one) is taken off: {how}"
        flags.append(Flag("lead_resistance", text, "note" if share < 0.05 or normal.lead_given else "warning", {"share": share}))
    return flags


def branch_shift(found: Points, fit: FilmFit) -> tuple[float, float] | None:
    """Mean of T - T_c(B) on sweeps up less that on sweeps down, K, with its error; None where there aren't two of each."""
    away = found.temperature - fit.temperature(found.field, found.angle)
    near = found.field < 0.8 * fit.field(0.0, found.angle) if np.isfinite(found.angle).all() else np.ones(found.size, bool)
    up, down = away[(found.branch > 0) & near], away[(found.branch < 0) & near]
    if min(up.size, down.size) < 2:
        return None
    error = math.sqrt(float(np.var(up, ddof=1)) / up.size + float(np.var(down, ddof=1)) / down.size)
    return float(up.mean() - down.mean()), error


def hysteresis_flag(found: Points, fit: FilmFit) -> list[Flag]:
    """A warning where sweeps up and down see different critical temperatures."""
    shift = branch_shift(found, fit)
    if shift is None or abs(shift[0]) < 4 * shift[1] or abs(shift[0]) < 2e-3 * fit.value(WARM):
        return []
    text = (f"sweeps up and down differ by {si(shift[0], 'K')} (± {si(shift[1], 'K', 2)}) at the same field: a lagging "
            "thermometer, trapped flux, or real hysteresis")  # fmt: skip
    return [Flag("directions_differ", text, "warning", {"shift": shift[0], "stderr": shift[1]})]
