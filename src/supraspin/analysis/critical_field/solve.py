"""The least squares behind a pair-breaking curve: F and its derivatives at points, their weights, the start, and the steps.

F = B |sin| / B_perp + (B cos / B_par)^2 - f(T/T_c0) (`curve`). Parameters are logarithms, named by `names`:
"critical_temperature", then one or both of "critical_field_perpendicular" and "critical_field_parallel".
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev
from scipy.interpolate import CubicSpline

from supraspin.analysis.critical_field.points import Points
from supraspin.errors import FitError
from supraspin.models._pair_breaking import series


@lru_cache
def _smooth() -> CubicSpline:
    """alpha/alpha_c over 1 - t as a spline through its Chebyshev series: the same to 1e-11, and twenty times faster."""
    nodes = np.linspace(0, 1, 1025)
    return CubicSpline(nodes, chebyshev.chebval(2 * nodes - 1, series()[0]))


def curve(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """f = alpha/alpha_c and df/dt at t = T/T_c0 (elementwise), continued as a straight line beyond t = 1."""
    inside = np.clip(t, 0.0, 1.0)
    g = _smooth()(inside)
    return (1 - t) * g, np.where((t >= 0) & (t <= 1), (1 - t) * _smooth()(inside, 1), 0.0) - g


def breaking(field, angle, across: float, plane: float, bulk: bool):
    one, two = field * np.abs(np.sin(angle)) * across, (field * np.cos(angle)) ** 2 * plane
    return np.sqrt(one**2 + two) if bulk else one + two


def start(found: Points, names: list[str], bulk: bool) -> np.ndarray:
    """The best of a scan over T_c0, in which the other parameters are linear (for a bulk, in the squares of both sides)."""
    sin, cos = np.abs(np.sin(found.angle)), np.cos(found.angle)
    columns = [(found.field * sin) ** (2 if bulk else 1)] if names[1] == "critical_field_perpendicular" else []
    columns += [(found.field * cos) ** 2] if names[-1] == "critical_field_parallel" else []
    design = np.stack(columns, axis=1)
    design_scale = design.max(axis=0)
    tried = float(found.temperature.max()) * np.concatenate([np.linspace(0.97, 1.5, 54), [1.75, 2.0, 2.5, 3.0]])
    f, slope = curve(found.temperature / tried[:, None])
    f = f * np.abs(f) if bulk else f
    weight = 1 / (1e-3 + np.abs(slope))
    parts = weight[:, :, None] * (design / design_scale)
    squared = np.einsum("tni,tnj->tij", parts, parts) + 1e-12 * np.eye(len(columns))
    linear = np.linalg.solve(squared, np.einsum("tni,tn->ti", parts, f * weight)[:, :, None])[:, :, 0]
    left = np.sum((np.einsum("tni,ti->tn", parts, linear) - f * weight) ** 2, axis=1)
    left = np.where(np.all(linear > 0, axis=1), left, math.inf)
    best = int(left.argmin())
    if not math.isfinite(left[best]):
        raise FitError("the critical field does not fall with temperature: pair breaking does not describe these points")
    powers = {"critical_field_perpendicular": -0.5 if bulk else -1.0, "critical_field_parallel": -0.5}
    scales = (float(value) ** powers[name] for name, value in zip(names[1:], linear[best] / design_scale, strict=True))
    return np.log([tried[best], *scales])


def solve(found: Points, names: list[str], first: np.ndarray, bulk: bool) -> tuple[np.ndarray, np.ndarray, float]:
    """Gauss and Newton in the logarithms, the weights renewed at each step; covariance and chi-square at the end."""
    log = first
    for _ in range(60):
        sigma = sigmas(found, names, log, bulk)
        residual, slopes = residuals(found, names, log, bulk) / sigma, by_logarithms(found, names, log, bulk) / sigma[:, None]
        step = -np.linalg.lstsq(slopes, residual, rcond=None)[0]
        step = np.clip(step, -0.3, 0.3)
        squares = float(residual @ residual)
        for _ in range(12):  # with the weights of this step, so that it is a descent
            trial = residuals(found, names, log + step, bulk) / sigma
            if float(trial @ trial) <= squares * (1 + 1e-12):
                break
            step = step / 2
        log = log + step
        if float(np.abs(step).max()) < 1e-8:
            break
    sigma = sigmas(found, names, log, bulk)
    residual, slopes = residuals(found, names, log, bulk) / sigma, by_logarithms(found, names, log, bulk) / sigma[:, None]
    return log, np.linalg.pinv(slopes.T @ slopes), float(residual @ residual)


def _unpack(names: list[str], log: np.ndarray) -> tuple[float, float, float]:
    value = dict(zip(names, np.exp(log), strict=True))
    across = 1 / value["critical_field_perpendicular"] if "critical_field_perpendicular" in value else 0.0
    plane = value["critical_field_parallel"] ** -2 if "critical_field_parallel" in value else 0.0
    return value["critical_temperature"], across, plane


def residuals(found: Points, names: list[str], log: np.ndarray, bulk: bool) -> np.ndarray:
    warm, across, plane = _unpack(names, log)
    return breaking(found.field, found.angle, across, plane, bulk) - curve(found.temperature / warm)[0]


def by_logarithms(found: Points, names: list[str], log: np.ndarray, bulk: bool) -> np.ndarray:
    """Derivatives of F by the logarithms of the parameters (point, parameter)."""
    warm, across, plane = _unpack(names, log)
    t = found.temperature / warm
    one = found.field * np.abs(np.sin(found.angle)) * across
    two = (found.field * np.cos(found.angle)) ** 2 * plane
    whole = np.sqrt(one**2 + two) + 1e-300
    by = {
        "critical_temperature": curve(t)[1] * t,
        "critical_field_perpendicular": -(one**2) / whole if bulk else -one,
        "critical_field_parallel": -two / whole if bulk else -2 * two,
    }
    return np.stack([by[name] for name in names], axis=1)


def sigmas(found: Points, names: list[str], log: np.ndarray, bulk: bool) -> np.ndarray:
    """Standard deviation of F at each point; the curvature in B counts where the slope vanishes (in the plane near T_c0)."""
    warm, across, plane = _unpack(names, log)
    up = breaking(found.field + found.field_error, found.angle, across, plane, bulk)
    here = breaking(found.field, found.angle, across, plane, bulk)
    slope = curve(found.temperature / warm)[1] / warm
    return np.sqrt((up - here) ** 2 + (slope * found.temperature_error) ** 2) + 1e-12
