"""What a finished fit has to say about itself: lack of fit, structure, bounds, rival minima."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc

from supraspin.fit.noise import Structure
from supraspin.fit.problem import Problem
from supraspin.fit.solve import Solution
from supraspin.flags import Flag


def misfit_threshold(n: int) -> float:
    """Ratio of residual rms to model-free noise above which a fit is poor: four times the scatter of the noise estimate."""
    return max(1.25, 1.0 + 6.0 / math.sqrt(max(n, 1)))


def fit_flags(problem: Problem, best: Solution, dof: int, rms: float, level: float, structure: Structure) -> list[Flag]:
    """Flags on the quality of the fit. `rms` and `level` (model-free noise) are in units of the sigma in use."""
    flags = []
    if not best.converged:
        flags.append(Flag("not_converged", f"the fit stopped before it converged: {best.message}", "fault"))
    if problem.sigma_known:
        p = float(chdtrc(dof, best.chi_square))
        if p < 1e-3:
            numbers = {"chi_square": best.chi_square, "dof": float(dof), "p": p}
            flags.append(
                Flag(
                    "poor_fit",
                    f"chi-square {best.chi_square:.4g} for {dof} degrees of freedom: p = {p:.1g} if sigma is right",
                    "warning",
                    numbers,
                )
            )
        elif chdtrc(dof, best.chi_square) > 1 - 1e-6:
            numbers = {"chi_square": best.chi_square, "dof": float(dof)}
            flags.append(
                Flag(
                    "sigma_too_large",
                    f"chi-square {best.chi_square:.4g} for {dof} degrees of freedom: sigma is too large",
                    "note",
                    numbers,
                )
            )
    elif math.isfinite(level) and level > 0 and rms / level > misfit_threshold(problem.n):
        ratio = rms / level
        flags.append(
            Flag(
                "poor_fit",
                f"the residuals are {ratio:.3g} times the noise of the data: the model misses something",
                "warning",
                {"ratio": ratio},
            )
        )
    if structure.structured:
        growth = structure.error_growth
        message = (
            f"the residuals are not random (lag-1 autocorrelation {structure.lag1:.2f}, runs test z = {structure.runs_z:.1f}); "
            f"with {structure.n_effective:.0f} independent points instead of {structure.n} the errors "
            f"would be {growth:.2g} times larger"
        )
        numbers = {
            "lag1": structure.lag1,
            "runs_z": structure.runs_z,
            "n_effective": structure.n_effective,
            "error_growth": growth,
        }
        flags.append(Flag("residuals_structured", message, "warning", numbers))
    return flags


def rival_minimum(
    problem: Problem, found: Sequence[Solution], best: np.ndarray, chi_square: float, stderr: np.ndarray, variance: float
) -> list[Flag]:
    """A flag where another minimum, walled off from the best one, fits nearly as well."""
    for other in found:
        rise = (other.chi_square - chi_square) / variance
        if not other.converged or rise > 6 or not np.all(np.isfinite(stderr)):
            continue
        away = np.abs(other.values - best) / np.maximum(stderr, 1e-12 * np.abs(best) + 1e-300)
        j = int(np.argmax(away))
        if away[j] <= 5:
            continue
        name, unit = problem.slots[j].name, problem.slots[j].unit
        where = f"{name} = {other.values[j]:.4g} {unit}"
        numbers = {"delta_chi_square": max(rise, 0.0), "value": float(other.values[j])}
        ones = np.ones(len(best))
        apart = problem.residuals(other.values, ones)[0] - problem.residuals(best, ones)[0]
        if np.sum(apart**2) < 1e-4 * variance * problem.n:
            return [Flag("same_curve", f"another set of parameters gives the same curve: {where}", "note", numbers)]
        middle = problem.chi_square(0.5 * (other.values + best))
        if not (middle - other.chi_square) / variance < 1:
            message = f"another minimum fits nearly as well: {where}, chi-square higher by {max(rise, 0):.2g} (scaled)"
            return [Flag("several_minima", message, "warning", numbers)]
    return []
