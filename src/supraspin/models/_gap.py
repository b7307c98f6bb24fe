r"""The BCS gap against temperature, from the gap equation in weak coupling.

    s-wave:  ln(1/t) = sum_n [1/x - 1/sqrt(x^2 + a^2)],                          x = n + 1/2
    nodal:   ln(1/t) = sum_n [1/x - <2 cos^2 / sqrt(x^2 + a^2 cos^2)>],          a = Delta/(2 pi k_B T), t = T/T_c

(Tinkham, Introduction to Superconductivity, eq. 3.53; for Delta cos(l theta), Won and Maki, PRB 49, 1397 (1994)).
The squared ratio (Delta(T)/Delta(0))^2 is smooth in t and kept as a Chebyshev series.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import optimize, special

from supraspin.backend import jnp
from supraspin.numerics import chebyshev_values

# Delta(0) / (k_B T_c): s-wave pi exp(-gamma); nodal, maximum over angle, 2 pi exp(-gamma - 1/2).
GAP_TO_TC = {"s-wave": np.pi * np.exp(-np.euler_gamma), "nodal": 2 * np.pi * np.exp(-np.euler_gamma - 0.5)}
_TERMS = 200


def _kernel(x, a, symmetry: str):
    if symmetry == "s-wave":
        return 1 / np.sqrt(x**2 + a**2)
    root = np.sqrt(x**2 + a**2)
    k2 = (a / root) ** 2
    closed = (4 / np.pi) * (root * special.ellipe(k2) - x**2 / root * special.ellipk(k2)) / a**2
    r = (a / x) ** 2  # where the closed form cancels
    series = (1 - r * (3 / 8 - r * (15 / 64 - r * (175 / 1024 - r * 2205 / 16384)))) / x
    return np.where(k2 < 1e-3, series, closed)


def _matsubara_sum(a: float, symmetry: str) -> float:
    """Sum over all n by its first terms and the Euler-Maclaurin tail (midpoint form, to the third derivative)."""
    first = max(_TERMS, int(20 * a))
    x = np.arange(first) + 0.5
    head = np.sum(1 / x - _kernel(x, a, symmetry))
    # tail: with r = (a/first)^2 small the difference is the series a^2/2x^3 - 3 a^4/8x^5 + 5 a^6/16x^7 - 35 a^8/128 x^9
    # times <2 cos^(2k+2)> = 1, 3/4, 5/8, 35/64 for the nodal gap... and 1 for the s-wave one.
    angular = (1.0, 1.0, 1.0, 1.0) if symmetry == "s-wave" else (3 / 4, 5 / 8, 35 / 64, 63 / 128)
    tail = 0.0
    for k, (c, w) in enumerate(zip((1 / 2, -3 / 8, 5 / 16, -35 / 128), angular, strict=True), start=1):
        tail += c * w * a ** (2 * k) * special.zeta(2 * k + 1, first + 0.5)
    return head + tail


def solve_gap_ratio(t: float, symmetry: str) -> float:
    """Delta(T)/Delta(0) at t = T/T_c by root finding (slow, exact to about 1e-13)."""
    if t <= 0:
        return 1.0
    if t >= 1:
        return 0.0
    zero = GAP_TO_TC[symmetry] / (2 * np.pi * t)  # a at Delta = Delta(0)

    def mismatch(ratio):
        return _matsubara_sum(ratio * zero, symmetry) - np.log(1 / t)

    return float(optimize.brentq(mismatch, 1e-4, 1.0 + 1e-9, xtol=1e-15, rtol=1e-15))


@lru_cache
def _series(symmetry: str, degree: int = 160, lowest: float = 0.02) -> tuple[np.ndarray, float]:
    """Chebyshev coefficients of (Delta(T)/Delta(0))^2 / (1 - t) over lowest < t < 1."""
    nodes = np.cos(np.pi * (np.arange(degree) + 0.5) / degree)
    t = lowest + (1 - lowest) * (nodes + 1) / 2
    values = np.array([solve_gap_ratio(float(one), symmetry) ** 2 for one in t]) / (1 - t)
    angles = np.arccos(nodes)
    coefficients = np.array([2 / degree * np.sum(values * np.cos(k * angles)) for k in range(degree)])
    coefficients[0] /= 2
    last = int(np.max(np.nonzero(np.abs(coefficients) > 1e-15)[0]))
    return coefficients[: last + 1], lowest


def gap_ratio(t, symmetry: str = "s-wave"):
    """Delta(T)/Delta(0) at t = T/T_c: 1 at t = 0, 0 for t >= 1 (elementwise, differentiable; error below 1e-10)."""
    coefficients, lowest = _series(symmetry)
    t = jnp.asarray(t, dtype=float)
    inside = jnp.clip(t, lowest, 1 - 1e-15)
    squared = (1 - inside) * chebyshev_values(coefficients, 2 * (inside - lowest) / (1 - lowest) - 1)
    # below `lowest` the s-wave gap is full to 1e-38 and the nodal one falls by C t^3
    cubic = 0.0 if symmetry == "s-wave" else (1 - solve_gap_ratio(lowest, symmetry)) / lowest**3
    return jnp.where(t >= 1, 0.0, jnp.where(t < lowest, 1 - cubic * t**3, jnp.sqrt(squared)))
