"""The scaled complementary error function: 40 digits, a dense grid, derivatives, the far end."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from scipy import special

from supraspin.backend import jax
from supraspin.models._erfcx import erfcx


@pytest.mark.parametrize("x", [0.0, 1e-6, 0.3, 1.0, 3.0, 8.0, 26.6, 50.0])
def test_precise_value_and_slope(x):
    with mp.workdps(40):
        value = mp.exp(mp.mpf(x) ** 2) * mp.erfc(x)
        slope = 2 * x * value - 2 / mp.sqrt(mp.pi)
    assert float(erfcx(x)) == pytest.approx(float(value), rel=5e-15)
    assert float(jax.grad(erfcx)(x)) == pytest.approx(float(slope), rel=1e-12)


def test_identity_on_a_dense_grid():
    """Everywhere from 0 to 40: a gap between two branches would show."""
    x = np.linspace(0, 40, 40001)
    np.testing.assert_allclose(erfcx(x), special.erfcx(x), rtol=1e-14)


def test_limit_far_out():
    assert float(erfcx(1e9)) == pytest.approx(1 / (1e9 * np.sqrt(np.pi)), rel=1e-14)
    assert float(jax.grad(erfcx)(1e6)) == pytest.approx(-1e-12 / np.sqrt(np.pi), rel=1e-10)
