"""Special functions against mpmath."""

from __future__ import annotations

import mpmath as mp
import numpy as np

from supraspin.backend import jax, jnp
from supraspin.numerics import agm_inverse, complex_sqrt


def test_precise_complex_square_root():
    rng = np.random.default_rng(5)
    z = rng.normal(size=200) * 10.0 ** rng.uniform(-8, 8, 200) + 1j * rng.normal(size=200) * 10.0 ** rng.uniform(-8, 8, 200)
    np.testing.assert_allclose(complex_sqrt(jnp.asarray(z)), np.sqrt(z), rtol=1e-14)


def test_precise_arithmetic_geometric_mean():
    """1/AGM(a, b) and its derivative by b, for |b/a| from 1e-6 to 1e6 and angles up to a right angle on either side."""
    ratios = [
        10.0**power * np.exp(1j * angle) for power in (-6, -5, -3, -1, 0, 0.3, 2, 6) for angle in (-1.5, -0.4, 0.0, 0.9, 1.5)
    ]
    a = np.array([np.exp(-0.3j * np.angle(r)) for r in ratios])
    b = a * np.array(ratios)
    inverse, slope = jax.jit(agm_inverse)(a, b)
    with mp.workdps(40):
        for one, other, value, by_other in zip(a, b, inverse, slope, strict=True):
            x, y = mp.mpc(one), mp.mpc(other)
            exact = 1 / mp.agm(x, y)
            step = y * mp.mpf("1e-12")
            derivative = (1 / mp.agm(x, y + step) - 1 / mp.agm(x, y - step)) / (2 * step)
            assert abs(complex(value) - complex(exact)) < 1e-14 * abs(complex(exact))
            assert abs(complex(by_other) - complex(derivative)) < 2e-13 * abs(complex(derivative))
