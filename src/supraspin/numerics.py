r"""Special functions and contours that the models share.

Thermal smearing. A spectral function F(E) that is analytic in the upper half plane is averaged over -f'(E - V) without
touching the real axis: the integrand's first pole stands at V + i pi k_B T, so the contour may run anywhere below it,

    \int F(E) (-f'(E - V)) dE = sum_j w_j F(V + k_B T z_j),    z = alpha sinh(s + i theta),   s uniform.

The hyperbola rises where sech^2 has decayed, so 49 nodes reach 3e-12 relative at any temperature and any broadening,
zero included; a straight contour at i pi/2 needs 257 (`thermal_nodes`, `thermal_kernel`).

Lock-in modulation averages over V + V_pk t with weight (2/pi) sqrt(1 - t^2) on -1 < t < 1. The path from -1 to 1 is led
through the upper half plane in the same way, t = tanh((s + i pi/2)/2), so that it too needs no smooth F on the real axis.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from supraspin.backend import jax, jnp


@lru_cache
def thermal_nodes(count: int = 49) -> tuple[np.ndarray, np.ndarray]:
    """Complex nodes z_j (in units of k_B T) and weights w_j of the smearing rule, each of shape (count,)."""
    alpha, theta, decay = 3.0, 0.7, 38.0
    end = np.arcsinh(decay / (alpha * np.cos(theta)))
    s, step = np.linspace(-end, end, count, retstep=True)
    z = alpha * np.sinh(s + 1j * theta)
    return z, step * alpha * np.cosh(s + 1j * theta) * thermal_kernel(z)


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


def _once(*values):
    """Keep XLA from computing the values again inside the loop over every column of a Jacobian."""
    return jax.lax.optimization_barrier(values)


@jax.custom_jvp
def complex_sqrt(z):
    """Principal square root. Several times faster on a CPU than `jnp.sqrt` of a complex array; |z|^2 must be in range."""
    a, b = jnp.real(z), jnp.imag(z)
    large = jnp.sqrt((jnp.sqrt(a * a + b * b) + jnp.abs(a)) / 2)
    small = jnp.abs(b) / (2 * jnp.where(large == 0, 1.0, large))
    return jax.lax.complex(jnp.where(a >= 0, large, small), jnp.copysign(jnp.where(a >= 0, small, large), b))


@complex_sqrt.defjvp
def _(primals, tangents):
    root = complex_sqrt(primals[0])
    root, slope = _once(root, complex_divide(jnp.full_like(root, 0.5), root))
    return root, tangents[0] * slope


def complex_divide(a, b):
    """a / b by the textbook formula, without the scaling that makes complex division slow; |b|^2 must be in range."""
    return a * jnp.conj(b) * (1 / (jnp.real(b) ** 2 + jnp.imag(b) ** 2))


_AGM_STEPS = 6  # quadratic convergence: six steps and a last mean reach 1e-15 from b/a = 1e-6


@jax.custom_jvp
def agm(a, b):
    """Arithmetic-geometric mean of complex a and b, both with positive real part (elementwise)."""
    a, b = jax.lax.fori_loop(0, _AGM_STEPS, lambda _, now: ((now[0] + now[1]) / 2, complex_sqrt(now[0] * now[1])), (a, b))
    return (a + b) / 2


@agm.defjvp
def _(primals, tangents):
    def step(_, now):
        a, b, a_by_a, b_by_a, a_by_b, b_by_b = now
        root = complex_sqrt(a * b)
        half = complex_divide(jnp.full_like(root, 0.5), root)
        return (
            (a + b) / 2, root,
            (a_by_a + b_by_a) / 2, (a * b_by_a + b * a_by_a) * half,
            (a_by_b + b_by_b) / 2, (a * b_by_b + b * a_by_b) * half,
        )  # fmt: skip

    one, zero = jnp.ones_like(primals[0]), jnp.zeros_like(primals[0])
    a, b, a_by_a, b_by_a, a_by_b, b_by_b = jax.lax.fori_loop(0, _AGM_STEPS, step, (*primals, one, zero, zero, one))
    mean, slope_a, slope_b = _once((a + b) / 2, (a_by_a + b_by_a) / 2, (a_by_b + b_by_b) / 2)
    return mean, slope_a * tangents[0] + slope_b * tangents[1]


def chebyshev_values(coefficients: np.ndarray, x):
    """Chebyshev series sum_k c_k T_k(x) for traced x in [-1, 1] (elementwise), by Clenshaw's recurrence."""

    def step(carry, c):
        first, second = carry
        return (c + 2 * x * first - second, first), None

    zero = jnp.zeros_like(x)
    (first, second), _ = jax.lax.scan(step, (zero, zero), jnp.asarray(coefficients[:0:-1]))
    return coefficients[0] + x * first - second
