r"""Pair breaking through points (T, B) with errors in both, for fields in any direction at once.

A film in a field B at an angle to its plane turns normal where the pair breaking of the field is that of the temperature,

    F = B |sin| / B_perp + (B cos / B_par)^2 - f(T/T_c0) = 0,     f = alpha/alpha_c of `supraspin.models._pair_breaking`,

B_perp and B_par being the critical fields at T = 0. F is smooth in T and B everywhere, at T_c0 and at T = 0 too, where
B_c2(T) or T_c(B) have infinite slopes. A point is weighed by 1/sigma_F^2 with sigma_F^2 = (F_B sigma_B)^2 + (F_T sigma_T)^2.
Where the points scatter more than their errors say, a further error of the temperature, the same for all, takes up the excess:
the thermometer's, or that of a film whose transition wanders.
The coefficients 1/B_perp and 1/B_par^2 are linear in F, so that a scan of T_c0 finds the start without a guess. In place of the
film, `bulk=True` takes an anisotropic bulk superconductor, B sqrt((sin/B_perp)^2 + (cos/B_par)^2) (Ginzburg and Landau).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student

from supraspin.analysis.critical_field.points import Points
from supraspin.analysis.critical_field.solve import breaking, curve, residuals, sigmas, solve, start
from supraspin.errors import FitError
from supraspin.models._film_start import reduced_temperature_of

_SIGMA = math.erf(math.sqrt(0.5))
"""Share of a Gaussian within one standard deviation; errors from the scatter of few points are widened to hold as much."""
_TOLERANCE = math.radians(2.0)
"""A field this close to the normal or the plane of the film is taken to be there where nothing else is known."""


@dataclass(frozen=True)
class FilmFit:
    """T_c0 (K) and critical fields at T = 0 (T), as logarithms `log` named by `names`, with their covariance.

    `names` holds "critical_temperature" and one or both of "critical_field_perpendicular" and "critical_field_parallel".
    `chi_square` is that with the errors given, `scatter` (K) the further error of the temperatures, which the covariance counts.
    Without a degree of freedom nothing tells whether the points lie on such a curve, and the covariance is NaN.
    """

    names: tuple[str, ...]
    log: np.ndarray
    covariance: np.ndarray
    chi_square: float
    dof: int
    scatter: float
    bulk: bool
    errors_known: bool
    used: Points

    @property
    def reduced(self) -> float:
        return self.chi_square / self.dof if self.dof > 0 else math.nan

    def value(self, name: str) -> float:
        """One of `names`, SI."""
        return math.exp(self.log[self.names.index(name)])

    def product(self, factor: float, **powers: float) -> tuple[float, float]:
        """factor times powers of the parameters, and its standard error with their correlation."""
        weights = np.array([powers.get(name, 0.0) for name in self.names])
        value = factor * math.exp(float(weights @ self.log))
        return value, value * math.sqrt(max(float(weights @ self.covariance @ weights), 0.0))

    def breaking(self, field, angle):
        """alpha/alpha_c of a field (T) at an angle (rad), elementwise."""
        across, plane = self._scales()
        return breaking(np.asarray(field, float), np.asarray(angle, float), across, plane, self.bulk)

    def temperature(self, field, angle) -> np.ndarray:
        """T_c(B), K, elementwise; 0 where the field ends superconductivity."""
        return self.value("critical_temperature") * reduced_temperature_of(self.breaking(field, angle))

    def field(self, temperature, angle) -> np.ndarray:
        """B_c2(T), T, elementwise in K and rad; 0 from T_c0 on."""
        across, plane = self._scales()
        f = np.maximum(curve(np.asarray(temperature, float) / self.value("critical_temperature"))[0], 0.0)
        one, two = np.abs(np.sin(angle)) * across, np.cos(angle) ** 2 * plane
        if self.bulk:
            return f / np.sqrt(one**2 + two)
        return 2 * f / (one + np.sqrt(one**2 + 4 * two * f) + 1e-300)

    def _scales(self) -> tuple[float, float]:
        across = 1 / self.value("critical_field_perpendicular") if "critical_field_perpendicular" in self.names else 0.0
        plane = self.value("critical_field_parallel") ** -2 if "critical_field_parallel" in self.names else 0.0
        return across, plane


def fit_film(found: Points, *, bulk: bool = False) -> FilmFit:
    """The pair-breaking curve through points whose direction is known. Raises `FitError` for too few of them."""
    if not np.isfinite(found.angle).all():
        raise FitError("the direction of the field is not known for all points")
    found = _onto_axes(found)
    sin, cos = np.abs(np.sin(found.angle)), np.cos(found.angle)
    moving = found.field > 0
    names = ["critical_temperature"]
    names += ["critical_field_perpendicular"] if np.any(sin[moving] > 1e-9) else []
    names += ["critical_field_parallel"] if np.any(cos[moving] > 1e-9) else []
    if len(names) == 1:
        raise FitError("no point of the critical field lies at a field above zero")
    if len(names) == 3 and np.ptp(found.angle[moving]) < math.radians(1):
        raise FitError("one oblique direction of the field does not tell the two critical fields apart")
    if found.size < len(names) or np.unique(found.temperature).size < 2:
        raise FitError(f"{found.size} points do not determine a critical field")
    dof = found.size - len(names)
    log, covariance, chi_square = solve(found, names, start(found, names, bulk), bulk)
    scatter, first = 0.0, chi_square
    if found.errors_known and dof > 0 and chi_square > dof:
        scatter = _excess(found, names, log, bulk, dof)
        log, covariance, chi_square = solve(_with_scatter(found, scatter), names, log, bulk)
    if dof > 0:
        growth = max(chi_square / dof, 1.0) if found.errors_known else chi_square / dof
        if scatter > 0 or not found.errors_known:
            growth *= student.ppf(0.5 + 0.5 * _SIGMA, dof) ** 2
        covariance = covariance * growth
    else:
        covariance = np.full_like(covariance, math.nan)
    return FilmFit(tuple(names), log, covariance, first, dof, scatter, bulk, found.errors_known, found)


def _with_scatter(found: Points, scatter: float) -> Points:
    return replace(found, temperature_error=np.hypot(found.temperature_error, scatter))


def _excess(found: Points, names: list[str], log: np.ndarray, bulk: bool, dof: int) -> float:
    """The error of the temperatures, K, beside their own, with which chi-square is the number of degrees of freedom."""
    residual = residuals(found, names, log, bulk)

    def over(size: float) -> float:
        return float(np.sum((residual / sigmas(_with_scatter(found, size), names, log, bulk)) ** 2)) - dof

    high = 1e-6 * float(found.temperature.max())
    while over(high) > 0:
        high *= 2
    return brentq(over, 0.0, high, xtol=1e-4 * high)


def _onto_axes(found: Points) -> Points:
    """Points whose field is within 2 deg of an axis, all of them, put on the axis."""
    right = math.pi / 2
    near = np.where(found.angle > right - _TOLERANCE, right, np.where(found.angle < _TOLERANCE, 0.0, found.angle))
    return replace(found, angle=near) if np.isin(near, (0.0, right)).all() else found
