"""Formulas that several relations share, vectorised over draws; SI units, energies in eV."""

from __future__ import annotations

import math

import numpy as np
from scipy import constants

from supraspin.models._pair_breaking import (
    FLUX_QUANTUM,
    electron_diffusivity,
    parallel_field_scale,
    perpendicular_field_scale,
    reduced_pair_breaking,
    reduced_temperature,
)
from supraspin.quantities import MU_B_OVER_HBAR

_G = 2.0
_BISECTIONS = 60


def bisect(function, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Roots (n,) of an increasing function between `low` and `high` (n,), by halving."""
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        below = function(middle) < 0
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return 0.5 * (low + high)


def length_across(critical_field, critical_temperature, temperature: float) -> np.ndarray:
    """xi0 from B_c2 across the film at a temperature; NaN at and above T_c."""
    alpha = np.asarray(reduced_pair_breaking(np.minimum(temperature / critical_temperature, 1.0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.sqrt(float(perpendicular_field_scale(1.0)) * alpha / critical_field)
    return np.where(alpha > 0, length, np.nan)


def length_in_plane(critical_field, critical_temperature, thickness, temperature: float) -> np.ndarray:
    """xi0 from B_c2 in the plane at a temperature; NaN at and above T_c. Pair breaking goes as the square of the field."""
    alpha = np.asarray(reduced_pair_breaking(np.minimum(temperature / critical_temperature, 1.0)))
    with np.errstate(invalid="ignore"):
        length = float(parallel_field_scale(1.0, 1.0)) * np.sqrt(alpha) / (critical_field * thickness)
    return np.where(alpha > 0, length, np.nan)


def diffusivity_of(critical_temperature, coherence_length) -> np.ndarray:
    """D = 8 k_B T_c xi0^2 / (pi hbar)."""
    return np.asarray(electron_diffusivity(critical_temperature, coherence_length))


def cooled(critical_temperature, coherence_length, field) -> np.ndarray:
    """T_c in a field across the film."""
    return critical_temperature * np.asarray(reduced_temperature(field / np.asarray(perpendicular_field_scale(coherence_length))))


def _phase(turn, ratio) -> np.ndarray:
    """Phase of exp(-x s)/s with s = sqrt(1 + i w), up to its sign; w = omega tau, x the channel over the spin length."""
    s = np.sqrt(1 + 1j * turn)
    return ratio * s.imag + np.angle(s)


def _turn(phase: float, ratio: np.ndarray) -> np.ndarray:
    high = np.full(ratio.shape, 1.0)
    while np.any(_phase(high, ratio) < phase):
        high = np.where(_phase(high, ratio) < phase, 2 * high, high)
    return bisect(lambda w: _phase(w, ratio) - phase, np.zeros(ratio.shape), high)


def diffusivity_of_zero(first_zero, spin_length, separation: float) -> np.ndarray:
    """D from the field of the first zero of a Hanle curve and the spin diffusion length (tunnel contacts)."""
    spin_length = np.asarray(spin_length, dtype=float)
    turn = _turn(math.pi / 2, separation / spin_length)
    return spin_length**2 * _G * MU_B_OVER_HBAR * first_zero / turn


def diffusivity_of_maximum(field, spin_length, separation: float) -> np.ndarray:
    """D from the field of the next maximum of the signal's first sign."""
    spin_length = np.asarray(spin_length, dtype=float)
    ratio = (separation / spin_length)[..., None]
    low, high = _turn(1.5 * math.pi, ratio), _turn(2.5 * math.pi, ratio)
    turns = low + (high - low) * np.linspace(0, 1, 401)
    s = np.sqrt(1 + 1j * turns)
    # The factor exp(ratio) keeps channels of many spin lengths in range; it moves no maximum.
    signal = (np.exp(-ratio * (s - 1)) / s).real
    best = np.take_along_axis(turns, np.argmax(signal, axis=-1)[..., None], axis=-1)[..., 0]
    return spin_length**2 * _G * MU_B_OVER_HBAR * field / best


def screening_length(bkt_temperature) -> np.ndarray:
    """Lambda = lambda^2/d of a film with its BKT transition there: k_B T = Phi0^2 / (8 pi mu0 Lambda)."""
    return FLUX_QUANTUM**2 / (8 * math.pi * constants.mu_0 * constants.k * np.asarray(bkt_temperature))


def bkt_temperature_of(critical_temperature, screening) -> np.ndarray:
    """T_BKT of a film with lambda(0)^2/d = `screening` (m), lambda by the two-fluid law 1/(1 - (T/T_c)^4)."""
    strength = screening_length(critical_temperature) / screening
    share = bisect(lambda t: t - strength * (1 - t**4), np.zeros(np.shape(strength)), np.ones(np.shape(strength)))
    return critical_temperature * share
