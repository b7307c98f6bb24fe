"""The scaled complementary error function for real arguments from 0 up.

    erfcx(x) = exp(x^2) erfc(x) = p(t) / (1 + 2 x),    t = (x - k)/(x + k),

with p a Chebyshev series in t on -1..1 (after Shepherd and Laframboise, Math. Comp. 36, 249), to the last digits up to any x.
JAX's own returns 0 for 26.543 < x < 26.642 (version 0.10.2), between its two branches.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import special

from supraspin.backend import jax, jnp
from supraspin.numerics import chebyshev_values

_PLACE = 3.75
_TERMS = 32


@lru_cache
def _coefficients() -> np.ndarray:
    nodes = np.cos(np.pi * (np.arange(_TERMS) + 0.5) / _TERMS)
    x = _PLACE * (1 + nodes) / (1 - nodes)
    values = (1 + 2 * x) * special.erfcx(x)
    order = np.arange(_TERMS)
    series = 2 / _TERMS * np.cos(np.pi * order[:, None] * (np.arange(_TERMS) + 0.5) / _TERMS) @ values
    series[0] /= 2
    return series


@jax.jit  # a loop outside a compiled program would be compiled anew at each call
def erfcx(x) -> jax.Array:
    """exp(x^2) erfc(x) for x >= 0, elementwise, differentiable."""
    x = jnp.asarray(x, float)
    return chebyshev_values(_coefficients(), (x - _PLACE) / (x + _PLACE)) / (1 + 2 * x)
