"""The superconductor of a device and the order of its moments: T_c, T_K, gap and order at any temperature and field.

One film has one T_c0, xi0 and thickness: pair breaking gives T_c(B), the coherence-length criterion T_K(B), and the gap
equation Delta(T, B) below T_c(B). Everything else in the laboratory asks here, often for a single point, so that the universal
curves of the models are read from tables (cubic splines, errors below 1e-9).
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from scipy.interpolate import CubicSpline

from supraspin.devices import Device, Film
from supraspin.models._gap import GAP_TO_TC, gap_ratio
from supraspin.models._pair_breaking import (
    ALPHA_CRITICAL,
    parallel_field_scale,
    perpendicular_field_scale,
    reduced_temperature,
)
from supraspin.quantities import KB


@cache
def _temperature_curve() -> CubicSpline:
    """T_c/T_c0 over s = sqrt(1 - alpha/alpha_c)."""
    s = np.linspace(0, 1, 401)
    return CubicSpline(s, np.asarray(reduced_temperature(1 - s**2)))


@cache
def _gap_curve(symmetry: str) -> CubicSpline:
    """(Delta(T)/Delta(0))^2 over T/T_c."""
    t = np.linspace(0, 1, 2001)
    return CubicSpline(t, np.asarray(gap_ratio(t, symmetry)) ** 2)


def pair_breaking(device: Device, field, field_angle) -> np.ndarray:
    """alpha/alpha_c in a field (T) at an angle (rad) to the film: the sum of both directions' parts; elementwise."""
    film = device.film
    field, field_angle = np.asarray(field, float), np.asarray(field_angle, float)
    across = np.abs(field * np.sin(field_angle)) / perpendicular_field_scale(film.coherence_length)
    return across + (field * np.cos(field_angle) / parallel_field_scale(film.coherence_length, film.thickness)) ** 2


def critical_temperature(device: Device, field, field_angle=0.0) -> np.ndarray:
    """T_c, K, in a field (T) at an angle (rad) to the film; 0 where there is none; elementwise."""
    left = 1 - pair_breaking(device, field, field_angle)
    return device.film.critical_temperature * np.where(left > 0, _temperature_curve()(np.sqrt(np.maximum(left, 0.0))), 0.0)


def ordering_temperature(device: Device, field, field_angle=0.0) -> np.ndarray:
    """T_K, K, in a field (T) at an angle (rad) to the film; 0 where nothing orders; elementwise."""
    tc = critical_temperature(device, field, field_angle)
    if device.ordering is None:
        return np.zeros_like(tc)
    return tc * max(1 - (device.film.coherence_length / device.ordering.magnetic_length) ** 2, 0.0)


def order(device: Device, temperature, field, field_angle=0.0) -> np.ndarray:
    """Order of the moments, between 0 and 1: (1 - T/T_K(B))^beta, averaged over the spread of T_c; elementwise."""
    if device.ordering is None:
        return np.zeros(np.broadcast_shapes(np.shape(temperature), np.shape(field), np.shape(field_angle)))
    tk = ordering_temperature(device, field, field_angle)
    temperature, tk = np.broadcast_arrays(np.asarray(temperature, float), tk)
    parts, weights = spread(relative_width(device.film))
    left = 1 - temperature[..., None] / np.maximum(tk[..., None] * parts, 1e-12)
    return np.maximum(left, 0.0) ** device.ordering.critical_exponent @ weights


def relative_width(film: Film) -> float:
    """Standard deviation of the local T_c over its mean."""
    return film.transition_width / film.critical_temperature


@lru_cache(maxsize=256)
def spread(width: float) -> tuple[np.ndarray, np.ndarray]:
    """Local T_c over its mean, of relative standard deviation `width`, and how much of the film has it: Gauss-Hermite."""
    x, w = np.polynomial.hermite_e.hermegauss(9)
    return 1 + width * x, w / w.sum()


def gap(device: Device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """Gap (its maximum over the angle), eV; elementwise."""
    film = device.film
    tc = critical_temperature(device, field, field_angle)
    ratio = film.gap_ratio if film.gap_ratio is not None else GAP_TO_TC[film.pairing]
    superconducts = tc > 0
    reduced = np.where(superconducts, np.asarray(temperature, float) / np.where(superconducts, tc, 1.0), 2.0)
    squared = _gap_curve(film.pairing)(np.minimum(reduced, 1.0))
    return ratio * KB * tc * np.sqrt(np.where(reduced < 1, np.maximum(squared, 0.0), 0.0))


def broadening(device: Device, field=0.0, field_angle=0.0) -> np.ndarray:
    """Broadening of the density of states, eV: that of the film and half the pair-breaking energy of the field; elementwise."""
    film = device.film
    alpha = ALPHA_CRITICAL * KB * film.critical_temperature * pair_breaking(device, field, field_angle)
    return film.broadening + 0.5 * alpha
