"""Polarisation against temperature: both ends, 30 digits, known laws."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.models.polarisation_temperature import polarisation_temperature

mp.mp.dps = 30


@pytest.mark.parametrize("t", [1e-4, 0.3, 0.9, 0.999999])
@pytest.mark.parametrize(("p", "beta"), [(1.5, 0.5), (1.5, 1.0), (1.0, 0.365), (3.0, 0.1)])
def test_precise_power_law(t, p, beta):
    wanted = mp.mpf("0.31") * (1 - mp.mpf(t) ** mp.mpf(p)) ** mp.mpf(beta)
    value = polarisation_temperature(
        2.7 * t, polarisation=0.31, ordering_temperature=2.7, bloch_exponent=p, critical_exponent=beta
    )  # fmt: skip
    assert float(value) == pytest.approx(float(wanted), rel=3e-10 if t > 0.9999 else 1e-13)


def test_limit_cold_and_disordered():
    """P(0) at zero, 1 - (T/T_K)^(3/2)/2 when cold, the mean-field root at T_K, nothing above."""
    values = np.asarray(polarisation_temperature([0.0, 0.03, 3.0 * (1 - 1e-8), 3.0, 5.0], polarisation=0.4))
    assert values[0] == pytest.approx(0.4, rel=1e-14)
    assert 1 - values[1] / 0.4 == pytest.approx(0.5 * 0.01**1.5, rel=1e-3)
    assert values[2] == pytest.approx(0.4 * np.sqrt(1.5e-8), rel=1e-6)
    assert tuple(values[3:]) == (0.0, 0.0)


def test_limit_gradients_finite_at_both_ends():
    slope = jax.vmap(jax.grad(lambda t, tk: polarisation_temperature(t, ordering_temperature=tk), argnums=1), (0, None))
    values = np.asarray(slope(np.array([0.0, 1.0, 3.0, 4.0]), 3.0))
    assert np.all(np.isfinite(values))
    assert values[1] > 0
    assert tuple(values[2:]) == (0.0, 0.0)
    assert np.isfinite(float(polarisation_temperature(1.0, ordering_temperature=0.0)))
