"""Rival descriptions of a critical field on the same points: pair breaking, Werthamer-Helfand-Hohenberg, Ising, Ginzburg-Landau.

Errors of the temperature enter as those of the field: half of what B_c2 changes by between T - sigma and T + sigma on the
pair-breaking curve.
"""

from __future__ import annotations

import math

import numpy as np

from supraspin.analysis.critical_field.curve import FilmFit
from supraspin.analysis.critical_field.findings import WARM
from supraspin.analysis.result import Table
from supraspin.errors import FitError
from supraspin.fit import Comparison, FitResult, fit
from supraspin.fit.compare import rank
from supraspin.flags import Flag
from supraspin.model import MODELS

LOWEST = 0.5
"""T/T_c0 that the points have to go below before the curves differ enough to be ranked."""
_MOST = 60
_ACROSS = {
    "critical_field_perpendicular": (), "critical_field_whh": ("spin_orbit_scattering",), "critical_field_film_perpendicular": (),
}  # fmt: skip
_PLANE = {
    "critical_field_parallel": (), "critical_field_ising": (), "critical_field_film_parallel": (),
    "critical_field_whh": ("spin_orbit_scattering",),
}  # fmt: skip


def readings(main: FilmFit) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Temperature, critical field and its effective error (n,) of the points of a fit in one direction."""
    found = main.used
    spread = np.hypot(found.temperature_error, main.scatter)
    low, high = (main.field(np.maximum(found.temperature + sign * spread, 0.0), found.angle) for sign in (-1, 1))
    sigma = np.hypot(found.field_error, 0.5 * np.abs(low - high))
    return found.temperature, found.field, np.maximum(sigma, 1e-6 * found.field.max())


def rivals(main: FilmFit, fixed: dict[str, float]) -> tuple[Comparison | None, list[Flag]]:
    """The models of one direction ranked by AICc, None where the points do not reach below `LOWEST` or are too few."""
    if len(main.names) != 2:
        return None, []
    t, b, sigma = readings(main)
    order = np.argsort(t)
    keep = order[np.unique(np.linspace(0, order.size - 1, min(_MOST, order.size)).astype(int))]
    if t.min() > LOWEST * main.value(WARM) or keep.size < 6:
        text = ("other descriptions (Pauli limit and spin-orbit scattering, Ising, Ginzburg-Landau) are not ranked: that takes "
                f"six points, and one below {LOWEST:g} T_c, where the curves part")  # fmt: skip
        return None, [Flag("rivals_not_told_apart", text, "note")]
    results, flags = {}, []
    for name, free in (_ACROSS if main.names[1] == "critical_field_perpendicular" else _PLANE).items():
        if name not in MODELS:
            continue
        entry = MODELS[name]
        known = {key: value for key, value in fixed.items() if key in entry.parameters}
        if "thickness" in entry.parameters:
            known.setdefault("thickness", entry.parameters["thickness"].default)
        try:
            results[name] = fit(name, x=t[keep], y=b[keep], sigma=sigma[keep], fix=known, profile=False, multistart=3)
        except FitError as error:
            flags.append(Flag("could_not_fit", f"{name} could not be fitted: {error}", "note"))
            continue
        for more in free:
            try:
                label = f"{name}, {more.replace('_', ' ')} free"
                results[label] = fit(
                    name, x=t[keep], y=b[keep], sigma=sigma[keep], fix=known, free=[more], profile=False, multistart=3
                )
            except FitError as error:
                flags.append(Flag("could_not_fit", f"{label} could not be fitted: {error}", "note"))
    return (rank(results, flags) if len(results) > 1 else None), flags


def rivals_table(comparison: Comparison) -> Table:
    """Models, their distance in AICc, and what each says of T_c0 and B_c2(0)."""
    rows = tuple(
        (
            r.model,
            r.parameters,
            f"{r.delta:.1f}",
            f"{r.weight:.2g}",
            f"{r.reduced_chi_square:.3g}",
            _free(comparison.results[r.model]),
        )
        for r in comparison.ranks
    )
    columns = ("model", "parameters", "AICc - best", "Akaike weight", "chi2/dof", "values")
    return Table("Descriptions of the critical field", columns, rows, comparison.verdict)


def _free(result: FitResult) -> str:
    return ", ".join(f"{p.name.replace('_', ' ')} {p}" for p in result.params.values() if p.vary)


def rivals_flag(comparison: Comparison, main: str) -> list[Flag]:
    """A warning where another description beats pair breaking by far."""
    ours = next(r for r in comparison.ranks if r.model == main)
    best = comparison.ranks[0]
    if best.model == main or ours.delta < 6 or not math.isfinite(ours.delta):
        return []
    text = (f"{best.model} describes the critical field better than pair breaking (AICc lower by {ours.delta:.1f}): the lengths "
            "hold only as far as pair breaking does")  # fmt: skip
    return [Flag("pair_breaking_beaten", text, "warning", {"delta": ours.delta})]
