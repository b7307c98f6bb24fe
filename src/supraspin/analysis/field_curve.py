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
from numpy.polynomial import chebyshev
from scipy.optimize import brentq, least_squares

from supraspin.analysis.field_points import Points
from supraspin.errors import FitError
from supraspin.models._pair_breaking import series

_TOLERANCE = math.radians(2.0)
"""A field this close to the normal or the plane of the film is taken to be there where nothing else is known."""


def curve(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """f = alpha/alpha_c and df/dt at t = T/T_c0 (elementwise), continued as a straight line beyond t = 1."""
    inside = np.clip(t, 0.0, 1.0)
    coefficients = series()[0]
    g = chebyshev.chebval(2 * inside - 1, coefficients)
    slope = 2 * chebyshev.chebval(2 * inside - 1, chebyshev.chebder(coefficients))
    return (1 - t) * g, np.where((t >= 0) & (t <= 1), (1 - t) * slope, 0.0) - g


@dataclass(frozen=True)
class FilmFit:
    """T_c0 (K) and critical fields at T = 0 (T), as logarithms `log` named by `names`, with their covariance.

    `names` holds "critical_temperature" and one or both of "critical_field_perpendicular" and "critical_field_parallel". The
    covariance counts the scatter of the points where it is larger than their errors.
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
        return _breaking(np.asarray(field, float), np.asarray(angle, float), across, plane, self.bulk)

    def temperature(self, field, angle) -> np.ndarray:
        """T_c(B), K, elementwise; 0 where the field ends superconductivity."""
        from supraspin.models._film_start import reduced_temperature_of

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
    log, covariance, chi_square = _solve(found, names, _start(found, names, bulk), bulk)
    scatter, first = 0.0, chi_square
    if found.errors_known and dof > 0 and chi_square > dof:
        scatter = _excess(found, names, log, bulk, dof)
        log, covariance, chi_square = _solve(_with_scatter(found, scatter), names, log, bulk)
    if dof > 0:
        covariance = covariance * (max(chi_square / dof, 1.0) if found.errors_known else chi_square / dof)
    return FilmFit(tuple(names), log, covariance, first, dof, scatter, bulk, found.errors_known, found)


def _with_scatter(found: Points, scatter: float) -> Points:
    return replace(found, temperature_error=np.hypot(found.temperature_error, scatter))


def _excess(found: Points, names: list[str], log: np.ndarray, bulk: bool, dof: int) -> float:
    """The error of the temperatures, K, beside their own, with which chi-square is the number of degrees of freedom."""
    residual = _residual(found, names, log, bulk)

    def over(size: float) -> float:
        return float(np.sum((residual / _sigma(_with_scatter(found, size), names, log, bulk)) ** 2)) - dof

    high = 1e-6 * float(found.temperature.max())
    while over(high) > 0:
        high *= 2
    return brentq(over, 0.0, high, xtol=1e-4 * high)


def _onto_axes(found: Points) -> Points:
    """Points whose field is within 2 deg of an axis, all of them, put on the axis."""
    right = math.pi / 2
    near = np.where(found.angle > right - _TOLERANCE, right, np.where(found.angle < _TOLERANCE, 0.0, found.angle))
    return replace(found, angle=near) if np.isin(near, (0.0, right)).all() else found


def _breaking(field, angle, across: float, plane: float, bulk: bool):
    one, two = field * np.abs(np.sin(angle)) * across, (field * np.cos(angle)) ** 2 * plane
    return np.sqrt(one**2 + two) if bulk else one + two


def _start(found: Points, names: list[str], bulk: bool) -> np.ndarray:
    """The best of a scan over T_c0; the other parameters enter F linearly (for a bulk, F^2 would, which is near enough)."""
    sin, cos = np.abs(np.sin(found.angle)), np.cos(found.angle)
    columns = [found.field * sin] if names[1] == "critical_field_perpendicular" else []
    columns += [(found.field * cos) ** 2] if names[-1] == "critical_field_parallel" else []
    if bulk:
        columns = [c**2 if i == 0 and names[1] == "critical_field_perpendicular" else c for i, c in enumerate(columns)]
    design = np.stack(columns, axis=1)
    best, chosen = math.inf, None
    for tried in float(found.temperature.max()) * np.concatenate([np.linspace(0.97, 1.5, 54), [1.75, 2.0, 2.5, 3.0]]):
        f, slope = curve(found.temperature / tried)
        f = f * np.abs(f) if bulk else f
        weight = 1 / (1e-3 + np.abs(slope))
        linear = np.linalg.lstsq(design * weight[:, None], f * weight, rcond=None)[0]
        if np.any(linear <= 0):
            continue
        left = float(np.sum(((design @ linear - f) * weight) ** 2))
        if left < best:
            best, chosen = left, (tried, linear)
    if chosen is None:
        raise FitError("the critical field does not fall with temperature: pair breaking does not describe these points")
    tried, linear = chosen
    powers = {"critical_field_perpendicular": -0.5 if bulk else -1.0, "critical_field_parallel": -0.5}
    return np.log([tried, *(float(value) ** powers[name] for name, value in zip(names[1:], linear, strict=True))])


def _solve(found: Points, names: list[str], start: np.ndarray, bulk: bool) -> tuple[np.ndarray, np.ndarray, float]:
    """Least squares in the logarithms; the weights are renewed until they agree with the curve."""
    log = start
    for _ in range(6):
        sigma = _sigma(found, names, log, bulk)
        solved = least_squares(lambda p, s=sigma: _residual(found, names, p, bulk) / s, log, method="lm", x_scale="jac")
        moved = float(np.abs(solved.x - log).max())
        log = solved.x
        if moved < 1e-7:
            break
    return log, np.linalg.pinv(solved.jac.T @ solved.jac), float(2 * solved.cost)


def _unpack(names: list[str], log: np.ndarray) -> tuple[float, float, float]:
    value = dict(zip(names, np.exp(log), strict=True))
    across = 1 / value["critical_field_perpendicular"] if "critical_field_perpendicular" in value else 0.0
    plane = value["critical_field_parallel"] ** -2 if "critical_field_parallel" in value else 0.0
    return value["critical_temperature"], across, plane


def _residual(found: Points, names: list[str], log: np.ndarray, bulk: bool) -> np.ndarray:
    warm, across, plane = _unpack(names, log)
    return _breaking(found.field, found.angle, across, plane, bulk) - curve(found.temperature / warm)[0]


def _sigma(found: Points, names: list[str], log: np.ndarray, bulk: bool) -> np.ndarray:
    """Standard deviation of F at each point; the curvature in B counts where the slope vanishes (in the plane near T_c0)."""
    warm, across, plane = _unpack(names, log)
    up = _breaking(found.field + found.field_error, found.angle, across, plane, bulk)
    here = _breaking(found.field, found.angle, across, plane, bulk)
    slope = curve(found.temperature / warm)[1] / warm
    return np.sqrt((up - here) ** 2 + (slope * found.temperature_error) ** 2) + 1e-12
