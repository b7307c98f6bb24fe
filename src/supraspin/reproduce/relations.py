"""Relations between the published numbers: pair breaking, the coherence-length criterion, precession, the BKT film. SI units."""

from __future__ import annotations

import math

import numpy as np
from scipy import constants
from scipy.optimize import brentq

from supraspin.models._gap import GAP_TO_TC
from supraspin.models._pair_breaking import (
    electron_diffusivity,
    perpendicular_field_scale,
    reduced_pair_breaking,
    reduced_temperature,
)
from supraspin.quantities import KB, MU_B_OVER_HBAR

COLDEST = 1.5
"""Temperature at which the paper gives device A's fields, K."""
_G = 2.0
_FLUX = constants.h / (2 * constants.e)


def coherence_length(critical_field: float, critical_temperature: float) -> float:
    """xi0 from B_c2 across the film at 1.5 K."""
    at_zero = critical_field / float(reduced_pair_breaking(COLDEST / critical_temperature))
    return math.sqrt(float(perpendicular_field_scale(1.0)) / at_zero)


def charge_diffusivity(critical_field: float, critical_temperature: float) -> float:
    """D = 8 k_B T_c xi0^2 / (pi hbar) from B_c2 across the film at 1.5 K."""
    return float(electron_diffusivity(critical_temperature, coherence_length(critical_field, critical_temperature)))


def _critical_temperature(field: float, length: float, critical_temperature: float) -> float:
    return critical_temperature * float(reduced_temperature(field / float(perpendicular_field_scale(length))))


def magnetic_length(ordering_field: float, critical_field: float, critical_temperature: float) -> float:
    """l_m from B_K at 1.5 K: T_c(B_K) (1 - (xi0/l_m)^2) = 1.5 K."""
    length = coherence_length(critical_field, critical_temperature)
    return length / math.sqrt(1 - COLDEST / _critical_temperature(ordering_field, length, critical_temperature))


def ordering_temperature(ordering_field: float, critical_field: float, critical_temperature: float) -> float:
    """T_K in zero field from B_K at 1.5 K."""
    length = coherence_length(critical_field, critical_temperature)
    return COLDEST * critical_temperature / _critical_temperature(ordering_field, length, critical_temperature)


def ordering_field(ordering_temperature: float, critical_field: float, critical_temperature: float) -> float:
    """B_K at 1.5 K from T_K in zero field."""
    length = coherence_length(critical_field, critical_temperature)
    return float(perpendicular_field_scale(length)) * float(reduced_pair_breaking(COLDEST / ordering_temperature))


def _phase(turn: float, ratio: float) -> float:
    """Phase of exp(-x s)/s with s = sqrt(1 + i w), up to its sign; w is omega tau, x the channel over the spin length."""
    s = np.sqrt(1 + 1j * turn)
    return float(ratio * s.imag + np.angle(s))


def _turn(phase: float, ratio: float) -> float:
    return float(brentq(lambda w: _phase(w, ratio) - phase, 0.0, 1e6))


def spin_diffusivity(first_zero: float, spin_length: float, separation: float = 0.8e-6) -> float:
    """D from the field of the first zero and the spin diffusion length."""
    lifetime = _turn(math.pi / 2, separation / spin_length) / (_G * MU_B_OVER_HBAR * first_zero)
    return spin_length**2 / lifetime


def first_zero(diffusivity: float, spin_length: float, separation: float) -> float:
    """Field of the first zero of a Hanle curve with tunnel contacts (Eq. 3)."""
    return _turn(math.pi / 2, separation / spin_length) * diffusivity / spin_length**2 / (_G * MU_B_OVER_HBAR)


def further_maximum(diffusivity: float, spin_length: float, separation: float) -> float:
    """Field of the next maximum of the same sign as that at zero field."""
    ratio = separation / spin_length
    low, high = _turn(1.5 * math.pi, ratio), _turn(2.5 * math.pi, ratio)
    turns = np.linspace(low, high, 4001)
    s = np.sqrt(1 + 1j * turns)
    best = turns[np.argmax((np.exp(-ratio * s) / s).real)]
    return float(best) * diffusivity / spin_length**2 / (_G * MU_B_OVER_HBAR)


def nodal_gap(critical_temperature: float) -> float:
    """Weak-coupling Delta(0) of a nodal gap, eV."""
    return float(GAP_TO_TC["nodal"]) * KB * critical_temperature


def screening_length(temperature: float) -> float:
    """Lambda = lambda^2/d of a film with its BKT transition there: k_B T = Phi0^2 / (8 pi mu0 Lambda)."""
    return _FLUX**2 / (8 * math.pi * constants.mu_0 * constants.k * temperature)


def bkt_over_critical(critical_temperature: float, screening: float) -> float:
    """T_BKT/T_c of a film with lambda(0)^2/d = `screening`, by the two-fluid law 1 - (T/T_c)^4."""
    strength = screening_length(critical_temperature) / screening
    return float(brentq(lambda t: strength * (1 - t**4) - t, 0.0, 1.0, xtol=1e-15))
