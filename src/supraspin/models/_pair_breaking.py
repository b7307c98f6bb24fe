r"""The universal pair-breaking curve of a dirty superconductor, both ways.

    ln(T_c/T_c0) = psi(1/2) - psi(1/2 + alpha / (2 pi k_B T_c)),   alpha_c = (pi/2) exp(-gamma) k_B T_c0 = 0.8819385 k_B T_c0,
    alpha = D e B for a field across a film,   alpha = D e^2 B^2 d^2 / (6 hbar) for one in its plane,
    D = 8 k_B T_c0 xi0^2 / (pi hbar)

(Abrikosov and Gor'kov; Maki; de Gennes; D as in arXiv:2306.06659, Methods). With this D the fields do not know T_c0:

    alpha / (k_B T_c0) = 8 xi0^2 B / Phi0   and   (4 pi/3) (xi0 d B / Phi0)^2.

Both directions of alpha(T_c) are Chebyshev series. Near T_c0, alpha falls linearly; near alpha_c, T_c falls as the square
root of alpha_c - alpha. With these factors taken out,

    alpha/alpha_c = (1 - t) f(t)   and   t = s g(s),   s = sqrt(1 - alpha/alpha_c),   t = T_c/T_c0,

f and g are smooth on 0..1, ends included, and forty terms leave an error of 1e-12.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import constants, special

from supraspin.backend import jax, jnp

ALPHA_CRITICAL = np.pi * np.exp(-np.euler_gamma) / 2
"""alpha_c / (k_B T_c0)."""
FLUX_QUANTUM = constants.h / (2 * constants.e)
"""Phi0 = h/2e, Wb."""
_TERMS = 40
_PSI_HALF = float(special.digamma(0.5))


def _excess(x: np.ndarray) -> np.ndarray:
    """psi(1/2 + x) - ln x, without the cancellation at large x."""
    large = x > 12
    far = np.where(large, x, 12.0)
    y = 1 / far**2
    series = y * (1 / 24 - y * (7 / 960 - y * (31 / 8064 - y * (127 / 30720 - y * (511 / 67584 - y * 1414477 / 67092480)))))
    near = np.where(large, 12.0, x)
    return np.where(large, series, special.digamma(0.5 + near) - np.log(near))


def _slope(x: np.ndarray) -> np.ndarray:
    """Derivative of `_excess` with respect to ln x."""
    large = x > 12
    near = np.where(large, 12.0, x)
    y = 1 / np.where(large, x, 12.0) ** 2
    series = -y * (1 / 12 - y * (7 / 240 - y * (31 / 1344 - y * (127 / 3840 - y * 2555 / 33792))))
    return np.where(large, series, near * special.polygamma(1, 0.5 + near) - 1)


def _temperature(x: np.ndarray) -> np.ndarray:
    """T_c/T_c0 where alpha / (2 pi k_B T_c) is x."""
    return np.exp(_PSI_HALF - np.log(x) - _excess(x))


@lru_cache
def series() -> tuple[np.ndarray, np.ndarray]:
    """Chebyshev coefficients of f in 2 t - 1 and of g in 2 s - 1."""
    nodes = np.cos(np.pi * (np.arange(_TERMS) + 0.5) / _TERMS)
    u = (nodes + 1) / 2
    t = u
    log_x = _PSI_HALF - np.log(t) + np.log1p(-t)
    for _ in range(60):  # Newton in ln x on ln t; psi is convex enough in ln x that it does not leave the basin
        x = np.exp(log_x)
        log_x -= np.clip((_PSI_HALF - log_x - _excess(x) - np.log(t)) / (-1 - _slope(x)), -1, 1)
    f = np.exp(-_excess(np.exp(log_x))) / (1 - t)
    log_x = -np.log(u) - 1.5 + np.log1p(-(u**2))
    for _ in range(60):  # Newton in ln x on ln s^2
        x = np.exp(log_x)
        left = -np.expm1(-_excess(x))
        change = np.exp(-_excess(x)) * _slope(x) / left
        log_x -= np.clip((np.log(left) - 2 * np.log(u)) / change, -1, 1)
    g = _temperature(np.exp(log_x)) / u
    angles = np.outer(np.arange(_TERMS), np.arccos(nodes))
    weights = np.where(np.arange(_TERMS) == 0, 1.0, 2.0) / _TERMS
    return weights * (np.cos(angles) @ f), weights * (np.cos(angles) @ g)


def _sum(coefficients: np.ndarray, x):
    """Chebyshev series by Clenshaw's recurrence, written out so that the compiler fuses it into one pass over the points."""
    first, second = jnp.zeros_like(x), jnp.zeros_like(x)
    for c in coefficients[:0:-1]:
        first, second = float(c) + 2 * x * first - second, first
    return float(coefficients[0]) + x * first - second


@jax.jit
def reduced_pair_breaking(t):
    """alpha/alpha_c that lowers the transition to t = T_c/T_c0: 1 at t = 0, 0 from t = 1 on (elementwise)."""
    inside = jnp.clip(jnp.asarray(t, dtype=float), 0.0, 1.0)
    return (1 - inside) * _sum(series()[0], 2 * inside - 1)


@jax.jit
def reduced_temperature(alpha_ratio):
    """T_c/T_c0 under a pair breaking alpha/alpha_c = `alpha_ratio` >= 0: 1 at 0, 0 from 1 on (elementwise).

    The derivative is infinite at 1; it is given as that of the normal side there, 0.
    """
    left = 1 - jnp.asarray(alpha_ratio, dtype=float)
    some = left > 0
    s = jnp.sqrt(jnp.where(some, jnp.minimum(left, 1.0), 1.0))
    return jnp.where(some, s * _sum(series()[1], 2 * s - 1), 0.0)


def above_zero(value):
    """A length or temperature kept off zero, where it divides."""
    return jnp.maximum(jnp.asarray(value, dtype=float), 1e-30)


def safe_sqrt(value):
    """Square root of value >= 0 with derivative 0 where the value is 0 (elementwise)."""
    some = value > 0
    return jnp.where(some, jnp.sqrt(jnp.where(some, value, 1.0)), 0.0)


def perpendicular_field_scale(coherence_length):
    """Field across the film at which alpha = alpha_c, T: the critical field at T = 0."""
    return ALPHA_CRITICAL * FLUX_QUANTUM / (8 * coherence_length**2)


def parallel_field_scale(coherence_length, thickness):
    """Field in the plane of the film at which alpha = alpha_c, T: the critical field at T = 0."""
    return np.sqrt(0.75 * ALPHA_CRITICAL / np.pi) * FLUX_QUANTUM / (coherence_length * thickness)


def film_pair_breaking(field, field_angle, coherence_length, thickness):
    """alpha/alpha_c of a film in a field (T) at an angle (rad) to its plane: the sum of both parts."""
    across = jnp.abs(field * jnp.sin(field_angle)) / perpendicular_field_scale(coherence_length)
    return across + (field * jnp.cos(field_angle) / parallel_field_scale(coherence_length, thickness)) ** 2


def film_field(alpha_ratio, field_angle, coherence_length, thickness):
    """The field at an angle to the film, T, that breaks pairs with alpha/alpha_c: the inverse of `film_pair_breaking`."""
    across = jnp.abs(jnp.sin(field_angle)) / perpendicular_field_scale(coherence_length)
    plane = (jnp.cos(field_angle) / parallel_field_scale(coherence_length, thickness)) ** 2
    root = safe_sqrt(across**2 + 4 * plane * alpha_ratio)
    some = root > 0
    return jnp.where(some, 2 * alpha_ratio / jnp.where(some, across + root, 1.0), 0.0)


def electron_diffusivity(critical_temperature, coherence_length):
    """D = 8 k_B T_c0 xi0^2 / (pi hbar), m^2/s, of the electrons in the film (K, m)."""
    return 8 * constants.k * critical_temperature * coherence_length**2 / (np.pi * constants.hbar)


def coherence_length_of(critical_temperature, diffusivity):
    """xi0 = sqrt(pi hbar D / (8 k_B T_c0)), m (K, m^2/s): the inverse of `electron_diffusivity`."""
    return (np.pi * constants.hbar * diffusivity / (8 * constants.k * critical_temperature)) ** 0.5
