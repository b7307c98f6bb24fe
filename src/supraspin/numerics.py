r"""Special functions and contours that the models share.

Thermal smearing. A spectral function F(E) that is analytic in the upper half plane is averaged over -f'(E - V) without
touching the real axis. A rational function r(u) that equals sech^2(u/2)/4 on the real axis turns the average into a
sum over its poles above the axis,

    \int F(E) (-f'(E - V)) dE = Re sum_j w_j F(V + k_B T z_j),    r(u) = sum_j Im[w_j / (u - z_j)] / pi.

With the poles on a hyperbola below the kernel's own double pole at i pi, and the weights by least squares, 28 nodes leave
|r - sech^2/4| < 1e-14, and the average is as exact at any temperature and any broadening, zero included
(`thermal_nodes`). On an energy grid a straight contour serves instead (`supraspin.models._grid`).

Lock-in modulation averages over V + V_pk t with weight (2/pi) sqrt(1 - t^2) on -1 < t < 1. The path from -1 to 1 is led
through the upper half plane as well, t = tanh((s + i pi/2)/2), so that it too needs no smooth F on the real axis.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jax.custom_derivatives import SymbolicZero

from supraspin.backend import jax, jnp


@lru_cache
def thermal_nodes() -> tuple[np.ndarray, np.ndarray]:
    """Complex nodes z_j (in units of k_B T) and weights w_j of the smearing rule, each of shape (28,)."""
    scale, opening, end, pairs = 3.0829, 1.1215, 2.9789, 14  # the least error that weights of a few units allow
    step = 2 * end / (2 * pairs - 1)
    z = scale * np.sinh(step * (np.arange(pairs) + 0.5) + 1j * opening)
    u = np.concatenate([np.linspace(0, 50, 700), np.geomspace(51, 1e4, 60)])
    # poles z and -conj(z) with weights w and conj(w): one column for Re w, one for Im w
    right, left = 1 / (u[:, None] - z), 1 / (u[:, None] + np.conj(z))
    columns = np.concatenate([np.imag(right + left), np.real(right - left)], axis=1) / np.pi
    columns = np.vstack([columns, np.repeat([2.0, 0.0], pairs)])  # and the weights add up to one
    emphasis = np.append(np.sqrt(1 + u), 3.0)  # on the wings, where an error is spread over many k_B T
    size = np.linalg.norm(columns * emphasis[:, None], axis=0)
    target = np.append(thermal_kernel(u), 1.0) * emphasis
    solution = np.linalg.lstsq(columns * emphasis[:, None] / size, target, rcond=1e-15)[0] / size
    w = solution[:pairs] + 1j * solution[pairs:]
    return np.concatenate([z, -np.conj(z)]), np.concatenate([w, np.conj(w)])


def thermal_kernel(u):
    """-k_B T f'(E) at u = E/(k_B T): sech^2(u/2)/4, for real or complex NumPy arrays."""
    small = np.exp(np.where(np.real(u) >= 0, -u, u))  # the kernel is even: keep the exponential from overflowing
    return small / (1 + small) ** 2


@lru_cache
def modulation_nodes(count: int = 51) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t_m in the upper half plane and weights of the lock-in average, for F analytic there; shapes (count,)."""
    end = np.arcsinh(15.0)
    r, step = np.linspace(-end, end, count, retstep=True)
    s = 1.4 * np.sinh(r) + 0.5j * np.pi
    t = np.tanh(s / 2)
    weight = (2 / np.pi) * step * 1.4 * np.cosh(r) * 0.5 / np.cosh(s / 2) ** 3
    return t, weight


@lru_cache
def chebyshev_nodes(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Real Gauss-Chebyshev rule (second kind) of the lock-in average, for smooth functions; shapes (count,)."""
    angle = np.pi * np.arange(1, count + 1) / (count + 1)
    return np.cos(angle), 2 * np.sin(angle) ** 2 / (count + 1)


def directional(*terms):
    """Sum of slope * tangent over the (slope, tangent) pairs whose tangent is not symbolically zero."""
    return sum(slope * tangent for slope, tangent in terms if not isinstance(tangent, SymbolicZero))


def complex_divide(a, b):
    """a / b by the textbook formula, without the scaling that makes complex division slow; |b|^2 must be in range."""
    return a * jnp.conj(b) * (1 / (jnp.real(b) ** 2 + jnp.imag(b) ** 2))


def roots(z):
    """sqrt(z) and 1/sqrt(z), principal values of complex z. Several times faster on a CPU than `jnp.sqrt`; no derivative."""
    a, b = jnp.real(z), jnp.imag(z)
    size = jnp.sqrt(a * a + b * b)
    large = jnp.sqrt((size + jnp.abs(a)) / 2)
    small = jnp.abs(b) / (2 * jnp.where(large == 0, 1.0, large))
    real, imaginary = jnp.where(a >= 0, large, small), jnp.copysign(jnp.where(a >= 0, small, large), b)
    scale = 1 / size
    return jax.lax.complex(real, imaginary), jax.lax.complex(real * scale, -imaginary * scale)


@jax.custom_jvp
def complex_sqrt(z):
    """Principal square root of complex z (elementwise)."""
    return roots(z)[0]


@complex_sqrt.defjvp
def _(primals, tangents):
    root, inverse = roots(primals[0])
    return root, 0.5 * inverse * tangents[0]


_AGM_STEPS = 4  # from b/a = 1e-6 they leave ((a - b)/(a + b))^2 below 1e-3, where five terms of the series are exact
_TAIL = (1.0, 1 / 4, 9 / 64, 25 / 256, 1225 / 16384)  # 1/AGM(1 + k, 1 - k) = sum_n c_n k^(2n)


def agm_inverse(a, b):
    """1/AGM(a, b) for complex a, b (one shape, positive real parts) and its derivative by b at fixed a.

    The derivative by a follows from a R_a + b R_b = -R.
    """

    def step(_, now):
        a, b, a_slope, b_slope = now
        root, inverse = roots(a * b)
        return (a + b) / 2, root, (a_slope + b_slope) / 2, (a * b_slope + b * a_slope) * inverse / 2

    start = (a, b, jnp.zeros_like(a), jnp.ones_like(b))
    a, b, a_slope, b_slope = jax.lax.fori_loop(0, _AGM_STEPS, step, start)  # a loop, so that no step is computed twice
    total = complex_divide(2.0, a + b)
    k = (a - b) * total / 2
    k_slope = ((a_slope - b_slope) - k * (a_slope + b_slope)) * total / 2
    x = k * k
    series, slope = _TAIL[-1], 0.0
    for c in _TAIL[-2::-1]:
        series, slope = series * x + c, slope * x + series
    inverse = series * total
    return inverse, slope * 2 * k * k_slope * total - inverse * (a_slope + b_slope) * total / 2


def chebyshev_values(coefficients: np.ndarray, x):
    """Chebyshev series sum_k c_k T_k(x) for traced x in [-1, 1] (elementwise), by Clenshaw's recurrence."""

    def step(carry, c):
        first, second = carry
        return (c + 2 * x * first - second, first), None

    zero = jnp.zeros_like(x)
    (first, second), _ = jax.lax.scan(step, (zero, zero), jnp.asarray(coefficients[:0:-1]))
    return coefficients[0] + x * first - second
