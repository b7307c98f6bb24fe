"""Critical field against the angle to the film: a thin film's cusp (Tinkham) against an anisotropic bulk's rounded maximum."""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit, fit_film
from supraspin.analysis.critical_field.figures import draw_angles
from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.result import Analysis, Finding, Table
from supraspin.errors import FitError
from supraspin.fit import compare
from supraspin.flags import Flag

FEWEST = 4
"""Directions of the field below which its dependence on the angle is not looked at."""
_MODELS = ("critical_field_angle", "critical_field_angle_bulk")
_SAME = 0.02
_CUSP = math.radians(20)


def add_angles(result: Analysis, found: Points, main: FilmFit | None) -> None:
    """Rank film against bulk: at the temperature with most directions, or over all temperatures for sweeps at fixed fields."""
    if not np.isfinite(found.angle).all() or _directions(found) < FEWEST:
        return
    groups = [found.where(np.abs(found.temperature - t) < _SAME * t + 1e-3) for t in np.unique(np.round(found.temperature, 2))]
    best = max(groups, key=_directions)
    best = best.where(best.field > 0)
    if _directions(best) >= FEWEST:
        _at_one_temperature(result, best)
    elif main is not None and not main.bulk:
        _over_temperatures(result, found, main)
    near = found.angle[found.angle > 0]
    if not near.size or near.min() > _CUSP:
        text = "no direction lies within 20° of the plane, where film and bulk differ most"
        result.flags.append(Flag("cusp_not_covered", text, "note"))


def _directions(found: Points) -> int:
    return np.unique(np.round(np.degrees(found.angle[found.field > 0]), 1)).size


def _at_one_temperature(result: Analysis, found: Points) -> None:
    temperature = float(np.median(found.temperature))
    error = found.field_error if found.errors_known and np.all(found.field_error > 0) else None
    try:
        comparison = compare(_MODELS, x=found.angle, y=found.field, sigma=error, multistart=3)
    except FitError as failed:
        result.flags.append(Flag("could_not_fit", f"the dependence on the angle could not be fitted: {failed}", "note"))
        return
    rows = tuple(
        (r.model, f"{r.delta:.1f}", f"{r.weight:.2g}", f"{r.reduced_chi_square:.3g}",
         ", ".join(f"{p.name.replace('_', ' ')} {p}" for p in comparison.results[r.model].params.values()))
        for r in comparison.ranks
    )  # fmt: skip
    columns = ("model", "AICc - best", "Akaike weight", "chi2/dof", "values")
    result.tables.append(Table(f"Dependence on the angle at {temperature:.3g} K", columns, rows, comparison.verdict))
    result.fits.update({f"angle: {name}": one for name, one in comparison.results.items()})
    shown = error if error is not None else np.full(found.size, np.nan)
    result.figures["angle"] = draw_angles(found.angle, found.field, shown, comparison, temperature)
    result.captions["angle"] = (
        "Critical field against the angle to the film; thin film and anisotropic bulk fitted to the same points."
    )
    p = comparison.best.params
    across, plane = p["critical_field_perpendicular"], p["critical_field_parallel"]
    if across.identified and plane.identified and across.stderr is not None and plane.stderr is not None:
        value = plane.value / across.value
        error_of = value * math.hypot(plane.stderr / plane.value, across.stderr / across.value)
        text = f"in the plane over across the film, {comparison.ranks[0].model} at {temperature:.3g} K"
        result.findings.append(Finding("anisotropy_at_temperature", value, "1", error_of, text=text))
    result.flags += [f for f in comparison.flags if f.code == "cannot_be_told_apart"]


def _over_temperatures(result: Analysis, found: Points, film: FilmFit) -> None:
    """Both kinds of pair breaking on all points: the one with the smaller chi-square, of as many parameters, wins."""
    bulk = fit_film(found, bulk=True)
    first, second = (film, bulk) if film.chi_square <= bulk.chi_square else (bulk, film)
    gain = (second.chi_square - first.chi_square) / max(first.reduced, 1.0)
    names = {False: "thin film (Tinkham)", True: "anisotropic bulk"}
    told = f"{names[first.bulk]} wins, chi-square lower by {gain:.3g}" if gain > 6 else "film and bulk cannot be told apart"
    rows = tuple((names[fit.bulk], f"{fit.chi_square:.4g}", fit.dof) for fit in (first, second))
    note = f"{told}; in units of the scatter about the better one"
    result.tables.append(Table("Dependence on the angle, all temperatures together", ("description", "chi2", "dof"), rows, note))
    if first.bulk and gain > 6:
        text = "the dependence on the angle is that of an anisotropic bulk, not of a thin film: the thickness means nothing"
        result.flags.append(Flag("not_a_thin_film", text, "warning", {"delta_chi_square": gain}))
