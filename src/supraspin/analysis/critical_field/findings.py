"""The numbers of a critical field, from a pair-breaking fit: lengths, diffusion constant, Pauli ratio, spread of the criteria."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import constants

from supraspin.analysis.critical_field.curve import FilmFit, fit_film
from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.result import Finding, Table
from supraspin.errors import FitError
from supraspin.formatting import uncertain
from supraspin.models._pair_breaking import electron_diffusivity, parallel_field_scale, perpendicular_field_scale

PAULI = math.pi * math.exp(-np.euler_gamma) * constants.k / (math.sqrt(2) * constants.value("Bohr magneton"))
"""Pauli field over T_c of a weak-coupling superconductor with g = 2, T/K: 1.8568."""
PAULI_TEXT = f"B_Pauli = {PAULI:.4f} T/K T_c (weak coupling, g = 2; 1.84 T/K is also in print)"
PERPENDICULAR, PARALLEL, WARM = "critical_field_perpendicular", "critical_field_parallel", "critical_temperature"
_VAGUE = 0.5
_D = "D = 8 k_B T_c0 xi^2/(pi hbar)"


@dataclass(frozen=True)
class Spread:
    """The fit reported, those at the other criteria (part of R_N -> fit), and the criterion of the first (None for a table)."""

    main: FilmFit
    others: Mapping[float, FilmFit]
    level: float | None


def fit_criteria(by_level: Mapping[float, Points], level: float | None, angle: float | None = None) -> Spread:
    """`fit_film` at each criterion; `angle` (rad) takes the place of a direction that is not known. Raises `FitError`."""
    turned = {key: found if angle is None else found.turned(angle) for key, found in by_level.items()}
    key = 0.5 if level is None else level
    others = {}
    for one, found in turned.items():
        if one != key:
            try:
                others[one] = fit_film(found)
            except FitError:
                continue  # a criterion that no line reaches says nothing about the spread
    main = fit_film(turned[key])
    return Spread(main, {one: fit for one, fit in others.items() if fit.names == main.names}, level)


def _number(spread: Spread, name: str, unit: str, factor: float, text: str = "", **powers: float) -> Finding:
    """A product of powers of the fit's parameters as a finding, its systematic the largest move among the criteria."""
    value, error = spread.main.product(factor, **powers)
    moves = [abs(fit.product(factor, **powers)[0] - value) for fit in spread.others.values()]
    known = spread.main.dof > 0 and math.isfinite(error)
    determined = known and error < _VAGUE * abs(value)
    return Finding(name, value, unit, error if known else None, max(moves, default=None), identified=determined, text=text)


def film_findings(spread: Spread, settings: Mapping[str, float]) -> list[Finding]:
    """T_c0, critical fields at T = 0, lengths, D and Pauli ratios: those that the directions in the data determine."""
    names = spread.main.names
    found = [_number(spread, WARM, "K", 1.0, "in zero field, from the fit", critical_temperature=1.0)]
    for name in names[1:]:
        found.append(_number(spread, name, "T", 1.0, "at T = 0, from pair breaking", **{name: 1.0}))
    across, plane = perpendicular_field_scale(1.0), parallel_field_scale(1.0, 1.0)
    thickness, length = settings.get("thickness"), settings.get("coherence_length")
    if PERPENDICULAR in names:
        found.append(_number(spread, "coherence_length", "m", math.sqrt(across), "of the field across the film",
                             critical_field_perpendicular=-0.5))  # fmt: skip
        found.append(_number(spread, "electron_diffusivity", "m^2/s", electron_diffusivity(1.0, math.sqrt(across)), _D,
                             critical_temperature=1.0, critical_field_perpendicular=-1.0))  # fmt: skip
        if PARALLEL in names:
            found.append(_number(spread, "thickness", "m", plane / math.sqrt(across), "that screens the field in the plane",
                                 critical_field_parallel=-1.0, critical_field_perpendicular=0.5))  # fmt: skip
            found.append(_number(spread, "anisotropy_of_critical_field", "1", 1.0, "in the plane over across it, at T = 0",
                                 critical_field_parallel=1.0, critical_field_perpendicular=-1.0))  # fmt: skip
    else:
        found.append(_number(spread, "coherence_length_times_thickness", "m^2", plane, "all that a field in the plane determines",
                             critical_field_parallel=-1.0))  # fmt: skip
        if thickness is not None:
            found.append(_number(spread, "coherence_length", "m", plane / thickness, "with the thickness given",
                                 critical_field_parallel=-1.0))  # fmt: skip
            found.append(_number(spread, "electron_diffusivity", "m^2/s", electron_diffusivity(1.0, plane / thickness),
                                 "with the thickness given", critical_temperature=1.0, critical_field_parallel=-2.0))  # fmt: skip
        elif length is not None:
            found.append(_number(spread, "thickness", "m", plane / length, "with the coherence length given",
                                 critical_field_parallel=-1.0))  # fmt: skip
    for name in names[1:]:
        found.append(_number(spread, f"{name}_over_pauli", "1", 1 / PAULI, f"at T = 0; {PAULI_TEXT}",
                             **{name: 1.0, WARM: -1.0}))  # fmt: skip
    if spread.main.scatter > 0:
        text = "rms of the temperatures about the fit beyond their errors: the thermometer, or a transition that wanders"
        found.append(Finding("temperature_scatter", spread.main.scatter, "K", text=text))
    return found


def criteria_table(spread: Spread) -> Table:
    """The fit at each criterion."""
    fits = {**spread.others, spread.level if spread.level is not None else 0.5: spread.main}
    units = {WARM: "K", PERPENDICULAR: "T", PARALLEL: "T"}
    names = spread.main.names
    rows = []
    for level in sorted(fits):
        fit = fits[level]
        numbers = [uncertain(*fit.product(1.0, **{name: 1.0}), units[name]) for name in names]
        reduced = f"{fit.reduced:.3g}" if fit.dof > 0 else "–"
        rows.append((f"{100 * level:.0f} %" if spread.level is not None else "as given", *numbers, fit.used.size, reduced))
    columns = ("criterion", *(name.replace("_", " ") for name in names), "points", "chi2/dof")
    return Table("Pair-breaking fit at each criterion", columns, tuple(rows),
                 "critical fields at T = 0; errors are statistical, the largest move among the criteria is the systematic one; "
                 "chi2/dof before the scatter of the points is counted")  # fmt: skip


def points_table(found: Points, level: float | None) -> Table:
    """The points that were fitted."""
    order = np.lexsort((found.temperature, found.field))
    rows = tuple(
        (uncertain(found.temperature[i], _shown(found.temperature_error[i], found), "K"),
         uncertain(found.field[i], _shown(found.field_error[i], found), "T"),
         "–" if not math.isfinite(found.angle[i]) else f"{math.degrees(found.angle[i]):.3g}°",
         {1: "up", -1: "down"}.get(int(found.branch[i]), "–"))
        for i in order
    )  # fmt: skip
    title = "Critical field" if level is None else f"Critical field where R is {100 * level:.0f} % of the normal resistance"
    note = "as given" if level is None else "errors from noise and from the spacing of the readings"
    return Table(title, ("temperature", "critical field", "angle to the film", "sweep"), rows, note)


def _shown(error: float, found: Points) -> float | None:
    return float(error) if found.errors_known and error > 1e-5 else None
