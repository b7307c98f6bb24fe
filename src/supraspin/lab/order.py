"""The superconductor of a device and the order of its moments: T_c, T_K, gap and order at any temperature and field.

One film has one T_c0, xi0 and thickness: pair breaking gives T_c(B), the coherence-length criterion T_K(B), and the gap
equation Delta(T, B) below T_c(B). Everything else in the laboratory asks here.
"""

from __future__ import annotations

import numpy as np

from supraspin.devices import Device
from supraspin.models._gap import GAP_TO_TC, gap_ratio
from supraspin.models._pair_breaking import ALPHA_CRITICAL, film_pair_breaking, reduced_temperature
from supraspin.models.ferromagnetic_boundary import ordered_share
from supraspin.quantities import KB


def pair_breaking(device: Device, field, field_angle) -> np.ndarray:
    """alpha/alpha_c in a field (T) at an angle (rad) to the film; elementwise."""
    film = device.film
    here = np.asarray(field, float), np.asarray(field_angle, float)
    return np.asarray(film_pair_breaking(*here, film.coherence_length, film.thickness))


def critical_temperature(device: Device, field, field_angle=0.0) -> np.ndarray:
    """T_c, K, in a field (T) at an angle (rad) to the film; 0 where there is none; elementwise."""
    return device.film.critical_temperature * np.asarray(reduced_temperature(pair_breaking(device, field, field_angle)))


def ordering_temperature(device: Device, field, field_angle=0.0) -> np.ndarray:
    """T_K, K, in a field (T) at an angle (rad) to the film; 0 where nothing orders; elementwise."""
    tc = critical_temperature(device, field, field_angle)
    if device.ordering is None:
        return np.zeros_like(tc)
    return tc * float(ordered_share(device.film.coherence_length, device.ordering.magnetic_length))


def order(device: Device, temperature, field, field_angle=0.0) -> np.ndarray:
    """Order of the moments, between 0 and 1: (1 - T/T_K(B))^beta, averaged over the spread of T_c; elementwise."""
    if device.ordering is None:
        return np.zeros(np.broadcast_shapes(np.shape(temperature), np.shape(field), np.shape(field_angle)))
    tk = ordering_temperature(device, field, field_angle)
    temperature, tk = np.broadcast_arrays(np.asarray(temperature, float), tk)
    total = np.zeros(tk.shape)
    for part, weight in zip(*spread(device), strict=True):
        left = 1 - temperature / np.maximum(tk * part, 1e-12)
        total += weight * np.maximum(left, 0.0) ** device.ordering.critical_exponent
    return total


def spread(device: Device) -> tuple[np.ndarray, np.ndarray]:
    """Local T_c over its mean, and how much of the film has it: Gauss-Hermite nodes and weights."""
    x, w = np.polynomial.hermite_e.hermegauss(9)
    return 1 + device.film.transition_width / device.film.critical_temperature * x, w / w.sum()


def gap(device: Device, temperature, field=0.0, field_angle=0.0) -> np.ndarray:
    """Gap (its maximum over the angle), eV; elementwise."""
    film = device.film
    tc = critical_temperature(device, field, field_angle)
    ratio = film.gap_ratio if film.gap_ratio is not None else GAP_TO_TC[film.pairing]
    superconducts = tc > 0
    reduced = np.where(superconducts, np.asarray(temperature, float) / np.where(superconducts, tc, 1.0), 2.0)
    return ratio * KB * tc * np.asarray(gap_ratio(reduced, film.pairing))


def broadening(device: Device, field=0.0, field_angle=0.0) -> np.ndarray:
    """Broadening of the density of states, eV: that of the film and half the pair-breaking energy of the field; elementwise."""
    film = device.film
    alpha = ALPHA_CRITICAL * KB * film.critical_temperature * pair_breaking(device, field, field_angle)
    return film.broadening + 0.5 * alpha
