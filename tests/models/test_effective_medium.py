"""Bruggeman's effective medium in two dimensions: its equation, its limits."""

from __future__ import annotations

import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.models.effective_medium import effective_medium


@pytest.mark.parametrize("share", [0.0, 0.1, 0.37, 0.499])
def test_identity_solves_the_average(share):
    """f (s - e)/(s + e) + (1 - f) (1 - e)/(1 + e) = 0 with s, the superconductor's conductivity, without bound."""
    conductance = 100.0 / float(effective_medium(share))
    for s in (1e8, 1e12):
        average = share * (s - conductance) / (s + conductance) + (1 - share) * (1 - conductance) / (1 + conductance)
        assert average == pytest.approx(0, abs=1e3 * conductance / s + 1e-12)


def test_limit_ends():
    values = np.asarray(effective_medium(np.array([-0.1, 0.0, 0.3, 0.5, 0.8, 1.0]), normal_resistance=50.0))
    np.testing.assert_allclose(values, [50, 50, 20, 0, 0, 0], rtol=1e-12)
    assert float(effective_medium(0.7, lead_resistance=2.0)) == 2.0


def test_published_device_a():
    """40 % of the normal resistance at 1.5 K is a film of which 30 % superconducts."""
    assert float(effective_medium(0.3)) == pytest.approx(40.0)


def test_gradient_finite():
    slope = jax.vmap(jax.grad(lambda f: effective_medium(f, normal_resistance=1.0)))(np.array([0.0, 0.2, 0.5, 0.9]))
    assert np.all(np.isfinite(slope))
    assert float(slope[1]) == pytest.approx(-2)
    assert float(slope[3]) == 0
