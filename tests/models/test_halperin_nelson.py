"""Halperin and Nelson's resistance and interpolation formula: mpmath, limits into each other, both ends, first guesses."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models.halperin_nelson import halperin_nelson
from supraspin.models.halperin_nelson_crossover import halperin_nelson_crossover


@pytest.mark.parametrize("temperature", [6.301, 6.35, 6.6, 9.0, 300.0])
@pytest.mark.parametrize("b", [0.05, 1.0, 8.0])
def test_precise_both_formulas(temperature, b):
    with mp.workdps(30):
        above = mp.mpf(temperature) / mp.mpf(6.3) - 1
        first = 100 * mp.exp(-b / mp.sqrt(above))
        apart = mp.mpf(6.6) / mp.mpf(6.3) - 1
        second = 100 / (1 + mp.mpf(0.37) / b * mp.sinh(mp.sqrt(b * apart / above)) ** 2)
    # the temperature's last digit moves T/T_BKT - 1
    tolerance = 1e-12 * max(1.0, 1e-2 / float(above) ** 1.5)
    assert float(halperin_nelson(temperature, bkt_constant=b)) == pytest.approx(float(first), rel=tolerance)
    assert float(halperin_nelson_crossover(temperature, bkt_constant=b)) == pytest.approx(float(second), rel=tolerance)


def test_limit_at_and_below_the_transition():
    temperature = np.array([0.0, 3.0, 6.3, 6.3 * (1 + 1e-7)])
    np.testing.assert_array_equal(halperin_nelson(temperature), 0)
    np.testing.assert_allclose(halperin_nelson_crossover(temperature, lead_resistance=2.0), 2.0, rtol=1e-12)


def test_limit_interpolation_close_to_the_transition():
    """R_N (4 b/0.37) exp(-2 sqrt(b tau_c/tau)): the exponential with b there = 2 sqrt(b tau_c)."""
    b, above = 1.4, np.array([1e-5, 3e-5, 1e-4])
    temperature = 6.3 * (1 + above)
    wanted = halperin_nelson(temperature, resistance_scale=100 * 4 * b / 0.37, bkt_constant=2 * np.sqrt(b * (6.6 / 6.3 - 1)))
    np.testing.assert_allclose(halperin_nelson_crossover(temperature, bkt_constant=b), wanted, rtol=1e-9)


def test_limit_interpolation_is_paraconductivity_far_above():
    """sigma/sigma_N - 1 = 0.37 tau_c/tau, whatever b."""
    temperature = np.array([63.0, 630.0])
    for b in (0.3, 1.0, 3.0):
        added = 100 / np.asarray(halperin_nelson_crossover(temperature, bkt_constant=b)) - 1
        np.testing.assert_allclose(added, 0.37 * (6.6 - 6.3) / (temperature - 6.3), rtol=b * 0.05 / 9)


def test_identity_notation_of_benfatto():
    temperature, b = np.linspace(6.32, 8, 17), 0.8
    tau, tau_c = temperature / 6.3 - 1, 6.6 / 6.3 - 1
    length = 1 / np.sqrt(b / 0.37) * np.sinh(np.sqrt(b * tau_c) / np.sqrt(tau))
    np.testing.assert_allclose(halperin_nelson_crossover(temperature, bkt_constant=b), 100 / (1 + length**2), rtol=1e-12)


def test_published_diagnostic_is_a_line():
    """(d ln R/dT)^(-2/3) rises linearly from zero at T_BKT."""
    temperature = np.linspace(6.32, 6.6, 8)
    slope = jax.vmap(jax.grad(lambda t: jax.numpy.log(halperin_nelson(t))))(temperature)
    line = np.asarray(slope) ** (-2 / 3)
    coefficients = np.polyfit(temperature, line, 1)
    np.testing.assert_allclose(line, np.polyval(coefficients, temperature), rtol=1e-9)
    assert -coefficients[1] / coefficients[0] == pytest.approx(6.3, rel=1e-9)


def test_gradients_finite_at_both_ends():
    temperature = np.array([0.0, 6.3, 6.3 * (1 + 1e-11), 6.301, 6.6, 300.0])
    first = jax.jacfwd(lambda t, b: halperin_nelson(temperature, bkt_temperature=t, bkt_constant=b), argnums=(0, 1))
    second = jax.jacfwd(
        lambda t, c, b: halperin_nelson_crossover(temperature, bkt_temperature=t, critical_temperature=c, bkt_constant=b),
        argnums=(0, 1, 2),
    )
    for at in ((6.3, 0.3), (6.3, 0.0), (0.0, 0.3)):
        assert all(np.all(np.isfinite(one)) for one in first(*at)), at
    for at in ((6.3, 6.6, 1.0), (6.3, 6.3, 1.0), (6.6, 6.3, 1.0), (6.3, 6.6, 0.0), (0.0, 6.6, 1.0)):
        assert all(np.all(np.isfinite(one)) for one in second(*at)), at


@pytest.mark.parametrize("scale", [0.05, 1.0, 12.0])
def test_fit_finds_far_values_from_its_own_guess(scale):
    rng = np.random.default_rng(int(100 * scale))
    truth = {"resistance_scale": 2e3, "bkt_temperature": 6.3 * scale, "bkt_constant": 0.8}
    temperature = np.linspace(6.2, 7.4, 120) * scale
    clean = np.asarray(halperin_nelson(temperature, **truth))
    result = fit(halperin_nelson, (temperature, clean + 0.002 * np.ptp(clean) * rng.normal(size=120)))
    assert result.converged
    assert abs(result.params["bkt_temperature"].value - 6.3 * scale) < 5 * result.params["bkt_temperature"].stderr
    truth = {
        "normal_resistance": 2e3, "bkt_temperature": 5.0 * scale, "critical_temperature": 6.6 * scale, "bkt_constant": 2.0,
    }  # fmt: skip
    temperature = np.linspace(4.5, 12, 150) * scale
    clean = np.asarray(halperin_nelson_crossover(temperature, **truth))
    result = fit(halperin_nelson_crossover, (temperature, clean + 0.002 * np.ptp(clean) * rng.normal(size=150)))
    assert result.converged
    for name in ("bkt_temperature", "critical_temperature"):
        assert abs(result.params[name].value - truth[name]) < 5 * result.params[name].stderr
