"""The resistive transition: dense quadrature at 30 digits, limits, convergence of the rule, derivatives, first guess."""

from __future__ import annotations

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from scipy.special import ndtr

from supraspin.backend import jax
from supraspin.fit import fit
from supraspin.models import effective_medium
from supraspin.models.transition import film_ratio, transition

solve = jax.jit(film_ratio)
CASES = [(x, reduced, zeta) for x in (0.02, 0.5, 2.0, 7.0, 30.0) for reduced, zeta in ((60, 1e-4), (150, 0.003), (1000, 0.2))]


def mismatch(rho, distance, reduced, zeta):
    """The effective-medium average over parts of local critical temperature T_i, as it is written, by mpmath."""

    def integrand(above):  # T - T_i, in units of the spread
        conductance = 1 + zeta * (reduced - above) / above
        return mp.npdf(above, distance, 1) * (conductance - 1 / rho) / (conductance + 1 / rho)

    near = [distance * mp.mpf(10) ** -k for k in range(1, 9)]
    centre = [distance + k for k in (-9, -4, -1, 1, 4, 9) if distance + k > 0]
    normal = mp.quad(integrand, sorted({0, *near, *centre, min(distance + 14, mp.mpf(reduced))}))
    superconducting = mp.ncdf(-distance)
    return superconducting + normal


@pytest.mark.parametrize(("distance", "reduced", "zeta"), CASES)
def test_precise_effective_medium(distance, reduced, zeta):
    """The average changes sign within 5e-9 of our resistance (in units of R_N)."""
    ours = float(solve(float(distance), float(reduced), zeta))
    with mp.workdps(20):
        low, high = (mismatch(mp.mpf(ours) + side * mp.mpf("5e-9"), mp.mpf(distance), reduced, mp.mpf(zeta)) for side in (-1, 1))
    assert low < 0 < high


def test_precise_over_a_dense_rule():
    """Against the same integral by 20,000 nodes over a wide range of all three numbers."""
    rng = np.random.default_rng(3)
    distance, reduced, zeta = (10 ** rng.uniform(*ends, 60) for ends in ((-4, 1.5), (0.9, 4), (-5, -0.3)))
    step = 2e-3
    s = distance[:, None] + 8 - step * np.arange(20000)
    y = np.logaddexp(0, s)
    weight = step / (1 + np.exp(-s)) * np.exp(-0.5 * (distance[:, None] - y) ** 2) / np.sqrt(2 * np.pi) * y
    rho = np.asarray(solve(distance, reduced, zeta))
    more = y + zeta[:, None] * np.maximum(reduced[:, None] - y, 0)

    def average(at):
        return np.sum(weight / (y + at[:, None] * more), axis=1) - 0.5

    assert np.all(average(rho - 1e-8) > 0)
    assert np.all(average(rho + 1e-8) < 0)


def test_limit_without_fluctuations():
    """rho = 1 - 2 f_s, f_s the share of the film below its own critical temperature; 0 where that is one half."""
    temperature = np.linspace(6.0, 7.5, 61)
    values = np.asarray(transition(temperature, transition_width=0.2, fluctuation_strength=0.0))
    share = 1 - ndtr((temperature - 6.6) / 0.2)
    np.testing.assert_allclose(values, effective_medium(share, normal_resistance=100.0), rtol=0, atol=1e-6)
    assert np.all(values[temperature <= 6.6] == 0)


def test_limit_homogeneous_film():
    """Without a spread, R = R_N / (1 + zeta T_c / (T - T_c)) of Aslamazov and Larkin above T_c, 0 below."""
    temperature = np.array([0.5, 6.0, 6.65, 6.7, 8.0, 20.0])
    wanted = np.where(temperature > 6.6, 100 / (1 + 0.02 * 6.6 / np.where(temperature > 6.6, temperature - 6.6, 1)), 0)
    for width, tolerance in ((0.0, 1e-7), (1e-6, 1e-7), (1e-3, 1e-2)):
        values = np.asarray(transition(temperature, transition_width=width, fluctuation_strength=0.02))
        np.testing.assert_allclose(values, wanted, rtol=0, atol=tolerance)


def test_identity_scale_leads_and_slope():
    temperature = np.linspace(6.2, 8, 19)
    ratio = np.asarray(transition(temperature, normal_resistance=1.0))
    full = transition(temperature, normal_resistance=50.0, normal_slope=0.02, lead_resistance=3.0)
    np.testing.assert_allclose(full, 3 + 50 * (1 + 0.02 * (temperature - 6.6)) * ratio, rtol=1e-12)
    scaled = transition(2 * temperature, critical_temperature=13.2, transition_width=0.2, normal_resistance=1.0)
    np.testing.assert_allclose(scaled, ratio, rtol=0, atol=1e-12)


def test_identity_rises_with_temperature_and_falls_with_fluctuations():
    temperature = np.linspace(6.0, 12, 301)
    curves = [np.asarray(transition(temperature, fluctuation_strength=zeta)) for zeta in (0.0, 1e-4, 1e-3, 1e-2, 0.1)]
    assert all(np.all(np.diff(curve) >= -1e-7) for curve in curves)
    assert all(np.all(more <= less + 1e-7) for less, more in pairwise(curves))


def test_gradients_are_finite_and_right():
    temperature = np.array([0.0, 5.0, 6.6, 6.6 + 1e-9, 6.61, 6.8, 7.5, 300.0])
    names = ("critical_temperature", "transition_width", "normal_resistance", "fluctuation_strength")

    @jax.jit
    def curve(values):
        return transition(temperature, **dict(zip(names, values, strict=True)))

    slopes = jax.jacfwd(curve)
    for start in ([6.6, 0.1, 100.0, 0.005], [6.6, 0.0, 100.0, 0.0], [0.0, 0.1, 100.0, 0.005]):
        assert np.all(np.isfinite(slopes(np.array(start))))
    start = np.array([6.55, 0.1, 100.0, 0.005])
    own = np.asarray(slopes(start))
    for k in range(4):
        step = np.zeros(4)
        step[k] = 1e-5 * start[k]
        difference = (np.asarray(curve(start + step)) - np.asarray(curve(start - step))) / (2 * step[k])
        np.testing.assert_allclose(own[:, k], difference, rtol=0, atol=1e-5 * np.max(np.abs(difference)), err_msg=names[k])


def test_fit_finds_far_values_from_its_own_guess():
    """T_c from 0.1 to 100 K, R from 0.1 ohm to 10 kohm, zeta from 1e-4 to 0.1; leads free in every other fit."""
    rng = np.random.default_rng(0)
    for i in range(16):
        warm = 10 ** rng.uniform(-1, 2)
        truth = {
            "critical_temperature": warm, "transition_width": warm * 10 ** rng.uniform(-2.5, -1),
            "normal_resistance": 10 ** rng.uniform(-1, 4), "fluctuation_strength": 10 ** rng.uniform(-4, -1),
        }  # fmt: skip
        free = {"lead_resistance": 0.1 * truth["normal_resistance"]} if i % 2 else {}
        spread = 6 * truth["transition_width"]
        ends = (max(warm - spread, 0.01 * warm), warm + 1.3 * spread + 5 * truth["fluctuation_strength"] * warm)
        temperature = np.linspace(*ends, 150)
        clean = np.asarray(transition(temperature, **truth, **free))
        result = fit(transition, (temperature, clean + 0.005 * np.ptp(clean) * rng.normal(size=150)), free=list(free))
        assert result.converged
        for name, value in (truth | free).items():
            assert abs(result.params[name].value - value) < 5 * result.params[name].stderr, (i, name)
