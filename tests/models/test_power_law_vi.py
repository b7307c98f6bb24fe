"""The V-I power law: mpmath, symmetry, limits, derivatives at zero current, first guess."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models.power_law_vi import power_law_vi


@pytest.mark.parametrize("current", [3e-9, 1e-6, 4.7e-5])
@pytest.mark.parametrize("exponent", [0.5, 1.0, 3.0, 7.3])
def test_precise_power(current, exponent):
    with mp.workdps(30):
        wanted = mp.mpf(2e-4) * (mp.mpf(current) / mp.mpf(1e-6)) ** mp.mpf(exponent)
    ours = power_law_vi(np.array([current, -current]), voltage_scale=2e-4, exponent=exponent)
    np.testing.assert_allclose(ours, [float(wanted), -float(wanted)], rtol=1e-13)


def test_limit_resistor_and_zero():
    current = np.linspace(-1e-6, 1e-6, 11)
    np.testing.assert_allclose(power_law_vi(current, voltage_scale=5e-6, exponent=1.0), 5.0 * current, rtol=1e-12, atol=1e-20)
    assert float(power_law_vi(0.0, exponent=3.0)) == 0
    shifted = power_law_vi(current, lead_resistance=2.0, voltage_offset=1e-7)
    np.testing.assert_allclose(shifted, np.asarray(power_law_vi(current)) + 2 * current + 1e-7, rtol=1e-12)


def test_identity_the_reference_current_is_a_choice():
    current = np.geomspace(1e-8, 1e-4, 9)
    moved = power_law_vi(current, voltage_scale=1e-4 * 5**3.4, exponent=3.4, current_scale=5e-6)
    np.testing.assert_allclose(moved, power_law_vi(current, voltage_scale=1e-4, exponent=3.4), rtol=1e-11)


def test_gradients_finite_at_zero_current():
    jacobian = jax.jacfwd(lambda a, c: power_law_vi(np.array([-1e-6, 0.0, 1e-9]), exponent=a, current_scale=c), argnums=(0, 1))
    for at in ((3.0, 1e-6), (0.0, 1e-6), (1.0, 0.0)):
        assert all(np.all(np.isfinite(one)) for one in jacobian(*at)), at


@pytest.mark.parametrize("exponent", [1.0, 2.4, 6.0, 15.0])
@pytest.mark.parametrize("free", [[], ["lead_resistance", "voltage_offset"]])
def test_fit_finds_far_values_from_its_own_guess(exponent, free):
    if free and exponent == 1.0:
        free = ["voltage_offset"]  # a resistor in series with a resistor
    rng = np.random.default_rng(int(10 * exponent) + len(free))
    current = np.linspace(-3e-4, 3e-4, 101)
    truth = {"voltage_scale": 0.02 * 300.0**-exponent, "exponent": exponent}
    extra = {name: {"lead_resistance": 3.0, "voltage_offset": 5e-4}[name] for name in free}
    voltage = np.asarray(power_law_vi(current, **truth, **extra)) + 2e-5 * rng.normal(size=101)
    result = fit(power_law_vi, (current, voltage), fix={"current_scale": 3e-4}, free=free)
    assert result.converged
    assert abs(result.params["exponent"].value - exponent) < 5 * result.params["exponent"].stderr
    assert result.params["voltage_scale"].value == pytest.approx(0.02, rel=0.1)
